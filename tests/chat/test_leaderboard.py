"""/leaderboard, its pages and its lanes."""

from decimal import Decimal

from bot.analysis.leaderboard import leaderboard
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.chat.embeds.leaderboard import PAGE
from bot.errors import UnknownProvider
from tests.chat.conftest import Place, buttons, shown


async def test_the_first_page_shows_the_leaders(place: Place, catalog: Catalog) -> None:
    result = await place.leaderboard()
    board = leaderboard(catalog, limit=PAGE)
    assert not result.ephemeral
    assert board.entries[0].model.display_name in shown(result.response)
    assert list(buttons(result.response)) == ["Next", "Verified lane"]


async def test_pages_turn_in_place_and_keep_every_filter(place: Place, catalog: Catalog) -> None:
    filters = {"category": "coding", "open_weights": True, "max_price": 2.5}
    asked = await place.leaderboard(**filters)
    board = leaderboard(
        catalog, category=Category.CODING, open_weights=True, max_price=Decimal("2.5"), limit=10_000
    )
    pages = -(-board.total // PAGE)
    assert pages > 1
    seen, page = [shown(asked.response)], asked
    while "Next" in buttons(page.response):
        page = await place.press(place.ada, page.response, label="Next")
        seen.append(shown(page.response))
    assert len(set(seen)) == len(seen) == pages
    assert page.response.id == asked.response.id
    for _ in range(pages - 1):
        page = await place.press(place.ada, page.response, label="Previous")
    assert shown(page.response) == seen[0]
    assert "Previous" not in buttons(page.response)


async def test_the_other_lane_keeps_the_filters_and_starts_at_the_top(place: Place) -> None:
    asked = await place.leaderboard(provider="OpenAI")
    await place.press(place.ada, asked.response, label="Verified lane")
    direct = await place.leaderboard(provider="openai", lane=Lane.VERIFIED.value)
    assert shown(asked.response) == shown(direct.response)


async def test_anyone_else_turns_pages_in_a_copy(place: Place) -> None:
    asked = await place.leaderboard()
    before = shown(asked.response)
    copy = await place.press(place.ben, asked.response, label="Next")
    assert copy.ephemeral
    assert shown(asked.response) == before
    back = await place.press(place.ben, copy.response, label="Previous")
    assert back.response.id == copy.response.id
    assert shown(back.response) == before


async def test_a_provider_nobody_knows_is_said_with_the_nearest(place: Place) -> None:
    result = await place.leaderboard(provider="opnai")
    assert result.ephemeral
    assert "No provider is called “opnai”" in shown(result.response)
    assert "“OpenAI”" in shown(result.response)
    place.refused(UnknownProvider)


async def test_a_part_of_a_provider_is_enough_where_it_is_in_one_name_alone(place: Place) -> None:
    part, whole = await place.leaderboard(provider="mistral"), await place.leaderboard(provider="Mistral AI")
    assert not part.ephemeral
    assert shown(part.response) == shown(whole.response)


async def test_a_part_of_several_providers_is_asked_about(place: Place) -> None:
    result = await place.leaderboard(provider="ai")
    assert result.ephemeral
    assert "Did you mean" in shown(result.response)
    place.refused(UnknownProvider)


async def test_a_page_that_is_no_longer_there_shows_the_last_one(place: Place, catalog: Catalog) -> None:
    asked = await place.leaderboard()
    page = await place.press(place.ada, asked.response, label="Next")
    few = dict(list(catalog.models.items())[:0])
    client = place.client
    client.catalog = Catalog(few.values(), catalog.benchmarks.values(), [])
    page = await place.press(place.ada, page.response, label="Next")
    assert list(buttons(page.response)) == ["Verified lane"]
