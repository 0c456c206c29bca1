"""What a live source says of the models it lists, in one form for all sources."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.catalog.entities import Place, Value
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
    the day from which the source has it. Prices are USD per million tokens; ``since`` is the day from which
    the source itself says that its price holds. ``speed_tps`` is in tokens a second, ``ttft_s`` in seconds.
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
    context: int | None = None
    max_output: int | None = None
    open_weights: bool | None = None
    modalities: str | None = None
    speed_tps: Decimal | None = None
    ttft_s: Decimal | None = None
    places: tuple[Place, ...] = ()
    scores: tuple[Measured, ...] = ()

    @property
    def appeared(self) -> date | None:
        """When it came out, as far as the source knows."""
        return self.released or self.listed

    @property
    def priced(self) -> bool:
        return self.price_input is not None and self.price_output is not None


def _no_more(texts: Sequence[str]) -> str | None:
    return None


@dataclass(frozen=True)
class Source:
    """How to read one source.

    ``name`` is for commands and settings, ``title`` for people. ``path`` follows the configured address;
    ``more`` takes the texts read so far and gives the path of the next, None once they are all. ``read``
    takes all texts, the address of the first and the day. Both raise ``SourceRefused`` with the place of what
    does not fit.
    """

    name: str
    title: str
    path: str
    read: Callable[[Sequence[str], str, date], list[Offer]]
    more: Callable[[Sequence[str]], str | None] = _no_more


def checked(shape: Any, text: str) -> Any:
    """The text as the shape. Raises ``SourceRefused`` naming the first place that does not fit."""
    from pydantic import TypeAdapter

    try:
        return TypeAdapter(shape).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the beginning"
        count = error.error_count()
        more = f" and {count - 1} more" if count > 1 else ""
        raise SourceRefused(f"its shape changed at {place[:120]}: {first['msg'][:120]}{more}") from None


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
