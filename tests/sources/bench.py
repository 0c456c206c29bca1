"""A small store with a folder's tables, and the live sources that it is synced with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Model, Price, Score
from bot.catalog.tables import Tables
from bot.sources.fetch import Fetcher, Limits
from bot.sources.sync import Memory, Report, sync, unmatched
from bot.store.store import Store
from tests.sources.live import Live, listed, no_sleep, routed
from tests.store.facts import NOW

DAY = date(2026, 11, 20)
PAGE = "https://example.org/prices"


def folder_price(cost_in: str, cost_out: str, day: date = DAY) -> Price:
    return Price(input=Decimal(cost_in), output=Decimal(cost_out), source_url=PAGE, as_of=day)


def known(number: int, id_: str, name: str, provider: str = "OpenAI", **more: Any) -> Model:
    return Model(number=number, model_id=id_, display_name=name, provider=provider, **more)


ALPHA = known(
    1,
    "gpt-5-5",
    "GPT-5.5",
    aliases=("openai/gpt-5.5",),
    price=folder_price("5", "30"),
    context_window_tokens=400_000,
    modalities="text|image->text",
)
PRO = known(2, "gpt-5-5-pro", "GPT-5.5 Pro", price=folder_price("30", "180"))
OPUS = known(
    3,
    "claude-opus-4-8",
    "Claude Opus 4.8",
    "Anthropic",
    price=folder_price("5", "25"),
    modalities="text|image->text",
)
PLAIN = known(4, "mistral-large-4", "Mistral Large 4", "Mistral AI")
GPQA = Benchmark(
    benchmark_id="gpqa",
    display_name="GPQA",
    category=Category.KNOWLEDGE,
    description="Questions",
    unit="percent",
    higher_is_better=True,
)
SCORE = Score(
    model_id="gpt-5-5",
    benchmark_id="gpqa",
    value=Decimal(80),
    source_url="https://example.org/",
    self_reported=False,
    as_of=DAY,
)
FOLDER = Tables((ALPHA, PRO, OPUS, PLAIN), (GPQA,), (SCORE,))

GPT = routed("openai/gpt-5.5", "OpenAI: GPT-5.5", "0.000005", "0.00003")
CLAUDE = routed(
    "anthropic/claude-opus-4.8", "Anthropic: Claude Opus 4.8", "0.000005", "0.000025", context_length=None
)


def of_makers(live: Live, *gpt: float, **more: Any) -> None:
    """models.dev with both makers' models as the folder has them, or GPT-5.5 at another price."""
    live.modelsdev(
        openai=[listed("gpt-5.5", "GPT-5.5", (gpt[0], gpt[1]) if gpt else (5, 30), **more)],
        anthropic=[listed("claude-opus-4-8", "Claude Opus 4.8", (5, 25))],
    )


LIMITS = Limits(seconds=5, bytes=1_000_000, tries=2)


@dataclass
class Bench:
    """A store with the folder's tables, and the sources that it is synced with."""

    store: Store
    live: Live
    sources: tuple[str, ...] = ("openrouter",)
    now: datetime = NOW + timedelta(days=1)
    limits: Limits = LIMITS

    async def sync(self, **more: Any) -> Report:
        addresses = dict.fromkeys(self.sources, self.live.origin)
        async with Fetcher(lambda: self.now, no_sleep, lambda: 0.5, self.limits) as fetcher:
            return await sync(self.store, addresses, fetcher, "1.0", self.now, **more)

    async def changed(self, *gpt: float) -> Report:
        """What a sync does a day after one at which models.dev stated what the folder has."""
        self.sources = ("modelsdev",)
        of_makers(self.live)
        await self.sync()
        self.now += timedelta(days=1)
        of_makers(self.live, *(gpt or (4, 24)))
        return await self.sync()

    async def catalog(self) -> Catalog:
        return await self.store.catalog()

    async def memory(self, source: str) -> Memory:
        """What is remembered of a source."""
        return Memory.model_validate_json(await self.store.recall(f"source {source}") or "{}")

    async def reasons(self) -> dict[str, str]:
        return {each.key: each.reason for each in await unmatched(self.store)}
