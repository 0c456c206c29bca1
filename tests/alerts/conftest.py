"""The real client and publisher on the small Discord; the clock runs, and tests turn it on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.alerts.newsroom import plan
from bot.alerts.publisher import Publisher
from bot.chat.client import MatchupClient
from bot.chat.endpoint import point_at
from bot.chat.views.alerts import alert_message
from bot.news.alert import Alert
from bot.store import alerts
from bot.store.store import Store
from tests.alerts.world import delivery_of, load, market, rows, with_prices
from tests.wire import DiscordSchema, DiscordServer
from tests.wire.payloads import Json


@dataclass
class Clock:
    """The real time, and what a test lets pass."""

    passed: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


@dataclass
class Newsdesk:
    """One store, the bot's client and publishers."""

    discord: DiscordServer
    client: MatchupClient
    store: Store
    clock: Clock
    publisher: Publisher

    async def subscribe(self, *wanted: Alert) -> list[Alert]:
        return [await alerts.subscribe(self.store, each, self.clock(), 1000) for each in wanted]

    async def price(self, *prices: int) -> int:
        """A new snapshot in which the first few models cost so much; what is news of it is planned."""
        await load(self.store, with_prices(*prices), self.clock())
        return await plan(self.store, self.clock)

    async def publish(self, publisher: Publisher | None = None) -> None:
        """Until nothing is under way and nothing can be sent now."""
        publisher = publisher or self.publisher
        while await publisher.turn():  # noqa: ASYNC110 (each turn does something)
            await asyncio.sleep(0.02)

    async def let_pass(self, **time: float) -> None:
        """Time passes, for Discord's memory too."""
        by = timedelta(**time)
        self.clock.passed += by
        self.discord.channels.let_pass(by.total_seconds())

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        query = "SELECT state, count(*) FROM deliveries GROUP BY state"
        return {str(state): int(str(count)) for state, count in rows(self.store.path, query)}

    async def one(self, alert: Alert) -> Alert:
        kept = await alerts.find(self.store, alert.number)
        assert kept
        return kept

    def shown(self, channel: int) -> list[Json]:
        return [m for m in self.discord.messages if m["channel_id"] == str(channel)]

    def order(self, channel: int) -> list[int]:
        return [delivery_of(message) for message in self.shown(channel)]

    def another_publisher(self, name: str) -> Publisher:
        return Publisher(
            self.store, self.client, partial(alert_message, self.client.gallery), self.clock, name
        )


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer("a-token", schema=DiscordSchema.published()) as server:
        for n in range(3):
            server.add_channel(f"channel-{n}", 800_000_000_000_000_000 + 16 * n)
        yield server


@pytest.fixture
async def newsdesk(discord: DiscordServer, tmp_path: Path) -> AsyncIterator[Newsdesk]:
    await market(tmp_path / "store.db", ())
    clock = Clock()
    async with await Store.open(tmp_path / "store.db") as store:
        point_at(discord.api, discord.gateway)
        client = MatchupClient(
            await store.catalog(), today=date.today, recall=store.recall, remember=store.remember
        )
        await client.sign_in("a-token")
        connected = asyncio.create_task(client.stay_connected())
        await discord.ready()
        await client.wait_until_ready()
        publisher = Publisher(store, client, partial(alert_message, client.gallery), clock, "one")
        yield Newsdesk(discord, client, store, clock, publisher)
        await client.close()
        with suppress(asyncio.CancelledError):
            await connected
        point_at(None, None)
