"""models.dev: prices, limits, dates, weights and modalities. Only what a maker offers itself counts."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from bot.catalog.entities import Band
from bot.sources.makers import maker_of
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
    exact,
    modalities,
    per_million,
    tail,
    tokens,
)

# The provider there -> the provider of our tables. Others, and regional branches, sell what somebody made.
MAKERS = {
    "agnes": "Agnes",
    "ai21": "AI21 Labs",
    "alibaba": "Alibaba Qwen",
    "amazon-bedrock": "Amazon",
    "anthropic": "Anthropic",
    "arcee": "Arcee AI",
    "bailing": "inclusionAI",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google": "Google",
    "inception": "Inception",
    "llama": "Meta",
    "longcat": "Meituan",
    "meta": "Meta",
    "minimax": "MiniMax",
    "mistral": "Mistral AI",
    "moonshotai": "Moonshot AI",
    "morph": "Morph",
    "nova": "Amazon",
    "nvidia": "NVIDIA",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "poolside": "Poolside",
    "sakana": "Sakana AI",
    "sarvam": "Sarvam AI",
    "sensenova": "SenseTime",
    "stepfun": "StepFun",
    "stepfun-ai": "StepFun",
    "tencent-tokenhub": "Tencent",
    "thinkingmachines": "Thinking Machines Lab",
    "upstage": "Upstage",
    "volcengine": "ByteDance",
    "xai": "xAI",
    "xiaomi": "Xiaomi",
    "zai": "Z.ai",
}
# Where these list only what others made under names of their own, theirs are known by the start of the id.
OWN_IDS = {"amazon-bedrock": re.compile(r"(?:[a-z]{2,6}\.)?amazon\.")}

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A status that says that the maker no longer wants it used.
_DEPRECATED = "deprecated"


class Threshold(Shape):
    type: Text
    size: Tokens


class Tier(Shape):
    input: Dollars
    output: Dollars
    cache_read: Dollars | None = None
    tier: Threshold


class Cost(Shape):
    """``currency`` is not there today: a price in another than dollars is none of ours."""

    input: Dollars
    output: Dollars
    cache_read: Dollars | None = None
    tiers: tuple[Tier, ...] = ()
    currency: Text = "USD"
    unit: Text | None = None


class Limit(Shape):
    context: Tokens | None = None
    output: Tokens | None = None


class Modalities(Shape):
    input: tuple[Text, ...] = ()
    output: tuple[Text, ...] = ()


class Option(Shape):
    type: Text
    values: tuple[Annotated[str, Field(max_length=40)] | None, ...] = ()


class Listed(Shape):
    id: Text
    name: Text
    cost: Cost | None = None
    limit: Limit = Limit()
    release_date: Annotated[str, Field(max_length=30)] | None = None
    open_weights: bool | None = None
    modalities: Modalities = Modalities()
    canonical_model_id: Annotated[str, Field(max_length=200)] | None = None
    reasoning: bool | None = None
    reasoning_options: tuple[Option, ...] = ()
    tool_call: bool | None = None
    structured_output: bool | None = None
    status: Annotated[str, Field(max_length=40)] | None = None
    currency: Text = "USD"


def read(texts: Sequence[str], address: str, today: date) -> Reading:
    """One offer for each model that its maker lists and that writes text. Raises ``SourceRefused``."""
    answer: dict[str, Any] = checked(dict[Text, Any], texts[0])
    rows = Rows(Listed)
    found: list[Offer] = []
    for provider, maker in MAKERS.items():
        listed = answer.get(provider, {})
        models = listed.get("models", {}) if isinstance(listed, dict) else None
        if not isinstance(models, dict):
            rows.leave_out(f"{provider}.models", "it lists no models")
            continue
        fitting = rows.all((f"{provider}.models.{id_}", raw) for id_, raw in _own(provider, models))

        def offer(key: str, row: Listed, provider: str = provider, maker: str = maker) -> Offer | None:
            writes = "text" in row.modalities.output or not row.modalities.output
            return _offer(f"{provider}/{row.id}", row, maker, address) if writes else None

        found += rows.offers(fitting, offer)
    return Reading(found, tuple(rows.left_out))


def _own(provider: str, models: Mapping[str, Any]) -> list[tuple[str, Any]]:
    own = OWN_IDS.get(provider)
    return [(id_, raw) for id_, raw in models.items() if own is None or own.match(id_)]


def _offer(key: str, listed: Listed, maker: str, address: str) -> Offer:
    cost = listed.cost if listed.cost and _dollars(listed, listed.cost) else None
    given, taken = (per_million(cost.input), per_million(cost.output)) if cost else (None, None)
    options = [option for option in listed.reasoning_options if option.type == "effort"]
    return Offer(
        key=key,
        names=(tail(listed.id), listed.name),
        name=listed.name,
        maker=_maker(key, listed, maker),
        source_url=address,
        released=_day(listed.release_date),
        price_input=given,
        price_output=taken,
        cached=per_million(cost.cache_read) if cost else None,
        bands=_bands(cost) if cost and given is not None else (),
        context=tokens(listed.limit.context),
        max_output=tokens(listed.limit.output),
        open_weights=listed.open_weights,
        modalities=modalities(listed.modalities.input, listed.modalities.output),
        parameters_b=exact(_billions(listed.name)),
        reasoning=listed.reasoning,
        efforts=tuple(dict.fromkeys(each for option in options for each in option.values if each)),
        tools=listed.tool_call,
        structured_output=listed.structured_output,
        status="deprecated" if listed.status == _DEPRECATED else "active",
    )


def _dollars(listed: Listed, cost: Cost) -> bool:
    return {cost.currency.upper(), listed.currency.upper()} == {"USD"} and cost.unit is None


def _maker(key: str, listed: Listed, maker: str) -> str | None:
    """The maker as the tables write it, None where the provider only serves what another has made.

    A maker that also serves others writes their names in front: nvidia lists meta/llama-3.3.
    """
    if listed.canonical_model_id and "/" in listed.canonical_model_id:
        author = listed.canonical_model_id.split("/", 1)[0]
        return maker if maker in (MAKERS.get(author), maker_of(author)) else None
    provider, id_ = key.split("/", 1)
    if "/" not in id_ or provider in OWN_IDS:
        return maker
    return maker if id_.split("/", 1)[0] == provider else None


def _bands(cost: Cost) -> tuple[Band, ...]:
    found = []
    for each in cost.tiers:
        given, taken = per_million(each.input), per_million(each.output)
        if each.tier.type == "context" and given is not None and taken is not None:
            cached = per_million(each.cache_read)
            found.append(Band(above=each.tier.size, input=given, output=taken, cached=cached))
    return tuple(sorted(found, key=lambda band: band.above))


def _billions(name: str) -> float | None:
    """Parameters in billions where the name says them: 27 of Qwen3.8-27B; 235 of 235B-A22B."""
    found = re.search(r"(?<![A-Za-z0-9.])([0-9]{1,4}(?:\.[0-9])?)B(?![A-Za-z])", name)
    return float(found[1]) if found else None


def _day(text: str | None) -> date | None:
    """The whole date; None for a month or a year, which cannot say that a model is new."""
    try:
        return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None
    except ValueError:
        return None


SOURCE = Source("modelsdev", "models.dev", "/api.json", read)
