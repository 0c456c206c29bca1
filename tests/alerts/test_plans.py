"""Which messages a snapshot makes due."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.alerts.newsroom import plan
from bot.analysis.change_kinds import Change
from bot.analysis.subscription import Subscription, Taste
from bot.store.outbox import Outbox
from bot.store.store import Store
from bot.store.subscriptions import Subscriptions
from tests.alerts.world import MODELS, load, market, rows, with_prices
from tests.store.facts import model, tables
from tests.worlds import price

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    await market(tmp_path / "store.db", (), START)
    async with await Store.open(tmp_path / "store.db") as opened:
        yield opened


async def subscribe(store: Store, taste: Taste) -> Subscription:
    wanted = Subscription(guild=1, place=2, person=3, taste=taste)
    kept = await Subscriptions(store).add(wanted, 10, START)
    assert kept
    return kept


async def due(store: Store, hours: float) -> list[Sequence[Change]]:
    """What is planned at that time: for each new message what it tells. All of it is sent."""
    before = len(rows(store.path, "SELECT 1 FROM deliveries"))
    await plan(store, lambda: START + timedelta(hours=hours))
    found = []
    query = "SELECT d.edition, s.taste FROM deliveries d JOIN subscriptions s ON s.number = d.subscription"
    for edition, taste in rows(store.path, f"{query} ORDER BY d.number")[before:]:
        kept = await Outbox(store).edition(int(str(edition)))
        known = Taste.model_validate_json(str(taste))
        found.append([heard for change in kept.changes if (heard := known.heard(change))])
    with closing(sqlite3.connect(store.path)) as file, file:
        file.execute("UPDATE deliveries SET state = 'sent'")
    return found


async def new(store: Store, hours: float, *prices: int) -> list[Sequence[Change]]:
    await load(store, with_prices(*prices), START + timedelta(hours=hours))
    return await due(store, hours)


async def test_a_followed_model_is_followed_under_its_new_name(store: Store) -> None:
    await subscribe(store, Taste(models=(3,)))
    assert await new(store, 1, 2) == []  # of m0
    named = [
        model("called-otherwise" if n == 2 else f"m{n}", n + 1, price=price(*([5, 5] if n == 2 else [1, 1])))
        for n in range(MODELS)
    ]
    await load(store, tables(*named), START + timedelta(hours=2))
    ((change,),) = await due(store, 2)
    assert (change.kind, change.model.model_id) == ("price", "called-otherwise")  # type: ignore[union-attr]


async def test_a_change_that_is_taken_back_within_a_day_is_not_told_again(store: Store) -> None:
    await subscribe(store, Taste())
    assert len(await new(store, 1, 2)) == 1
    assert await new(store, 2, 1) == []  # Taken back: it waits whether it lasts.
    assert await new(store, 3, 2) == []  # And back again: as was told.
    assert await due(store, 30) == []
    assert await new(store, 31, 3) != []


async def test_what_was_taken_back_is_told_once_it_has_lasted_a_day(store: Store) -> None:
    await subscribe(store, Taste())
    assert len(await new(store, 1, 2)) == 1
    assert await new(store, 2, 1) == []
    assert await due(store, 25) == []
    ((change,),) = await due(store, 27)
    assert change.kind == "price"
    assert await due(store, 28) == []


async def test_a_new_method_for_abilities_is_one_note(store: Store) -> None:
    await subscribe(store, Taste())
    assert await due(store, 1) == []
    (method,) = rows(store.path, "SELECT max(method) FROM fits")[0]
    await store.keep_fit(1, int(str(method)) + 1, "no scores")
    ((note,),) = await due(store, 2)
    assert note.kind == "method"
    assert await due(store, 3) == []


async def test_a_plan_is_made_once_however_often_and_by_whomever(store: Store) -> None:
    await subscribe(store, Taste())
    async with await Store.open(store.path) as other:
        assert len(await new(store, 1, 2)) == 1
        assert await due(other, 1) == []
        assert await due(store, 2) == []
