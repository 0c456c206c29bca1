"""The text never contradicts the numbers, and never shows a broken one."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ability.kept import fit
from bot.analysis.comparison import Comparison, compare
from bot.analysis.figures import chance
from bot.analysis.workload import PRESETS, Workload, read_workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.words.costs import context_sentence, price_sentence
from bot.words.footer import footer
from bot.words.verdict import (
    category_sentence,
    standing_words,
    verdict,
)
from tests.worlds import benchmark, catalog, model, price, reference, score, suppose, table, worlds

TODAY = date(2026, 11, 24)
CODING, KNOWLEDGE = Category.CODING, Category.KNOWLEDGE
BROKEN = re.compile(r"none\b(?! of)|null|nan\b|infinity|\binf\b|e[+-]\d|\d\.\d+\d{3}|  |\(\)|\bA\. ", re.I)


def every_text(result: Comparison) -> list[str]:
    said = verdict(result)
    return [
        *(said.pick, said.otherwise, said.reason, price_sentence(result), context_sentence(result)),
        *(category_sentence(result, row) for row in result.categories),
        *(standing_words(m, lane) for m in result.models for lane in Lane),
        footer(result.provenance, TODAY),
    ]


class TestTheFaultsOfPublishedPages:
    """Each one is listed in the reference; the number is its number there."""

    def test_1_different_tests_are_named_and_only_linked_through_others(self) -> None:
        result = compare(reference(), ["gemma-4-12b", "gpt-5-5"])
        coding = next(r for r in result.categories if r.category is CODING)
        assert category_sentence(result, coding) == (
            "GPT-5.5 is ahead, over 99 % sure. They have no test in common here under the same conditions. "
            "72 for Gemma 4 12B is LiveCodeBench v6; 58.6 for GPT-5.5 is SWE-bench Pro."
        )
        assert verdict(result).reason.startswith(
            "In coding, 72 for Gemma 4 12B is LiveCodeBench v6; 58.6 for GPT-5.5 is SWE-bench Pro: different "
            "tests. Compared through models that took both, GPT-5.5 is ahead there, over 99 % sure."
        )

    def test_2_no_category_goes_to_the_side_that_is_weaker_there(self) -> None:
        result = compare(reference(), ["gemma-4-12b", "gpt-5-5"])
        knowledge = next(r for r in result.categories if r.category is KNOWLEDGE)
        assert category_sentence(result, knowledge).startswith(
            "GPT-5.5 is ahead, over 99 % sure. The mean over the 2 tests that both took: 67.5 for GPT-5.5 "
            "and 42 for Gemma 4 12B."
        )
        assert verdict(result).otherwise == "Choose Gemma 4 12B for open weights."

    def test_3_the_largest_difference_is_the_largest(self) -> None:
        said = verdict(compare(reference(), ["gemma-4-12b", "gpt-5-5"]))
        assert "HLE without tools: 41.4 for GPT-5.5, 5.2 for Gemma 4 12B." in said.reason

    def test_4_a_clear_pick_is_not_called_close(self) -> None:
        said = verdict(compare(reference(), ["gemma-4-12b", "gpt-5-5"]))
        assert said.pick == "GPT-5.5 is the stronger model, over 99 % sure."
        assert "close" not in said.pick + said.otherwise + said.reason
        assert "GPT-5.5 is better on all 3 tests they share." in said.reason

    @pytest.mark.parametrize(("tests", "which"), [(1, "the one test"), (2, "both tests"), (3, "all 3 tests")])
    def test_4_the_other_model_may_be_better_on_all_that_they_share(self, tests: int, which: str) -> None:
        rows = [(CODING, f"shared {n}", 50.0, 60.0) for n in range(tests)]
        said = verdict(compare(suppose(table(rows), {"a": 0.05}), ["a", "b"]))
        assert said.pick.startswith("Too close to call")
        assert f"b is better on {which} they share." in said.reason

    @pytest.mark.parametrize("gap", [0.0, 0.11, 1.0])
    def test_5_a_small_gap_has_no_winner(self, gap: float) -> None:
        rows = [(c, f"{c} {n}", 57.0, 57.0 + gap) for c in (CODING, KNOWLEDGE) for n in range(3)]
        world = table(rows)
        world = world.with_fit(fit(world))
        result = compare(world, ["a", "b"])
        assert verdict(result).pick.startswith("Too close to call: ")
        assert result.pick.model_id is None

    def test_5_a_large_gap_on_many_tests_has_one(self) -> None:
        rows = [(c, f"{c} {n}", 40.0 + n, 70.0 + n) for c in (CODING, KNOWLEDGE) for n in range(6)]
        world = table(rows)
        world = world.with_fit(fit(world))
        assert compare(world, ["a", "b"]).pick.model_id == "b"

    def test_6_missing_and_zero_prices_are_words_not_operands(self) -> None:
        world = catalog(
            [model("Free", price=price(0, 0)), model("Unpriced"), model("Paid", price=price(1, 2))], [], []
        )
        free = price_sentence(compare(world, ["Free", "Paid"]))
        assert free == "Free costs $0 in and $0 out and Paid costs $1 in and $2 out per million tokens."
        unpriced = price_sentence(compare(world, ["Unpriced", "Paid"]))
        assert unpriced == (
            "Paid costs $1 in and $2 out per million tokens. No list price is known for Unpriced."
        )

    @pytest.mark.parametrize(("tests", "words"), [(1, "the one test"), (2, "both tests"), (3, "all 3 tests")])
    def test_6_plurals_are_right(self, tests: int, words: str) -> None:
        rows = [(CODING, f"t{n}", 57.0, 50.0) for n in range(tests)]
        said = verdict(compare(suppose(table(rows), {"a": 1.0}), ["a", "b"]))
        assert f"a is better on {words} they share." in said.reason

    def test_7_every_answer_names_its_method(self) -> None:
        result = compare(reference(), ["gemma-4-12b", "gpt-5-5"])
        known = result.provenance
        assert f"method {known.method}, abilities by method {known.ability_method}" in footer(known, TODAY)


def test_a_model_without_scores_is_said_to_have_none_yet() -> None:
    world = catalog(["New", "Old"], [benchmark("x")], [score("Old", "x", 50)])
    result = compare(world, ["New", "Old"])
    assert verdict(result).pick == "No pick: New has no benchmark scores yet."
    assert standing_words(result.models[0], Lane.PROVISIONAL) == "unranked, no benchmark scores yet"
    assert standing_words(result.models[1], Lane.PROVISIONAL) == "unranked, has 1 of the 8 benchmarks needed"


def test_the_verified_lane_says_what_kind_of_scores_are_missing() -> None:
    result = compare(reference(), ["gemma-4-12b", "gpt-5-5"], lane=Lane.VERIFIED)
    assert verdict(result).pick == "No pick: neither has independently measured benchmark scores yet."


def test_a_priority_is_named_in_the_pick() -> None:
    world = suppose(reference(), {"gpt-5-5": {KNOWLEDGE: 0.15, CODING: 0.05}})

    def pick(typed: str) -> str:
        return verdict(compare(world, ["gemma-4-12b", "gpt-5-5"], read_workload(typed))).pick

    assert pick("knowledge") == "GPT-5.5 is probably the stronger model for knowledge, 85 % sure."
    assert pick("coding") == "Too close to call for coding: GPT-5.5 is better with a chance of 63 %."
    assert pick("90 knowledge, 10 coding").startswith(
        "GPT-5.5 is probably the stronger model for 90 % knowledge, 10 % coding, "
    )


def test_a_mean_over_shared_tests_that_says_otherwise_is_named() -> None:
    world = suppose(table([(CODING, "Quiz", 90, 80), (CODING, "own", 10, None)]), {"b": 1.0, "a": 0.0})
    assert verdict(compare(world, ["a", "b"])).reason.startswith(
        "In coding, Quiz, which both took, says otherwise (90 for a, 80 for b); with all that is known from "
        "their other scores b is ahead there, over 99 % sure."
    )


def test_averages_over_not_quite_the_same_tests_are_named_with_what_both_took() -> None:
    rows = [(CODING, "Quiz", 70, 80), (CODING, "own", 99, None)]
    world = suppose(table(rows), {"b": 1.0, "a": 0.0})
    assert verdict(compare(world, ["a", "b"])).reason.startswith(
        "In coding, 84.5 for a is the mean of Quiz and own; 80 for b is Quiz: not the same tests; on the one "
        "test that both took b is ahead, and with all that is known over 99 % sure."
    )


def test_of_many_tests_behind_a_mean_as_many_are_named_as_one_reads() -> None:
    rows = [(CODING, f"t{n}", 90.0, 10.0) for n in range(5)]
    world = suppose(table(rows), {"b": 1.0})
    assert "In coding, the mean of t0, t1 and 3 more tests, which both took" in (
        verdict(compare(world, ["a", "b"])).reason
    )


def test_an_overall_average_that_says_otherwise_is_explained() -> None:
    tests = [benchmark(f"b{n}", c) for n, c in enumerate([*[CODING] * 4, *[KNOWLEDGE] * 4])]
    others = [benchmark(f"o{n}", c) for n, c in enumerate([*[CODING] * 4, *[KNOWLEDGE] * 4])]
    scores = [score("easy", t.benchmark_id, 90) for t in tests]
    scores += [score("hard", t.benchmark_id, 50) for t in others]
    world = suppose(
        catalog(["easy", "hard"], [*tests, *others], scores), {"hard": {Category.AGENTIC: 5.0}}, spread=0.4
    )
    assert verdict(compare(world, ["easy", "hard"])).reason.startswith(
        "The overall averages say otherwise (81 for easy, 59 for hard): each rests on the model's own tests."
    )


def test_averages_that_agree_with_the_call_need_no_word() -> None:
    world = suppose(table([(CODING, "x", 90, None), (CODING, "y", None, 80)]), {"a": 1.0})
    assert "different tests" not in verdict(compare(world, ["a", "b"])).reason


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.5, "50 %"), (0.7999, "79 %"), (0.8, "80 %"), (0.9499, "94 %"), (0.95, "95 %"), (0.9951, "over 99 %")],
)
def test_a_chance_is_never_rounded_up_to_a_limit(probability: float, said: str) -> None:
    assert chance(probability) == said


def test_context_windows_that_read_the_same_are_called_the_same() -> None:
    world = catalog(
        [model("A", context_window_tokens=1_000_000), model("B", context_window_tokens=1_001_000)], [], []
    )
    assert context_sentence(compare(world, ["A", "B"])) == "Both have a context window of 1M tokens."


def test_old_data_is_said_in_the_footer() -> None:
    result = compare(reference(), ["gemma-4-12b", "gpt-5-5"])
    assert "scores of 22 Aug 2026, over 60 days old" in footer(result.provenance, TODAY)
    assert "scores of 22 Aug 2026 ·" in footer(result.provenance, date(2026, 10, 21))


WORKLOADS = [None, *map(read_workload, ("coding", "knowledge", "70 coding, 30 instructions", "math"))]

# From here on: random catalogs, and an oracle that reads the raw scores by itself.


def shared_means(world: Catalog, result: Comparison, category: Category) -> dict[str, Decimal]:
    """Model id to the mean over the percent tests that all models with scores in the category can compare."""
    ids = [m.model_id for m in result.models]
    tests = [b for b in world.benchmarks.values() if b.category is category]
    present = [m for m in ids if any(b.benchmark_id in world.scores(m, result.lane) for b in tests)]
    points: dict[str, list[Fraction]] = {m: [] for m in present}
    for b in tests:
        scores = [world.scores(m, result.lane).get(b.benchmark_id, ()) for m in present]
        if b.unit != "percent" or not all(scores) or len({s[0].tools is True for s in scores}) > 1:
            continue
        for m, (first, *_) in zip(present, scores, strict=True):
            points[m].append(Fraction(first.value) if b.higher_is_better else 100 - Fraction(first.value))
    if len(present) < 2 or not points[present[0]]:
        return {}
    means = {m: sum(p) / len(p) for m, p in points.items()}
    return {
        m: (Decimal(v.numerator) / Decimal(v.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        for m, v in means.items()
    }


@given(worlds(), st.sampled_from(Lane), st.sampled_from(WORKLOADS))
def test_every_figure_and_every_leader_in_the_text_is_what_the_scores_say(
    world: Catalog, lane: Lane, workload: Workload | None
) -> None:
    result = compare(world, list(world.models), workload, lane)
    names = {m.model_id: m.display_name for m in result.models}
    known = world.abilities(lane)
    judged = [m.model_id for m in result.models if m.benchmarks]
    for row in result.categories:
        text = category_sentence(result, row)
        for model_id, mean in shared_means(world, result, row.category).items():
            assert f"{mean:f}".removesuffix(".0") + f" for {names[model_id]}" in text
        present = [s.model_id for s in row.sides if s.tests]
        ahead = re.match(r"(.+) is (probably )?ahead, (over )?(\d+) % sure\.", text)
        if ahead and known:
            leader = next(i for i, n in names.items() if n == ahead[1])
            p = min(known.better(leader, o, row.category) for o in judged if o != leader)
            assert leader in present
            assert int(100 * p) == int(ahead[4])
            assert p >= (0.8 if ahead[2] else 0.95)
        close = re.match(r"Too close to call: (\d+) % for (.+?) against (.+?)\.", text)
        if close and known:
            for one in judged:
                assert min(known.better(one, o, row.category) for o in judged if o != one) < 0.8
        assert not (ahead or close) or (known and len(present) > 1)
        if known and set(present) == set(judged) and len(present) > 1:
            assert ahead or close
    said = verdict(result)
    weights = workload.weights if workload else None
    leader = re.match(r"(.+) is (probably )?the strong(?:er|est) model\b", said.pick)
    if known and len(judged) > 1:
        ahead_of = {m: min(known.better(m, o, weights) for o in judged if o != m) for m in judged}
        if leader:
            picked = next(i for i, n in names.items() if n == leader[1])
            assert ahead_of[picked] >= (0.8 if leader[2] else 0.95)
            assert picked == result.pick.model_id
        else:
            assert said.pick.startswith("Too close to call")
            assert max(ahead_of.values()) < 0.8
    else:
        assert said.pick.startswith("No pick")
    for edge in filter(None, (result.sharpest, result.hits_back)):
        assert edge.gap >= 0
        assert f"{names[edge.model_id]} " in said.reason


@given(worlds(models=(2, 2)), st.sampled_from(Lane))
def test_an_average_that_points_the_other_way_is_always_explained(world: Catalog, lane: Lane) -> None:
    result = compare(world, list(world.models), lane=lane)
    reason = verdict(result).reason
    against = [
        row
        for row in result.categories
        if row.leader
        and any(
            len(seen) == 2 and seen[row.leader] < max(seen.values())
            for seen in (
                row.means,
                {s.model_id: s.average.value for s in row.sides if s.average},
            )
        )
    ]
    explained = "says otherwise" in reason or "different tests" in reason or "not the same tests" in reason
    assert explained == bool(against)


@given(worlds(), st.sampled_from(Lane))
def test_the_largest_difference_named_is_the_largest_there_is(world: Catalog, lane: Lane) -> None:
    result = compare(world, list(world.models), lane=lane)
    found = re.search(r"one test is .+?: ([\d.]+) for .+, ([\d.]+) for .+?\.", verdict(result).reason)
    spreads = []
    for row in result.categories:
        for test in row.tests:
            values = [c.value for c in test.cells if c]
            if test.shared and test.unit == "percent" and max(values) != min(values):
                spreads.append(max(values) - min(values))
    if not found:
        assert not spreads
        return
    shown = abs(Decimal(found[1]) - Decimal(found[2]))
    assert abs(shown - max(spreads)) <= Decimal("0.1")


@given(worlds(), st.sampled_from(Lane), st.sampled_from([*WORKLOADS, *PRESETS]))
def test_no_text_has_a_broken_number_or_a_missing_word(
    world: Catalog, lane: Lane, workload: Workload | None
) -> None:
    for text in every_text(compare(world, list(world.models), workload, lane)):
        assert not BROKEN.search(text), text
        assert "!" not in text
        assert not re.search(r"(?<![\d.,])1 (points|tests|models|benchmarks)\b", text), text


@given(worlds())
def test_prices_and_windows_in_the_text_are_the_known_ones(world: Catalog) -> None:
    result = compare(world, list(world.models))
    said = price_sentence(result)
    for m in result.models:
        priced = f"{m.display_name} costs $" in said
        assert priced == (m.price is not None)
    ratio = re.search(r"(\S.*) costs ([\d.,]+) times as much as (.+?)\.(?: |$)", said)
    if ratio:
        one, other = (
            next(m for m in result.models if ratio[g].endswith(m.display_name)).blended_usd_per_mtok
            for g in (1, 3)
        )
        assert one is not None
        assert other is not None
        assert one / other >= Decimal("1.05")
    larger = re.match(r"(.+) has the larger context window", context_sentence(result))
    if larger:
        windows = {m.display_name: m.context_window_tokens or 0 for m in result.models}
        assert windows[larger[1]] == max(windows.values())


@given(worlds(models=(2, 3)))
def test_the_order_in_which_models_are_named_changes_no_call(world: Catalog) -> None:
    results = [compare(world, order) for order in permutations(world.models)]
    assert len({(r.pick.model_id, r.pick.sureness) for r in results}) == 1
    assert len({tuple((c.category, c.leader, c.gap) for c in r.categories) for r in results}) == 1
    assert len({r.swing and (r.swing.benchmark_id, r.swing.difference) for r in results}) == 1
    assert len({frozenset(r.needs) for r in results}) == 1
