"""Names and texts that try to break out: shown as they are, pinging nobody."""

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model
from tests.chat.conftest import Place, buttons, shown
from tests.worlds import benchmark, model, price, score, suppose

TYPED = [
    "@everyone",
    "<@123456789012345678> <#1> </compare:1> <t:1:R>",
    "**bold** `code` ||spoiler|| [link](https://example.org)",
    "'; DROP TABLE models; --",
    "\u202egnitset\u202c",
    "نموذج ذكاء اصطناعي",
    "🤖🤖🤖",
    "x" * 6000,
    "\n\n# heading\n> quote\n- list",
    "```\ncode block",
    "​",
    "0",
]
NAMES = ["@everyone **a** `b` ||c|| [d](https://example.org)", "x" * 100, "نموذج‏ " * 12, "\u202eabc"]


def _visible_mentions(text: str) -> list[str]:
    return [mention for mention in ("@everyone", "@here", "<@1") if mention in text]


@pytest.mark.parametrize("typed", TYPED)
async def test_no_typed_text_breaks_out_of_the_answer(place: Place, typed: str) -> None:
    result = await place.compare("gpt-5-5", typed)
    assert result.ephemeral
    text = shown(result.response)
    assert text
    assert not _visible_mentions(text)
    assert len(text) < 400
    assert "\n" not in text
    assert "\u202e" not in text
    assert "**bold**" not in text
    assert len(buttons(result.response)) <= 5


@pytest.mark.parametrize("typed", TYPED)
async def test_nor_of_the_suggestions_or_the_other_commands(place: Place, typed: str) -> None:
    assert len(await place.ada.autocomplete(place.general, "model", "name", typed)) <= 25
    assert (await place.ask(place.ada, "model", name=typed)).ephemeral
    provider = await place.leaderboard(provider=typed)
    assert not _visible_mentions(shown(provider.response))
    _ = place.env.errors


@pytest.fixture
def hostile() -> Catalog:
    """Models whose own names are hostile, with numbers that are long in a button."""
    benchmarks = [benchmark(f"b{n}", list(Category)[n % 3], display_name=NAMES[n % 4]) for n in range(9)]
    models: list[Model] = [
        model(
            f"{'m' * 60}-{n}",
            36**6 - 1 - n,
            display_name=name,
            provider=name,
            price=price(1, 2),
            release_date="2026-01-01",
        )
        for n, name in enumerate(NAMES * 10)
    ]
    scores = [
        score(m.model_id, b.benchmark_id, 50 + n, self_reported=False)
        for n, m in enumerate(models)
        for b in benchmarks
    ]
    return suppose(Catalog(models, benchmarks, scores), {})


async def test_models_with_hostile_names_are_compared_and_listed(place: Place, hostile: Catalog) -> None:
    place.client.catalog = hostile
    a, b, c, d = list(hostile.models)[:4]
    comparison = await place.compare(a, b, model_c=c, model_d=d, private=True)
    board = await place.leaderboard(max_price=999_999.999999, provider=NAMES[0], category="coding")
    shown_ = [comparison, board, await place.ask(place.ada, "model", name=a)]
    shown_.append(await place.press(place.ada, comparison.response, label="All tests"))
    shown_.append(await place.press(place.ada, comparison.response, label="Share"))
    shown_.append(await place.press(place.ada, comparison.response, label="Verified lane"))
    shown_.append(await place.press(place.ada, (await place.leaderboard()).response, label="Next"))
    for result in shown_:
        assert result.response.embeds
    for message in place.posted():
        assert not message.mention_everyone
        assert not message.content


async def test_a_question_about_hostile_names_can_be_settled(place: Place, hostile: Catalog) -> None:
    place.client.catalog = hostile
    typed = NAMES[1][:50]
    asked = await place.compare(typed, typed, model_c=typed, lane=Lane.VERIFIED.value)
    assert len(asked.response.components) == 3
    for candidate in range(3):
        first = asked.response.components[0]["components"]
        chosen = await place.press(place.ada, asked.response, custom_id=first[candidate]["custom_id"])
    assert chosen.followups[0].embeds


async def test_suggestions_of_hostile_names_fit(place: Place, hostile: Catalog) -> None:
    place.client.catalog = hostile
    choices = await place.ada.autocomplete(place.general, "model", "name", "")
    assert len(choices) == 25
    assert len({c["name"] for c in choices}) == 25
    assert all(1 <= len(c["name"]) <= 100 and 1 <= len(c["value"]) <= 100 for c in choices)
    assert await place.ada.autocomplete(place.general, "leaderboard", "provider", "")
