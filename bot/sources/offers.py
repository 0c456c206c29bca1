"""What a live source says of the models it lists, in one form for all sources."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from bot.catalog.entities import Band, Hours, Place, PriceKind, Rate, Value
from bot.errors import SourceRefused

# What a provider adds to a model's id to serve the same model in another way, or to name no certain one.
_SERVED = "fast free thinking extended exacto nitro floor online batch priority flex latest beta highspeed"
SERVED = frozenset(_SERVED.split(" "))
# Digits that the store keeps; the smallest list price is some thousandths of a dollar.
_PLACES = Decimal("0.000000000001")
_LARGEST_PRICE = 100_000

Tokens = Annotated[int, Field(ge=0, le=1_000_000_000)]
Dollars = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Figure = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
Rank = Annotated[int, Field(ge=1, le=1_000_000)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Shape(BaseModel):
    """What a source sends. Other fields are ignored, a value of another type is refused."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Measured(Value):
    """A score as a source states it: ``names`` are what the source calls the test, ``day`` is the first on
    which it was read so."""

    test: str
    names: tuple[str, ...]
    value: Decimal
    day: date


class Offer(Value):
    """One model as a source lists it. Missing is not stated.

    ``key`` is its id there, ``names`` what it is to be found by, ``maker`` as our tables write it, ``listed``
    the day from which the source has it. Prices are USD per million tokens of the lowest band of input;
    ``kind`` says whose they are, ``since`` from which day the source itself says that they hold,
    ``price_url`` where it has them from if not from ``source_url``. ``own`` is False where a host lists
    another's model, whose window may be shorter there. ``speed_tps`` is in tokens a second, ``ttft_s`` in
    seconds.
    """

    key: str
    names: tuple[str, ...]
    name: str
    maker: str | None
    source_url: str
    released: date | None = None
    listed: date | None = None
    price_input: Decimal | None = None
    price_output: Decimal | None = None
    since: date | None = None
    kind: PriceKind = PriceKind.COLLECTION
    price_url: str | None = None
    cached: Decimal | None = None
    bands: tuple[Band, ...] = ()
    batch: Rate | None = None
    fast: Rate | None = None
    hours: Hours | None = None
    own: bool = True
    context: int | None = None
    max_output: int | None = None
    open_weights: bool | None = None
    modalities: str | None = None
    speed_tps: Decimal | None = None
    ttft_s: Decimal | None = None
    parameters_b: Decimal | None = None
    reasoning: bool | None = None
    efforts: tuple[str, ...] = ()
    tools: bool | None = None
    structured_output: bool | None = None
    status: Literal["active", "deprecated", "removed"] | None = None
    retires: date | None = None
    successor: str | None = None
    places: tuple[Place, ...] = ()
    scores: tuple[Measured, ...] = ()

    @property
    def appeared(self) -> date | None:
        """When it came out, as far as the source knows."""
        return self.released or self.listed

    @property
    def priced(self) -> bool:
        """Whether both prices are stated."""
        return self.price_input is not None and self.price_output is not None


class LeftOut(Value):
    """A row of a source that does not fit: where it is, and why."""

    place: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a source lists now, and the rows of it that could not be read."""

    offers: list[Offer]
    left_out: tuple[LeftOut, ...] = ()


def _no_more(texts: Sequence[str]) -> str | None:
    return None


@dataclass(frozen=True)
class Source:
    """How to read one source.

    ``name`` is for commands and settings, ``title`` for people. ``path`` follows the configured address;
    ``more`` takes the texts read so far and gives the path of the next, None once they are all. ``read``
    takes all texts, the address of the first and the day. Both raise ``SourceRefused`` with the place of what
    does not fit; single rows that do not fit are left out.
    """

    name: str
    title: str
    path: str
    read: Callable[[Sequence[str], str, date], Reading]
    more: Callable[[Sequence[str]], str | None] = _no_more


def checked(shape: Any, text: str | bytes) -> Any:
    """The text as the shape. Raises ``SourceRefused`` naming the first place that does not fit."""
    from pydantic import TypeAdapter

    try:
        return TypeAdapter(shape).validate_json(text)
    except ValidationError as error:
        place, what = _first_of(error)
        raise SourceRefused(f"its shape changed at {place or 'the beginning'}: {what}") from None


def _first_of(error: ValidationError) -> tuple[str, str]:
    """The place of the first thing that does not fit, and what it is."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    count = error.error_count()
    more = f" and {count - 1} more" if count > 1 else ""
    return ".".join(map(str, first["loc"]))[:120], f"{first['msg'][:120]}{more}"


Row = TypeVar("Row", bound=Shape)


class Rows(Generic[Row]):
    """Reads rows of one shape, one by one: what does not fit is left out and counted."""

    def __init__(self, shape: type[Row]) -> None:
        self._shape = shape
        self.left_out: list[LeftOut] = []

    def read(self, key: str, raw: Any) -> Row | None:
        """The row at a place as its shape, None where it does not fit. ``raw`` is what JSON made of it."""
        try:
            return self._shape.model_validate_json(to_json(raw))
        except ValidationError as error:
            place, what = _first_of(error)
            self.leave_out(f"{key}.{place}" if place else key, what)
        except (ValueError, RecursionError):
            self.leave_out(key, "it is no text")
        return None

    def offers(
        self, rows: Iterable[tuple[str, Row]], offer: Callable[[str, Row], Offer | None]
    ) -> list[Offer]:
        """The offer of each row; one that makes no sense is left out like one that does not fit."""
        found = []
        for key, row in rows:
            try:
                made = offer(key, row)
            except SourceRefused as error:
                self.leave_out(key, str(error))
            else:
                found += [made] if made else []
        return found

    def leave_out(self, place: str, reason: str) -> None:
        """Count a row that does not fit, with where it stands and why."""
        self.left_out.append(LeftOut(place=place[:200], reason=reason))

    def all(self, raw: Iterable[tuple[str, Any]]) -> list[tuple[str, Row]]:
        """The rows that fit, with their keys."""
        return [(key, row) for key, each in raw if (row := self.read(key, each)) is not None]


def sound(place: Place, today: date) -> Place:
    """The same place. Raises ``SourceRefused`` for one that contradicts itself or the calendar."""
    low, high = place.low, place.high
    if (low is not None and low > place.score) or (high is not None and high < place.score):
        raise SourceRefused(f"the interval of {place.listed[:100]} does not hold its score")
    if (place.as_of - today).days > 1:
        raise SourceRefused(f"it is dated {place.as_of}, in the future")
    return place


def per_million(stated: Decimal | float | None) -> Decimal | None:
    """A price as the tables keep it, None where it is no list price: free or negative.

    Raises ``SourceRefused`` for a price out of all reason.
    """
    price = exact(stated) if isinstance(stated, float) else stated
    if price is None or price <= 0:
        return None
    if price > _LARGEST_PRICE:
        raise SourceRefused(f"it states a price of {price:,.0f} dollars per million tokens")
    kept = price.quantize(_PLACES)
    return kept.normalize() if kept else None


def exact(stated: float | None) -> Decimal | None:
    """A figure as it was written: 0.1 and not what a float makes of it."""
    return None if stated is None else Decimal(str(stated))


def tokens(count: int | None) -> int | None:
    """A number of tokens that the tables may hold."""
    return count if count is not None and 256 <= count <= 20_000_000 else None


def modalities(taken: Sequence[str], given: Sequence[str]) -> str | None:
    """As the tables write them: text|image->text."""
    order = ("text", "image", "video", "audio", "pdf")
    known = [[m for m in order if m in each] for each in (taken, given)]
    return "->".join("|".join(each) for each in known) if all(known) else None


def tail(key: str) -> str:
    """``gpt-5.5`` of ``openai/gpt-5.5``."""
    return key.rsplit("/", 1)[-1]


def plain_key(key: str) -> str:
    """The id without the words for how it is served: ``gpt-5.5`` of ``gpt-5.5-fast`` and ``gpt-5.5:free``."""
    parts = re.split(r"[-:]", tail(key).casefold())
    while len(parts) > 1 and parts[-1] in SERVED:
        parts.pop()
    return "-".join(parts)


def is_served(key: str) -> bool:
    """Whether the id names a way to serve a model rather than a model."""
    return ":" in tail(key) or plain_key(key) != tail(key).casefold()
