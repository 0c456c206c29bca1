"""/model and /help."""

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Quote
from tests.chat.conftest import Place, shown
from tests.worlds import elsewhere, price


async def test_model_shows_one_model_to_everybody(place: Place, catalog: Catalog) -> None:
    result = await place.ask(place.ada, "model", name="gpt 5.5")
    assert not result.ephemeral
    assert "GPT-5.5" in shown(result.response)


async def test_other_prices_and_boards_stand_apart_with_their_sources(
    place: Place, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await place.ask(place.ada, "model", name="gpt 5.5")
    monkeypatch.setattr(catalog, "places", {"gpt-5-5": (elsewhere(),)})
    quote = Quote(source="OpenRouter", price=price(4, 24))
    monkeypatch.setattr(catalog, "quotes", {"gpt-5-5": (quote,)})
    result = await place.ask(place.ada, "model", name="gpt 5.5")
    [one], [other] = before.response.embeds, result.response.embeds
    fields = {field.name: field.value or "" for field in other.fields}
    assert fields.pop("On other boards") == (
        "[Arena text](https://example.org/board): rank 3 with 1,450 (1,443 to 1,457), "
        "listed as gpt-5.5-high, 22 Aug 2026\n"
        "Ranked by those sites in their own way. Nothing here counts it."
    )
    own, said = fields["Price"].split("\n")
    assert said == "OpenRouter says $4 in, $24 out (22 Aug 2026, [source](https://example.org/card))."
    assert {field.name: field.value for field in one.fields} == {**fields, "Price": own}


async def test_help_names_every_command_to_the_person_alone(place: Place) -> None:
    result = await place.ask(place.ada, "help")
    assert result.ephemeral
    commands = "/compare", "/recommend", "/leaderboard", "/value", "/model", "/history"
    for command in (*commands, "Compare models mentioned here"):
        assert command in shown(result.response)


async def test_the_commands_work_in_direct_messages(place: Place) -> None:
    result = await place.ada.user.slash("model", name="gpt-5-5")
    assert "GPT-5.5" in shown(result.response)
