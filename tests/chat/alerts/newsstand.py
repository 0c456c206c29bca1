"""A server with a bot that keeps alerts, a store with snapshots, and the news between them."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from sqlalchemy import select

from bot.ability.kept import ABILITY_METHOD
from bot.alerts.newsroom import plan
from bot.alerts.publisher import Publisher
from bot.catalog.catalog import Catalog
from bot.catalog.tables import Tables
from bot.chat.views.alerts import alert_message
from bot.news.alert import Alert
from bot.store import alerts
from bot.store.store import Store
from bot.store.tables import deliveries, subscriptions
from tests.chat.conftest import Place, Reply
from tests.worlds import price

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
MANAGE = discord.Permissions(manage_channels=True)


class Now:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


async def prepared(path: Path, catalog: Catalog) -> None:
    """A store with the catalog as its only snapshot, from which all news are told."""
    async with await Store.open(path) as store:
        await store.load(Tables.of(catalog), "packaged", "1.0", START - timedelta(hours=1))
        await store.keep_fit(1, ABILITY_METHOD, catalog.fit)
        await plan(store, lambda: START - timedelta(hours=1))


def copied(prepared: Path, to: Path) -> Path:
    return Path(shutil.copy(prepared, to))


@dataclass
class Newsstand(Place):
    """Cleo may manage all channels, Ada and Ben none."""

    store: Store
    now: Now
    catalog: Catalog
    cleo: simcord.MemberActor

    async def alerts(self, command: str, person: simcord.MemberActor | None = None, **options: Any) -> Reply:
        """Cleo uses a command of /alerts in `#general`."""
        return await self.ask(person or self.cleo, f"alerts {command}", **options)

    async def kept(self) -> tuple[Alert, ...]:
        """The alerts of the server."""
        return await alerts.of_server(self.store, self.guild.id)

    async def changed(self, **facts: dict[str, Any]) -> None:
        """A new snapshot in which models (ids with underscores) have other facts."""
        wanted = {model_id.replace("_", "-"): given for model_id, given in facts.items()}
        models = [m.model_copy(update=wanted.get(m.model_id, {})) for m in self.catalog.models.values()]
        scores = [s for m in self.catalog.models for each in self.catalog.scores(m).values() for s in each]
        fit, benchmarks = self.catalog.fit, self.catalog.benchmarks.values()
        self.catalog = Catalog(models, benchmarks, scores, fit=fit)
        loaded = await self.store.load(Tables.of(self.catalog), "folder", "1.0", self.now())
        await self.store.keep_fit(loaded.snapshot, ABILITY_METHOD, None)
        self.client.catalog = self.catalog

    async def dearer(self, model_id: str = "gpt-5-5", dollars: int = 90) -> None:
        """A new snapshot in which a model has another price."""
        await self.changed(**{model_id.replace("-", "_"): {"price": price(dollars, dollars)}})

    def allow_bot(self, **permissions: bool) -> None:
        """What the bot may and may not do in `#general`, apart from its role."""
        assert self.client.user
        allow, deny = discord.PermissionOverwrite(**permissions).pair()
        bot = Overwrite(
            target_id=self.client.user.id,
            type=OverwriteType.MEMBER,
            allow=allow.value,
            deny=deny.value,
        )
        self.env.backend.set_overwrite(self.general.id, bot)

    async def published(self) -> None:
        """Plan what is due, and send all of it."""
        await plan(self.store, self.now)
        render = partial(alert_message, self.client.gallery)
        publisher = Publisher(self.store, self.client, render, self.now, name="one", sleep=_at_once)
        while await publisher.turn():
            await asyncio.gather(*publisher._under_way.values())

    async def choose(
        self, person: simcord.MemberActor, message: simcord.ResponseMessage, menu: int, *values: str
    ) -> Reply:
        """Somebody chooses in the menu of a row, counted from 0 on."""
        custom_id = message.components[menu]["components"][0]["custom_id"]
        return Reply(await person.select(message, list(values), custom_id=custom_id))

    async def choose_in_private(
        self, person: simcord.MemberActor, message: simcord.ResponseMessage, menu: int, *values: str
    ) -> Reply:
        """Likewise in their direct messages."""
        custom_id = message.components[menu]["components"][0]["custom_id"]
        return Reply(await person.user.select(message, list(values), custom_id=custom_id))

    async def stored(self) -> str:
        """Every row about subscriptions and deliveries, as text."""
        async with self.store.reading() as connection:
            rows = [
                row
                for table in (subscriptions, deliveries)
                for row in await connection.execute(select(table))
            ]
        return str(rows)


async def _at_once(seconds: float) -> None:
    return None


def labels(message: simcord.ResponseMessage | discord.Message) -> Sequence[str]:
    """The labels of the buttons, those that cannot be pressed in brackets."""
    view = discord.ui.View.from_message(
        message.message if isinstance(message, simcord.ResponseMessage) else message
    )
    buttons = [each for each in view.children if isinstance(each, discord.ui.Button)]
    return [f"({b.label})" if b.disabled else b.label or "" for b in buttons]
