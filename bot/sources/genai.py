"""genai-prices: prices by provider, some with the day from which they hold.

Its data file is read from its address like every other source: with the same limits, conditions and doubts as
the others, and without a package that would have to be imported and would fetch by its own rules.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from bot.sources.offers import Dollars, Offer, Shape, Source, Text, Tokens, checked, per_million, tail, tokens

MAKERS = {
    "anthropic": "Anthropic",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google": "Google",
    "mistral": "Mistral AI",
    "moonshotai": "Moonshot AI",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "x-ai": "xAI",
}


class Tiered(Shape):
    """``base`` is the price of the lowest context band."""

    base: Dollars


class Prices(Shape):
    input_mtok: Dollars | Tiered | None = None
    output_mtok: Dollars | Tiered | None = None


class Constraint(Shape):
    start_date: Annotated[date, Field(strict=False)] | None = None
    start_time: str | None = None


class Dated(Shape):
    constraint: Constraint | None = None
    prices: Prices


class Listed(Shape):
    id: Text
    name: Text | None = None
    context_window: Tokens | None = None
    prices: Prices | tuple[Dated, ...]


class Provider(Shape):
    id: Text
    models: tuple[Listed, ...]


def read(texts: Sequence[str], address: str, today: date) -> list[Offer]:
    """One offer for each model that its maker lists. Raises ``SourceRefused``."""
    answer: tuple[Provider, ...] = checked(tuple[Provider, ...], texts[0])
    return [
        _offer(f"{provider.id}/{listed.id}", listed, MAKERS[provider.id], address, today)
        for provider in answer
        if provider.id in MAKERS
        for listed in provider.models
    ]


def _offer(key: str, listed: Listed, maker: str, address: str, today: date) -> Offer:
    since, prices = _holding(listed.prices, today)
    return Offer(
        key=key,
        names=(tail(listed.id), *([listed.name] if listed.name else [])),
        name=listed.name or listed.id,
        maker=maker,
        source_url=address,
        price_input=_amount(prices.input_mtok if prices else None),
        price_output=_amount(prices.output_mtok if prices else None),
        since=since,
        context=tokens(listed.context_window),
    )


def _holding(stated: Prices | tuple[Dated, ...], today: date) -> tuple[date | None, Prices | None]:
    """The prices of today and since when: the last that have begun. Those of some hours of the day are not
    list prices."""
    if isinstance(stated, Prices):
        return None, stated
    begun = [
        (each.constraint.start_date if each.constraint else None, each.prices)
        for each in stated
        if not (each.constraint and each.constraint.start_time)
    ]
    begun = [(since, prices) for since, prices in begun if since is None or since <= today]
    return max(begun, key=lambda each: each[0] or date.min, default=(None, None))


def _amount(stated: float | Tiered | None) -> Decimal | None:
    return per_million(stated.base if isinstance(stated, Tiered) else stated)


SOURCE = Source("genai", "genai-prices", "/pydantic/genai-prices/main/prices/data.json", read)
