"""What a visitor of `matchup try` finds, whatever is in the catalog."""

from datetime import UTC, datetime, timedelta

from bot.sandbox import sandbox
from tests import worlds


async def test_without_the_usual_pair_two_other_models_are_compared() -> None:
    world = worlds.catalog(["Alpha", "Beta", "Gamma"], [], [])

    async with sandbox(world, lambda: worlds.DAY) as place:
        (sample,) = place.channel.history()

    assert sample.embeds[0].title == "Alpha vs Beta"


async def test_with_fewer_than_two_models_the_channel_is_empty() -> None:
    async with sandbox(worlds.catalog(["Alpha"], [], []), lambda: worlds.DAY) as place:
        assert not place.channel.history()


async def test_messages_carry_the_real_time() -> None:
    async with sandbox(worlds.shipped(), lambda: worlds.DAY) as place:
        (sample,) = place.channel.history()

    assert abs(datetime.now(UTC) - sample.created_at) < timedelta(minutes=1)
