"""Pictures that are there in time. Simulated time stands still while one is made: for late ones see
``test_late_pictures``."""

import sys
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import simcord

from bot.catalog.catalog import Catalog
from bot.charts.pictures import WORKER, Pictures
from bot.chat.client import MatchupClient
from bot.chat.embeds.comparison import FIGURES
from tests.chat.conftest import TODAY, Memory, Place, shown
from tests.worlds import catalog as made_of

PAIR = ("gpt-5.5", "gemma 4 12b")


@pytest.fixture
def worker() -> tuple[str, ...]:
    return WORKER


@pytest.fixture
async def simcord_bot(
    catalog: Catalog, memory: Memory, worker: tuple[str, ...]
) -> AsyncIterator[MatchupClient]:
    def today() -> date:
        return TODAY

    client = MatchupClient(
        catalog,
        today=today,
        recall=memory.recall,
        remember=memory.remember,
        pictures=Pictures(worker),
        shard_count=1,
    )
    yield client
    await client.gallery.close()


def answers(place: Place) -> list[Any]:
    """The requests that answered so far, oldest first."""
    sent = [r for r in place.env.http_requests if r.path.endswith(("/callback", "/@original"))]
    return [r for r in sent if r.method in ("POST", "PATCH")]


def pictures_of(message: simcord.ResponseMessage) -> list[str]:
    return [attachment.filename for attachment in message.attachments]


async def warmed(place: Place) -> None:
    """Somebody has asked before, so that the process runs and the picture is kept."""
    await place.compare(*PAIR)


async def test_a_comparison_comes_with_its_picture_and_what_it_shows_in_words(place: Place) -> None:
    reply = await place.compare(*PAIR)

    (attachment,) = reply.response.attachments
    assert attachment.filename == "comparison.png"
    assert attachment.content_type == "image/png"
    assert "GPT-5.5: overall 84 (82 to 86)." in (attachment.description or "")
    assert (await attachment.read()).startswith(b"\x89PNG")


async def test_the_pick_and_the_picture_come_first_and_the_tables_are_behind_a_button(place: Place) -> None:
    reply = await place.compare(*PAIR)

    glance, rest = reply.response.embeds
    assert glance.title == "GPT-5.5 vs Gemma 4 12B"
    assert "stronger model" in (glance.description or "")
    assert glance.image.url
    assert not glance.fields
    assert rest.title is None
    assert [f.name for f in rest.fields] == ["Price, context and more", "Why"]
    assert rest.footer.text

    figures = await place.press(place.ben, reply.response, "All figures")
    assert figures.ephemeral
    (whole,) = figures.response.embeds
    assert [f.name for f in whole.fields] == [*FIGURES, "Price, context and more", "Why"]
    assert "±" in (whole.fields[0].value or "")


async def test_a_picture_that_is_kept_goes_with_the_first_reply(place: Place) -> None:
    await warmed(place)
    before = len(answers(place))

    reply = await place.compare(*PAIR)

    assert pictures_of(reply.response) == ["comparison.png"]
    assert [r.method for r in answers(place)[before:]] == ["POST"]


async def test_after_a_press_the_picture_is_that_of_the_new_answer(place: Place) -> None:
    reply = await place.compare(*PAIR)
    before = await reply.response.attachments[0].read()

    pressed = await place.press(place.ada, reply.response, "Verified lane")

    (attachment,) = pressed.response.attachments
    assert await attachment.read() != before


async def test_a_shared_answer_has_its_picture_too(place: Place) -> None:
    reply = await place.compare(*PAIR, private=True)

    shared = await place.press(place.ada, reply.response, "Share")

    (public,) = shared.followups
    assert pictures_of(public) == ["comparison.png"]
    assert pictures_of(shared.response) == ["comparison.png"]


async def test_the_answer_for_somebody_else_has_its_picture(place: Place) -> None:
    reply = await place.compare(*PAIR)
    copy = await place.press(place.ben, reply.response, "Verified lane")
    assert copy.ephemeral
    assert pictures_of(copy.response) == ["comparison.png"]


class TestBroken:
    @pytest.fixture
    def worker(self) -> tuple[str, ...]:
        return (sys.executable, "-c", "raise SystemExit(1)")

    async def test_without_a_picture_the_text_says_it_all(self, place: Place) -> None:
        reply = await place.compare(*PAIR)
        assert pictures_of(reply.response) == []
        assert len(reply.response.embeds) == 1
        assert "stronger model" in shown(reply.response)


class TestWithoutScores:
    @pytest.fixture
    def catalog(self) -> Catalog:
        return made_of(["a", "b"], [], [])

    async def test_models_without_scores_have_no_picture_but_a_reason(self, place: Place) -> None:
        reply = await place.compare("a", "b")
        assert pictures_of(reply.response) == []
        assert "No benchmark scores yet" in shown(reply.response)
