"""A store with alerts in a few channels, and what a test does to it from outside."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from bot.ability.kept import ABILITY_METHOD
from bot.alerts.newsroom import plan
from bot.catalog.tables import Tables
from bot.news.alert import Alert, Taste
from bot.store.alerts import subscribe
from bot.store.connection import prepare
from bot.store.store import Store
from bot.store.tables import subscriptions
from tests.store.facts import model, tables
from tests.wire import GUILD_ID
from tests.wire.payloads import Json, dm_channel_id
from tests.worlds import price

MODELS = 6
PERSON = 700_000_000_000_000_000
MOMENTS = (
    ("deliveries", ("made_at", "due_at", "tried_at", "lease")),
    ("subscriptions", ("silent_since", "next_at", "left_at")),
    ("editions", ("made_at",)),
    ("held", ("at",)),
)


def now() -> datetime:
    return datetime.now(UTC)


def priced(*prices: int) -> Tables:
    """Models m0, m1, ... that cost so much; 0: without a price."""
    models = [model(f"m{n}", n + 1, price=price(p, p) if p else None) for n, p in enumerate(prices)]
    return tables(*models)


def with_prices(*prices: int) -> Tables:
    """The six models of a ``market`` with the first few prices changed."""
    return priced(*prices, *([1] * (MODELS - len(prices))))


async def load(store: Store, held: Tables, at: datetime | None = None) -> int:
    """A new snapshot, without abilities."""
    result = await store.load(held, "a test", "1", at or now())
    await store.keep_fit(result.snapshot, ABILITY_METHOD, "no scores")
    return result.snapshot


async def market(path: Path, subscribed: Iterable[Alert], at: datetime | None = None) -> tuple[Alert, ...]:
    """A store whose newsroom knows the first snapshot, with these alerts."""
    prepare(path, 5.0)  # One after the other: a process migrates one store at a time.
    async with await Store.open(path) as store:
        await load(store, with_prices(), at)
        await plan(store, lambda: at or now())
        return tuple([await subscribe(store, each, at or now(), 10**6) for each in subscribed])


async def subscribe_all(store: Store, wanted: Iterable[Alert]) -> None:
    """Many at once, told of the first snapshot."""
    columns = [column.name for column in subscriptions.c if column.name not in ("number", "left_at")]
    values = [
        {**dict(each), "place": each.channel, "taste": each.taste.model_dump_json(), "told": 1}
        for each in wanted
    ]
    async with store.writing() as connection:
        await connection.execute(insert(subscriptions), [{name: v[name] for name in columns} for v in values])


async def with_a_dearer_model(store: Store) -> None:
    """A new snapshot, in which a well-known model costs more than in the shipped tables."""
    held = Tables.of(await store.catalog())
    models = [
        m.model_copy(update={"price": price(90, 99)}) if m.model_id == "gpt-5-5" else m for m in held.models
    ]
    await store.load(Tables(tuple(models), held.benchmarks, held.scores), "a test", "1", now())


def in_channel(channel: int, *, top: int = 10, person: int | None = PERSON) -> Alert:
    return Alert(guild=GUILD_ID, channel=channel, person=person, taste=Taste(top=top))


def to_person(person: int) -> Alert:
    return Alert(guild=None, channel=person, person=person, taste=Taste(board="every"))


def let_pass(path: Path, by: timedelta) -> None:
    """Everything in the store happened so much earlier."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        for table, columns in MOMENTS:
            for column in columns:
                rows = file.execute(f"SELECT number, {column} FROM {table} WHERE {column} IS NOT NULL")
                moved = [((datetime.fromisoformat(at) - by).isoformat(), n) for n, at in rows.fetchall()]
                file.executemany(f"UPDATE {table} SET {column} = ? WHERE number = ?", moved)
        file.execute("COMMIT")


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, timeout=30)) as file:
        return file.execute(query).fetchall()


def delivery_of(message: Json) -> int:
    """Which delivery a message is, by its nonce."""
    return int(message["nonce"].rsplit("-", 1)[1])


def where(place: int, guild: object) -> str:
    """The channel in which an alert is read."""
    return str(place if guild is not None else dm_channel_id(place))
