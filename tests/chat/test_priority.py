"""The menu of priorities below a comparison, and what a button of an old answer says."""

from decimal import Decimal

import pytest

from bot.analysis.workload import PRESETS
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category
from bot.chat.views.custom_id import base36
from tests.chat.conftest import NewBot, Place, menu, offered, selected, shown

CHANGED = "The data has changed since the answer before this one. This one is current."


async def test_a_priority_ranks_again_in_place(place: Place, new_bot: NewBot) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", lane="verified")
    assert selected(asked.response) == "Priority: overall"
    await place.env.restart_bot(new_bot())
    chosen = await place.choose(place.ada, asked.response, "Priority: coding")
    assert chosen.response.id == asked.response.id
    direct = await place.compare("gpt-5-5", "gemma-4-12b", lane="verified", priority="coding")
    assert shown(asked.response) == shown(direct.response)
    assert selected(asked.response) == "Priority: coding"
    await place.choose(place.ada, asked.response, "Workload: support chat")
    assert "for support chat (40 %" in shown(asked.response)
    await place.choose(place.ada, asked.response, "Priority: overall")
    assert selected(asked.response) == "Priority: overall"


async def test_every_category_and_preset_is_offered_once(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    assert len(menu(asked.response)["options"]) == 1 + len(Category) + len(PRESETS) <= 25


async def test_a_mix_of_ones_own_is_offered_as_long_as_it_is_chosen(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", workload="70 coding, 30 agentic")
    assert selected(asked.response) == "Workload: your mix"
    await place.choose(place.ada, asked.response, "Priority: math")
    assert "Workload: your mix" not in offered(asked.response)


async def test_all_categories_as_a_workload_are_the_overall_priority(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b", workload="everything")
    assert selected(asked.response) == "Priority: overall"


async def test_anyone_else_chooses_in_a_copy_of_their_own(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    before = shown(asked.response)
    copy = await place.choose(place.ben, asked.response, "Priority: coding")
    assert copy.ephemeral
    assert selected(copy.response) == "Priority: coding"
    assert shown(asked.response) == before


async def test_a_preset_chosen_twice_quickly_is_the_same_answer(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    first = await place.choose(place.ada, asked.response, "Workload: research")
    before = shown(first.response)
    await place.choose(place.ada, asked.response, "Workload: research")
    assert shown(asked.response) == before


def dearer(catalog: Catalog, model_id: str) -> Catalog:
    """The same moment with another price for one model."""
    models = [
        m.model_copy(update={"price": m.price.model_copy(update={"output": Decimal(77)})})
        if m.model_id == model_id and m.price
        else m
        for m in catalog.models.values()
    ]
    scores = [s for m in catalog.models for found in catalog.scores(m).values() for s in found]
    return Catalog(models, catalog.benchmarks.values(), scores, catalog.snapshot + 1, catalog.fit)


@pytest.mark.parametrize("label", ["Verified lane", "Why?", "All tests"])
async def test_a_button_of_an_old_answer_says_if_the_data_has_changed(
    place: Place, catalog: Catalog, label: str
) -> None:
    asked = await place.compare("gpt-5-5", "claude-opus-4-8")
    place.client.catalog = dearer(catalog, "claude-opus-4-8")
    pressed = await place.press(place.ada, asked.response, label=label)
    assert shown(pressed.response).startswith(CHANGED)
    # Once it is said, what is seen is current.
    if label == "Verified lane":
        await place.press(place.ada, asked.response, label="Provisional lane")
        assert not asked.response.content
        assert "$77" in shown(asked.response)


async def test_news_about_other_models_is_no_change(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    place.client.catalog = dearer(catalog, "claude-opus-4-8")
    await place.choose(place.ada, asked.response, "Priority: coding")
    assert not asked.response.content


async def test_the_menu_and_a_shared_copy_say_it_too(place: Place, catalog: Catalog) -> None:
    asked = await place.compare("gpt-5-5", "claude-opus-4-8", private=True)
    place.client.catalog = dearer(catalog, "claude-opus-4-8")
    shared = await place.press(place.ada, asked.response, label="Share")
    assert shown(shared.followups[0]).startswith(CHANGED)
    place.client.catalog = catalog
    await place.choose(place.ada, asked.response, "Priority: coding")
    assert shown(asked.response).startswith(CHANGED)


async def test_a_button_of_an_older_version_does_not_know_and_says_nothing(
    place: Place, catalog: Catalog
) -> None:
    asked = await place.compare("gpt-5-5", "claude-opus-4-8")
    numbers = ".".join(base36(catalog.models[m].number) for m in ("gpt-5-5", "claude-opus-4-8"))
    old = f"m1l:{numbers}:vn:{base36(place.ada.id)}"
    stored = place.env.backend.get_message(asked.response.channel_id, asked.response.id)
    stored.components[-1]["components"][0]["custom_id"] = old
    place.client.catalog = dearer(catalog, "claude-opus-4-8")
    await place.press(place.ada, asked.response, custom_id=old)
    assert not asked.response.content
    assert "Verified lane" in shown(asked.response)
