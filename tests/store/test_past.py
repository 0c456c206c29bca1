"""What the store knows of earlier days, read once and then kept."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.catalog.tables import Tables
from bot.store.past import FRESH, MOST, Past, spread
from bot.store.store import Snapshot, Store
from tests.worlds import benchmark, model, price, score

FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def tables(cost: int) -> Tables:
    return Tables(
        models=(model("a", 1, price=price(cost, cost)), model("b", 2)),
        benchmarks=(benchmark("x"),),
        scores=(score("a", "x", 50),),
    )


async def load(path: Path, cost: int, day: int) -> None:
    async with await Store.open(path) as store:
        await store.load(tables(cost), "packaged", "1", FIRST + timedelta(days=day))


async def costs(past: Past) -> list[int]:
    return [int(moment.prices[1][0]) for moment in await past()]


async def test_each_day_is_a_moment_and_a_new_one_is_found(tmp_path: Path) -> None:
    path, clock = tmp_path / "store.db", Clock()
    past = Past(path, clock)
    await load(path, 1, 0)
    assert await costs(past) == [1]
    await load(path, 2, 1)

    assert await costs(past) == [1]
    clock.now += FRESH
    assert await costs(past) == [1, 2]
    assert [moment.day for moment in await past()] == [date(2026, 1, 1), date(2026, 1, 2)]


async def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    path, clock = tmp_path / "store.db", Clock()
    past = Past(path, clock)
    await load(path, 1, 0)
    (first,) = await past()
    await load(path, 2, 1)
    clock.now += FRESH
    assert (await past())[0] is first


async def test_an_empty_store_has_no_past(tmp_path: Path) -> None:
    assert await Past(tmp_path / "store.db")() == ()


def snapshot(number: int, hours: int) -> Snapshot:
    return Snapshot(number, FIRST + timedelta(hours=hours), str(number), "packaged", "1")


def test_of_a_day_the_last_snapshot_counts() -> None:
    taken = [snapshot(n, 6 * n) for n in range(6)]
    assert [each.number for each in spread(taken)] == [1, 5]


def test_of_many_days_some_are_taken_with_the_first_and_the_last() -> None:
    chosen = [each.number for each in spread([snapshot(n, 24 * n) for n in range(100)])]
    assert len(chosen) == MOST
    assert (chosen[0], chosen[-1]) == (0, 99)
    assert len(set(chosen)) == MOST
