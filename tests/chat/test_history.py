"""/history and the past prices in /model, from a store with three days."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
import simcord

from bot.analysis.history import Moment
from bot.catalog.catalog import Catalog
from bot.charts.pictures import Pictures
from bot.chat.client import MatchupClient
from bot.errors import NoDay, WrongModels
from tests.chat.conftest import TODAY, Memory, Place, buttons, shown

DAYS = (date(2026, 4, 15), date(2026, 6, 15), date(2026, 8, 22))


@dataclass
class Kept:
    """What the store knows of earlier days."""

    moments: list[Moment] = field(default_factory=list)

    async def __call__(self) -> Sequence[Moment]:
        return self.moments


@pytest.fixture
def past(catalog: Catalog) -> Kept:
    """GPT-5.5 fell from 3 to 5 and became cheaper; Claude Opus 4.8 came in June as number 9."""
    one, other = catalog.models["gpt-5-5"].number, catalog.models["claude-opus-4-8"].number
    kept = Kept()
    for n, day in enumerate(DAYS):
        ranks = {one: (3 + n, 2, 6 + n)} | ({other: (9, 9, 9)} if n else {})
        kept.moments.append(Moment(n, day, (1, 1), {None: ranks}, {one: (Decimal(9 - n), Decimal(30))}))
    return kept


@pytest.fixture
async def simcord_bot(catalog: Catalog, memory: Memory, past: Kept) -> AsyncIterator[MatchupClient]:
    client = MatchupClient(
        catalog,
        today=lambda: TODAY,
        recall=memory.recall,
        remember=memory.remember,
        pictures=Pictures(),
        past=past,
        shard_count=1,
    )
    yield client
    await client.gallery.close()


def picture(message: simcord.ResponseMessage) -> str:
    """What its only picture shows, in words."""
    (attachment,) = message.attachments
    return attachment.description or ""


async def test_history_says_and_shows_how_ranks_changed(place: Place) -> None:
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5", model_b="claude opus 4.8")

    assert not reply.ephemeral
    assert "**GPT-5.5**: #3 (2 to 6) on 15 Apr 2026, #5 (2 to 8) on 22 Aug 2026." in shown(reply.response)
    assert "**Claude Opus 4.8**: #9 on 15 Jun 2026 and on 22 Aug 2026." in shown(reply.response)
    assert "GPT-5.5: 3 on 15 Apr 2026, 5 on 22 Aug 2026." in picture(reply.response)


async def test_since_begins_with_what_held_on_that_day(place: Place) -> None:
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5", since="2026-07-01")
    assert "#4 (2 to 7) on 15 Jun 2026, #5 (2 to 8) on 22 Aug 2026." in shown(reply.response)


async def test_a_change_of_method_is_said(place: Place, past: Kept) -> None:
    past.moments[2] = Moment(3, DAYS[2], (1, 2), past.moments[2].ranks, {})
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5")
    assert "The method changed by 22 Aug 2026" in shown(reply.response)


async def test_in_a_category_without_ranks_it_says_so_without_a_picture(place: Place) -> None:
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5", category="math")
    assert "**GPT-5.5**: never ranked here." in shown(reply.response)
    assert reply.response.attachments == []


@pytest.mark.parametrize(("kept", "said"), [(0, "No earlier data is kept here"), (1, "only one state")])
async def test_without_a_past_it_says_why(place: Place, past: Kept, kept: int, said: str) -> None:
    past.moments = past.moments[:kept]
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5")
    assert said in shown(reply.response)
    assert reply.response.attachments == []


async def test_a_day_that_is_none_is_refused_kindly(place: Place) -> None:
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5", since="last week")
    assert reply.ephemeral
    assert "“last week” is no day. Write it as in 2026-06-15." in shown(reply.response)
    place.refused(NoDay)


async def test_a_model_named_twice_is_refused(place: Place) -> None:
    reply = await place.ask(place.ada, "history", model_a="gpt 5.5", model_b="gpt-5-5")
    assert reply.ephemeral
    place.refused(WrongModels)


async def test_an_open_name_is_asked_back_and_settled_by_a_press(place: Place) -> None:
    asked = await place.ask(
        place.ada, "history", model_a="gpt 5.5", model_b="claude opus", since="2026-05-01"
    )
    assert asked.ephemeral
    assert "Which one do you mean?" in shown(asked.response)

    label = next(iter(buttons(asked.response)))
    pressed = await place.press(place.ada, asked.response, label)

    (answer,) = pressed.followups
    assert "**GPT-5.5**: #3" in shown(answer)
    assert label in shown(answer)


async def test_two_open_names_are_settled_one_by_one(place: Place) -> None:
    asked = await place.ask(place.ada, "history", model_a="claude opus", model_b="gemma")
    rows = [[button["label"] for button in row["components"]] for row in asked.response.components]
    assert [len(row) for row in rows] == [5, 5]
    await place.press(place.ada, asked.response, label=rows[1][0])
    assert shown(asked.response).startswith("Which one do you mean for model A?\nModel B is **Gemma")
    pressed = await place.press(place.ada, asked.response, label=next(iter(buttons(asked.response))))
    assert "**Gemma" in shown(pressed.followups[0])


async def test_a_model_shows_its_past_prices_where_they_changed(place: Place) -> None:
    reply = await place.ask(place.ada, "model", name="gpt 5.5")
    assert "In: $9 then, $7 now." in picture(reply.response)
    reply = await place.ask(place.ada, "model", name="claude opus 4.8")
    assert reply.response.attachments == []


async def test_a_store_that_fails_costs_a_model_its_picture_alone(place: Place, past: Kept) -> None:
    past.moments = [None]  # type: ignore[list-item]
    reply = await place.ask(place.ada, "model", name="gpt 5.5")
    assert "GPT-5.5" in shown(reply.response)
    assert reply.response.attachments == []
