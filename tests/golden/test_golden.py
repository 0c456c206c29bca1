"""What the program answered, wrote and read before its parts were moved stays as it was.

`python -m tests.golden.make` writes the files anew.
"""

import asyncio
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot.chat.views.press import Press
from bot.errors import OutdatedButton
from bot.news.alert import Alert
from bot.news.kinds import Change
from tests.conftest import FitOnce
from tests.golden import answers, custom_ids, drawings, rows
from tests.golden.files import differences, plain, read, unnamed
from tests.screens.days import fill

IDS, REFUSED = read(custom_ids.FILE), read(custom_ids.REFUSED)
SHOWN = 10


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, fit_once: FitOnce) -> Path:
    """A store that has seen the shipped history and the shipped tables, with abilities."""
    path = tmp_path_factory.mktemp("golden") / "days.db"
    asyncio.run(fill(path, fit_once))
    return path


def same(expected: Any, found: Any, where: str = "") -> list[str]:
    return list(islice(differences(expected, found, where), SHOWN))


@pytest.fixture(scope="module")
def asked() -> list[Any]:
    return read(answers.FILE)


@pytest.mark.parametrize("command", answers.COMMANDS)
def test_the_command_answers_as_before(store: Path, asked: list[Any], command: str) -> None:
    mine = [(question, expected) for question, expected in asked if question[0] == command]
    assert mine
    with answers.answering(store):
        wrong = [w for q, expected in mine for w in same(expected, answers.answer(q), " ".join(q))]
    assert wrong[:SHOWN] == []


def test_every_kind_of_button_has_ids_here() -> None:
    assert set(Press.kinds) == {row[0] for row in IDS} == {row[0] for row in REFUSED if row[0]}


@pytest.mark.parametrize("letter", sorted({row[0] for row in IDS}))
def test_an_old_custom_id_is_the_button_that_it_was(letter: str) -> None:
    for _, name, text, known in [row for row in IDS if row[0] == letter]:
        press = Press.of(text)
        assert type(press) is Press.kinds[letter]
        assert press.name == name
        assert unnamed(custom_ids.form(press)) == unnamed(known)
        assert press.custom_id == custom_ids.as_now(press, text)
        assert Press.of(press.custom_id) == press


@pytest.mark.parametrize("letter", sorted({row[0] for row in REFUSED}))
def test_a_damaged_custom_id_is_refused(letter: str) -> None:
    for text in [row[1] for row in REFUSED if row[0] == letter]:
        with pytest.raises(OutdatedButton):
            Press.of(text)


def test_drawings_show_what_they_showed(store: Path) -> None:
    found = [
        [kind, subject, drawing and drawing.file, unnamed(plain(drawing))]
        for kind, subject, drawing in drawings.drawings(store)
    ]
    expected = read(drawings.FILE)
    assert {row[0] for row in expected if row[3]} == set(drawings.KINDS)
    assert same([[*row[:3], unnamed(row[3])] for row in expected], found) == []


class Kept:
    """The golden rows of one kind of store, and what was read from them."""

    def __init__(self, kind: str) -> None:
        mine = [row[1:] for row in read(rows.FILE) if row[0] == kind]
        self.read = [[what, value] for noted, what, value in mine if noted == "read"]
        self.rows: rows.Rows = {}
        for noted, table, row in mine:
            if noted == "row":
                self.rows.setdefault(table, []).append(row)


@pytest.mark.parametrize("kind", rows.READ)
def test_kept_rows_are_read_as_before(tmp_path: Path, kind: str) -> None:
    kept = Kept(kind)
    found = [
        [what, plain(value)] for what, value in rows.READ[kind](rows.restored(tmp_path / "a", kept.rows))
    ]
    assert same([[w, unnamed(v)] for w, v in kept.read], [[w, unnamed(v)] for w, v in found]) == []


def test_alerts_that_were_read_are_written_as_they_were(tmp_path: Path) -> None:
    kept = Kept("alerts")
    found = rows.read_alerts(rows.restored(tmp_path / "a", kept.rows))
    subscriptions: list[Alert] = [value for what, value in found if what == "subscription"]
    waiting: list[Change] = [value.change for what, value in found if what == "held"]
    for changes in {value.changes for what, value in found if what == "edition"}:
        path = rows.write_alerts(tmp_path / "b", subscriptions, changes, waiting)
        assert same(kept.rows, rows.rows(path, rows.ALERTS)) == []


def test_what_sources_said_is_remembered_as_it_was(tmp_path: Path) -> None:
    kept = Kept("sources")
    texts = rows.remembered(rows.restored(tmp_path / "a", kept.rows))
    path = rows.write_sources(tmp_path / "b", texts)
    assert same(kept.rows, rows.rows(path, ("memory",))) == []


def test_facts_that_were_read_are_written_as_they_were(tmp_path: Path) -> None:
    kept = Kept("facts")
    path = rows.write_facts(tmp_path / "b", rows.stated(rows.restored(tmp_path / "a", kept.rows)))
    assert same(kept.rows, rows.rows(path, rows.FACTS)) == []
