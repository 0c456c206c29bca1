"""Which changes are for whom, and when a brief is due."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.catalog.entities import Category, Lane
from bot.news.alert import Alert, Event, Frequency, Taste
from bot.news.kinds import (
    Board,
    Change,
    ContextChange,
    MethodChange,
    ModelRemoved,
    Named,
    NewModel,
    Overtaking,
    PriceChange,
    RankShift,
    Spot,
)
from tests.worlds import price

OVERALL = Board(lane=Lane.PROVISIONAL, category=None)
CODING = Board(lane=Lane.PROVISIONAL, category=Category.CODING)
VERIFIED = Board(lane=Lane.VERIFIED, category=None)


def named(number: int, provider: str = "Maker") -> Named:
    id_ = f"model-{number}"
    return Named(number=number, model_id=id_, display_name=id_, provider=provider, was=id_, rank=number)


def spot(rank: int) -> Spot:
    return Spot(rank=rank, best=rank, worst=rank)


def shift(before: int, after: int, board: Board = OVERALL, number: int = 1) -> RankShift:
    return RankShift(
        model=named(number),
        board=board,
        before=spot(before),
        after=spot(after),
        entered=0,
        alongside=0,
        past=None,
    )


def new(number: int = 1, ahead_of: tuple[Named, ...] = ()) -> NewModel:
    return NewModel(
        model=named(number),
        spots=(),
        price=None,
        context_window_tokens=None,
        beside=None,
        past=None,
        ahead_of=ahead_of,
    )


PRICE = PriceChange(model=named(1), before=price(1, 2), after=price(2, 2), beside=None)
CONTEXT = ContextChange(model=named(1), before=1000, after=2000)
REMOVED = ModelRemoved(model=named(1), spots=())
METHOD = MethodChange(abilities=(1, 2))
OVERTAKES = Overtaking(model=named(1), other=named(2), board=OVERALL, before=spot(3), after=spot(1))


@pytest.mark.parametrize(
    ("change", "event"),
    [
        (shift(12, 3), Event.RANKING),
        (METHOD, Event.RANKING),
        (new(), Event.NEW),
        (PRICE, Event.PRICE),
        (CONTEXT, Event.CONTEXT),
        (REMOVED, Event.REMOVED),
    ],
)
def test_each_kind_of_change_is_heard_by_those_who_chose_it_and_nobody_else(
    change: Change, event: Event
) -> None:
    assert Taste(events=(event,)).select(change) == change
    assert Taste(events=tuple(e for e in Event if e is not event)).select(change) is None


@pytest.mark.parametrize(
    ("taste", "board", "heard"),
    [
        ({}, OVERALL, True),
        ({}, CODING, False),
        ({"board": Category.CODING}, CODING, True),
        ({"board": Category.CODING}, OVERALL, False),
        ({"board": Category.MATH}, CODING, False),
        ({"board": "every"}, OVERALL, True),
        ({"board": "every"}, CODING, True),
        ({"board": "every"}, VERIFIED, False),
    ],
)
def test_shifts_are_those_of_the_ranking_that_is_followed(
    taste: dict[str, Any], board: Board, heard: bool
) -> None:
    assert (Taste(**taste).select(shift(12, 3, board)) is not None) is heard


def test_shifts_count_where_they_cross_the_top_are_large_or_are_of_a_followed_model() -> None:
    assert Taste(top=5).select(shift(6, 5))
    assert not Taste(top=5).select(shift(8, 6))
    assert Taste(top=5).select(shift(12, 7))
    assert Taste(top=5, models=(1,)).select(shift(8, 7))
    assert not Taste(top=5, models=(2,)).select(shift(8, 7))


def test_followed_models_and_a_provider_leave_out_all_others() -> None:
    assert Taste(models=(1,)).select(PRICE)
    assert not Taste(models=(2,)).select(PRICE)
    assert Taste(provider="Maker").select(PRICE)
    assert not Taste(provider="Other").select(PRICE)
    assert Taste(models=(2,)).select(OVERTAKES) == Taste(models=(1,)).select(OVERTAKES) == OVERTAKES
    assert not Taste().select(OVERTAKES)


def test_a_new_model_is_told_to_those_whose_model_it_passes_and_names_no_other() -> None:
    change = new(1, ahead_of=(named(2), named(3)))
    heard = Taste(models=(3,)).select(change)
    assert isinstance(heard, NewModel)
    assert [m.number for m in heard.ahead_of] == [3]
    assert Taste(models=(4,)).select(change) is None
    everything = Taste().select(change)
    assert isinstance(everything, NewModel)
    assert everything.ahead_of == ()


def test_a_renamed_model_is_still_followed_by_its_number() -> None:
    renamed = named(1).model_copy(update={"model_id": "model-1-final"})
    change = PRICE.model_copy(update={"model": renamed})
    assert Taste(models=(1,)).select(change) == change
    assert Taste(models=(1,)).select(shift(9, 8).model_copy(update={"model": renamed}))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("frequency", "hour", "timezone", "now", "due"),
    [
        (Frequency.INSTANT, 9, "UTC", at(2026, 11, 24, 8), None),
        (Frequency.DAILY, 9, "UTC", at(2026, 11, 24, 8, 59), at(2026, 11, 24, 9)),
        (Frequency.DAILY, 9, "UTC", at(2026, 11, 24, 9), at(2026, 11, 25, 9)),
        (Frequency.DAILY, 9, "Europe/Berlin", at(2026, 11, 24, 8), at(2026, 11, 25, 8)),
        (Frequency.DAILY, 9, "Europe/Berlin", at(2026, 7, 24, 8), at(2026, 7, 25, 7)),
        # 2:00 does not exist there on that night, and comes twice on the other.
        (Frequency.DAILY, 2, "Europe/Berlin", at(2026, 3, 29, 0), at(2026, 3, 29, 1)),
        (Frequency.DAILY, 2, "Europe/Berlin", at(2026, 10, 24, 23), at(2026, 10, 25, 0)),
        (Frequency.DAILY, 0, "Pacific/Kiritimati", at(2026, 11, 24, 9), at(2026, 11, 24, 10)),
        (Frequency.WEEKLY, 9, "UTC", at(2026, 11, 24, 8), at(2026, 11, 30, 9)),
        (Frequency.WEEKLY, 9, "UTC", at(2026, 11, 30, 9), at(2026, 12, 7, 9)),
        # Monday there is still Sunday in Greenwich.
        (Frequency.WEEKLY, 9, "Asia/Tokyo", at(2026, 11, 24, 8), at(2026, 11, 30, 0)),
    ],
)
def test_a_brief_is_due_at_its_hour_where_its_readers_are(
    frequency: Frequency, hour: int, timezone: str, now: datetime, due: datetime | None
) -> None:
    wanted = Alert(guild=1, channel=2, person=3, frequency=frequency, hour=hour, timezone=timezone)
    assert wanted.next_brief(now) == due


def test_percentages_of_a_kept_price_change_stay_exact() -> None:
    change = PriceChange(model=named(1), before=price("0.1", "0.3"), after=price("0.15", "0.3"), beside=None)
    assert PriceChange.model_validate_json(change.model_dump_json()).input_percent == Decimal(50)
