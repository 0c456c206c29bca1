"""What compare() says of models, checked against figures worked out by hand."""

import json
from decimal import Decimal

import pytest

from bot.analysis.categories import Basis, Call, CategoryRow
from bot.analysis.comparison import Comparison, compare
from bot.analysis.pick import Need, NeedKind, Sureness, Why
from bot.analysis.verdict import verdict
from bot.catalog.entities import Category, Lane
from bot.catalog.errors import WrongModels
from tests.worlds import REFERENCE, benchmark, catalog, model, price, reference, score, table

CODING, KNOWLEDGE = Category.CODING, Category.KNOWLEDGE


def row(comparison: Comparison, category: Category) -> CategoryRow:
    found = comparison.category(category)
    assert found is not None
    return found


def kinds(comparison: Comparison) -> set[tuple[NeedKind, str]]:
    return {(need.kind, need.model_id) for need in comparison.needs}


def test_the_reference_pair_comes_out_exactly_as_published() -> None:
    page = json.loads(REFERENCE.read_text(encoding="utf-8"), parse_float=Decimal)
    result = compare(reference(), ["gemma-4-12b", "gpt-5-5"])
    published = {r.category.value: [s.average.value for s in r.sides if s.average] for r in result.categories}
    assert published == page["category_averages"]
    assert {r.category.value: r.published_gap for r in result.categories} == page["category_gaps"]
    gemma, gpt = result.models
    assert gemma.price is None
    assert gpt.price is not None
    assert [gpt.price.input, gpt.price.output] == [5, 30]
    assert [m.context_window_tokens for m in result.models] == [256_000, 1_000_000]
    gpqa = next(t for r in result.categories for t in r.tests if t.display_name == "GPQA")
    assert [c.value for c in gpqa.cells if c] == page["gpqa"]
    assert result.pick.model_id == "gpt-5-5"


def test_the_reference_pair_is_compared_only_on_the_three_tests_that_both_took() -> None:
    result = compare(reference(), ["gemma-4-12b", "gpt-5-5"])
    assert {r.category.value: r.basis for r in result.categories} == {
        "coding": Basis.DIFFERENT,
        "reasoning": Basis.DIFFERENT,
        "knowledge": Basis.SHARED,
        "multimodal": Basis.SHARED,
    }
    knowledge = row(result, KNOWLEDGE)
    assert (knowledge.shared, knowledge.total) == (2, 4)
    assert [s.shared_mean for s in knowledge.sides] == [Decimal("42.0"), Decimal("67.5")]
    assert (knowledge.gap, knowledge.leader, knowledge.call) == (Decimal("25.5"), "gpt-5-5", Call.AHEAD)
    assert (result.shared_tests, result.pick.won, result.pick.sureness) == (3, 3, Sureness.CLEAR)
    assert kinds(result) == {(NeedKind.OPEN_WEIGHTS, "gemma-4-12b")}


def test_different_tests_never_give_a_winner() -> None:
    result = compare(table([(CODING, "x", 10, None), (CODING, "y", None, 90)]), ["a", "b"])
    coding = row(result, CODING)
    assert (coding.basis, coding.call, coding.leader, coding.gap) == (
        Basis.DIFFERENT,
        Call.NO_CALL,
        None,
        None,
    )
    assert (result.pick.sureness, result.pick.why) == (Sureness.NONE, Why.NO_SHARED_TESTS)


def test_one_side_only_is_not_a_win() -> None:
    result = compare(table([(CODING, "x", 90, None), (KNOWLEDGE, "y", 50, 50)]), ["a", "b"])
    assert (row(result, CODING).basis, row(result, CODING).leader) == (Basis.ONE_SIDE, None)


@pytest.mark.parametrize(
    ("tests", "gap", "call"),
    [
        (1, "4.9", Call.TIE),
        (1, "5", Call.AHEAD),
        (2, "4.9", Call.TIE),
        (3, "4", Call.AHEAD),
        (4, "3.9", Call.TIE),
        (5, "3", Call.AHEAD),
        (5, "2.9", Call.TIE),
        (1, "0.11", Call.TIE),
    ],
)
def test_a_leader_is_called_only_past_the_stated_margin(tests: int, gap: str, call: Call) -> None:
    rows = [(CODING, f"t{n}", 50.0, float(50 + Decimal(gap))) for n in range(tests)]
    coding = row(compare(table(rows), ["a", "b"]), CODING)
    assert (coding.basis, coding.call) == (Basis.SAME, call)
    assert coding.leader == ("b" if call is Call.AHEAD else None)


def test_a_mean_that_most_tests_contradict_is_no_call() -> None:
    rows = [(CODING, "huge", 90.0, 10.0), *((CODING, f"t{n}", 50.0, 55.0) for n in range(4))]
    coding = row(compare(table(rows), ["a", "b"]), CODING)
    assert (coding.call, coding.leader, coding.gap) == (Call.NO_CALL, None, Decimal("12.0"))


def test_with_and_without_tools_is_not_comparable() -> None:
    world = catalog(
        ["a", "b"], [benchmark("x")], [score("a", "x", 90, tools=True), score("b", "x", 40, tools=False)]
    )
    assert row(compare(world, ["a", "b"]), CODING).basis is Basis.DIFFERENT


def test_an_unstated_setting_is_taken_as_without_tools() -> None:
    world = catalog(["a", "b"], [benchmark("x")], [score("a", "x", 90), score("b", "x", 40, tools=False)])
    assert row(compare(world, ["a", "b"]), CODING).basis is Basis.SAME


def test_the_tool_run_is_taken_where_only_it_can_be_compared() -> None:
    scores = [
        score("a", "x", 50, tools=False, source_url="https://example.org/1"),
        score("a", "x", 70, tools=True, source_url="https://example.org/2"),
        score("b", "x", 60, tools=True),
    ]
    coding = row(compare(catalog(["a", "b"], [benchmark("x")], scores), ["a", "b"]), CODING)
    cells = [c for c in coding.tests[0].cells if c]
    assert [c.value for c in cells] == [70, 60]
    assert [s.value for s in cells[0].others] == [50]
    assert coding.leader == "a"


def test_a_different_effort_is_shown_and_asks_for_twice_the_margin() -> None:
    def called(gap: int) -> CategoryRow:
        scores = [score("a", "x", 50, effort="low"), score("b", "x", 50 + gap, effort="high")]
        return row(compare(catalog(["a", "b"], [benchmark("x")], scores), ["a", "b"]), CODING)

    assert (called(9).call, called(9).weakened, called(9).margin) == (Call.TIE, True, 10)
    assert called(10).leader == "b"


def test_lower_is_better_counts_for_the_lower_one() -> None:
    world = catalog(
        ["a", "b"],
        [benchmark("errors", higher_is_better=False)],
        [score("a", "errors", 8), score("b", "errors", 40)],
    )
    result = compare(world, ["a", "b"])
    coding = row(result, CODING)
    assert [s.shared_mean for s in coding.sides] == [92, 60]
    assert coding.leader == "a"
    swing = result.swing
    assert swing is not None
    assert (swing.better, swing.better_value, swing.worse_value, swing.difference) == ("a", 8, 40, 32)


def test_the_swing_is_truly_the_largest_shared_difference_in_percent() -> None:
    world = catalog(
        ["a", "b"],
        [benchmark("x"), benchmark("y", KNOWLEDGE), benchmark("elo", unit="elo"), benchmark("alone")],
        [
            *(score("a", b, v) for b, v in (("x", 78.8), ("y", 5.2), ("elo", 1200), ("alone", 99))),
            *(score("b", b, v) for b, v in (("x", 93.6), ("y", 41.4), ("elo", 2000))),
        ],
    )
    swing = compare(world, ["a", "b"]).swing
    assert swing is not None
    assert (swing.benchmark_id, swing.difference) == ("y", Decimal("36.2"))


def test_sharpest_and_hits_back_are_the_widest_leads_of_either_side() -> None:
    rows = [
        (CODING, "c", 90.0, 40.0),
        (Category.AGENTIC, "g", 70.0, 60.0),
        (KNOWLEDGE, "k", 50.0, 60.0),
        (Category.MATH, "m", 50.0, 57.0),
    ]
    result = compare(table(rows), ["a", "b"])
    assert (result.pick.model_id, result.pick.sureness) == ("a", Sureness.NARROW)
    assert result.sharpest is not None
    assert result.hits_back is not None
    assert (result.sharpest.category, result.sharpest.gap) == (CODING, 50)
    assert (result.hits_back.category, result.hits_back.model_id, result.hits_back.gap) == (
        KNOWLEDGE,
        "b",
        10,
    )


def test_with_a_priority_the_pick_follows_that_category() -> None:
    rows = [*((CODING, f"c{n}", 90.0, 40.0) for n in range(3)), (KNOWLEDGE, "k", 50.0, 60.0)]
    world = table(rows)
    assert compare(world, ["a", "b"]).pick.model_id == "a"
    by_knowledge = compare(world, ["a", "b"], priority=KNOWLEDGE)
    assert (by_knowledge.pick.model_id, by_knowledge.pick.why) == ("b", Why.PRIORITY)
    assert Need(kind=NeedKind.CATEGORY, category=CODING, model_id="a") in by_knowledge.needs
    assert compare(world, ["a", "b"], priority=Category.MATH).pick.why is Why.NO_SHARED_TESTS


def test_the_pick_needs_at_least_half_of_the_shared_tests() -> None:
    rows = [
        (CODING, "c", 90.0, 40.0),
        *((KNOWLEDGE, f"k{n}", 50.0, 56.0) for n in range(3)),
    ]
    pick = compare(table(rows), ["a", "b"]).pick
    assert (pick.model_id, pick.why) == (None, Why.MIXED)


def test_a_model_without_scores_is_compared_by_its_figures_and_never_loses() -> None:
    world = catalog(
        [
            model("new", price=price(1, 5), context_window_tokens=1_000_000),
            model("old", price=price(5, 30), context_window_tokens=256_000),
        ],
        [benchmark("x")],
        [score("old", "x", 99)],
    )
    result = compare(world, ["new", "old"])
    assert (result.pick.model_id, result.pick.why) == (None, Why.NO_SCORES)
    assert kinds(result) == {(NeedKind.PRICE, "new"), (NeedKind.CONTEXT, "new")}
    assert result.price_ratio is not None
    assert result.price_ratio.blended == Decimal("11.25") / 2


def test_missing_figures_make_no_ratio_and_no_need() -> None:
    world = catalog([model("a", price=price(0, 0)), model("b")], [], [])
    result = compare(world, ["a", "b"])
    assert (result.price_ratio, result.needs, result.categories, result.swing) == (None, (), (), None)
    assert result.models[1].blended_usd_per_mtok is None


def test_a_free_model_is_cheaper_without_a_ratio() -> None:
    result = compare(
        catalog([model("a", price=price(0, 0)), model("b", price=price(1, 2))], [], []), ["a", "b"]
    )
    assert result.price_ratio is not None
    assert (result.price_ratio.cheaper, result.price_ratio.blended) == ("a", None)
    assert kinds(result) == {(NeedKind.PRICE, "a")}


def test_windows_and_prices_that_are_nearly_the_same_are_no_reason() -> None:
    world = catalog(
        [
            model("a", price=price(5, 30), context_window_tokens=1_048_576),
            model("b", price=price(5, 31), context_window_tokens=1_000_000),
        ],
        [],
        [],
    )
    assert compare(world, ["a", "b"]).needs == ()


def test_an_unknown_licence_is_no_need() -> None:
    world = catalog([model("a", open_weights=True), model("b", open_weights=None)], [], [])
    assert compare(world, ["a", "b"]).needs == ()


def test_three_models_are_called_only_if_one_leads_each_other() -> None:
    def world(c: float) -> Comparison:
        tests = [benchmark("x"), benchmark("y", KNOWLEDGE), benchmark("z", KNOWLEDGE)]
        scores = [score(m, t.benchmark_id, v) for m, v in (("a", 90), ("b", 60), ("c", c)) for t in tests]
        return compare(catalog(["a", "b", "c"], tests, scores), ["a", "b", "c"])

    assert (world(50).pick.model_id, world(50).pick.gap) == ("a", 30)
    assert (world(89).pick.sureness, world(89).pick.front) == (Sureness.NONE, ("a", "c"))
    assert verdict(world(89)).pick == "Too close to call between a and c; both are ahead of b."


def test_a_model_that_shares_no_test_is_not_placed_and_said_to_be_left_out() -> None:
    world = catalog(
        ["a", "b", "alone"],
        [benchmark("x"), benchmark("y", KNOWLEDGE), benchmark("z", Category.MATH)],
        [
            *(score("a", b, 90) for b in "xy"),
            *(score("b", b, 60) for b in "xy"),
            score("alone", "z", 99),
        ],
    )
    result = compare(world, ["a", "b", "alone"])
    assert (result.pick.model_id, result.pick.sureness) == ("a", Sureness.NARROW)
    assert result.pick.unplaced == ("alone",)
    assert "alone cannot be placed, for want of a test in common with the others." in verdict(result).pick


def test_a_clear_pick_leads_two_categories_and_three_tests_past_the_margin() -> None:
    rows = [(CODING, "c", 90.0, 60.0), *((KNOWLEDGE, f"k{n}", 50.0, 49.0) for n in range(4))]
    assert compare(table(rows), ["a", "b"]).pick.sureness is Sureness.NARROW
    rows += [(Category.MATH, f"m{n}", 70.0, 60.0) for n in range(2)]
    assert compare(table(rows), ["a", "b"]).pick.sureness is Sureness.CLEAR


def test_a_model_that_has_no_scores_in_a_category_does_not_hide_what_the_others_share() -> None:
    world = catalog(
        ["a", "b", "c"],
        [benchmark("x"), benchmark("k", KNOWLEDGE)],
        [score("a", "x", 90), score("b", "x", 60), score("c", "k", 50)],
    )
    coding = row(compare(world, ["a", "b", "c"]), CODING)
    assert (coding.basis, coding.leader) == (Basis.SAME, "a")
    assert "c" not in coding.means


def test_the_verified_lane_takes_only_independent_scores() -> None:
    world = catalog(
        ["a", "b"],
        [benchmark("x"), benchmark("y")],
        [
            score("a", "x", 90),
            score("b", "x", 10),
            score("a", "y", 50, self_reported=False),
            score("b", "y", 60, self_reported=False),
        ],
    )
    coding = row(compare(world, ["a", "b"], lane=Lane.VERIFIED), CODING)
    assert ([t.benchmark_id for t in coding.tests], coding.leader) == (["y"], "b")


@pytest.mark.parametrize("models", [[], ["a"], ["a", "a"], ["a", "b", "a"], ["a", "b", "c", "d", "e"]])
def test_other_numbers_of_models_are_refused(models: list[str]) -> None:
    with pytest.raises(WrongModels):
        compare(catalog(["a", "b", "c", "d", "e"], [], []), models)


def test_json_is_plain_numbers_with_ids_and_bases() -> None:
    data = json.loads(compare(reference(), ["gemma-4-12b", "gpt-5-5"]).model_dump_json())
    assert [m["model_id"] for m in data["models"]] == ["gemma-4-12b", "gpt-5-5"]
    coding = next(c for c in data["categories"] if c["category"] == "coding")
    assert coding["basis"] == "different tests"
    assert [s["average"]["value"] for s in coding["sides"]] == [72, 58.6]
    assert data["models"][0]["price"] is None
