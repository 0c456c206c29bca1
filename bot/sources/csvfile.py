"""One CSV file: bytes to rows with their line numbers, or what is wrong with the file."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_BYTES = 32 * 2**20
MAX_ROWS = 100_000
# Characters in a line: far more than the longest fields together, and less than the csv module can take.
MAX_LINE = 100_000

# Control characters, line separators, marks that turn or hide text, and surrogates, which stand for bytes
# that are not UTF-8.
_UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def shown(value: str) -> str:
    """A foreign value inside a message: short, and safe for a terminal."""
    return f"'{inert(value if len(value) <= 40 else value[:39] + '…')}'"


def inert(text: str) -> str:
    """The text with everything written out that a terminal would obey or not show."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _unwanted(character: str) -> str:
    if character == "\0":
        return "a NUL byte is in the text. Remove it, or export the file again"
    if "\ud800" <= character <= "\udfff":
        return "the text is not UTF-8. Save the file as UTF-8"
    return f"the invisible character {shown(character)} is in the text. Remove it"


@dataclass
class CsvFile:
    """A file that was read as far as that is possible.

    ``rows`` are pairs of line number and fields by column; they are ``whole`` if no line had to be left out.
    ``problems`` are pairs of line number (0: the whole file) and text.
    """

    name: str
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    whole: bool = False

    def problem(self, line: int, column: str | None, text: str) -> None:
        """Note what is wrong and what to do, with the place in front."""
        place = self.name + (f", line {line}" if line else "") + (f", column {column}" if column else "")
        self.problems.append((line, f"{place}: {text}."))


def read_csv(folder: Path, name: str, required: frozenset[str], optional: frozenset[str]) -> CsvFile:
    """The file's rows with every column known; line breaks inside a field are refused."""
    file = CsvFile(name)
    data = _bytes(folder / name, file)
    if data is None:
        return file
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
    numbered = _records(file, lines)
    header = next(numbered, None)
    if header is None:
        needed = ", ".join(sorted(required))
        file.problem(0, None, f"the file is empty. It needs a first line with the columns {needed}")
        return file
    line, columns = header
    if not columns or not _columns_fit(file, line, columns, required, optional):
        return file
    width = len(columns)
    for line, fields in numbered:
        if not fields:
            continue
        if len(fields) != width:
            text = f"{len(fields)} fields where the first line has {width}. "
            advice = "Is the file cut off? Complete it" if len(fields) < width else "Put commas in quotes"
            file.problem(line, None, text + advice)
        else:
            file.rows.append((line, dict(zip(columns, map(str.strip, fields), strict=True))))
    file.whole = not file.problems
    return file


def _bytes(path: Path, file: CsvFile) -> bytes | None:
    try:
        if not path.is_file():
            lost = "this is not a file" if path.exists() else "the file is missing"
            file.problem(0, None, f"{lost}. The folder needs models.csv, benchmarks.csv and scores.csv")
            return None
        with path.open("rb") as handle:
            # The size is looked at first, and held while reading for a file that grows meanwhile.
            data = handle.read(MAX_BYTES + 1) if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        file.problem(0, None, f"the file cannot be read ({error.strerror}). Check its permissions")
        return None
    if data is None or len(data) > MAX_BYTES:
        file.problem(0, None, f"the file is over {MAX_BYTES // 2**20} MB. Leave out what is not needed")
        return None
    if data.count(b"\n") > MAX_ROWS + 1:
        file.problem(MAX_ROWS + 2, None, f"there are over {MAX_ROWS:,} rows. Leave out what is not needed")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        file.problem(1, None, "the file is UTF-16. Save it as UTF-8")
        return None
    return data


def _records(file: CsvFile, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Line by line, so that an open quote spoils one line (no fields) and not the rest of the file."""
    for number, line in enumerate(lines, 1):
        line = line.removesuffix("\r")
        if not line:
            continue
        if len(line) > MAX_LINE:
            text = f"the line is over {MAX_LINE:,} characters long. Shorten the longest field"
            file.problem(number, None, text)
            yield number, []
            continue
        if '"' not in line:
            yield number, line.split(",")
            continue
        try:
            # The NUL is reported with its column later; the csv module of Python 3.11 accepts it.
            yield number, next(csv.reader([line], strict=True))
        except csv.Error:
            file.problem(
                number,
                None,
                "a quote is opened and not closed on this line, or text follows a closing quote. "
                "Put the whole field in quotes and write a quote inside it twice",
            )
            yield number, []


def _columns_fit(
    file: CsvFile, line: int, columns: list[str], required: frozenset[str], optional: frozenset[str]
) -> bool:
    columns[:] = map(str.strip, columns)
    known_columns = required | optional
    if len(columns) > 2 * len(known_columns):
        text = f"{len(columns):,} columns are too many. The columns are {', '.join(sorted(known_columns))}"
        file.problem(line, None, text)
        return False
    for column in sorted(c for c, times in Counter(columns).items() if times > 1):
        file.problem(line, shown(column), "the column is there twice. Remove one")
    for column in dict.fromkeys(columns):
        if column not in known_columns:
            known = ", ".join(sorted(optional))
            text = f"the column is not known. Remove it; optional columns are {known}"
            file.problem(line, shown(column), text)
    for column in sorted(required - set(columns)):
        file.problem(line, column, "the column is missing. Add it; leave fields empty where nothing is known")
    return not file.problems


def unwanted(text: str) -> str | None:
    """What is wrong with the characters of a text, or None."""
    found = _UNWANTED.search(text)
    return _unwanted(found.group()) if found else None
