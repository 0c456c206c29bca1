"""What is suggested while somebody types."""

from typing import Any

import pytest

from bot.analysis.leaderboard import leaderboard
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from tests.chat.conftest import Place
from tests.worlds import model


async def suggested(place: Place, typed: str, **filled: Any) -> list[dict[str, Any]]:
    field = "model_b" if "model_a" in filled else "model_a"
    return await place.ada.autocomplete(place.general, "compare", field, typed, **filled)


async def test_an_empty_field_suggests_the_leading_models(place: Place, catalog: Catalog) -> None:
    choices = await suggested(place, "")
    leaders = [e.model_id for e in leaderboard(catalog, limit=25).entries]
    assert [c["value"] for c in choices][: len(leaders)] == leaders
    assert len(choices) == 25


async def test_the_leaders_are_those_of_the_lane_that_was_chosen(place: Place, catalog: Catalog) -> None:
    choices = await suggested(place, "", lane="verified")
    leader = leaderboard(catalog, Lane.VERIFIED, limit=1).entries[0]
    assert choices[0]["value"] == leader.model_id


async def test_without_any_ranked_model_the_newest_are_suggested(place: Place, catalog: Catalog) -> None:
    models = [m for m in catalog.models.values() if m.release_date][:40]
    place.client.catalog = Catalog(models, [], [])
    choices = await suggested(place, "")
    newest = max(models, key=lambda m: m.release_date or "")
    assert len(choices) == 25
    assert catalog.models[choices[0]["value"]].release_date == newest.release_date


async def test_what_is_typed_narrows_the_suggestions(place: Place) -> None:
    choices = await suggested(place, "gpt 5.5")
    assert choices[0]["value"] == "gpt-5-5"
    assert all(len(c["name"]) <= 100 for c in choices)


async def test_models_in_the_other_fields_are_not_suggested_again(place: Place, catalog: Catalog) -> None:
    leader = leaderboard(catalog, limit=1).entries[0].model
    for given in (leader.model_id, leader.display_name):
        for typed in ("", leader.display_name):
            values = [c["value"] for c in await suggested(place, typed, model_a=given)]
            assert values
            assert leader.model_id not in values


async def test_a_chosen_suggestion_is_understood(place: Place) -> None:
    (first, *_), (second, *_) = await suggested(place, "opus"), await suggested(place, "gemma")
    result = await place.compare(first["value"], second["value"])
    assert result.response.embeds


async def test_providers_are_suggested(place: Place) -> None:
    def values(choices: list[dict[str, Any]]) -> list[str]:
        return [c["value"] for c in choices]

    some = values(await place.ada.autocomplete(place.general, "leaderboard", "provider", ""))
    assert 0 < len(some) <= 25
    assert (
        values(await place.ada.autocomplete(place.general, "leaderboard", "provider", "open"))[0] == "OpenAI"
    )
    assert "OpenAI" in values(await place.ada.autocomplete(place.general, "leaderboard", "provider", "opnai"))


async def test_a_provider_without_a_name_to_show_does_not_spoil_the_others(place: Place) -> None:
    models = [model(f"m{n}", n, provider=name) for n, name in enumerate(("\u00ad", "\u200b ", "A\nB"), 1)]
    place.client.catalog = Catalog(models, [], [])
    choices = await place.ada.autocomplete(place.general, "leaderboard", "provider", "")
    assert [(c["name"], c["value"]) for c in choices] == [("A B", "A\nB")]


async def test_a_suggestion_that_came_too_late_is_logged_by_nobody(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await suggested(place, "gpt")
    assert not caplog.records
    place.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    await suggested(place, "gpt")
    assert len(caplog.records) == 1


async def test_a_failure_gives_an_empty_list(place: Place) -> None:
    place.client.catalog = None  # type: ignore[assignment]
    assert await suggested(place, "gpt") == []
    assert await place.ada.autocomplete(place.general, "leaderboard", "provider", "x") == []
    place.env.raise_errors()
