"""/compare and the buttons below its answer."""

import re

import pytest

from bot.analysis import figures
from bot.analysis.comparison import compare
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from bot.errors import PriorityAndWorkload, UnknownWorkload, WrongModels
from tests.chat.conftest import NewBot, Place, buttons, shown

PUBLIC = ["Why?", "All tests", "Swap", "My cost", "Verified lane"]


async def test_a_comparison_is_posted_for_everybody_in_the_channel(place: Place) -> None:
    result = await place.compare("gpt-5-5", "gemma-4-12b")
    assert not result.ephemeral
    assert "GPT-5.5" in shown(result.response)
    assert "Gemma 4 12B" in shown(result.response)
    assert list(buttons(result.response)) == PUBLIC
    assert len(place.posted()) == 1


async def test_names_may_be_typed_instead_of_chosen(place: Place) -> None:
    chosen = await place.compare("gpt-5-5", "gemma-4-12b")
    typed = await place.compare("GPT 5.5", "  google/gemma-4-12B ")
    assert shown(typed.response) == shown(chosen.response)


async def test_four_models_fit_in_one_comparison(place: Place, catalog: Catalog) -> None:
    a, b, c, d = list(catalog.models)[:4]
    result = await place.compare(a, b, model_c=c, model_d=d)
    assert buttons(result.response)["Verified lane"].count(".") == 3


async def test_a_private_answer_is_for_the_person_alone_until_it_is_shared(place: Place) -> None:
    result = await place.compare("gpt-5-5", "gemma-4-12b", private=True)
    assert result.ephemeral
    assert list(buttons(result.response)) == [*PUBLIC, "Share"]
    assert not place.posted()

    shared = await place.press(place.ada, result.response, label="Share")
    assert not shared.ephemeral
    assert shown(shared.response) == shown(result.response)
    assert list(buttons(shared.response)) == PUBLIC


async def test_the_priority_decides_the_pick_and_stays_when_the_lane_changes(place: Place) -> None:
    plain = await place.compare("gpt-5-5", "gemma-4-12b")
    result = await place.compare("gpt-5-5", "gemma-4-12b", priority="multimodal")
    assert shown(result.response) != shown(plain.response)
    other = await place.press(place.ada, result.response, label="Verified lane")
    back = await place.press(place.ada, other.response, label="Provisional lane")
    again = await place.compare("gpt-5-5", "gemma-4-12b", priority="multimodal")
    assert shown(back.response) == shown(again.response)


async def test_a_workload_decides_the_pick_and_stays_when_the_lane_changes_and_after_a_restart(
    place: Place, new_bot: NewBot
) -> None:
    for workload, said in (
        ("2 coding, 1 agents", "for 67 % coding, 33 % agentic"),
        ("Support chat", "for support chat (40 % instruction following"),
        ("cheapest", "good enough"),
    ):
        result = await place.compare("gpt-5-5", "claude-opus-4-7", workload=workload)
        assert said in shown(result.response)
        other = await place.press(place.ada, result.response, label="Verified lane")
        await place.env.restart_bot(new_bot())
        back = await place.press(place.ada, other.response, label="Provisional lane")
        assert shown(back.response) == shown(result.response)


async def test_a_workload_beside_a_priority_is_refused(place: Place) -> None:
    result = await place.compare("gpt-5-5", "gemma-4-12b", workload="coding", priority="math")
    assert result.ephemeral
    assert shown(result.response) == (
        "Give one category or a workload, not both: one category is a workload by itself."
    )
    place.refused(PriorityAndWorkload)


async def test_what_is_no_workload_says_what_can_be_written(place: Place) -> None:
    result = await place.compare("gpt-5-5", "gemma-4-12b", workload="**70** @everyone")
    assert result.ephemeral
    assert "Write shares, such as “70 coding, 30 agentic”" in shown(result.response)
    assert not place.posted()
    place.refused(UnknownWorkload)


async def test_the_lane_can_be_asked_for(place: Place) -> None:
    result = await place.compare("gpt-5-5", "gemma-4-12b", lane=Lane.VERIFIED.value)
    assert "Verified lane" in shown(result.response)
    assert "Provisional lane" in buttons(result.response)


async def test_the_person_who_asked_changes_the_lane_of_the_message_itself(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    pressed = await place.press(place.ada, asked.response, label="Verified lane")
    assert pressed.response.id == asked.response.id
    assert "Provisional lane" in buttons(asked.response)
    assert len(place.posted()) == 1


async def test_anyone_else_gets_a_copy_of_their_own(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    before = shown(asked.response)
    copy = await place.press(place.ben, asked.response, label="Verified lane")
    assert copy.ephemeral
    assert copy.response.id != asked.response.id
    assert shown(asked.response) == before
    # The copy is Ben's, so he changes it, and may share it.
    back = await place.press(place.ben, copy.response, label="Provisional lane")
    assert back.response.id == copy.response.id
    assert shown(back.response) == before
    assert "Share" in buttons(back.response)


async def test_all_tests_are_listed_page_by_page_for_the_person_alone(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "claude-opus-4-5")
    first = await place.press(place.ben, asked.response, label="All tests")
    assert first.ephemeral
    assert list(buttons(first.response)) == ["Next", "By gap", "By date", "Share"]
    pages = [shown(first.response)]
    page = first
    while "Next" in buttons(page.response):
        page = await place.press(place.ben, page.response, label="Next")
        assert page.response.id == first.response.id
        pages.append(shown(page.response))
    assert len(set(pages)) == len(pages) > 1
    assert list(buttons(page.response)) == ["Previous", "By gap", "By date", "Share"]
    back = await place.press(place.ben, page.response, label="Previous")
    assert shown(back.response) == pages[-2]


async def test_all_tests_are_sorted_by_gap_and_by_date_and_stay_so_while_turning(
    place: Place, catalog: Catalog, new_bot: NewBot
) -> None:
    asked = await place.compare("gpt-5-5", "claude-opus-4-8")
    page = await place.press(place.ada, asked.response, label="All tests")
    await place.env.restart_bot(new_bot())
    await place.press(place.ada, page.response, label="By gap")
    gaps: list[str] = []
    while True:
        assert page.response.embeds[0].title.startswith("All tests: largest gaps first")  # type: ignore[union-attr]
        gaps += re.findall(r"gap ([\d.]+)", shown(page.response))
        if "Next" not in buttons(page.response):
            break
        await place.press(place.ada, page.response, label="Next")
    rows = compare(catalog, ("gpt-5-5", "claude-opus-4-8")).categories
    differences = [(t.unit, t.difference) for row in rows for t in row.tests if t.difference is not None]
    points = sorted((gap for unit, gap in differences if unit == "percent"), reverse=True)
    others = sorted((gap for unit, gap in differences if unit != "percent"), reverse=True)
    assert gaps == list(map(figures.points, [*points, *others]))
    assert list(buttons(page.response))[-3:] == ["By category", "By date", "Share"]

    await place.press(place.ada, page.response, label="By date")
    assert "newest scores first" in shown(page.response)
    await place.press(place.ada, page.response, label="By category")
    again = await place.press(place.ada, asked.response, label="All tests")
    assert shown(page.response) == shown(again.response)


async def test_models_without_any_score_are_compared_and_have_no_list_of_tests(
    place: Place, catalog: Catalog
) -> None:
    one, other = [m for m in catalog.models if not catalog.scores(m)][:2]
    result = await place.compare(one, other)
    assert "no benchmark scores yet" in shown(result.response).lower()
    assert list(buttons(result.response)) == ["Swap", "My cost", "Verified lane"]


@pytest.mark.parametrize("twice", ["gpt-5-5", "GPT 5.5"])
async def test_the_same_model_twice_gets_a_sentence_and_nothing_else(place: Place, twice: str) -> None:
    result = await place.compare("gpt-5-5", twice)
    assert result.ephemeral
    assert shown(result.response) == "“GPT-5.5” is named twice. Choose two different models to compare."
    assert not buttons(result.response)
    place.refused(WrongModels)


async def test_the_metrics_learn_what_was_asked_and_how_it_ended(
    place: Place, observed: list[tuple[str, str]]
) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    await place.press(place.ada, asked.response, label="Verified lane")
    await place.compare("gpt-5-5", "gpt-5-5")
    place.refused(WrongModels)
    assert observed == [("compare", "answered"), ("comparison lane", "answered"), ("compare", "refused")]


async def test_why_names_the_tests_that_moved_the_call_for_the_eyes_of_the_person_alone(place: Place) -> None:
    asked = await place.compare("gpt-5-5", "gemma-4-12b")
    why = await place.press(place.ben, asked.response, label="Why?")
    assert why.ephemeral
    text = shown(why.response)
    assert text.startswith("Why: GPT-5.5 vs Gemma 4 12B")
    assert "Humanity's Last Exam (no tools)" in text
    assert len(place.posted()) == 1


async def test_why_of_three_models_is_about_the_first_and_the_nearest_to_it(place: Place) -> None:
    asked = await place.compare("gemma-4-12b", "claude-opus-4-8", model_c="gpt-5-5")
    why = await place.press(place.ada, asked.response, label="Why?")
    title = why.response.embeds[0].title or ""
    assert {"GPT-5.5", "Claude Opus 4.8"} == set(title.removeprefix("Why: ").split(" vs "))
