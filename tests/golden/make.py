"""``python -m tests.golden.make`` writes all golden files anew from the code as it is."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.golden import answers, custom_ids, drawings, rows
from tests.golden.files import plain, write
from tests.screens.days import fill


def answered(store: Path) -> Iterator[Any]:
    with answers.answering(store):
        for question in answers.questions():
            yield [question, answers.answer(question)]


def drawn(store: Path) -> Iterator[Any]:
    for kind, subject, drawing in drawings.drawings(store):
        yield [kind, subject, drawing and drawing.file, plain(drawing)]


def main() -> None:
    with TemporaryDirectory() as folder:
        store = Path(folder) / "days.db"
        asyncio.run(fill(store))
        files = {
            answers.FILE: answered(store),
            custom_ids.FILE: custom_ids.written(),
            custom_ids.REFUSED: custom_ids.refused(),
            drawings.FILE: drawn(store),
            rows.FILE: rows.written(Path(folder)),
        }
        for name, found in files.items():
            sys.stdout.write(f"{name}: {write(name, found)} rows\n")


if __name__ == "__main__":
    main()
