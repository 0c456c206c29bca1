"""Compare models mentioned here, in the menu of a message."""

import discord
import pytest
import simcord

from tests.chat.conftest import NewBot, Place, Reply, buttons, shown

MENU = "Compare models mentioned here"
TWO = "Is GPT-5.5 really better than gemma 4 12b?"


async def used(place: Place, message: discord.Message) -> Reply:
    """Ada uses the menu on a message."""
    return Reply(await place.ada.context_menu(place.general, MENU, message))


async def written(place: Place, text: str) -> Reply:
    """Ben writes, and Ada uses the menu on what he wrote."""
    return await used(place, await place.ben.send(place.general, text))


async def test_the_answer_is_that_of_compare_for_the_person_alone_until_it_is_shared(
    place: Place, new_bot: NewBot
) -> None:
    typed = await place.compare("gpt-5-5", "gemma-4-12b", private=True)
    result = await written(place, TWO)
    assert result.ephemeral
    assert shown(result.response) == shown(typed.response)
    assert buttons(result.response) == buttons(typed.response)

    await place.env.restart_bot(new_bot())
    shared = await place.press(place.ada, result.response, label="Share")
    assert not shared.ephemeral
    assert shown(shared.response) == shown(typed.response)


async def test_nothing_is_posted_in_the_channel(place: Place) -> None:
    await written(place, TWO)
    assert [m.content for m in place.posted()] == [TWO]


async def test_the_first_four_are_compared_and_the_others_said_to_be_left_out(place: Place) -> None:
    result = await written(
        place, "gpt 5.5, opus 4.8, o3, gemini 2.5 pro, grok 4, **kimi k2.5** and claude 4?"
    )
    assert buttons(result.response)["Share"].count(".") == 3
    assert result.response.content == (
        "Four models are the most in one comparison. Also named: **Grok 4** and **Kimi K2.5**. "
        "“claude 4” is left out: it could be one of several models."
    )


async def test_however_many_are_named_the_answer_fits(place: Place) -> None:
    names = [m.display_name for m in place.client.catalog.models.values() if m.display_name.count(" ") > 1]
    result = await written(place, ", ".join(names)[:2000])
    assert "others." in result.response.content
    assert len(result.response.content) < 1000


async def test_a_name_of_several_models_is_asked_about_where_it_is_needed(place: Place) -> None:
    result = await written(place, "claude 4 or GPT-5.5?")
    assert result.ephemeral
    assert "“claude 4”" in shown(result.response)
    assert list(buttons(result.response)) == ["Claude Opus 4", "Claude Sonnet 4"]
    chosen = await place.press(place.ada, result.response, label="Claude Opus 4")
    assert "Claude Opus 4" in shown(chosen.response)
    assert "Share" in buttons(chosen.response)
    assert len(place.posted()) == 1


async def test_one_model_is_shown_with_what_is_known_of_it(place: Place) -> None:
    typed = await place.ask(place.ada, "model", name="gpt-5-5")
    result = await written(place, "GPT-5.5 is fun")
    assert result.ephemeral
    assert result.response.content.startswith("**GPT-5.5** is the only model")
    assert shown(result.response).endswith(shown(typed.response))


@pytest.mark.parametrize(
    "text", ["my magnum opus", "🤖", "flash sale", "https://example.org/gpt-5.5", "gpt-5.5-mini"]
)
async def test_where_none_is_named_the_person_is_told_what_counts(place: Place, text: str) -> None:
    result = await written(place, text)
    assert result.ephemeral
    assert "No model is named" in shown(result.response)
    assert "GPT-5.5, Opus 4.8" in shown(result.response)
    _ = place.env.errors


async def test_a_single_name_of_several_models_is_said_to_be_that(place: Place) -> None:
    result = await written(place, "thoughts on claude 4?")
    assert result.ephemeral
    assert "“claude 4”, which could be one of several, such as “Claude Opus 4” or “Claude Sonnet 4”" in shown(
        result.response
    )
    _ = place.env.errors


async def test_embeds_and_forwarded_messages_are_read(place: Place) -> None:
    embed = discord.Embed(title="News: GPT-5.5", description="and **Opus 4.8**")
    embed.add_field(name="o3", value="gemini 2.5 pro")
    posted = await place.guild.create_webhook(place.general).send(embed=embed)
    assert buttons((await used(place, posted)).response)["Share"].count(".") == 3
    told = await place.ben.send(place.general, TWO)
    result = await used(place, await place.ben.forward(told, place.general))
    assert "Gemma 4 12B" in shown(result.response)


async def test_an_answer_of_the_bot_itself_can_be_read(place: Place) -> None:
    await place.compare("gpt-5-5", "gemma-4-12b")
    (answer,) = place.posted()
    assert "Gemma 4 12B" in shown((await used(place, answer)).response)


async def test_a_message_with_nothing_but_a_file_names_none(place: Place) -> None:
    message = await place.ben.send(place.general, attachments=[("gpt-5.5.txt", b"gpt-5.5")])
    assert "No model is named" in shown((await used(place, message)).response)
    _ = place.env.errors


@pytest.mark.parametrize(
    "text",
    [
        "@everyone claude 4", "<@123456789012345678> claude 4 <#1>", "**claude** `4` @everyone",
        "```\nclaude 4 # heading\n```", "\u202e claude 4", "claude 4 " * 200, "gpt " * 500, "9" * 2000,
        "a.b/" * 500, "opus 4.8 4.7 " * 150,
    ],
)  # fmt: skip
async def test_no_message_breaks_out_of_the_answer(place: Place, text: str) -> None:
    result = await written(place, text)
    assert result.ephemeral
    said = result.response.content
    assert "@everyone" not in said
    assert "<@" not in said
    assert "\u202e" not in said
    assert "\n" not in said
    assert len(said) < 1000
    _ = place.env.errors


async def test_what_is_asked_is_counted_under_its_own_name(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    await written(place, TWO)
    await written(place, "hello")
    assert observed == [(MENU, "answered"), (MENU, "refused")]
    _ = place.env.errors


async def test_whoever_asks_too_fast_is_told_so(place: Place) -> None:
    message = await place.ben.send(place.general, TWO)
    answers = [await used(place, message) for _ in range(30)]
    assert "That was quick" in shown(answers[-1].response)
    _ = place.env.errors


async def test_discord_offers_it_on_messages_alone(place: Place) -> None:
    (sent,) = [sent.json or [] for sent in place.env.http_requests if sent.method == "PUT"]
    (menu,) = [command for command in sent if command["name"] == MENU]
    assert menu["type"] == 3
    assert not menu.get("description")
    assert MENU not in place.ada.available_commands(place.general)
    with pytest.raises(simcord.SetupError):
        await place.ada.context_menu(place.general, MENU, place.ben)
