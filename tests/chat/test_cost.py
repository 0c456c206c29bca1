"""My cost: the form, its answer, figures that are refused, and the answer shared."""

from decimal import Decimal
from typing import Any

import pytest
import simcord

from bot.catalog.catalog import Catalog
from tests.chat.conftest import NewBot, Place, Reply, buttons, shown
from tests.chat.test_buttons import OUTDATED
from tests.chat.test_hostile import TYPED
from tests.chat.test_priority import CHANGED, dearer

TWO = ("gpt-5-5", "deepseek-v3-2")


async def cost(
    place: Place,
    person: simcord.MemberActor,
    message: simcord.ResponseMessage,
    label: str = "My cost",
    **typed: str,
) -> Reply:
    opened = await place.press(person, message, label=label)
    return await place.fill(person, opened, **{"in": "2M", "out": "500k", **typed})


def held(opened: Reply) -> list[str]:
    """What stands in the form from the start."""
    modal: dict[str, Any] = opened.result.modal or {}
    return [part["component"].get("value", "") for part in modal["components"]]


async def test_the_cost_is_for_the_person_alone(place: Place) -> None:
    asked = await place.compare(*TWO)
    before = shown(asked.response)
    answer = await cost(place, place.ben, asked.response)
    assert answer.ephemeral
    assert shown(answer.response).startswith(
        "Cost: GPT-5.5 vs DeepSeek V3.2\n"
        "A month of 2,000,000 tokens in and 500,000 out, at list prices:\n"
        "**DeepSeek V3.2**: $0.76\n"
        "**GPT-5.5**: $25, 33 times as much\n"
    )
    assert "prices of cached input are not in the data" in shown(answer.response)
    assert "whatever the mix of input and output" in shown(answer.response)
    assert shown(asked.response) == before
    assert list(buttons(answer.response)) == ["Change the figures", "Share"]


async def test_figures_are_changed_in_place_and_the_form_holds_what_was_typed(
    place: Place, new_bot: NewBot
) -> None:
    asked = await place.compare(*TWO)
    answer = await cost(place, place.ada, asked.response, cached="30 %")
    assert "$0.59 to $0.76" in shown(answer.response)
    await place.env.restart_bot(new_bot())
    opened = await place.press(place.ada, answer.response, label="Change the figures")
    assert held(opened) == ["2M", "500k", "30 %"]
    await place.env.restart_bot(new_bot())
    changed = await place.fill(place.ada, opened, **{"in": "4M", "out": "500k"})
    assert changed.response.id == answer.response.id
    assert "4,000,000 tokens in and 500,000 out" in shown(answer.response)


async def test_a_figure_that_is_refused_is_not_lost(
    place: Place, new_bot: NewBot, observed: list[tuple[str, str]]
) -> None:
    asked = await place.compare(*TWO)
    refused = await cost(place, place.ada, asked.response, **{"in": "1.500M", "cached": "a: third"})
    assert refused.ephemeral
    assert shown(refused.response) == (
        "Tokens in: “1.500M” could mean 1,500,000 or 1,500,000,000. Write one of these."
    )
    assert observed[-1] == ("cost", "refused")
    await place.env.restart_bot(new_bot())
    opened = await place.press(place.ada, refused.response, label="Correct it")
    assert held(opened) == ["1.500M", "500k", "a third"]
    answer = await place.fill(place.ada, opened, **{"in": "1.5M", "out": "500k"})
    assert answer.response.id == refused.response.id
    assert not answer.response.content
    assert answer.response.embeds


@pytest.mark.parametrize("typed", [each[:24] for each in TYPED if each != "0"])
async def test_hostile_figures_stay_text(place: Place, typed: str) -> None:
    asked = await place.compare(*TWO)
    refused = await cost(place, place.ada, asked.response, **{"in": typed, "out": typed, "cached": typed[:8]})
    assert refused.ephemeral
    assert not place.posted()[1:]
    assert "@everyone" not in refused.response.content
    assert "<@1" not in refused.response.content
    assert "\u202e" not in refused.response.content
    opened = await place.press(place.ada, refused.response, label="Correct it")
    assert len(held(opened)) == 3


async def test_a_long_form_about_four_models_fits_its_buttons(place: Place, catalog: Catalog) -> None:
    priced = [m.model_id for m in catalog.models.values() if m.price][-4:]
    asked = await place.compare(*priced[:2], model_c=priced[2], model_d=priced[3])
    answer = await cost(
        place,
        place.ada,
        asked.response,
        **{"in": "1,000,000,000,000,000", "out": "9" * 15, "cached": "12.345 %"},
    )
    assert answer.response.embeds
    shared = await place.press(place.ada, answer.response, label="Share")
    for message in (answer.response, shared.followups[0]):
        assert "1,000,000,000,000,000 tokens in (12.345 % of them cached)" in shown(message)
    opened = await place.press(place.ada, answer.response, label="Change the figures")
    assert held(opened) == ["1000000000000000", "9" * 15, "12.345 %"]


async def test_a_shared_cost_is_changed_by_its_owner_alone(place: Place) -> None:
    asked = await place.compare(*TWO)
    answer = await cost(place, place.ben, asked.response)
    shared = await place.press(place.ben, answer.response, label="Share")
    posted = shared.followups[0]
    assert not posted.ephemeral
    assert list(buttons(posted)) == list(buttons(answer.response)) == ["Change the figures"]
    before = shown(posted)
    copy = await cost(place, place.ada, posted, "Change the figures", out="1M")
    assert copy.ephemeral
    assert "Share" in buttons(copy.response)
    assert shown(posted) == before
    await cost(place, place.ben, posted, "Change the figures", out="1M")
    assert "1,000,000 out" in shown(posted)
    assert list(buttons(posted)) == ["Change the figures"]
    # A wrong figure leaves what everybody sees.
    wrong = await cost(place, place.ben, posted, "Change the figures", out="much")
    assert wrong.ephemeral
    assert wrong.response.id != posted.id


async def test_prices_that_are_new_since_are_said(place: Place, catalog: Catalog) -> None:
    asked = await place.compare(*TWO)
    answer = await cost(place, place.ada, asked.response)
    place.client.catalog = dearer(catalog, "gpt-5-5")
    again = await cost(place, place.ada, asked.response)
    assert shown(again.response).startswith(CHANGED)
    shared = await place.press(place.ada, answer.response, label="Share")
    assert shown(shared.followups[0]).startswith(CHANGED)
    assert "$48.50" in shown(shared.followups[0])


async def test_a_missing_price_is_missing_and_without_any_there_is_no_button(
    place: Place, catalog: Catalog
) -> None:
    one, other = [m.model_id for m in catalog.models.values() if not m.price][:2]
    mixed = await place.compare("gpt-5-5", one)
    answer = await cost(place, place.ada, mixed.response)
    assert "no list price is known" in shown(answer.response)
    assert "Break-even" not in shown(answer.response)
    none = await place.compare(one, other)
    assert "My cost" not in buttons(none.response)


async def test_a_model_that_is_gone_since_is_said(place: Place, catalog: Catalog) -> None:
    asked = await place.compare(*TWO)
    answer = await cost(place, place.ada, asked.response)
    opened = await place.press(place.ada, answer.response, label="Change the figures")
    place.client.catalog = Catalog([m for m in catalog.models.values() if m.model_id != TWO[0]], [], [])
    for reply in (
        await place.fill(place.ada, opened, **{"in": "1", "out": "1"}),
        await place.press(place.ada, answer.response, label="Share"),
        await place.press(place.ada, answer.response, label="Change the figures"),
    ):
        assert reply.ephemeral
        assert shown(reply.response) == OUTDATED


async def test_a_model_at_no_price_is_not_called_free(place: Place, catalog: Catalog) -> None:
    free = [
        m.model_copy(update={"price": m.price.model_copy(update={"input": Decimal(0), "output": Decimal(0)})})
        if m.model_id == TWO[1] and m.price
        else m
        for m in catalog.models.values()
    ]
    place.client.catalog = Catalog(free, [], [])
    asked = await place.compare(*TWO)
    answer = await cost(place, place.ada, asked.response)
    assert "**DeepSeek V3.2** is listed at $0; hardware of your own is not counted." in shown(answer.response)


async def test_a_form_is_counted_once_and_never_refused_for_haste(place: Place) -> None:
    asked = await place.compare(*TWO)
    for _ in range(18):
        await place.press(place.ada, asked.response, label="All tests")
    opened = await place.press(place.ada, asked.response, label="My cost")
    assert "That was quick" in shown((await place.press(place.ada, asked.response, label="Why?")).response)
    answer = await place.fill(place.ada, opened, **{"in": "1M", "out": "1M"})
    assert answer.response.embeds


async def test_a_form_that_nobody_sends_is_not_kept(place: Place) -> None:
    asked = await place.compare(*TWO)
    await place.press(place.ada, asked.response, label="My cost")
    await place.press(place.ada, asked.response, label="Swap")
    assert not place.client._connection._view_store._modals
