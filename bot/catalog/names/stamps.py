"""Dates written into a name, against the day on which a model came out."""

import re
from calendar import monthrange
from datetime import date, timedelta

_FULL = re.compile(r"(20\d\d)-(\d\d)-(\d\d)|(\d\d)(\d\d)(\d\d)")
_MONTH = re.compile(r"(20\d\d)-(\d\d)|(2\d)(0[1-9]|1[0-2])")
_DAY = re.compile(r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
# Makers stamp a model when it is built, some weeks before it comes out; tables may be a few days late.
_BUILT_BEFORE, _BUILT_AFTER = timedelta(days=31), timedelta(days=3)


def is_stamp(part: str) -> bool:
    """Whether a number may be a date: 2025-11-01, 251101, 2025-11, 2511 or 1101."""
    return any(form.fullmatch(part) for form in (_FULL, _MONTH, _DAY))


def has_no_year(part: str) -> bool:
    """Whether a number may be a month and a day alone: 1101."""
    return _DAY.fullmatch(part) is not None


def is_of(stamp: str, released: str, strict: bool = False) -> bool:
    """Whether the stamp may be that of a model that came out on ``released`` (YYYY-MM-DD or YYYY-MM).

    A day may be up to 31 days before it and 3 days after it, ``strict`` only that day; a month is that of the
    release or one that it touches within a week.
    """
    if len(released) < 7:
        return False
    if found := _MONTH.fullmatch(stamp):
        first, last = _month(int(found[1] or f"20{found[3]}"), int(found[2] or found[4]))
        begin, end = _span(released)
        return begin <= last + timedelta(days=7) and end >= first - _BUILT_AFTER
    if len(released) != 10:
        return False
    day = date.fromisoformat(released)
    if strict:
        return day in _days(stamp, day.year)
    return any(-_BUILT_AFTER <= day - stamped <= _BUILT_BEFORE for stamped in _days(stamp, day.year))


def _days(stamp: str, year: int) -> list[date]:
    """The days that are meant; without a year, those nearest to ``year``."""
    if found := _FULL.fullmatch(stamp):
        written = [(int(found[1] or f"20{found[4]}"), int(found[2] or found[5]), int(found[3] or found[6]))]
    elif found := _DAY.fullmatch(stamp):
        written = [(near, int(found[1]), int(found[2])) for near in (year - 1, year, year + 1)]
    else:
        written = []
    days = []
    for numbers in written:
        try:
            days.append(date(*numbers))
        except ValueError:
            continue
    return days


def _month(year: int, month: int) -> tuple[date, date]:
    month = min(max(month, 1), 12)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _span(released: str) -> tuple[date, date]:
    if len(released) == 10:
        day = date.fromisoformat(released)
        return day, day
    return _month(int(released[:4]), int(released[5:7]))
