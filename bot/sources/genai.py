"""genai-prices: prices by provider, some with the day from which they hold.

Its data file is read from its address like every other source: with the same limits, conditions and doubts as
the others, and without a package that would have to be imported and would fetch by its own rules. Of a price
by the hour the row without a constraint is the standard one where it is the lower, and the other a remark.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from bot.catalog.entities import Band, Hours, PriceKind
from bot.sources.offers import (
    Dollars,
    Offer,
    Reading,
    Rows,
    Shape,
    Source,
    Text,
    Tokens,
    checked,
    per_million,
    tail,
    tokens,
)

MAKERS = {
    "ai21": "AI21 Labs",
    "anthropic": "Anthropic",
    "arcee": "Arcee AI",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google": "Google",
    "inception": "Inception",
    "minimax": "MiniMax",
    "mistral": "Mistral AI",
    "moonshotai": "Moonshot AI",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "poolside": "Poolside",
    "sakana": "Sakana AI",
    "stepfun": "StepFun",
    "upstage": "Upstage",
    "x-ai": "xAI",
    "xiaomi": "Xiaomi",
    "zai": "Z.ai",
}
# What a remark says of a figure that no maker states.
_TAKEN_OVER = re.compile(
    r"(imported|taken(?: over)?|copied|seen|relayed|derived) (?:from|on|at) (?:\w+ )?"
    r"(openrouter|a marketplace|marketplace|a reseller|an aggregator|a host|litellm|together|fireworks|groq)"
    r"|not (?:yet )?confirmed by the maker",
    re.IGNORECASE,
)


class Step(Shape):
    start: Tokens
    price: Dollars


class Tiered(Shape):
    """``base`` is the price of the lowest context band."""

    base: Dollars
    tiers: tuple[Step, ...] = ()


class Prices(Shape):
    input_mtok: Dollars | Tiered | None = None
    output_mtok: Dollars | Tiered | None = None
    cache_read_mtok: Dollars | Tiered | None = None
    currency: Text = "USD"


class Constraint(Shape):
    start_date: Annotated[date, Field(strict=False)] | None = None
    start_time: Annotated[str, Field(max_length=40)] | None = None
    end_time: Annotated[str, Field(max_length=40)] | None = None


class Dated(Shape):
    constraint: Constraint | None = None
    prices: Prices


class Listed(Shape):
    id: Text
    name: Text | None = None
    context_window: Tokens | None = None
    prices: Prices | tuple[Dated, ...]
    price_comments: Annotated[str, Field(max_length=20_000)] | None = None
    deprecated: bool | None = None


def read(texts: Sequence[str], address: str, today: date) -> Reading:
    """One offer for each model that its maker lists. Raises ``SourceRefused``."""
    answer: tuple[Any, ...] = checked(tuple[Any, ...], texts[0])
    rows = Rows(Listed)
    found: list[Offer] = []
    for number, provider in enumerate(answer):
        id_ = provider.get("id") if isinstance(provider, dict) else None
        models = provider.get("models") if isinstance(provider, dict) else None
        if not isinstance(id_, str) or not isinstance(models, list):
            rows.leave_out(f"{number}.models", "it lists no models")
        elif id_ in MAKERS:
            fitting = rows.all((f"{number}.models.{n}", each) for n, each in enumerate(models))

            def offer(key: str, row: Listed, id_: str = id_) -> Offer:
                return _offer(f"{id_}/{row.id}", row, MAKERS[id_], address, today)

            found += rows.offers(fitting, offer)
    return Reading(found, tuple(rows.left_out))


def _offer(key: str, listed: Listed, maker: str, address: str, today: date) -> Offer:
    since, prices, hours = _holding(listed.prices, today)
    if prices is not None and prices.currency.upper() != "USD":
        prices = None
    host = bool(_TAKEN_OVER.search(listed.price_comments or ""))
    return Offer(
        key=key,
        names=(tail(listed.id), *([listed.name] if listed.name else [])),
        name=listed.name or listed.id,
        maker=maker,
        source_url=address,
        price_input=_amount(prices.input_mtok if prices else None),
        price_output=_amount(prices.output_mtok if prices else None),
        since=since,
        kind=PriceKind.HOST if host else PriceKind.COLLECTION,
        cached=_amount(prices.cache_read_mtok if prices else None),
        bands=_bands(prices) if prices else (),
        hours=hours,
        context=tokens(listed.context_window),
    )


def _holding(
    stated: Prices | tuple[Dated, ...], today: date
) -> tuple[date | None, Prices | None, Hours | None]:
    """The standard price of today, since when, and the hours that cost something else.

    Of the prices of whole days the last that has begun. With hours in which it costs more and none else that
    price is the standard; a row that holds for most of the day, as with a discount by night, is.
    """
    if isinstance(stated, Prices):
        return None, stated, None
    timed = [each for each in stated if each.constraint and each.constraint.start_time]
    begun = [
        (each.constraint.start_date if each.constraint else None, each.prices)
        for each in stated
        if not (each.constraint and each.constraint.start_time)
    ]
    begun = [(since, prices) for since, prices in begun if since is None or since <= today]
    since, prices = max(begun, key=lambda each: each[0] or date.min, default=(None, None))
    longest = max(timed, key=lambda each: _length(each.constraint), default=None)
    if longest is not None and _length(longest.constraint) > 12 * 60:
        return since, longest.prices, None
    return since, prices, _hours(prices, timed)


def _length(constraint: Constraint | None) -> int:
    """Minutes of the day that it covers."""
    span = _span(constraint)
    if span is None:
        return 0
    start, end = (int(each[:2]) * 60 + int(each[3:]) for each in span)
    return (end - start) % 1440


def _span(constraint: Constraint | None) -> tuple[str, str] | None:
    ends = [] if constraint is None else [constraint.start_time or "", constraint.end_time or ""]
    found = [each[:5] for each in ends if re.match(r"[0-2][0-9]:[0-5][0-9]", each)]
    return (found[0], found[1]) if len(found) == 2 else None


def _hours(prices: Prices | None, timed: Sequence[Dated]) -> Hours | None:
    standard = _amount(prices.input_mtok) if prices else None
    spans = [(span, each.prices) for each in timed if (span := _span(each.constraint))]
    dear = {_amount(each.input_mtok) for _, each in spans}
    other = next(iter(dear)) if len(dear) == 1 else None
    if not standard or not other or other == standard:
        return None
    return Hours(spans=tuple(span for span, _ in spans), times=(other / standard).quantize(Decimal("0.01")))


def _bands(prices: Prices) -> tuple[Band, ...]:
    """Bands that both input and output have."""
    steps = [
        {step.start: per_million(step.price) for step in each.tiers} if isinstance(each, Tiered) else {}
        for each in (prices.input_mtok, prices.output_mtok, prices.cache_read_mtok)
    ]
    found = []
    for start in sorted(steps[0].keys() | steps[1].keys()):
        given = steps[0].get(start) or _amount(prices.input_mtok)
        taken = steps[1].get(start) or _amount(prices.output_mtok)
        if given is not None and taken is not None:
            found.append(Band(above=start, input=given, output=taken, cached=steps[2].get(start)))
    return tuple(found)


def _amount(stated: float | Tiered | None) -> Decimal | None:
    return per_million(stated.base if isinstance(stated, Tiered) else stated)


SOURCE = Source("genai", "genai-prices", "/pydantic/genai-prices/main/prices/new_data/v2/data.json", read)
