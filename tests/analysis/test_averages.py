"""Published-style averages, ranks and dots."""

from decimal import Decimal

import pytest

from bot.analysis.averages import category_average, confidence, rounded, standings
from bot.catalog.entities import Category, Lane
from tests.worlds import benchmark, catalog, score, shipped, suppose


def test_rounding_is_half_up_and_exact() -> None:
    assert rounded(Decimal("0.25")) == Decimal("0.3")
    assert rounded(Decimal("70.35")) == Decimal("70.4")
    assert rounded(Decimal("70.349999")) == Decimal("70.3")


def test_weights_are_renormalised_over_the_benchmarks_present() -> None:
    world = catalog(
        ["a"],
        [
            benchmark("x", Category.MULTIMODAL, weight=Decimal("0.45")),
            benchmark("y", Category.MULTIMODAL, weight=Decimal("0.30")),
            benchmark("z", Category.MULTIMODAL, weight=Decimal("0.25")),
            benchmark("shown", Category.MULTIMODAL),
        ],
        [score("a", "x", "81.2"), score("a", "y", "54.1"), score("a", "shown", 1)],
    )
    average = category_average(world, world.scores("a"), Category.MULTIMODAL)
    assert average is not None
    assert (average.value, average.benchmarks, average.weighted) == (Decimal("70.4"), ("x", "y"), True)


def test_a_model_without_weighted_benchmarks_gets_a_plain_mean_that_says_so() -> None:
    world = catalog(
        ["a"],
        [benchmark("x"), benchmark("wrong", higher_is_better=False), benchmark("elo", unit="elo")],
        [score("a", "x", 80), score("a", "wrong", 10), score("a", "elo", 1500)],
    )
    average = category_average(world, world.scores("a"), Category.CODING)
    assert average is not None
    assert (average.value, average.weighted) == (Decimal(85), False)


def test_no_percentage_means_no_average() -> None:
    world = catalog(["a"], [benchmark("elo", unit="elo")], [score("a", "elo", 1500)])
    assert category_average(world, world.scores("a"), Category.CODING) is None


def test_of_several_scores_the_stated_rule_names_the_score() -> None:
    scores = [
        score("a", "x", 90, tools=True, self_reported=False, source_url="https://example.org/1"),
        score("a", "x", 80, self_reported=True, source_url="https://example.org/2"),
        score("a", "x", 70, self_reported=False, effort="low", source_url="https://example.org/3"),
        score("a", "x", 75, self_reported=False, effort="high", source_url="https://example.org/4"),
    ]
    for order in (scores, scores[::-1]):
        world = catalog(["a"], [benchmark("x")], order)
        assert [s.value for s in world.scores("a")["x"]] == [75, 70, 80, 90]


def test_lower_is_better_turns_the_better_value_around() -> None:
    scores = [score("a", "x", v, source_url=f"https://example.org/{v}") for v in (7, 5, 9)]
    world = catalog(["a"], [benchmark("x", higher_is_better=False)], scores)
    assert world.scores("a")["x"][0].value == 5


def test_ranks_go_by_ability_and_not_by_the_average() -> None:
    tests = [benchmark(f"b{n}", c) for n, c in enumerate([*[Category.CODING] * 7, Category.MATH])]
    values = {"easy": 90, "hard": 50, "like it": 40}
    scores = [score(m, b.benchmark_id, v) for m, v in values.items() for b in tests]
    world = suppose(catalog(values, tests, scores), {"easy": 0.0, "hard": 1.0, "like it": 0.95})
    found = standings(world, Lane.PROVISIONAL)
    assert found["easy"].overall > found["hard"].overall
    assert {m: (s.rank, s.best, s.worst) for m, s in found.items()} == {
        "hard": (1, 1, 2),
        "like it": (1, 1, 2),
        "easy": (3, 3, 3),
    }


def test_without_abilities_nobody_is_ranked_though_everybody_has_an_average() -> None:
    tests = [benchmark(f"b{n}", c) for n, c in enumerate([*[Category.CODING] * 7, Category.MATH])]
    found = standings(
        catalog(["a"], tests, [score("a", b.benchmark_id, 50) for b in tests]), Lane.PROVISIONAL
    )
    assert (found["a"].rank, found["a"].overall) == (None, 50)


@pytest.mark.parametrize(
    ("categories", "benchmarks", "dots"),
    [(7, 20, 4), (7, 19, 3), (5, 12, 3), (4, 40, 2), (3, 8, 2), (2, 8, 1), (1, 1, 1), (0, 0, 0)],
)
def test_dots_say_how_broad_the_evidence_is(categories: int, benchmarks: int, dots: int) -> None:
    assert confidence(categories, benchmarks) == dots


def test_overall_is_pulled_to_the_median_by_the_categories_that_are_missing() -> None:
    coding = [benchmark(f"c{n}", Category.CODING, weight=Decimal("0.125")) for n in range(7)]
    other = benchmark("k", Category.KNOWLEDGE, weight=Decimal(1))
    scores = [
        score(m, b.benchmark_id, value)
        for m, value in (("low", 20), ("mid", 50), ("high", 80))
        for b in [*coding, other]
    ]
    world = catalog(["low", "mid", "high", "thin"], [*coding, other], [*scores, score("thin", "k", 99)])
    world = suppose(world, {"low": -1.0, "mid": 0.0, "high": 1.0})
    found = standings(world, Lane.PROVISIONAL)
    # Two categories earn a trust of 0.65: 50 + 0.65 * (80 - 50).
    assert [found[m].overall for m in ("high", "mid", "low")] == [Decimal("69.5"), 50, Decimal("30.5")]
    assert [found[m].rank for m in ("high", "mid", "low")] == [1, 2, 3]
    thin = found["thin"]
    assert (thin.rank, thin.overall, thin.benchmarks, thin.benchmarks_needed) == (None, None, 1, 8)


def test_the_verified_lane_counts_only_independent_scores() -> None:
    tests = [benchmark(f"b{n}", c) for n, c in enumerate([*[Category.CODING] * 4, Category.MATH])]
    scores = [score("a", b.benchmark_id, 50, self_reported=False) for b in tests]
    unsure = [score("b", b.benchmark_id, 50, self_reported=None) for b in tests]
    found = standings(suppose(catalog(["a", "b"], tests, [*scores, *unsure]), {}), Lane.VERIFIED)
    assert found["a"].rank == 1
    assert (found["b"].rank, found["b"].benchmarks) == (None, 0)


def test_as_many_shipped_models_are_ranked_as_the_facts_say() -> None:
    world = shipped()
    ranked = {lane: [m for m, s in standings(world, lane).items() if s.ranked] for lane in Lane}
    assert {lane: len(found) for lane, found in ranked.items()} == {Lane.PROVISIONAL: 151, Lane.VERIFIED: 41}
    assert "gpt-5-5" in ranked[Lane.VERIFIED]
    assert standings(world, Lane.VERIFIED)["gpt-5-5"].benchmarks == 9
