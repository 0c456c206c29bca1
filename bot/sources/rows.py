"""The rows of the three tables as people write them: every field is text, checked and turned into a value."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from bot.catalog.entities import Category
from bot.sources.csvfile import shown, unwanted

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIGURE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_COUNT = re.compile(r"[0-9]{1,9}")
_URL = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
# What counts as a letter or sign and leaves only a gap: fillers of Hangul, the empty pattern of Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError("field", "{text}", {"text": text})


def _text(value: str, most: int) -> str:
    if problem := unwanted(value):
        raise _wrong(problem)
    if len(value) > most:
        raise _wrong(f"{len(value):,} characters are too many. Shorten it to {most}")
    return value


def _id(value: str) -> str:
    _text(value, 60)
    if not _SLUG.fullmatch(value):
        raise _wrong(f"{shown(value)} is not an id. Use small letters, digits and hyphens, as in gpt-5-5")
    return value


def _figure(value: str) -> Decimal:
    _text(value, 60)
    if not _FIGURE.fullmatch(value):
        raise _wrong(f"{shown(value)} is not a plain number. Write it as in 78.8")
    return Decimal(value)


def _not_negative(value: str) -> Decimal:
    if (number := _figure(value)) < 0:
        raise _wrong(f"{value} is below 0. Correct it, or leave it empty if it is not known")
    return number


def _positive(value: str) -> Decimal:
    if (number := _figure(value)) <= 0:
        raise _wrong(f"{value} is not above 0. Correct it, or leave it empty if it is not known")
    return number


def _share(value: str) -> Decimal:
    if not 0 < (number := _figure(value)) <= 1:
        raise _wrong(f"{value} is not a share above 0 and up to 1. Correct it, or leave it empty")
    return number


def _count(value: str, least: int, most: int) -> int:
    _text(value, 60)
    if not _COUNT.fullmatch(value) or not least <= int(value) <= most:
        raise _wrong(
            f"{shown(value)} is no whole number from {least} to {most}. Correct it, or leave it empty"
        )
    return int(value)


def _yes_no(value: str) -> bool:
    if value not in ("yes", "no"):
        raise _wrong(f"{shown(value)} is neither yes nor no. Write one of them")
    return value == "yes"


def _who_measured(value: str) -> bool | None:
    if value == "unknown":
        return None
    if value not in ("yes", "no"):
        raise _wrong(f"{shown(value)} is not yes, no or unknown. Write one of them")
    return value == "yes"


def _day(value: str) -> date:
    _text(value, 60)
    try:
        if len(value) == 10 and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(f"{shown(value)} is not a date. Write it as YYYY-MM-DD")


def _rough_date(value: str) -> str:
    _text(value, 60)
    try:
        if _DATE.fullmatch(value):
            date.fromisoformat(value + "-01-01"[len(value) - 4 :])
            return value
    except ValueError:
        pass
    raise _wrong(f"{shown(value)} is not a date. Write it as YYYY-MM-DD, YYYY-MM or YYYY")


def _url(value: str) -> str:
    _text(value, 500)
    if not _URL.fullmatch(value) or not _has_host(value):
        raise _wrong(f"{shown(value)} is not a web address. Write it as in https://example.org/page")
    return value


def _has_host(url: str) -> bool:
    """Whether the faces, which show where an address leads, find a host in it."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _category(value: str) -> Category:
    if value not in set(Category):
        raise _wrong(f"{shown(value)} is not a category. Use one of {', '.join(Category)}")
    return Category(value)


def _aliases(value: str) -> tuple[str, ...]:
    aliases = tuple(_text(a.strip(), 100) for a in value.split("|") if a.strip())
    if len(aliases) > 50:
        raise _wrong(f"{len(aliases)} aliases are too many. Keep 50")
    return aliases


def _needed(parse: Callable[[str], Any]) -> BeforeValidator:
    def field(value: str) -> Any:
        if not value:
            raise _wrong("the field is empty. Fill it in")
        parsed = parse(value)
        if not any(map(_is_visible, value)):
            raise _wrong("the field has only invisible characters. Fill it in")
        return parsed

    return BeforeValidator(field)


def _is_visible(character: str) -> bool:
    """Not so marks that need a letter under them, spaces, and what formats or controls text."""
    return unicodedata.category(character)[0] not in "MZC" and character not in _BLANK


def _or_none(parse: Callable[[str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if value else None)


_Id = Annotated[str, _needed(_id)]
_Name = Annotated[str, _needed(partial(_text, most=100))]
_Text = Annotated[str, _needed(partial(_text, most=300))]
_MaybeText = Annotated[str | None, _or_none(partial(_text, most=300))]
_Day = Annotated[date, _needed(_day)]
_MaybeYes = Annotated[bool | None, _or_none(_yes_no)]
_Tokens = Annotated[int | None, _or_none(partial(_count, least=256, most=20_000_000))]
_Budget = Annotated[int | None, _or_none(partial(_count, least=1, most=20_000_000))]
_Cost = Annotated[Decimal | None, _or_none(_not_negative)]
_Positive = Annotated[Decimal | None, _or_none(_positive)]


class Row(BaseModel):
    """The fields of one line, by column; a field without a default is a column that must be there."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def columns(cls) -> tuple[frozenset[str], frozenset[str]]:
        """Columns that must be there, and optional ones."""
        needed = frozenset(name for name, field in cls.model_fields.items() if field.is_required())
        return needed, frozenset(cls.model_fields) - needed


class ModelRow(Row):
    model_id: _Id
    display_name: _Name
    provider: _Text
    aliases: Annotated[tuple[str, ...], BeforeValidator(_aliases)]
    release_date: Annotated[str | None, _or_none(_rough_date)]
    open_weights: _MaybeYes
    license: _MaybeText
    context_window_tokens: _Tokens
    max_output_tokens: _Tokens
    input_usd_per_mtok: _Cost
    output_usd_per_mtok: _Cost
    price_source_url: Annotated[str | None, _or_none(_url)]
    price_as_of: Annotated[date | None, _or_none(_day)]
    modalities: _MaybeText
    family: _MaybeText = None
    parameters_b: _Positive = None
    reasoning: _MaybeYes = None
    speed_tps: _Positive = None
    ttft_s: _Cost = None
    number: Annotated[int | None, _or_none(partial(_count, least=1, most=999_999_999))] = None


class MergedRow(Row):
    """A model that is now another's: its number, and its id, which is an alias of that one."""

    number: Annotated[int, _needed(partial(_count, least=1, most=999_999_999))]
    model_id: _Id


class BenchmarkRow(Row):
    benchmark_id: _Id
    display_name: _Name
    category: Annotated[Category, _needed(_category)]
    description: _Text
    unit: _Text
    higher_is_better: Annotated[bool, _needed(_yes_no)]
    max_score: _Positive
    weight: Annotated[Decimal | None, _or_none(_share)] = None


class ScoreRow(Row):
    model_id: _Id
    benchmark_id: _Id
    score: Annotated[Decimal, _needed(_figure)]
    unit: _Text
    source_url: Annotated[str, _needed(_url)]
    self_reported: Annotated[bool | None, _needed(_who_measured)]
    as_of: _Day
    variant: Annotated[str, BeforeValidator(partial(_text, most=300))]
    effort: _MaybeText = None
    tools: _MaybeYes = None
    harness: _MaybeText = None
    budget_tokens: _Budget = None
    noise: _Cost = None
