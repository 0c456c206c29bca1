"""How golden values are written down, read again and compared."""

import gzip
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

FOLDER = Path(__file__).parent
NEAR = 1e-9


def plain(value: Any) -> Any:
    """A value as JSON can hold it, which no change of a class touches: fields by name, enums by value,
    decimals and dates as text."""
    match value:
        case Enum():
            return value.value
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case BaseModel():
            # A field that was added later and holds nothing is in no golden file.
            later = {name for name, field in type(value).model_fields.items() if field.exclude_if}
            return {name: plain(each) for name, each in value if each is not None or name not in later}
        case dict():
            return {str(name): plain(each) for name, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case None | bool() | int() | float() | str():
            return value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no plain form for {type(value).__name__}")


def unnamed(value: Any) -> Any:
    """A plain value without the names of its fields: they may be renamed, their order stays."""
    match value:
        case dict():
            return [unnamed(each) for each in value.values()]
        case list():
            return [unnamed(each) for each in value]
    return value


def differences(expected: Any, found: Any, where: str = "") -> Iterator[str]:
    """Where two JSON values differ: numbers by more than a billionth, all else at all."""
    if isinstance(expected, float) and isinstance(found, float):
        if not math.isclose(expected, found, rel_tol=NEAR, abs_tol=NEAR):
            yield f"{where}: {expected!r} is now {found!r}"
    elif type(expected) is not type(found):
        yield f"{where}: {expected!r} is now {found!r}"
    elif isinstance(expected, dict):
        if list(expected) != list(found):
            yield f"{where}: the fields {list(expected)} are now {list(found)}"
            return
        for name in expected:
            yield from differences(expected[name], found[name], f"{where}.{name}")
    elif isinstance(expected, list):
        if len(expected) != len(found):
            yield f"{where}: {len(expected)} are now {len(found)}"
            return
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{where}[{place}]")
    elif expected != found:
        yield f"{where}: {expected!r} is now {found!r}"


def write(name: str, rows: Iterable[Any]) -> int:
    """One row a line; packed where the name ends in .gz. Returns how many rows that are."""
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    packed = "".join(f"{line}\n" for line in lines).encode()
    if name.endswith(".gz"):
        packed = gzip.compress(packed, mtime=0)
    (FOLDER / name).write_bytes(packed)
    return len(lines)


def read(name: str) -> list[Any]:
    """The rows of a file."""
    packed = (FOLDER / name).read_bytes()
    if name.endswith(".gz"):
        packed = gzip.decompress(packed)
    # Not splitlines(): what people type may hold other signs that end a line.
    return [json.loads(line) for line in packed.decode().split("\n") if line]
