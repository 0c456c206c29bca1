"""A zip of CSV files from outside: unpacked as a stream with a limit, and read by the names of columns."""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass

from bot.errors import SourceRefused

Fields = dict[str, str]

_BLANKS = re.compile(r"\s+")
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Bounds:
    """What an archive may hold at most: bytes as it is sent, of a file and of all that are unpacked, entries,
    rows of a table."""

    packed: int = 16 * 2**20
    file: int = 8 * 2**20
    unpacked: int = 32 * 2**20
    entries: int = 500
    rows: int = 20_000


BOUNDS = Bounds()


def unpack(packed: bytes, wanted: Container[str], bounds: Bounds = BOUNDS) -> Mapping[str, bytes | None]:
    """The wanted files by name, None for a file that is there and not wanted: those are never unpacked.

    Only files beside each other count; what lies in folders is left out. What the archive says of sizes is
    not believed: unpacking ends at the limit. Raises ``SourceRefused``.
    """
    if len(packed) > bounds.packed:
        raise SourceRefused(f"the archive is over {bounds.packed:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = archive.infolist()
            if len(entries) > bounds.entries:
                raise SourceRefused(
                    f"the archive has {len(entries):,} entries, {bounds.entries:,} are the most"
                )
            names = Counter(entry.filename for entry in entries)
            if twice := [name for name, count in names.items() if count > 1]:
                raise SourceRefused(f"the archive has {twice[0][:80]!r} more than once")
            files: dict[str, bytes | None] = {}
            left = bounds.unpacked
            for entry in entries:
                if "/" in entry.filename or "\\" in entry.filename:
                    continue
                files[entry.filename] = None
                if entry.filename in wanted:
                    data = _read(archive, entry, min(left, bounds.file))
                    left -= len(data)
                    files[entry.filename] = data
            return files
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise SourceRefused(f"the archive cannot be read ({str(error)[:120]})") from error


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    pieces, size = [], 0
    with archive.open(entry) as file:
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > most:
                raise SourceRefused(f"{entry.filename[:80]} unpacks to over {most:,} bytes")
            pieces.append(piece)
    return b"".join(pieces)


def records(data: bytes, bounds: Bounds = BOUNDS) -> list[Fields]:
    """The rows of a table by the names of its columns, blanks around and inside fields joined.

    Raises ``ValueError`` with what is wrong: no UTF-8, no first line, a column twice, a row that is longer or
    shorter than the first line, too many rows.
    """
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    try:
        columns = [_BLANKS.sub(" ", name).strip() for name in next(lines, [])]
        if not columns:
            raise ValueError("it is empty")
        if len(set(columns)) < len(columns):
            raise ValueError("it has a column twice")
        found: list[Fields] = []
        for fields in lines:
            if not fields:
                continue
            if len(fields) != len(columns):
                raise ValueError(f"a row has {len(fields)} fields, the first line {len(columns)}")
            if len(found) == bounds.rows:
                raise ValueError(f"it has over {bounds.rows:,} rows")
            cleaned = (_BLANKS.sub(" ", each).strip() for each in fields)
            found.append(dict(zip(columns, cleaned, strict=True)))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return found
