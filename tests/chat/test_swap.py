"""Another model in a comparison: the form, and the buttons where the name is not certain."""

from typing import Any

import discord
import pytest
import simcord

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from bot.chat.views.comparison import SwapFor
from bot.chat.views.custom_id import base36
from bot.chat.views.question import Question
from tests.chat.conftest import NewBot, Place, Reply, buttons, selected, shown
from tests.chat.test_buttons import OUTDATED
from tests.chat.test_hostile import TYPED


async def swap(
    place: Place, person: simcord.MemberActor, message: simcord.ResponseMessage, out: int, name: str
) -> Reply:
    opened = await place.press(person, message, label="Swap")
    return await place.fill(person, opened, place=[str(out)], name=name)


async def test_a_model_is_swapped_in_place_and_all_else_stays(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", priority="coding", lane="verified")
    swapped = await swap(place, place.ada, asked.response, 1, "opus 4.8")
    assert swapped.response.id == asked.response.id
    direct = await place.compare("gpt-5-5", "claude-opus-4-8", priority="coding", lane="verified")
    assert shown(asked.response) == shown(direct.response)
    assert list(buttons(asked.response)) == list(buttons(direct.response))
    assert selected(asked.response) == "Priority: coding"


async def test_the_form_offers_each_model_to_take_out(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", model_c="claude-opus-4-8")
    opened = await place.press(place.ada, asked.response, label="Swap")
    assert opened.result.modal
    choice, name = (part["component"] for part in opened.result.modal["components"])
    assert [each["label"] for each in choice["options"]] == ["GPT-5.5", "Gemma 4 12B", "Claude Opus 4.8"]
    assert name["max_length"] == 100


async def test_a_form_and_a_choice_that_were_opened_before_a_restart_work(
    place: Place, new_bot: NewBot
) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    opened = await place.press(place.ada, asked.response, label="Swap")
    await place.env.restart_bot(new_bot())
    await place.fill(place.ada, opened, place=["1"], name="gemini")
    await place.env.restart_bot(new_bot())
    label = next(iter(buttons(asked.response)))
    await place.press(place.ada, asked.response, label)
    assert label in (asked.response.embeds[0].title or "")


async def test_a_name_that_is_not_certain_is_asked_for_in_place_of_the_menu(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", priority="coding")
    before = shown(asked.response)
    await swap(place, place.ada, asked.response, 0, "gemini")
    assert shown(asked.response) == (
        f"“gemini” is in the names of several models. Which one do you mean?\n{before}"
    )
    first, *others = asked.response.components
    assert len(first["components"]) == 5
    assert others
    assert observed[-1] == ("swap", "asked back")
    assert "Swap" in buttons(asked.response)

    label = next(iter(buttons(asked.response)))
    await place.press(place.ada, asked.response, label)
    assert not asked.response.content
    assert asked.response.embeds[0].title == f"{label} vs Gemma 4 12B"
    assert selected(asked.response) == "Priority: coding"


async def test_a_menu_of_an_older_version_still_swaps(place: Place, catalog: Catalog) -> None:
    one, other, new = (catalog.models[i].number for i in ("gpt-5-5", "gemma-4-12b", "claude-opus-4-8"))
    question = Question((one, other), None, Lane.PROVISIONAL, False, place.ada.id)
    view = discord.ui.View(timeout=None)
    options = [discord.SelectOption(label="Claude Opus 4.8", value=base36(new))]
    view.add_item(discord.ui.Select[Any](custom_id=SwapFor(question, 1).custom_id, options=options))
    channel = place.client.get_partial_messageable(place.general.id)
    message = await channel.send("An older answer", view=view)
    await place.ada.select(message, [base36(new)], custom_id=SwapFor(question, 1).custom_id)
    (changed,) = place.posted()
    assert changed.embeds[0].title == "GPT-5.5 vs Claude Opus 4.8"


async def test_whoever_does_not_choose_goes_on_with_any_other_button(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    await swap(place, place.ada, asked.response, 0, "gemini")
    await place.press(place.ada, asked.response, label="Verified lane")
    assert not asked.response.content
    assert selected(asked.response) == "Priority: overall"


async def test_a_model_that_is_there_is_not_among_the_nearest(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    await swap(place, place.ada, asked.response, 0, "gemma")
    assert "Gemma 4 12B" not in buttons(asked.response)
    assert any(label.startswith("Gemma") for label in buttons(asked.response))


async def test_a_model_that_is_there_already_is_refused_and_nothing_changes(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    before = shown(asked.response)
    refused = await swap(place, place.ada, asked.response, 0, "gemma 4 12b")
    assert refused.ephemeral
    assert shown(refused.response) == (
        "“Gemma 4 12B” is named twice. Choose two different models to compare."
    )
    assert shown(asked.response) == before


async def test_anyone_else_swaps_in_a_copy_of_their_own(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    before = shown(asked.response)
    copy = await swap(place, place.ben, asked.response, 0, "claude opus")
    assert copy.ephemeral
    assert shown(asked.response) == before
    chosen = await place.press(place.ben, copy.response, next(iter(buttons(copy.response))))
    assert chosen.response.id == copy.response.id
    assert "Share" in buttons(copy.response)
    assert len(place.posted()) == 1


@pytest.mark.parametrize("typed", [each[:100] for each in TYPED])
async def test_hostile_names_stay_text(place: Place, typed: str) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    await swap(place, place.ada, asked.response, 0, typed)
    assert len(asked.response.content) < 300
    assert "@everyone" not in asked.response.content
    assert "<@1" not in asked.response.content
    assert "\u202e" not in asked.response.content
    assert 1 <= len(asked.response.components[0]["components"]) <= 5


async def test_a_model_that_is_gone_since_is_said(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    opened = await place.press(place.ada, asked.response, label="Swap")
    await swap(place, place.ada, asked.response, 0, "gemini")
    left = [m for m in catalog.models.values() if m.model_id != "gemma-4-12b"]
    place.client.catalog = Catalog(left, [], [])
    for reply in (
        await place.fill(place.ada, opened, place=["0"], name="opus 4.8"),
        await place.press(place.ada, asked.response, next(iter(buttons(asked.response)))),
        await place.press(place.ada, asked.response, label="Swap"),
    ):
        assert reply.ephemeral
        assert shown(reply.response) == OUTDATED
