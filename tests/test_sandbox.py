"""What a visitor of `matchup try` finds, whatever is in the catalog."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.news.editions import LOOK_BACK, preview
from bot.sandbox import brief, sandbox
from bot.store.alerts import of_server
from bot.store.editions import regular_since
from tests import worlds


async def test_without_the_usual_pair_two_other_models_are_compared() -> None:
    world = worlds.catalog(["Alpha", "Beta", "Gamma"], [], [])

    async with sandbox(world, lambda: worlds.DAY) as place:
        (sample,) = place.channel.history()

    assert sample.embeds[0].title == "Alpha vs Beta"


async def test_somebody_has_asked_four_questions() -> None:
    async with sandbox(worlds.shipped(), lambda: worlds.DAY) as place:
        asked = place.channel.history()

    assert len({message.embeds[0].title for message in asked}) == 4


async def test_what_changed_since_earlier_tables_comes_as_a_weekly_brief() -> None:
    catalog = worlds.suppose(
        worlds.catalog([worlds.model("Alpha", price=worlds.price(2, 4)), "Beta"], [], []), {}
    )
    before = worlds.suppose(
        worlds.catalog([worlds.model("Alpha", price=worlds.price(1, 4)), "Beta"], [], []), {}
    )
    async with sandbox(catalog, lambda: worlds.DAY) as place:
        sending = asyncio.create_task(brief(place, catalog, lambda: before))
        async with asyncio.timeout(20):
            while len(place.channel.history()) < 2:  # noqa: ASYNC110, nothing tells of it
                await asyncio.sleep(0.05)
        sending.cancel()
        told = place.channel.history()[-1]
        now = datetime.now(UTC)
        (held,) = await of_server(place.store, place.client.guilds[0].id)
        sent = preview(held, await regular_since(place.store, now - LOOK_BACK), now)

    # The commands about alerts say the same of it: it came, and the next one is yet to come.
    assert len(sent) == 1
    assert sent[0].at <= now
    assert held.next_at is not None
    assert now < held.next_at <= now + timedelta(days=7)
    assert told.embeds[0].title == "Alpha is 43 % dearer"
    assert "Weekly brief" in (told.embeds[0].footer.text or "")


async def test_with_fewer_than_two_models_the_channel_is_empty() -> None:
    async with sandbox(worlds.catalog(["Alpha"], [], []), lambda: worlds.DAY) as place:
        assert not place.channel.history()


async def test_messages_carry_the_real_time() -> None:
    async with sandbox(worlds.shipped(), lambda: worlds.DAY) as place:
        sample, *_ = place.channel.history()

    assert abs(datetime.now(UTC) - sample.created_at) < timedelta(minutes=1)
