"""Another model in a comparison: the form, and the menu where the name is not certain."""

import pytest
import simcord

from bot.catalog.catalog import Catalog
from tests.chat.conftest import NewBot, Place, Reply, buttons, menu, offered, selected, shown
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


async def test_a_form_and_a_menu_that_were_opened_before_a_restart_work(
    place: Place, new_bot: NewBot
) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    opened = await place.press(place.ada, asked.response, label="Swap")
    await place.env.restart_bot(new_bot())
    await place.fill(place.ada, opened, place=["1"], name="gemini")
    await place.env.restart_bot(new_bot())
    label = next(iter(offered(asked.response)))
    await place.choose(place.ada, asked.response, label)
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
    assert menu(asked.response)["placeholder"] == "Instead of GPT-5.5"
    assert observed[-1] == ("swap", "asked back")
    assert "Swap" in buttons(asked.response)

    label = next(iter(offered(asked.response)))
    await place.choose(place.ada, asked.response, label)
    assert not asked.response.content
    assert asked.response.embeds[0].title == f"{label} vs Gemma 4 12B"
    assert selected(asked.response) == "Priority: coding"


async def test_whoever_does_not_choose_goes_on_with_any_other_button(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    await swap(place, place.ada, asked.response, 0, "gemini")
    await place.press(place.ada, asked.response, label="Verified lane")
    assert not asked.response.content
    assert selected(asked.response) == "Priority: overall"


async def test_a_model_that_is_there_is_not_among_the_nearest(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    await swap(place, place.ada, asked.response, 0, "gemma")
    assert "Gemma 4 12B" not in offered(asked.response)
    assert any(label.startswith("Gemma") for label in offered(asked.response))


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
    chosen = await place.choose(place.ben, copy.response, next(iter(offered(copy.response))))
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
    assert 1 <= len(offered(asked.response)) <= 25


async def test_a_model_that_is_gone_since_is_said(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    opened = await place.press(place.ada, asked.response, label="Swap")
    await swap(place, place.ada, asked.response, 0, "gemini")
    left = [m for m in catalog.models.values() if m.model_id != "gemma-4-12b"]
    place.client.catalog = Catalog(left, [], [])
    for reply in (
        await place.fill(place.ada, opened, place=["0"], name="opus 4.8"),
        await place.choose(place.ada, asked.response, next(iter(offered(asked.response)))),
        await place.press(place.ada, asked.response, label="Swap"),
    ):
        assert reply.ephemeral
        assert shown(reply.response) == OUTDATED
