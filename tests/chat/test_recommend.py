"""/recommend: the picks, their words and the button that compares them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.limits import Modality
from bot.analysis.recommend import Recommendation, recommend
from bot.analysis.workload import PRESETS, Workload, read_workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.chat.commands import options
from bot.chat.embeds.layout import COLUMNS, TOTAL, shown_width
from bot.chat.embeds.recommend import MOST_POINTS, recommendation_embed
from bot.chat.views.press import Press
from bot.chat.views.question import Question
from bot.chat.views.recommend import ComparePicks
from bot.errors import NothingFits, NotWorkedOut, OutdatedButton, OutdatedCommand, UnknownWorkload
from tests.chat.conftest import TODAY, NewBot, Place, Reply, buttons, shown
from tests.worlds import MARKS, benchmark, model, price, score, suppose
from tests.worlds import catalog as catalog_of

COMPARE = "Compare them"


async def ask(place: Place, workload: str = "coding assistant", **limits: Any) -> Reply:
    return await place.ask(place.ada, "recommend", workload=workload, **limits)


async def suggested(place: Place, typed: str) -> list[dict[str, Any]]:
    return await place.ada.autocomplete(place.general, "recommend", "workload", typed)


def named(result: Recommendation) -> list[str]:
    return [choice.model.display_name for choice in result.picks]


async def test_the_pick_comes_first_and_each_says_why_and_what_one_gives_up(
    place: Place, catalog: Catalog
) -> None:
    asked = await ask(place)
    result = recommend(catalog, PRESETS[0])
    assert not asked.ephemeral
    (embed,) = asked.response.embeds
    assert embed.title == "Recommendation: coding assistant"
    assert named(result)[0] in (embed.description or "")
    picks, frontier = embed.fields[:-1], embed.fields[-1]
    assert [field.name for field in picks] == [f"{n}. {name}" for n, name in enumerate(named(result), 1)]
    for field in picks:
        figures, why, gives_up = (field.value or "").split("\n")
        assert figures.startswith("Ability\u00a0")
        assert why.startswith("**Why:** ")
        assert gives_up.startswith("**You give up:** ")
    assert all(point.display_name[:16] in (frontier.value or "") for point in result.frontier)
    assert (embed.footer.text or "").startswith("Provisional lane: all scores")


async def test_every_limit_is_taken_and_said(place: Place, catalog: Catalog) -> None:
    asked = await ask(
        place,
        "70 coding, 30 agentic",
        budget=2.5,
        context=200_000,
        open_weights=True,
        modalities="image",
        lane="provisional",
    )
    result = recommend(
        catalog, read_workload("70 coding, 30 agentic"), Decimal("2.5"), 200_000, True, [Modality.IMAGE]
    )
    text = shown(asked.response)
    assert all(name in text for name in named(result))
    assert "Recommendation: 70 % coding, 30 % agentic" in text
    assert (
        "Only models with open weights, that take in images, with at least 200,000 tokens of context and "
        "for at most $2.50."
    ) in text


async def test_the_lane_is_taken(place: Place, catalog: Catalog) -> None:
    asked = await ask(place, "research", lane=Lane.VERIFIED.value)
    text = shown(asked.response)
    assert text.startswith("Recommendation: research")
    assert all(name in text for name in named(recommend(catalog, PRESETS[1], lane=Lane.VERIFIED)))
    assert "Verified lane: only independently measured scores" in text


async def test_a_private_answer_is_for_the_person_alone(place: Place) -> None:
    assert (await ask(place, private=True)).ephemeral


async def test_a_budget_of_nothing_and_the_largest_are_answered(place: Place) -> None:
    assert "would fit" in shown((await ask(place, budget=0)).response)
    place.refused(NothingFits)
    assert (await ask(place, budget=1_000_000)).response.embeds


@pytest.mark.parametrize(
    "typed", ["-5 coding", "70", "@everyone", "'; DROP TABLE models; --", "x" * 6000, "🤖"]
)
async def test_what_is_no_workload_is_refused_with_what_can_be_written(place: Place, typed: str) -> None:
    asked = await ask(place, typed)
    assert asked.ephemeral
    text = shown(asked.response)
    assert "“70 coding, 30 agentic”" in text
    assert "@everyone" not in text
    assert len(text) < 600
    place.refused(UnknownWorkload)


async def test_when_nothing_fits_the_person_reads_what_to_loosen(place: Place) -> None:
    asked = await ask(place, budget=0.0001)
    assert asked.ephemeral
    assert shown(asked.response).startswith("No ranked model fits. With a budget of $0.0")
    place.refused(NothingFits)


async def test_without_abilities_the_person_is_told(place: Place, catalog: Catalog) -> None:
    place.client.catalog = Catalog(catalog.models.values(), catalog.benchmarks.values(), [])
    asked = await ask(place)
    assert asked.ephemeral
    assert "has not been worked out" in shown(asked.response)
    place.refused(NotWorkedOut)


def test_every_set_of_inputs_can_be_chosen_and_no_other() -> None:
    read = [options.modalities(choice.value) for choice in options.MODALITIES]
    assert len(set(map(frozenset, read))) == len(read) == 2 ** len(Modality) - 1 <= 25
    assert options.modalities(None) == ()
    with pytest.raises(OutdatedCommand):
        options.modalities("image smell")


async def test_an_empty_field_suggests_the_presets_first(place: Place) -> None:
    choices = await suggested(place, "")
    assert [c["value"] for c in choices][: len(PRESETS)] == [preset.name for preset in PRESETS]
    assert all(len(c["name"]) <= 100 for c in choices)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cod", "coding assistant"),
        ("70 coding", "70 % coding, 30 % agentic"),
        ("70 coding, 30", "70 % coding, 30 % agentic"),
        ("70 coding, 30 ma", "70 % coding, 30 % math"),
        ("20 math,", "80 % agentic, 20 % math"),
        ("res", "research"),
        ("poetry", "coding assistant"),
        ("x" * 6000, "coding assistant"),
    ],
)
async def test_what_is_typed_is_completed_to_a_whole_mix(place: Place, typed: str, first: str) -> None:
    choices = await suggested(place, typed)
    assert choices[0]["value"] == first
    assert len(choices) <= 25
    for choice in choices:
        assert read_workload(choice["value"]) == read_workload(choice["name"].removesuffix("…"))


async def test_a_suggestion_is_completed_in_compare_too(place: Place) -> None:
    choices = await place.ada.autocomplete(place.general, "compare", "workload", "60 math")
    assert choices[0]["value"] == "60 % math, 40 % agentic"


async def test_anyone_compares_the_picks_for_the_same_workload_and_the_answer_stays(
    place: Place, catalog: Catalog
) -> None:
    asked = await ask(place, "70 coding, 30 math", lane="verified")
    before = shown(asked.response)
    for person in (place.ada, place.ben):
        compared = await place.press(person, asked.response, label=COMPARE)
        assert compared.ephemeral
        assert compared.response.id != asked.response.id
        text = shown(compared.response)
        workload = read_workload("70 coding, 30 math")
        assert all(name in text for name in named(recommend(catalog, workload, lane=Lane.VERIFIED)))
        assert "70 % coding, 30 % math" in text
        assert "Verified lane" in text
    assert shown(asked.response) == before
    other_lane = await place.press(place.ben, compared.response, label="Provisional lane")
    assert other_lane.response.id == compared.response.id


async def test_the_button_works_after_a_restart(place: Place, new_bot: NewBot) -> None:
    asked = await ask(place)
    await place.env.restart_bot(new_bot())
    assert (await place.press(place.ben, asked.response, label=COMPARE)).response.embeds


async def test_the_button_says_so_when_a_pick_is_no_longer_listed(place: Place, catalog: Catalog) -> None:
    asked = await ask(place)
    gone = recommend(catalog, PRESETS[0]).picks[0].model
    rest = [m for m in catalog.models.values() if m != gone]
    place.client.catalog = Catalog(rest, catalog.benchmarks.values(), [])
    pressed = await place.press(place.ada, asked.response, label=COMPARE)
    assert "no longer works" in shown(pressed.response)


async def test_a_single_pick_has_nothing_to_compare_with(place: Place) -> None:
    place.client.catalog = ranked(["Only one"])
    assert not buttons((await ask(place)).response)


mixes = st.dictionaries(st.sampled_from(Category), st.integers(1, 12), min_size=1).map(Workload.of)
ids = st.integers(0, 2**63 - 1)
questions = st.builds(
    Question,
    st.lists(ids, min_size=2, max_size=3).map(tuple),
    st.sampled_from(PRESETS) | mixes,
    st.sampled_from(Lane),
    st.just(True),
    owner=ids,
)


@given(questions)
def test_the_button_fits_and_is_read_back_as_it_was(question: Question) -> None:
    press = ComparePicks(question)
    assert len(press.custom_id) <= 100
    assert Press.of(press.custom_id) == press


@given(questions, st.integers(0, 99), st.characters())
def test_a_damaged_button_is_another_one_or_none(question: Question, place: int, character: str) -> None:
    press = ComparePicks(question)
    damaged = press.custom_id[:place] + character + press.custom_id[place + 1 :]
    try:
        read = Press.of(damaged)
    except OutdatedButton:
        return
    assert Press.of(read.custom_id) == read


def ranked(names: list[str]) -> Catalog:
    """Models of falling ability and price, all with scores enough to be ranked."""
    tests = [benchmark(f"b{n}", c) for n, c in enumerate((Category.CODING, Category.MATH) * 4)]
    models = [
        model(f"m{n}", display_name=name, price=price(10**6 // 3**n, 1), context_window_tokens=10**n * 1000)
        for n, name in enumerate(names)
    ]
    scores = [score(m.model_id, b.benchmark_id, 50) for m in models for b in tests]
    return suppose(catalog_of(models, tests, scores), {m.model_id: -n / 9 for n, m in enumerate(models)})


def lines(value: str) -> list[str]:
    return value.split("```")[1].strip("\n").splitlines() if "```" in value else []


@settings(max_examples=30)
@given(st.lists(st.text(MARKS, min_size=1, max_size=100).filter(str.strip), min_size=1, max_size=8))
def test_any_names_fit_discord_and_stay_text(names: list[str]) -> None:
    embed = recommendation_embed(recommend(ranked(names), read_workload("coding")), TODAY)
    assert len(embed) <= TOTAL
    assert embed.description
    for field in embed.fields:
        assert field.name
        assert 0 < len(field.value or "") <= 1024
        assert (field.value or "").count("```") in (0, 2)
        assert all(shown_width(line) <= COLUMNS for line in lines(field.value or ""))
    texts = [embed.title or "", embed.description, *(f"{f.name} {f.value}" for f in embed.fields)]
    assert not any(mention in " ".join(texts) for mention in ("@everyone", "@here", "<@1", "<#1"))


def test_of_a_long_frontier_the_strongest_are_shown_and_the_rest_counted() -> None:
    result = recommend(ranked([f"Model {n}" for n in range(MOST_POINTS + 1)]), read_workload("coding"))
    table = recommendation_embed(result, TODAY).fields[-1].value or ""
    assert len(lines(table)) == 1 + MOST_POINTS
    assert "Model 0" in table
    assert "1 cheaper one not shown." in table


def test_on_the_shipped_tables_the_table_fits_a_phone(catalog: Catalog) -> None:
    for preset in PRESETS:
        for lane in Lane:
            embed = recommendation_embed(recommend(catalog, preset, lane=lane), TODAY)
            value = embed.fields[-1].value or ""
            assert len(lines(value)) > 3
            assert all(shown_width(line) <= COLUMNS for line in lines(value))
            assert value.endswith(".")
