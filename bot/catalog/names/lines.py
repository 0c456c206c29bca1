"""Which models are versions of one another, and which is the newest."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial, reduce
from typing import NamedTuple

from bot.catalog.entities import Model
from bot.catalog.names.spelling import Speller, canonical, is_number, number_parts

# Words of a release that is not the plain one yet.
EARLY = frozenset({"preview", "exp", "beta", "alpha"})
_UNITS = frozenset("bkt")
# How far a size may differ and still be the same model grown: 9B and 12B yes, 1B and 12B no.
_SAME_SIZE = Decimal("1.5")
_STAMP = re.compile(r"0\d+|\d{3,}")

_AFTER_ALL_DATES = "~"
# 4.7 may follow 4.6, and 4.6 4.20, where 4.7 without a date cannot be told from 4.20. So the newest is looked
# for again from each one found; a line needs two or three looks.
_LEAPS = 5

_spell = Speller()


class Version(NamedTuple):
    """``k2.5``: letter k, no letter after, and the number 2.5 both as a value and as steps."""

    before: str
    after: str
    value: Decimal
    steps: tuple[int, ...]


class Line(NamedTuple):
    """What the members of a line have in common, and where in it one model stands."""

    provider: str
    family: str
    words: frozenset[str]
    early: frozenset[str]
    version: Version | None
    size: Decimal | None
    mixture: bool
    date: str


Member = tuple[Line, Model]


def version_of(parts: Iterable[str]) -> Version | None:
    """The first number that is no size, stamp or date."""
    for part in parts:
        if is_number(part):
            before, number, after = number_parts(part)
            if number and "x" not in number and after not in _UNITS and not _STAMP.fullmatch(part):
                whole, _, rest = number.partition(".")
                value = Decimal(f"{whole}.{rest.replace('.', '')}" if rest else whole)
                steps = tuple(map(int, number.split(".")))
                return Version("" if before == "v" else before, after, value, steps)
    return None


def line_of(model: Model) -> Line:
    """Where the model stands, by its display name."""
    parts = [canonical(part) for part in _spell.parts(model.display_name[:200])]
    words = frozenset(p for p in parts if not is_number(p)) - {"instruct"}
    sizes = [number_parts(p) for p in parts if is_number(p)]
    whole = [
        Decimal(number) * (1000 if after == "t" else 1)
        for before, number, after in sizes
        if after in ("b", "t") and not before and number.count(".") < 2 and "x" not in number
    ]
    return Line(
        provider=model.provider.casefold(),
        family=parts[0] if parts else "",
        words=words - EARLY,
        early=words & EARLY,
        version=version_of(parts),
        size=whole[0] if whole else None,
        mixture=any(before == "a" and after == "b" for before, _, after in sizes),
        date=model.release_date or "",
    )


def _alike(new: Line, old: Line) -> bool:
    """Whether ``new`` is the same kind of model: same letters, about the same size, as plain a release."""
    if old.version is None or new.version is None:
        return False
    if (new.version.before, new.version.after) != (old.version.before, old.version.after):
        return False
    if not new.early <= old.early or new.mixture != old.mixture or (new.size is None) != (old.size is None):
        return False
    return not new.size or not old.size or old.size / _SAME_SIZE <= new.size <= old.size * _SAME_SIZE


def _follows(new: Line, old: Line) -> bool:
    """Whether ``new`` has a higher version; False when unsure."""
    if old.version is None or new.version is None:
        return False
    dated = bool(new.date and old.date)
    if dated and new.date < old.date:
        return False
    higher, more_steps = new.version.value > old.version.value, new.version.steps > old.version.steps
    # 4.20 is above 4.3 as steps and below it as a number: then only the dates can tell.
    return higher if higher == more_steps else dated and new.date > old.date


def _preference(new: Line, old: Line) -> tuple[int, Decimal, tuple[int, ...]]:
    """Smallest first: plain before early, nearest size, newest date."""
    away = abs((new.size or Decimal()) - (old.size or Decimal()))
    return len(new.early), away, tuple(-ord(c) for c in new.date)


def _newer_of(start: Line, one: Member, other: Member) -> Member:
    """The one that follows the other; where none does, the one that is more like ``start``."""
    if _follows(other[0], one[0]):
        return other
    if _follows(one[0], other[0]):
        return one
    return min(one, other, key=lambda each: _preference(each[0], start))


class Lines:
    """The lines of a list of models."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._members: dict[tuple[str, frozenset[str]], list[Member]] = defaultdict(list)
        self._lines = {}
        for model in models:
            line = line_of(model)
            self._lines[model.model_id] = line
            self._members[line.provider, line.words].append((line, model))

    def newer(self, model: Model) -> Model | None:
        """The newest member of the model's line with a higher version, or None."""
        old = start = self._lines.get(model.model_id) or line_of(model)
        members = [
            each
            for each in self._members.get((start.provider, start.words), ())
            if each[1].model_id != model.model_id and _alike(each[0], start)
        ]
        newest: Model | None = None
        for _ in range(_LEAPS):
            higher = [each for each in members if _follows(each[0], old)]
            if not higher:
                break
            old, newest = reduce(partial(_newer_of, start), higher)
        return newest

    def newest_first(self, models: Iterable[Model]) -> list[Model]:
        """By release date, then version.

        A model without a date counts as released with the newest in its family of no higher version.
        """
        families: dict[tuple[str, str], list[tuple[Decimal, str]]] = defaultdict(list)
        for line in self._lines.values():
            if line.date:
                families[line.provider, line.family].append((_height(line), line.date))
        for released in families.values():
            released.sort()
            newest = ""
            for at, (height, day) in enumerate(released):
                newest = max(newest, day)
                released[at] = height, newest

        def age(model: Model) -> tuple[str, Decimal, int]:
            line = self._lines[model.model_id]
            day = line.date
            if not day:
                released = families.get((line.provider, line.family), [])
                below = bisect_right(released, (_height(line), _AFTER_ALL_DATES))
                day = released[below - 1][1] if below else ""
            return day, _height(line), -len(line.words)

        return sorted(sorted(models, key=lambda m: m.model_id), key=age, reverse=True)


def _height(line: Line) -> Decimal:
    return line.version.value if line.version else Decimal(-1)
