"""From a new snapshot to what is due, in real stores."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.newsroom import plan
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Model
from bot.catalog.tables import Tables
from bot.errors import SameAlert
from bot.news.alert import Alert, Event, Frequency, Pause, Taste
from bot.news.editions import LOOK_BACK, HeldChange, PreviewedMessage, preview, settle
from bot.news.kinds import Change, MethodChange, NewModel, PriceChange, RankShift
from bot.store import alerts
from bot.store.deliveries import Claim, Outcome, take_turn
from bot.store.editions import read_edition, regular_since
from bot.store.store import Store
from tests.news.test_alert import named, shift, spot
from tests.worlds import benchmark, model, price, score, suppose

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
METHOD = 1


class World:
    """A store whose snapshots are taken by hand at a time that stands still."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, START
        self.models: dict[str, Model] = {}

    async def snapshot(self, order: str = "", method: int = METHOD, **prices: int | None) -> None:
        """A snapshot an hour later: these prices for input in place of those before (None: the model is
        gone), and abilities in this order, the best first, where there is one."""
        self.now += HOUR
        for id_, cost in prices.items():
            if cost is None:
                del self.models[id_]
            else:
                self.models[id_] = model(id_, number=ord(id_), price=price(cost, 10))
        tables = Tables(tuple(self.models.values()), BENCHMARKS, self._scores(order), frozenset())
        result = await self.store.load(tables, "sync", "1.0", self.now)
        world = suppose(
            Catalog(tables.models, BENCHMARKS, tables.scores),
            {letter: -float(n) for n, letter in enumerate(order)},
        )
        fit = world.fit.__class__(**{**vars(world.fit), "method": method}) if world.fit and order else None
        await self.store.keep_fit(result.snapshot, method, fit)

    def _scores(self, order: str) -> tuple[Any, ...]:
        return tuple(score(m, b.benchmark_id, 50) for m in order for b in BENCHMARKS)

    async def subscribe(self, place: int = 1, frequency: Frequency = Frequency.INSTANT, **taste: Any) -> int:
        wanted = Alert(guild=7, channel=place, person=9, taste=Taste(**taste), frequency=frequency)
        return (await alerts.subscribe(self.store, wanted, self.now)).number

    async def preview(self, alert: Alert) -> Sequence[PreviewedMessage]:
        return preview(alert, await regular_since(self.store, self.now - LOOK_BACK), self.now)

    async def plan(self) -> int:
        return await plan(self.store, lambda: self.now)

    async def due(self) -> list[tuple[int, tuple[Change, ...]]]:
        """What would be sent now, by place; all of it counts as sent."""
        found: list[tuple[int, tuple[Change, ...]]] = []
        while claims := await self._claims():
            for claim in claims:
                edition = await read_edition(self.store, claim.edition or 0)
                heard = [h for c in edition.changes if (h := claim.alert.taste.select(c))]
                found.append((claim.channel, tuple(heard)))
            await self._sent(claims)
        return found

    async def _claims(self) -> Sequence[Claim]:
        claims, _ = await take_turn(self.store, "me", (), (), self.now, 100, 1000, HOUR)
        return claims

    async def _sent(self, claims: Sequence[Claim]) -> None:
        outcomes = [Outcome(claim.number, "sent", message=1) for claim in claims]
        await take_turn(self.store, "me", outcomes, (), self.now, 0, 1000, HOUR)

    async def prices_told(self) -> list[tuple[int, list[tuple[str, int, int]]]]:
        return [
            (
                place,
                [
                    (c.model.model_id, int(c.before.input), int(c.after.input))
                    for c in heard
                    if isinstance(c, PriceChange) and c.before and c.after
                ],
            )
            for place, heard in await self.due()
        ]


BENCHMARKS = tuple(benchmark(f"{c.value}{n}", c) for c in (Category.CODING, Category.MATH) for n in range(4))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with await Store.open(tmp_path / "m.db") as store:
        yield World(store)


async def test_what_changes_is_due_once_where_it_is_wanted(world: World) -> None:
    await world.snapshot(a=1, b=1)
    await world.plan()
    await world.subscribe(1, events=(Event.PRICE,))
    await world.subscribe(2, events=(Event.NEW,))
    await world.snapshot(a=2)
    assert await world.plan() == 1
    assert await world.plan() == 0
    assert await world.prices_told() == [(1, [("a", 1, 2)])]
    await world.snapshot(c=3)
    assert await world.plan() == 1
    ((place, (change,)),) = await world.due()
    assert place == 2
    assert isinstance(change, NewModel)


async def test_the_first_snapshot_and_a_new_subscription_are_silent(world: World) -> None:
    number = await world.subscribe()
    await world.snapshot(a=1, b=1)
    assert await world.plan() == 0
    await world.snapshot(a=2)
    assert await world.plan() == 1
    await world.subscribe(2)
    assert await world.plan() == 0
    assert [place for place, _ in await world.due()] == [1]
    held = await alerts.find(world.store, number)
    assert held
    assert held.snapshot == 2


async def test_a_snapshot_is_told_only_with_its_abilities_or_after_ten_minutes(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    await world.subscribe()
    world.now += HOUR
    tables = Tables((model("a", number=97, price=price(2, 10)),), BENCHMARKS, (), frozenset())
    await world.store.load(tables, "sync", "1.0", world.now)
    assert await world.plan() == 0
    world.now += timedelta(minutes=11)
    assert await world.plan() == 1


async def test_a_brief_tells_the_difference_over_its_time_and_nothing_where_there_is_none(
    world: World,
) -> None:
    await world.snapshot(a=1, b=1)
    await world.plan()
    await world.subscribe(1, Frequency.DAILY)  # at 9:00 UTC
    await world.snapshot(a=2)
    assert await world.plan() == 0
    await world.snapshot(a=3, b=2)
    await world.snapshot(b=1)
    world.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert await world.plan() == 1
    assert await world.prices_told() == [(1, [("a", 1, 3)])]
    await world.snapshot(a=4)
    await world.snapshot(a=3)
    world.now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert await world.plan() == 0
    await world.snapshot(a=5)
    world.now = datetime(2026, 11, 27, 8, 59, tzinfo=UTC)
    assert await world.plan() == 0
    world.now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert await world.plan() == 1


async def test_what_takes_itself_back_within_a_day_is_not_told_twice(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    await world.subscribe()
    for cost in (2, 1, 2, 1, 2):
        await world.snapshot(a=cost)
        await world.plan()
    assert await world.prices_told() == [(1, [("a", 1, 2)])]
    world.now += timedelta(days=2)
    assert await world.plan() == 0


async def test_what_is_taken_back_and_stays_so_is_told_a_day_later(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    await world.subscribe()
    for cost in (2, 1):
        await world.snapshot(a=cost)
        await world.plan()
    assert await world.prices_told() == [(1, [("a", 1, 2)])]
    world.now += timedelta(hours=23)
    assert await world.plan() == 0
    world.now += HOUR
    assert await world.plan() == 1
    assert await world.plan() == 0
    assert await world.prices_told() == [(1, [("a", 2, 1)])]


async def test_a_change_that_waits_goes_on_from_what_was_told(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    await world.subscribe()
    for cost in (2, 1, 5):
        await world.snapshot(a=cost)
        await world.plan()
    assert await world.prices_told() == [(1, [("a", 1, 2)]), (1, [("a", 2, 5)])]


async def test_a_new_method_is_one_note_in_place_of_all_shifts(world: World) -> None:
    await world.snapshot("abcdefgh", **dict.fromkeys("abcdefgh", 1))
    await world.plan()
    await world.subscribe(1, top=1, events=(Event.RANKING,))
    await world.snapshot("hbcdefga", method=METHOD + 1, a=2)
    await world.plan()
    ((_, (note,)),) = await world.due()
    assert isinstance(note, MethodChange)
    await world.snapshot("abcdefgh", method=METHOD + 1, a=3)
    await world.plan()
    ((_, shifts),) = await world.due()
    assert {c.model.model_id for c in shifts if isinstance(c, RankShift)} >= {"a", "h"}


async def test_the_same_snapshot_worked_out_in_another_way_is_one_note(world: World) -> None:
    await world.snapshot("abcd", **dict.fromkeys("abcd", 1))
    await world.plan()
    await world.subscribe()
    fit = (await world.store.catalog()).fit
    assert fit
    await world.store.keep_fit(1, METHOD + 1, fit)
    assert await world.plan() == 1
    assert await world.plan() == 0
    ((_, (note,)),) = await world.due()
    assert note == MethodChange(abilities=(METHOD, METHOD + 1))


async def test_after_a_pause_one_summary_tells_the_difference(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    number = await world.subscribe()
    await world.snapshot(a=2)
    await world.plan()
    await alerts.pause(world.store, number, world.now)
    assert await world.due() == []
    await world.snapshot(a=3)
    await world.snapshot(a=4)
    assert await world.plan() == 0
    await alerts.resume(world.store, number)
    assert await world.plan() == 1
    assert await world.prices_told() == [(1, [("a", 1, 4)])]


async def test_what_was_not_sent_for_longer_than_its_window_becomes_one_summary(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    await world.subscribe()
    for cost in (2, 3, 4):
        await world.snapshot(a=cost)
        assert await world.plan() == 1
    world.now += timedelta(days=2)
    assert await world._claims() == ()
    assert await world.plan() == 1
    assert await world.prices_told() == [(1, [("a", 1, 4)])]


async def test_what_somebody_was_told_last_is_kept_until_they_are_told_again(world: World) -> None:
    await world.snapshot(a=1)
    await world.plan()
    number = await world.subscribe()
    await alerts.pause(world.store, number, world.now)
    for cost in (2, 3):
        await world.snapshot(a=cost)
    world.now += timedelta(days=40)
    await world.snapshot(a=4)
    gone = await world.store.thin(world.now)
    assert 1 not in gone
    assert 2 in gone
    await alerts.resume(world.store, number)
    await world.plan()
    assert await world.prices_told() == [(1, [("a", 1, 4)])]


@pytest.mark.parametrize("number", [ord("a"), ord("z")])
async def test_a_followed_model_is_followed_under_its_new_name(world: World, number: int) -> None:
    await world.snapshot(a=1, b=1)
    await world.plan()
    await world.subscribe(models=(ord("a"),))
    del world.models["a"]
    world.models["z"] = model("z", number=number, display_name="a", price=price(2, 10))
    await world.snapshot(b=2)
    await world.plan()
    assert await world.prices_told() == [(1, [("z", 1, 2)])]
    world.models["z"] = world.models["z"].model_copy(update={"price": price(4, 10)})
    await world.snapshot(b=2)
    await world.plan()
    assert await world.prices_told() == [(1, [("z", 2, 4)])]


async def test_two_that_plan_at_once_make_each_delivery_once(world: World) -> None:

    await world.snapshot(a=1)
    await world.plan()
    for place in range(20):
        await world.subscribe(place)
    await world.snapshot(a=2)
    made = await asyncio.gather(*(world.plan() for _ in range(4)))
    assert sum(made) == 20
    assert sorted(place for place, _ in await world.due()) == list(range(20))


async def test_what_is_asked_for_twice_at_once_is_done_once(world: World) -> None:
    wanted = Alert(guild=7, channel=1, person=9)
    asked = [alerts.subscribe(world.store, wanted, world.now) for _ in range(5)]
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert Counter(map(type, made)) == {Alert: 1, SameAlert: 4}
    others = [
        alerts.subscribe(world.store, wanted.model_copy(update={"channel": n}), world.now)
        for n in range(2, 40)
    ]
    await asyncio.gather(*others, return_exceptions=True)
    assert len(await alerts.of_server(world.store, 7)) == 25


async def test_models_that_are_watched_at_once_are_all_watched(world: World) -> None:
    await asyncio.gather(*(alerts.watch(world.store, 9, number, world.now) for number in range(1, 6)))
    held = await alerts.watch_of(world.store, 9)
    assert held
    assert sorted(held.taste.models) == [1, 2, 3, 4, 5]
    await asyncio.gather(*(alerts.unwatch(world.store, 9, number, world.now) for number in range(1, 5)))
    held = await alerts.watch_of(world.store, 9)
    assert held
    assert held.taste.models == (5,)


async def test_a_person_who_asks_is_forgotten(world: World) -> None:
    await world.snapshot(a=1, b=1)
    await world.subscribe()
    await alerts.watch(world.store, 9, 97, world.now)
    await alerts.watch(world.store, 10, 97, world.now)
    assert await alerts.forget(world.store, 9) == 2
    assert await alerts.watch_of(world.store, 9) is None
    assert await alerts.watch_of(world.store, 10)
    (left,) = await alerts.of_server(world.store, 7)
    assert left.person is None


async def test_alerts_of_a_server_that_was_left_end_after_thirty_days_unless_it_comes_back(
    world: World,
) -> None:
    await world.snapshot(a=1)
    number = await world.subscribe()
    await alerts.leave_server(world.store, 7, world.now)
    world.now += timedelta(days=29)
    await alerts.compare_servers(world.store, (), world.now)
    assert (await alerts.find(world.store, number)).paused is Pause.LEFT  # type: ignore[union-attr]
    await alerts.join_server(world.store, 7)
    assert (await alerts.find(world.store, number)).paused is None  # type: ignore[union-attr]
    await alerts.leave_server(world.store, 7, world.now)
    world.now += timedelta(days=31)
    await alerts.compare_servers(world.store, (), world.now)
    assert await alerts.find(world.store, number) is None


async def test_an_alert_that_was_paused_by_hand_stays_so_when_the_bot_comes_back(world: World) -> None:
    await world.snapshot(a=1)
    number = await world.subscribe()
    await alerts.pause(world.store, number, world.now)
    await alerts.leave_server(world.store, 7, world.now)
    await alerts.join_server(world.store, 7)
    assert (await alerts.find(world.store, number)).paused is Pause.ASKED  # type: ignore[union-attr]
    await alerts.leave_server(world.store, 7, world.now)
    world.now += timedelta(days=31)
    await alerts.compare_servers(world.store, (), world.now)
    assert await alerts.find(world.store, number) is None


async def test_preview_says_what_the_last_thirty_days_would_have_sent(world: World) -> None:
    await world.snapshot(a=1, b=1)
    await world.plan()
    for cost in (2, 3, 4):
        await world.snapshot(a=cost)
        await world.plan()
    instant = Alert(guild=7, channel=1, person=9)
    assert [len(sent.changes) for sent in await world.preview(instant)] == [1, 1, 1]
    world.now += timedelta(days=1)
    daily = instant.model_copy(update={"frequency": Frequency.DAILY})
    (sent,) = await world.preview(daily)
    assert sent.at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    world.now += timedelta(days=31)
    assert await world.preview(instant) == ()


def price_change(before: int, after: int) -> PriceChange:
    return PriceChange(model=named(1), before=price(before, 10), after=price(after, 10), beside=None)


def test_a_shift_the_other_way_waits_also_where_its_ranges_differ() -> None:
    told = shift(9, 2)
    back = shift(2, 8).model_copy(update={"before": spot(2)})
    assert settle((back,), (told,), (), START) == ((), (back,), ())
    again = shift(8, 2)
    waiting = HeldChange(4, START, back)
    assert settle((again,), (told,), (waiting,), START + HOUR) == ((), (), (4,))


def test_what_waits_is_told_after_a_day_and_other_subjects_are_not_touched() -> None:
    waiting = HeldChange(4, START, price_change(2, 1))
    other = shift(9, 2, number=2)
    assert settle((other,), (), (waiting,), START + HOUR) == ((other,), (), ())
    day = START + timedelta(days=1)
    assert settle((other,), (), (waiting,), day) == ((other, price_change(2, 1)), (), (4,))
