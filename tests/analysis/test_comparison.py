"""What compare() says of models, checked against figures worked out by hand."""

import json
from decimal import Decimal

import pytest

from bot.analysis.calls import Sureness
from bot.analysis.categories import Basis, CategoryRow
from bot.analysis.comparison import Comparison, compare
from bot.analysis.pick import Need, NeedKind, Why
from bot.analysis.workload import PRESETS, Workload, read_workload
from bot.catalog.entities import Category, Lane
from bot.errors import WrongModels
from bot.words.verdict import verdict
from tests.worlds import REFERENCE, benchmark, catalog, model, price, reference, score, suppose, table

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
    assert (knowledge.gap, knowledge.leader) == (Decimal("25.5"), "gpt-5-5")
    assert (result.shared_tests, result.pick.sureness) == (3, Sureness.CLEAR)
    assert kinds(result) == {(NeedKind.OPEN_WEIGHTS, "gemma-4-12b")}


def test_different_tests_are_called_by_ability_alone_and_have_no_gap() -> None:
    world = suppose(table([(CODING, "x", 90, None), (CODING, "y", None, 10)]), {"a": 0.0, "b": 1.0})
    coding = row(compare(world, ["a", "b"]), CODING)
    assert (coding.basis, coding.gap, coding.leader) == (Basis.DIFFERENT, None, "b")


def test_one_side_only_is_not_a_win() -> None:
    result = compare(table([(CODING, "x", 90, None), (KNOWLEDGE, "y", 50, 50)]), ["a", "b"])
    assert (row(result, CODING).basis, row(result, CODING).leader) == (Basis.ONE_SIDE, None)


@pytest.mark.parametrize(
    ("spreads", "sureness"),
    # P = Phi(spreads / sqrt(2)): 0.949, 0.951, 0.799 and 0.801.
    [
        (2.31, Sureness.LEANING),
        (2.34, Sureness.CLEAR),
        (1.185, Sureness.NONE),
        (1.195, Sureness.LEANING),
        (0.0, Sureness.NONE),
    ],
)
def test_a_pick_is_clear_from_95_percent_and_leaning_from_80(spreads: float, sureness: Sureness) -> None:
    world = suppose(table([(CODING, "x", 50, 50)]), {"a": 0.1 * spreads, "b": 0.0})
    for order in (["a", "b"], ["b", "a"]):
        result = compare(world, order)
        assert result.pick.sureness is sureness
        assert result.pick.model_id == (None if sureness is Sureness.NONE else "a")
        coding = row(result, CODING)
        assert coding.call is not None
        assert (coding.call.sureness, coding.leader) == (sureness, result.pick.model_id)


def test_abilities_that_were_not_worked_out_give_no_call() -> None:
    result = compare(table([(CODING, "x", 50, 90)]), ["a", "b"])
    assert (result.pick.model_id, result.pick.why) == (None, Why.NOT_WORKED_OUT)
    assert (row(result, CODING).call, result.abilities, result.provenance.ability_method) == (
        None,
        (None, None),
        None,
    )


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
    assert coding.tests[0].leader == "a"


def test_a_different_effort_is_shown() -> None:
    scores = [score("a", "x", 50, effort="low"), score("b", "x", 60, effort="high")]
    coding = row(compare(catalog(["a", "b"], [benchmark("x")], scores), ["a", "b"]), CODING)
    assert (coding.weakened, coding.tests[0].same_effort) == (True, False)


def test_lower_is_better_counts_for_the_lower_one() -> None:
    world = catalog(
        ["a", "b"],
        [benchmark("errors", higher_is_better=False)],
        [score("a", "errors", 8), score("b", "errors", 40)],
    )
    result = compare(world, ["a", "b"])
    coding = row(result, CODING)
    assert [s.shared_mean for s in coding.sides] == [92, 60]
    assert coding.tests[0].leader == "a"
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
    categories = (CODING, Category.AGENTIC, KNOWLEDGE, Category.MATH)
    world = suppose(
        table([(c, c.value, 50, 50) for c in categories]),
        {
            "a": {CODING: 2.0, Category.AGENTIC: 1.0, KNOWLEDGE: 0.0, Category.MATH: 0.0},
            "b": {CODING: 0.0, Category.AGENTIC: 0.0, KNOWLEDGE: 1.0, Category.MATH: 0.5},
        },
    )
    result = compare(world, ["a", "b"])
    assert (result.pick.model_id, result.pick.sureness) == ("a", Sureness.CLEAR)
    assert result.sharpest is not None
    assert result.hits_back is not None
    # Without the anchors a unit of ability is one of the logistic, with the mean of a category at 50 points.
    assert (result.sharpest.category, result.sharpest.gap) == (CODING, 73 - 27)
    assert (result.hits_back.category, result.hits_back.model_id) == (KNOWLEDGE, "b")
    assert result.hits_back.gap == 62 - 38


def test_with_a_priority_the_pick_follows_that_category() -> None:
    world = suppose(
        table([(CODING, "c", 90, 40), (KNOWLEDGE, "k", 50, 60)]),
        {"a": {CODING: 2.0}, "b": {KNOWLEDGE: 1.0}},
    )
    assert compare(world, ["a", "b"]).pick.model_id == "a"
    by_knowledge = compare(world, ["a", "b"], Workload.of({KNOWLEDGE: 1}))
    assert (by_knowledge.priority, by_knowledge.pick.model_id) == (KNOWLEDGE, "b")
    assert Need(kind=NeedKind.CATEGORY, category=CODING, model_id="a") in by_knowledge.needs


def test_a_workload_weighs_the_categories() -> None:
    world = suppose(
        table([(CODING, "c", 90, 40), (KNOWLEDGE, "k", 50, 60)]),
        {"a": {CODING: 1.0}, "b": {KNOWLEDGE: 1.0}},
    )
    for typed, picked in (("80 coding, 20 knowledge", "a"), ("20 coding, 80 knowledge", "b")):
        result = compare(world, ["a", "b"], read_workload(typed))
        assert result.pick.model_id == picked
        assert result.priority is None
    even = compare(world, ["a", "b"], read_workload("50 coding, 50 knowledge"))
    assert (even.pick.model_id, even.pick.why) == (None, Why.TOO_CLOSE)
    one, other = even.abilities
    assert one is not None
    assert other is not None
    assert one.points == pytest.approx(other.points)


class TestTheCheapestThatIsGoodEnough:
    CHEAPEST = PRESETS[-1]

    def result(self, spreads: float, *prices: tuple[int, int] | None) -> Comparison:
        models = [model(m, price=price(*p) if p else None) for m, p in zip("ab", prices, strict=True)]
        world = catalog(models, [benchmark("x")], [score("a", "x", 90), score("b", "x", 80)])
        return compare(suppose(world, {"a": 0.1 * spreads, "b": 0.0}), ["a", "b"], self.CHEAPEST)

    def test_is_the_cheaper_one_if_the_strongest_is_not_surely_better_or_not_by_much(self) -> None:
        for spreads, points in ((1.0, 2), (2.0, 4)):
            result = self.result(spreads, (5, 30), (1, 2))
            assert (result.pick.model_id, result.pick.why) == ("b", Why.CHEAPEST)
            assert result.pick.good_enough == ("a", "b")
            assert verdict(result).pick == (
                "b is the cheapest that is good enough. "
                f"a, the strongest, has {points} points of ability more."
            )

    def test_is_the_strongest_where_the_others_are_surely_weaker(self) -> None:
        result = self.result(3.0, (5, 30), (1, 2))
        assert (result.pick.model_id, result.pick.good_enough) == ("a", ("a",))
        assert verdict(result).pick == "a is the only one that is good enough: b is weaker, 98 % sure."

    def test_of_two_at_one_price_is_the_stronger(self) -> None:
        models = [model(m, price=price(1, 2)) for m in "ab"]
        world = catalog(models, [benchmark("x")], [score("a", "x", 80), score("b", "x", 90)])
        result = compare(suppose(world, {"a": 0.0, "b": 0.1}), ["a", "b"], self.CHEAPEST)
        assert (result.pick.model_id, result.pick.good_enough) == ("b", ("a", "b"))

    def test_is_never_one_without_a_price(self) -> None:
        assert self.result(1.0, (5, 30), None).pick.model_id == "a"
        without = self.result(1.0, None, None)
        assert (without.pick.model_id, without.pick.why) == (None, Why.NO_PRICES)
        assert verdict(without).pick == "No pick: no list price is known for a and b."


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
        tests = [benchmark("x"), benchmark("y", KNOWLEDGE)]
        scores = [score(m, t.benchmark_id, 50) for m in "abc" for t in tests]
        made = suppose(catalog(["a", "b", "c"], tests, scores), {"a": 1.0, "b": 0.0, "c": c})
        return compare(made, ["a", "b", "c"])

    sure, close = world(0.5), world(0.95)
    assert (sure.pick.model_id, sure.pick.call and sure.pick.call.rival) == ("a", "c")
    assert verdict(sure).pick == "a is the strongest model, over 99 % sure against each of the others."
    assert close.pick.call is not None
    assert (close.pick.sureness, close.pick.call.front) == (Sureness.NONE, ("a", "c"))
    assert verdict(close).pick == "Too close to call between a and c; both are ahead of b."


def test_the_one_ahead_of_three_is_judged_by_its_nearest_rival() -> None:
    tests = [benchmark("x")]
    scores = [score(m, "x", 50) for m in "abc"]
    made = suppose(catalog(["a", "b", "c"], tests, scores), {"a": 0.15, "b": 0.0, "c": 0.1})
    result = compare(made, ["a", "b", "c"])
    assert result.pick.call is not None
    assert (result.pick.call.ahead, result.pick.call.rival, result.pick.model_id) == ("a", "c", None)
    assert verdict(result).pick == ("Too close to call: a is better with a chance of 63 % against c.")


def test_a_third_model_without_scores_is_left_out_and_said_to_have_none() -> None:
    world = catalog(["a", "b", "new"], [benchmark("x")], [score("a", "x", 90), score("b", "x", 60)])
    result = compare(suppose(world, {"a": 1.0, "b": 0.0}), ["a", "b", "new"])
    assert (result.pick.model_id, result.abilities[2]) == ("a", None)
    assert verdict(result).pick.endswith("new has no benchmark scores yet.")


def test_a_model_that_has_no_scores_in_a_category_does_not_hide_what_the_others_share() -> None:
    world = catalog(
        ["a", "b", "c"],
        [benchmark("x"), benchmark("k", KNOWLEDGE)],
        [score("a", "x", 90), score("b", "x", 60), score("c", "k", 50)],
    )
    coding = row(compare(suppose(world, {"a": 1.0, "c": 0.0}), ["a", "b", "c"]), CODING)
    assert (coding.basis, coding.leader) == (Basis.SAME, "a")
    assert "c" not in coding.means


def test_nobody_is_ahead_in_a_category_where_a_model_without_scores_may_be() -> None:
    world = catalog(
        ["a", "b", "c"],
        [benchmark("x"), benchmark("k", KNOWLEDGE)],
        [score("a", "x", 90), score("b", "x", 60), score("c", "k", 50)],
    )
    for strength, leader in ((3.0, None), (1.0, None), (0.0, "a")):
        result = compare(suppose(world, {"a": 1.0, "c": strength}), ["a", "b", "c"])
        assert row(result, CODING).leader == leader
        assert (NeedKind.CATEGORY, "a") not in kinds(result) or leader == "a"


def test_a_test_that_is_with_tools_by_its_name_is_shared_where_a_source_does_not_say_so() -> None:
    world = catalog(
        ["a", "b"],
        [benchmark("x", display_name="Exam (with tools)")],
        [score("a", "x", 50), score("b", "x", 60, tools=True)],
    )
    assert row(compare(world, ["a", "b"]), CODING).basis is Basis.SAME


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
    assert ([t.benchmark_id for t in coding.tests], coding.tests[0].leader) == (["y"], "b")


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
