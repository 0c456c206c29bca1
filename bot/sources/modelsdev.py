"""models.dev: prices, limits, dates, weights and modalities. Only what a maker offers itself counts."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from bot.sources.offers import (
    Dollars,
    Offer,
    Shape,
    Source,
    Text,
    Tokens,
    checked,
    modalities,
    per_million,
    tail,
    tokens,
)

# The provider there -> the provider of our tables. Others, and regional branches, sell what somebody made.
MAKERS = {
    "alibaba": "Alibaba Qwen",
    "anthropic": "Anthropic",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google": "Google",
    "inception": "Inception",
    "llama": "Meta",
    "minimax": "MiniMax",
    "mistral": "Mistral AI",
    "moonshotai": "Moonshot AI",
    "morph": "Morph",
    "nvidia": "NVIDIA",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "poolside": "Poolside",
    "stepfun": "StepFun",
    "upstage": "Upstage",
    "venice": "Venice",
    "xai": "xAI",
    "xiaomi": "Xiaomi",
    "zai": "Z.ai",
}

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Cost(Shape):
    input: Dollars
    output: Dollars


class Limit(Shape):
    context: Tokens | None = None
    output: Tokens | None = None


class Modalities(Shape):
    input: tuple[Text, ...] = ()
    output: tuple[Text, ...] = ()


class Listed(Shape):
    id: Text
    name: Text
    cost: Cost | None = None
    limit: Limit = Limit()
    release_date: Annotated[str, Field(max_length=30)] | None = None
    open_weights: bool | None = None
    modalities: Modalities = Modalities()


class Provider(Shape):
    models: dict[Text, Listed]


def read(texts: Sequence[str], address: str, today: date) -> list[Offer]:
    """One offer for each model that its maker lists and that writes text. Raises ``SourceRefused``."""
    answer: dict[str, Provider] = checked(dict[Text, Provider], texts[0])
    return [
        _offer(f"{provider}/{listed.id}", listed, maker, address)
        for provider, maker in MAKERS.items()
        if provider in answer
        for listed in answer[provider].models.values()
        if "text" in listed.modalities.output or not listed.modalities.output
    ]


def _offer(key: str, listed: Listed, maker: str, address: str) -> Offer:
    return Offer(
        key=key,
        names=(tail(listed.id), listed.name),
        name=listed.name,
        # A maker that also serves others writes their names in front: nvidia lists meta/llama-3.3.
        maker=maker if "/" not in listed.id else None,
        source_url=address,
        released=_day(listed.release_date),
        price_input=per_million(listed.cost.input) if listed.cost else None,
        price_output=per_million(listed.cost.output) if listed.cost else None,
        context=tokens(listed.limit.context),
        max_output=tokens(listed.limit.output),
        open_weights=listed.open_weights,
        modalities=modalities(listed.modalities.input, listed.modalities.output),
    )


def _day(text: str | None) -> date | None:
    """The whole date; None for a month or a year, which cannot say that a model is new."""
    try:
        return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None
    except ValueError:
        return None


SOURCE = Source("modelsdev", "models.dev", "/api.json", read)
