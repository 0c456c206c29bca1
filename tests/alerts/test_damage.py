"""What is not as this program writes it, in the file or by the clock: it costs no more than itself."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.news.alert import Event, Frequency
from bot.store import alerts
from bot.store.store import Store
from tests.alerts.test_newsroom import HOUR, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with await Store.open(tmp_path / "m.db") as store:
        world = World(store)
        await world.snapshot(a=1)
        await world.plan()
        yield world


def spoil(world: World, how: str) -> None:
    with closing(sqlite3.connect(world.store.path)) as file, file:
        file.execute(f"UPDATE {how}")


async def test_a_time_zone_that_is_gone_stops_no_alerts(world: World) -> None:
    await world.subscribe(1, Frequency.DAILY)
    await world.subscribe(2)
    spoil(world, "subscriptions SET timezone = 'Asia/Atlantis' WHERE place = 1")
    world.now += timedelta(days=1)
    await world.snapshot(a=2)
    assert await world.plan() == 2
    await world.snapshot(a=3)
    assert await world.plan() == 1


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize(
    "how",
    [
        'taste = \'{"board": "chess"}\'',
        "taste = 'x'",
        "hour = 99",
        "frequency = 'hourly'",
        "paused = 'bored'",
    ],
)
async def test_an_alert_that_cannot_be_read_is_silent_and_stops_no_other(
    world: World, how: str, planned: bool
) -> None:
    for place in (1, 2):
        await world.subscribe(place)
        await world.subscribe(place, Frequency.DAILY)
    await world.snapshot(a=2)
    if planned:
        await world.plan()
    spoil(world, f"subscriptions SET {how} WHERE place = 1")
    world.now += 22 * HOUR
    await world.plan()
    assert {place for place, heard in await world.due() if heard} == {2}
    first, *others = await alerts.of_server(world.store, 7)
    assert (first.channel, len(others)) == (1, 3)
    edited = await alerts.edit(
        world.store, first.number, world.now, taste=first.taste.model_copy(update={"events": tuple(Event)})
    )
    assert edited == await alerts.find(world.store, first.number)
    assert await alerts.remove(world.store, first.number)


@pytest.mark.parametrize("told", [77, -3])
async def test_who_was_told_at_a_snapshot_that_is_gone_hears_what_comes_next(world: World, told: int) -> None:
    await world.subscribe()
    spoil(world, f"subscriptions SET told = {told}")
    await world.snapshot(a=2)
    await world.plan()
    await world.snapshot(a=3)
    assert await world.plan() == 1
    assert await world.prices_told() == [(1, [("a", 2, 3)])]


async def test_news_that_cannot_be_read_do_not_stop_the_next(world: World) -> None:
    await world.subscribe()
    await world.snapshot(a=2)
    await world.plan()
    await world.due()
    await world.snapshot(a=1)
    assert await world.plan() == 0  # It waits.
    spoil(world, "editions SET changes = x'00'")
    spoil(world, "held SET change = '{}'")
    await world.snapshot(a=3)
    assert await world.plan() == 1
    assert await world.prices_told() == [(1, [("a", 1, 3)])]
    (held,) = await alerts.of_server(world.store, 7)
    assert len(await world.preview(held)) == 1


async def test_briefs_and_what_waits_do_not_wait_for_a_moment_that_a_wrong_clock_set(world: World) -> None:
    await world.subscribe(1, Frequency.DAILY)
    await world.subscribe(2)
    await world.snapshot(a=2)
    await world.plan()
    await world.snapshot(a=1)
    world.now += timedelta(days=300)
    await world.plan()
    await world.due()
    world.now -= timedelta(days=300)
    spoil(world, f"held SET at = '{(world.now + timedelta(days=300)).isoformat()}'")
    world.now += timedelta(days=2)
    await world.snapshot(b=1)
    await world.plan()
    assert dict(await world.due()).keys() == {1, 2}
    world.now += timedelta(days=1)
    await world.snapshot(b=2)
    await world.plan()
    assert dict(await world.due()).keys() == {1, 2}
