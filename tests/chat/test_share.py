"""Share: private answers for everybody, where the person and the bot may write."""

import discord
import pytest

from tests.chat.conftest import NewBot, Place, Reply, buttons, shown


@pytest.mark.parametrize("label", ["Why?", "All tests"])
async def test_what_a_button_opens_can_be_shared(place: Place, new_bot: NewBot, label: str) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    opened = await place.press(place.ben, asked.response, label=label)
    await place.env.restart_bot(new_bot())
    shared = await place.press(place.ben, opened.response, label="Share")
    (posted,) = shared.followups
    assert not posted.ephemeral
    assert shown(posted) == shown(opened.response)
    assert "Share" not in buttons(opened.response)
    assert "Share" not in buttons(posted)


async def test_shared_tests_are_turned_by_whoever_shared_them(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "claude-opus-4-5")
    opened = await place.press(place.ben, asked.response, label="All tests")
    (posted,) = (await place.press(place.ben, opened.response, label="Share")).followups
    before = shown(posted)
    copy = await place.press(place.ada, posted, label="By gap")
    assert copy.ephemeral
    assert "Share" in buttons(copy.response)
    assert shown(posted) == before
    await place.press(place.ben, posted, label="By gap")
    assert shown(posted) == shown(copy.response)


async def test_a_second_click_posts_nothing_more(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", private=True)
    custom_id = buttons(asked.response)["Share"]
    before = len(place.posted())
    again = asked.response.message
    await place.press(place.ada, asked.response, custom_id=custom_id)
    stored = place.env.backend.get_message(asked.response.channel_id, asked.response.id)
    stored.components = [row.to_dict() for row in again.components]
    twice = await place.press(place.ada, asked.response, custom_id=custom_id)
    assert twice.result.acknowledged
    assert not twice.followups
    assert len(place.posted()) == before + 1


@pytest.mark.parametrize("who", ["person", "bot"])
async def test_nothing_is_shared_where_one_may_not_write(place: Place, who: str) -> None:
    silent = place.guild.me if who == "bot" else place.ada
    assert silent
    quiet = place.guild.create_text_channel(
        "quiet", overwrites={silent: discord.PermissionOverwrite(send_messages=False)}
    )
    asked = Reply(
        await place.ada.slash(quiet, "compare", model_a="gpt-5-5", model_b="gemma-4-12b", private=True)
    )
    refused = await place.press(place.ada, asked.response, label="Share")
    assert refused.ephemeral
    assert "may not write in this channel" in shown(refused.response)
    assert shown(refused.response).startswith("You" if who == "person" else "Matchup")
    assert not [message for message in quiet.history() if not message.flags.ephemeral]
    assert "Share" in buttons(asked.response)
