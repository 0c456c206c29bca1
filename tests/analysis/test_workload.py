"""What people type as a workload, and what is made of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.analysis.workload import LONGEST, OVERALL, PRESETS, Workload, description, mix, read_workload
from bot.catalog.entities import CATEGORY_WEIGHTS, Category
from bot.errors import UnknownWorkload, WorkloadFault
from bot.words.errors import words

CODING, AGENTIC, MATH = Category.CODING, Category.AGENTIC, Category.MATH

weights = st.dictionaries(st.sampled_from(Category), st.integers(1, 12), min_size=1)
workloads = weights.map(Workload.of) | st.sampled_from(PRESETS)


@pytest.mark.parametrize(
    "typed",
    [
        "70 coding, 30 agentic",
        "coding 70% and agentic 30%",
        "70 % coding 30 % agentic",
        "30 agentic; 70 coding",
        "coding: 70, agentic: 30",
        "70coding+30agentic",
        "7 code & 3 agents",
        "0.7 coding / 0.3 agentic",
        "70 percent of coding tasks, 30 percent agentic work",
        "70 Coding,\n30 AGENTIC,",
        "７０ coding, ٣٠ agentic",
        "70 cod, 30 agentc",
    ],
)
def test_shares_are_read_however_they_are_written(typed: str) -> None:
    assert read_workload(typed) == Workload(shares=((CODING, 70), (AGENTIC, 30)))


@pytest.mark.parametrize(
    ("typed", "shares"),
    [
        ("2 coding 1 math", {CODING: 67, MATH: 33}),
        ("1 math 1 coding 1 agentic", {AGENTIC: 34, CODING: 33, MATH: 33}),
        ("coding and math", {CODING: 50, MATH: 50}),
        ("1 coding 99 math", {MATH: 99, CODING: 1}),
        ("coding 150 math 50", {CODING: 75, MATH: 25}),
        ("5 coding", {CODING: 100}),
    ],
)
def test_shares_become_whole_percents_that_add_up(typed: str, shares: dict[Category, int]) -> None:
    read = read_workload(typed)
    assert dict(read.shares) == shares
    assert [percent for _, percent in read.shares] == sorted(shares.values(), reverse=True)


@pytest.mark.parametrize("category", Category)
def test_a_category_alone_is_all_of_the_workload(category: Category) -> None:
    for typed in (category.value, category.value.replace("-", " ").upper(), category.value[:6]):
        assert read_workload(typed).shares == ((category, 100),)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Coding Assistant", "coding assistant"),
        ("coding assistent", "coding assistant"),
        ("coding assi", "coding assistant"),
        ("reserch", "research"),
        ("customer support", "support chat"),
        ("Documents", "document work"),
        ("document werk", "document work"),
        ("cheapest", "cheapest good enough"),
        ("cheapest good", "cheapest good enough"),
    ],
)
def test_presets_are_found_by_their_names_short_forms_and_typos(typed: str, name: str) -> None:
    assert read_workload(typed).name == name


def test_the_cheapest_good_enough_is_judged_by_all_categories_as_the_overall_score_is() -> None:
    read = read_workload("cheapest good enough")
    assert read.cheapest
    assert read.weights == {c: float(w) / 100 for c, w in CATEGORY_WEIGHTS.items()}
    assert not any(preset.cheapest for preset in PRESETS if preset != read)


def test_everything_is_a_mix_of_all_categories() -> None:
    assert read_workload("everything") == read_workload("overall") == OVERALL
    assert description(OVERALL) == "all categories"


@pytest.mark.parametrize(
    ("typed", "fault", "part"),
    [
        ("", WorkloadFault.EMPTY, ""),
        (" \n\u200b\t", WorkloadFault.EMPTY, ""),
        (",,,", WorkloadFault.EMPTY, ""),
        ("x" * 6000, WorkloadFault.LONG, ""),
        ("1 coding " * 600, WorkloadFault.LONG, ""),
        ("😀", WorkloadFault.UNKNOWN, "😀"),
        ("70 coding 😀", WorkloadFault.UNKNOWN, "70 coding 😀"),
        ("1'; DROP TABLE models; --", WorkloadFault.UNKNOWN, "1'"),
        ("coding OR 1=1", WorkloadFault.NO_CATEGORY, "coding or 1=1"),
        ("<@123>", WorkloadFault.UNKNOWN, "<@123>"),
        ("70 poetry, 30 coding", WorkloadFault.UNKNOWN, "poetry"),
        ("multi", WorkloadFault.UNKNOWN, "multi"),
        ("re", WorkloadFault.UNKNOWN, "re"),
        ("math coding", WorkloadFault.UNKNOWN, "math coding"),
        ("-5 coding", WorkloadFault.UNKNOWN, "-5 coding"),
        ("coding -5", WorkloadFault.UNKNOWN, "coding -5"),
        ("1e5 coding, 1 math", WorkloadFault.UNKNOWN, "e"),
        ("nan coding", WorkloadFault.UNKNOWN, "nan coding"),
        ("1.2.3 coding", WorkloadFault.UNKNOWN, "1.2.3 coding"),
        ("research and coding", WorkloadFault.PRESET, "research"),
        ("research (100 % math)", WorkloadFault.UNKNOWN, "research (100 % math)"),
        ("0 coding", WorkloadFault.OUT_OF_RANGE, "coding"),
        ("5000 coding", WorkloadFault.OUT_OF_RANGE, "coding"),
        ("9999999999999999 coding", WorkloadFault.UNKNOWN, "9999999999999999 coding"),
        ("1 coding, 1000 math", WorkloadFault.OUT_OF_RANGE, "coding"),
        ("70 coding, 30 code", WorkloadFault.TWICE, "coding"),
        ("70", WorkloadFault.NO_CATEGORY, "70"),
        ("70 coding, 30", WorkloadFault.NO_CATEGORY, "30"),
        ("70 30 coding agentic", WorkloadFault.NO_CATEGORY, "70 30 coding agentic"),
        ("70 30", WorkloadFault.NO_CATEGORY, "70 30"),
        ("70 coding, agentic", WorkloadFault.NO_SHARE, "agentic"),
    ],
)
def test_anything_else_is_refused_and_the_fault_is_named(typed: str, fault: WorkloadFault, part: str) -> None:
    with pytest.raises(UnknownWorkload) as refused:
        read_workload(typed)
    assert (refused.value.fault, refused.value.part) == (fault, part)
    said = words(refused.value)
    assert "“70 coding, 30 agentic”" in said
    assert all(f"“{preset.name}”" in said for preset in PRESETS)
    assert len(said) < 600


@given(workloads)
def test_a_description_reads_back_as_the_workload(workload: Workload) -> None:
    assert read_workload(description(workload)) == workload
    assert dict(read_workload(mix(workload)).shares) == dict(workload.shares)


@given(
    st.text(max_size=2 * LONGEST)
    | st.lists(
        st.sampled_from(
            [
                "70",
                "coding",
                "and",
                ",",
                "%",
                "math",
                "-",
                "30.5",
                "research",
                "cheap",
                "(",
                ")",
                ":",
                " ",
                "12 ",
            ]
        )
    ).map("".join)
)
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        read = read_workload(typed)
    except UnknownWorkload:
        return
    assert sum(percent for _, percent in read.shares) == 100
    assert read_workload(description(read)) == read


@given(st.dictionaries(st.sampled_from(Category), st.fractions(1, 1000, max_denominator=9), min_size=1))
def test_rounding_moves_no_share_by_a_whole_percent(exact: dict[Category, Fraction]) -> None:
    total = sum(exact.values())
    try:
        rounded = dict(Workload.of(exact).shares)
    except ValueError:
        assert min(exact.values()) * 100 < total
        return
    assert sum(rounded.values()) == 100
    assert all(abs(rounded[c] - 100 * exact[c] / total) < 1 for c in exact)


@pytest.mark.parametrize(
    "wrong",
    [
        {"shares": ()},
        {"shares": ((CODING, 99),)},
        {"shares": ((CODING, 50), (CODING, 50))},
        {"shares": ((CODING, 110), (MATH, -10))},
        {"shares": ((CODING, 100),), "input_parts": 0, "output_parts": 0},
        {"shares": ((CODING, 100),), "input_parts": -1},
    ],
)
def test_a_workload_that_makes_no_sense_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Workload(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_share_of_nothing_cannot_be_made() -> None:
    for weights in ({}, {CODING: 0}, {CODING: 1, MATH: -1}):
        with pytest.raises(ValueError, match="above 0"):
            Workload.of(weights)


def test_workloads_can_be_keys() -> None:
    assert len({read_workload("coding"), read_workload("100 code"), read_workload("math")}) == 2


def test_a_preset_among_shares_is_said_to_stand_alone() -> None:
    with pytest.raises(UnknownWorkload) as caught:
        read_workload("research, 20 coding")
    assert words(caught.value).startswith("“research” is a preset and stands alone")
