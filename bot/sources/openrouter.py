"""OpenRouter: prices in USD per token as text, context windows, and models as soon as they are served.

It is a marketplace: its prices are those of the cheapest host now, and nobody's list prices.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from bot.catalog.entities import PriceKind
from bot.sources.offers import (
    Offer,
    Reading,
    Rows,
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

# The author in an id -> the provider of our tables.
MAKERS = {
    "ai21": "AI21 Labs",
    "aion-labs": "Aion Labs",
    "allenai": "Allen Institute for AI",
    "amazon": "Amazon",
    "anthropic": "Anthropic",
    "arcee-ai": "Arcee AI",
    "baidu": "Baidu",
    "bytedance": "ByteDance",
    "bytedance-seed": "ByteDance",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google": "Google",
    "ibm-granite": "IBM",
    "inception": "Inception",
    "inclusionai": "inclusionAI",
    "inflection": "Inflection",
    "kwaipilot": "Kwaipilot",
    "liquid": "Liquid AI",
    "meituan": "Meituan",
    "meta-llama": "Meta",
    "microsoft": "Microsoft",
    "minimax": "MiniMax",
    "mistralai": "Mistral AI",
    "moonshotai": "Moonshot AI",
    "morph": "Morph",
    "nex-agi": "Nex AGI",
    "nousresearch": "Nous Research",
    "nvidia": "NVIDIA",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "poolside": "Poolside",
    "qwen": "Alibaba Qwen",
    "rekaai": "Reka",
    "relace": "Relace",
    "stepfun": "StepFun",
    "stepfun-ai": "StepFun",
    "tencent": "Tencent",
    "thinkingmachines": "Thinking Machines Lab",
    "upstage": "Upstage",
    "x-ai": "xAI",
    "xiaomi": "Xiaomi",
    "z-ai": "Z.ai",
}

# A price that depends on the request is written as -1.
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,30})?([eE]-[0-9]{1,2})?$")]
_MILLION = Decimal(1_000_000)


class Pricing(Shape):
    prompt: Amount
    completion: Amount


class Architecture(Shape):
    input_modalities: tuple[Text, ...] = ()
    output_modalities: tuple[Text, ...] = ()


class Listed(Shape):
    id: Text
    canonical_slug: Text | None = None
    name: Text
    created: Annotated[int, Field(ge=0, le=4_000_000_000)]
    context_length: Tokens | None = None
    architecture: Architecture = Architecture()
    pricing: Pricing
    supported_parameters: tuple[Text, ...] | None = None


class Answer(Shape):
    data: tuple[Any, ...]


def read(texts: Sequence[str], address: str, today: date) -> Reading:
    """One offer for each listed model that writes text. Raises ``SourceRefused``."""
    site = address.removesuffix(SOURCE.path)
    rows = Rows(Listed)
    answer: Answer = checked(Answer, texts[0])
    fitting = rows.all((f"data.{n}", each) for n, each in enumerate(answer.data))
    offers = rows.offers(fitting, lambda _, row: _offer(row, site) if _writes(row) else None)
    return Reading(offers, tuple(rows.left_out))


def _writes(listed: Listed) -> bool:
    return "text" in listed.architecture.output_modalities or not listed.architecture.output_modalities


def _offer(listed: Listed, site: str) -> Offer:
    author = listed.id.split("/", 1)[0]
    # "OpenAI: GPT-5.5"
    name = re.sub(r"^[^:]{1,40}: ", "", listed.name)
    able = listed.supported_parameters
    return Offer(
        key=listed.id,
        names=(tail(listed.id), name),
        name=name,
        maker=MAKERS.get(author.removeprefix("~")),
        source_url=f"{site}/{quote(listed.id, safe='/:')}",
        listed=datetime.fromtimestamp(listed.created, UTC).date() if listed.created else None,
        price_input=per_million(Decimal(listed.pricing.prompt) * _MILLION),
        price_output=per_million(Decimal(listed.pricing.completion) * _MILLION),
        kind=PriceKind.HOST,
        own=False,
        context=tokens(listed.context_length),
        modalities=modalities(listed.architecture.input_modalities, listed.architecture.output_modalities),
        tools="tools" in able if able else None,
        structured_output="structured_outputs" in able if able else None,
    )


SOURCE = Source("openrouter", "OpenRouter", "/api/v1/models", read)
