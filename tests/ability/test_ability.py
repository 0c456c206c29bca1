"""The ability model: it finds what was put in, says how sure it is, and takes any input."""

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from bot.ability.fit import Posterior, fitted
from bot.ability.kept import _WIDER, fit_abilities
from bot.ability.scores import MOST_OF_A_CELL, MOST_OF_A_MODEL, link_of, sibling_key
from bot.catalog.abilities import ANCHORS, Abilities
from bot.catalog.catalog import Catalog
from bot.catalog.entities import CATEGORY_WEIGHTS, Benchmark, Category, Lane, Model, Score
from bot.errors import FitFailed
from tests.worlds import benchmark, catalog, model, score, shipped, worlds

CATEGORIES = (Category.CODING, Category.KNOWLEDGE, Category.MATH)


def synthetic(
    seed: int, models: int = 60, tests: int = 24, share: float = 0.35
) -> tuple[Catalog, np.ndarray]:
    """A world that follows the model, and the true general + category abilities (models x CATEGORIES)."""
    rng = np.random.default_rng(seed)
    general = rng.normal(0, 0.6, models)
    true = general[:, None] + rng.normal(0, 0.1, (models, len(CATEGORIES)))
    made = [
        model(f"m{n}", display_name=f"Maker{n % 9} {chr(97 + n % 7)}x {n}", provider=f"Maker{n % 9}")
        for n in range(models)
    ]
    benchmarks, scores = [], []
    for t in range(tests):
        category = t % len(CATEGORIES)
        level, slope, noise = rng.normal(0, 1), np.exp(rng.normal(0, 0.25)), 0.25 * np.exp(rng.normal(0, 0.3))
        benchmarks.append(benchmark(f"t{t}", CATEGORIES[category], display_name=f"Exam {chr(97 + t)}"))
        for m in range(models):
            if rng.random() < share:
                z = level + slope * true[m, category] + noise * rng.standard_t(4)
                scores.append(score(f"m{m}", f"t{t}", round(100 / (1 + np.exp(-z)), 2)))
    return catalog(made, benchmarks, scores), true


@cache
def small() -> tuple[Catalog, Posterior, Abilities]:
    world, _ = synthetic(1, models=25, tests=12, share=0.6)
    return world, fitted(world), fit_abilities(world)


def changed(world: Catalog, change: dict[tuple[str, str], Score | None]) -> Catalog:
    kept = []
    for m in world.models:
        for b, each in world.scores(m).items():
            other = change.get((m, b), each[0])
            if other is not None:
                kept.append(other)
    return Catalog(world.models.values(), world.benchmarks.values(), kept)


def test_known_abilities_lie_within_the_stated_intervals_at_the_stated_rate() -> None:
    """Differences between models: a scale has no zero and no unit of its own, so the unit is matched."""
    inside, sure = [], []
    for seed in (61, 62, 63, 64):
        world, true = synthetic(seed)
        found = fit_abilities(world)
        place = {m: n for n, m in enumerate(found.models)}
        known, gaps, spreads = [], [], []
        for a, b in combinations(range(len(true)), 2):
            for c, category in enumerate(CATEGORIES):
                k, i, j = list(Category).index(category), place[f"m{a}"], place[f"m{b}"]
                common = found.shared[i, k] - found.shared[j, k]
                known.append(true[a, c] - true[b, c])
                gaps.append(found.mean[i, k] - found.mean[j, k])
                spreads.append(np.sqrt(found.own[i, k, k] + found.own[j, k, k] + common @ common))
                p = found.better(f"m{a}", f"m{b}", category)
                if max(p, 1 - p) >= 0.95:
                    sure.append((p > 0.5) == (true[a, c] > true[b, c]))
        gap, truth = np.array(gaps), np.array(known)
        unit = (gap @ truth) / (truth @ truth)
        assert 0.7 < unit < 1.4
        inside.append(np.abs(gap - unit * truth) <= 1.645 * np.array(spreads))
    assert np.mean(np.concatenate(inside)) == pytest.approx(0.9, abs=0.04)
    assert np.mean(sure) >= 0.98
    assert len(sure) > 0.5 * sum(map(len, inside))


def test_an_improved_score_never_lowers_its_model_while_the_benchmarks_are_held() -> None:
    world, posterior, _ = small()
    weights = np.array([1 / len(CATEGORIES) if c in CATEGORIES else 0.0 for c in Category])
    before = posterior.abilities()[0]
    checked = 0
    for m in list(world.models)[::6]:
        for b, (each, *_) in world.scores(m).items():
            better = each.model_copy(update={"value": min(Decimal(100), each.value + 3)})
            after = posterior.with_scores(changed(world, {(m, b): better})).abilities()[0]
            at = posterior.place[m]
            moved = after[at] - before[at]
            own = list(Category).index(world.benchmarks[b].category)
            assert moved @ weights >= -1e-9
            assert moved[own] >= -1e-9
            checked += 1
    assert checked > 20


def test_other_ids_change_nothing() -> None:
    world, _, before = small()
    models = {m: f"z{999 - n}" for n, m in enumerate(world.models)}
    tests = {b: f"y{999 - n}" for n, b in enumerate(world.benchmarks)}
    renamed = Catalog(
        [m.model_copy(update={"model_id": models[m.model_id]}) for m in world.models.values()],
        [b.model_copy(update={"benchmark_id": tests[b.benchmark_id]}) for b in world.benchmarks.values()],
        [
            s.model_copy(update={"model_id": models[m], "benchmark_id": tests[b]})
            for m in world.models
            for b, each in world.scores(m).items()
            for s in each
        ],
    )
    after = fit_abilities(renamed)
    for a, b in combinations(world.models, 2):
        assert after.better(models[a], models[b]) == pytest.approx(before.better(a, b), abs=1e-6)


def test_the_same_catalog_gives_the_same_numbers() -> None:
    world, _, before = small()
    again = fit_abilities(world)
    assert (again.mean == before.mean).all()
    assert (again.shared == before.shared).all()


def test_a_copied_model_ties_with_its_copy() -> None:
    world, _, _ = small()
    original = world.models["m3"]
    copy = original.model_copy(update={"model_id": "copy", "number": 999})
    scores = [s for m in world.models for each in world.scores(m).values() for s in each]
    scores += [
        s.model_copy(update={"model_id": "copy"}) for each in world.scores("m3").values() for s in each
    ]
    found = fit_abilities(Catalog([*world.models.values(), copy], world.benchmarks.values(), scores))
    assert found.better("m3", "copy") == pytest.approx(0.5, abs=1e-6)
    assert found.better("m3", "copy", Category.MATH) == pytest.approx(0.5, abs=1e-6)
    ranks = {p.model_id: p.rank for p in found.ranks(found.models)}
    assert ranks["m3"] == ranks["copy"]


def test_probabilities_of_a_pair_add_up_and_follow_the_order_of_means() -> None:
    world, _, found = small()
    for a, b in combinations(world.models, 2):
        assert found.better(a, b) + found.better(b, a) == pytest.approx(1)
        ahead = found.ability(a).points - found.ability(b).points
        assert ahead * (found.better(a, b) - 0.5) >= 0


def test_a_rank_is_one_more_than_the_models_that_are_surely_better() -> None:
    world, _, found = small()
    places = found.ranks(world.models, Category.CODING)
    assert {p.model_id for p in places} == set(world.models)
    for p in places:
        surely = sum(found.better(m, p.model_id, Category.CODING) >= 0.9 for m in world.models)
        assert p.rank == 1 + surely
        assert p.best <= p.rank <= p.worst <= len(places)
    assert places[0].rank == 1


def test_what_is_kept_gives_the_probabilities_of_the_full_posterior() -> None:
    """Every pair of the shipped models with scores, in each category, overall and for mixed workloads. That
    what is shipped is a fit of today, another test says."""
    world = shipped()
    posterior, found = fitted(world), world.abilities(Lane.PROVISIONAL)
    assert found is not None
    scored = [posterior.scores.models[n] for n in np.unique(posterior.scores.model)]
    assert found.models == tuple(scored)
    assert len(scored) > 250
    overall = np.array([float(CATEGORY_WEIGHTS[c]) for c in Category])
    mixed = np.random.default_rng(0).dirichlet(np.full(len(Category), 0.5), 12)
    mean, own, shared = (each[[posterior.place[m] for m in scored]] for each in posterior.abilities())
    shared -= shared.mean(axis=0)
    stored = found.own, found.shared.astype(np.float64)
    off = [
        np.abs(ahead(mean, own * _WIDER**2, shared * _WIDER, weights) - ahead(mean, *stored, weights)).max()
        for weights in (*np.eye(len(Category)), overall / overall.sum(), *mixed)
    ]
    assert max(off) < 0.005
    assert found.shared.shape[2] < 270
    assert found.better(scored[3], scored[8], Category.MATH) == pytest.approx(
        ahead(mean, *stored, np.eye(len(Category))[list(Category).index(Category.MATH)])[3, 8], abs=1e-5
    )


def ahead(mean: np.ndarray, own: np.ndarray, shared: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """P that the model of the row is better than that of the column."""
    common, points = np.einsum("mcw,c->mw", shared, weights), mean @ weights
    alone = np.einsum("mcd,c,d->m", own, weights, weights) + (common**2).sum(axis=1)
    variance = np.add.outer(alone, alone) - 2 * common @ common.T
    np.fill_diagonal(variance, 1.0)
    return np.asarray(ndtr(np.subtract.outer(points, points) / np.sqrt(variance)))


def test_the_sums_are_those_of_the_design_written_out() -> None:
    """One step of the fit against the textbook: all scores as one normal vector, its whole covariance."""
    _, posterior, _ = small()
    rows = np.concatenate([block.rows for block in posterior.blocks.values()])
    width = posterior.design.width
    design, covariance = np.zeros((len(rows), width)), np.diag(posterior.noise())
    covariance /= posterior._student
    for m, block in posterior.blocks.items():
        design[np.ix_(block.rows, block.columns)] = posterior.solutions[m].design
        covariance[np.ix_(block.rows, block.rows)] += posterior.solutions[m].kernel
    inverse = np.linalg.inv(covariance)
    precision = design.T @ inverse @ design + np.diag(1 / posterior._prior)
    weights = np.linalg.solve(precision, design.T @ inverse @ posterior._z)
    assert posterior._weights == pytest.approx(weights, abs=1e-8)
    assert posterior._covariance == pytest.approx(np.linalg.inv(precision), abs=1e-8)
    whole = covariance + design @ (posterior._prior[:, None] * design.T)
    sign, size = np.linalg.slogdet(whole)
    lost = 0.5 * (size + posterior._z @ np.linalg.solve(whole, posterior._z))
    assert (sign, posterior._solve(posterior._vector)) == (1.0, pytest.approx(lost))


def test_the_slope_of_the_likelihood_is_the_stated_one() -> None:
    posterior = Posterior(small()[0])
    rng = np.random.default_rng(0)
    at = posterior._start + 0.2 * rng.standard_normal(len(posterior._start))
    stated = posterior._objective(at)[1]
    for _ in range(12):
        step = 1e-5 * rng.standard_normal(len(at))
        risen = posterior._objective(at + step)[0] - posterior._objective(at - step)[0]
        assert risen / 2 == pytest.approx(stated @ step, rel=1e-3, abs=1e-7)


def test_the_anchors_stand_where_they_are_said_to() -> None:
    (low, low_points), (high, high_points) = ANCHORS
    names = {"a": low, "b": high, "c": "Other"}
    world = catalog(
        [model(m, display_name=name) for m, name in names.items()],
        [benchmark(f"t{n}") for n in range(6)],
        [score(m, f"t{n}", v) for n in range(6) for m, v in (("a", 40), ("b", 70), ("c", 85))],
    )
    found = fit_abilities(world)
    for workload in (None, Category.CODING, {Category.CODING: 70.0, Category.MATH: 30.0}):
        assert found.ability("a", workload).points == pytest.approx(low_points)
        assert found.ability("b", workload).points == pytest.approx(high_points)
        assert high_points < found.ability("c", workload).points < 100


def test_a_model_without_scores_has_a_wider_interval_than_one_with_many() -> None:
    world, _, _ = small()
    found = fit_abilities(
        Catalog([*world.models.values(), model("new", 99)], world.benchmarks.values(), _all(world))
    )
    most = max(world.models, key=lambda m: len(world.scores(m)))

    def variance(model_id: str) -> float:
        at, coding = found.models.index(model_id), list(Category).index(Category.CODING)
        return float(found.own[at, coding, coding] + (found.shared[at, coding] ** 2).sum())

    assert found.ability("new").scores == 0
    assert variance("new") > 2 * variance(most)


def test_one_absurd_score_moves_little() -> None:
    """A wrong figure is taken for noise: others of the same model outweigh it."""
    world, _, before = small()
    m = max(world.models, key=lambda m: len(world.scores(m)))
    b = next(iter(world.scores(m)))
    absurd = world.scores(m)[b][0].model_copy(update={"value": Decimal("0.1")})
    after = fit_abilities(changed(world, {(m, b): absurd}))
    moved = [abs(after.better(m, o) - before.better(m, o)) for o in world.models if o != m]
    assert np.mean(moved) < 0.1


def test_siblings_are_one_test_in_several_settings() -> None:
    def key(name: str) -> str:
        return sibling_key(benchmark("b", display_name=name))

    assert key("MRCR 2 needles 128k") == key("MRCR 8 needles 256k")
    assert key("Humanity's Last Exam (no tools)") == key("Humanity's Last Exam (with tools)")
    assert key("AIME 2025") == key("AIME 2025 (with tools)") != key("AIME 2026")
    assert key("Graphwalks BFS under 128k") == key("Graphwalks BFS 1M") != key("Graphwalks parents 1M")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.booleans())
@settings(deadline=None)
def test_a_link_keeps_the_order_of_scores(values: list[float], higher: bool) -> None:
    test = benchmark("b", unit="elo", higher_is_better=higher)
    linked = link_of(test, np.array(values))(np.sort(np.array(values)))
    assert np.isfinite(linked).all()
    assert (np.diff(linked if higher else -linked) >= 0).all()


def checked(world: Catalog) -> Abilities:
    found = fit_abilities(world)
    for m in world.models:
        ability = found.ability(m)
        assert 0 <= ability.low <= ability.points <= ability.high <= 100
    for a, b in combinations(world.models, 2):
        assert 0 <= found.better(a, b, Category.KNOWLEDGE) <= 1
        assert found.better(a, b) == pytest.approx(1 - found.better(b, a))
    assert len(found.ranks(world.models)) == len(world.models)
    cells = [(m, b) for m in world.models for b in world.benchmarks]
    if cells:
        said = fitted(world).predict(cells)
        assert np.isfinite(said.mean).all()
        assert (said.own + said.noise > 0).all()
    return found


@given(worlds(models=(1, 6)))
@settings(max_examples=25, deadline=None)
def test_any_small_catalog_gives_finite_numbers(world: Catalog) -> None:
    checked(world)


def _all(world: Catalog) -> list[Score]:
    return [s for m in world.models for each in world.scores(m).values() for s in each]


def _three(values: list[float], **facts: object) -> list[Score]:
    return [score(m, "t", v) for m, v in zip("abc", values, strict=True)]


ODD: dict[str, tuple[list[Model | str], list[Benchmark], list[Score]]] = {
    "nothing at all": ([], [], []),
    "no scores": (["a", "b"], [benchmark("t")], []),
    "a benchmark with one model": (["a", "b"], [benchmark("t")], [score("a", "t", 50)]),
    "all scores equal": (["a", "b", "c"], [benchmark("t")], _three([50, 50, 50])),
    "a model with one score": (
        ["a", "b", "c"],
        [benchmark("t"), benchmark("u")],
        [*_three([30, 60, 90]), score("a", "u", 40), score("b", "u", 70)],
    ),
    "two models": (["a", "b"], [benchmark("t")], [score("a", "t", 90), score("b", "t", 10)]),
    "a constant benchmark": (
        ["a", "b", "c"],
        [benchmark("t"), benchmark("u")],
        [*_three([50, 50, 50]), score("a", "u", 20), score("b", "u", 80)],
    ),
    "a constant benchmark without limits": (
        ["a", "b", "c"],
        [benchmark("t", unit="elo")],
        _three([1500, 1500, 1500]),
    ),
    "scores at 0 and 100": (["a", "b", "c"], [benchmark("t")], _three([0, 100, 100])),
    "two sources that disagree": (
        ["a", "b"],
        [benchmark("t")],
        [
            score("a", "t", 10),
            score("a", "t", 90, source_url="https://example.org/other", as_of=date(2026, 1, 1)),
            score("b", "t", 50),
        ],
    ),
    "huge figures": (["a", "b", "c"], [benchmark("t", unit="usd")], _three([1e12, -1e12, 1e-12])),
    "a percentage out of range": (["a", "b", "c"], [benchmark("t")], _three([-50, 500, 1e9])),
    "dates far away": (
        [model("a", release_date="0001"), model("b", release_date="9999-12-31", parameters_b=Decimal("1e9"))],
        [benchmark("t")],
        [score("a", "t", 10), score("b", "t", 20)],
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_catalogs_give_wide_intervals(case: str) -> None:
    world = catalog(*ODD[case])
    found = checked(world)
    for m in world.models:
        ability = found.ability(m, Category.CODING)
        assert ability.high - ability.low > 10
    for a, b in combinations(world.models, 2):
        assert 0.02 < found.better(a, b, Category.CODING) < 0.98


@given(worlds(models=(1, 6)), st.data())
@settings(max_examples=15, deadline=None)
def test_a_catalog_with_scores_at_the_ends_and_twice_gives_finite_numbers(
    world: Catalog, data: st.DataObject
) -> None:
    scores = []
    for s in _all(world):
        value = data.draw(st.sampled_from([Decimal(0), Decimal(100), Decimal(50), s.value]))
        scores.append(s.model_copy(update={"value": value}))
        if data.draw(st.booleans()):
            twice = {"value": 100 - value, "source_url": "https://example.org/other"}
            scores.append(s.model_copy(update=twice))
    checked(Catalog(world.models.values(), world.benchmarks.values(), scores))


def test_two_models_on_one_test_are_not_surely_apart() -> None:
    found = fit_abilities(catalog(["a", "b"], [benchmark("t")], [score("a", "t", 52), score("b", "t", 50)]))
    assert 0.5 < found.better("a", "b", Category.CODING) < 0.8


def test_of_many_scores_of_one_model_on_one_test_a_few_enter() -> None:
    tests = [benchmark(f"t{n}") for n in range(4)]
    scores = [
        score(m, t.benchmark_id, v + k, source_url=f"https://example.org/{k}")
        for m, v in (("a", 70), ("b", 30))
        for t in tests
        for k in range(20)
    ]
    found = fit_abilities(catalog(["a", "b"], tests, scores))
    assert found.ability("a").scores == 4 * MOST_OF_A_CELL
    assert found.better("a", "b") > 0.8


def test_more_scores_than_a_fit_takes_are_refused_before_it_begins() -> None:
    tests = [benchmark(f"t{n}") for n in range(MOST_OF_A_MODEL + 1)]
    scores = [score("a", t.benchmark_id, 50) for t in tests]
    with pytest.raises(FitFailed, match="more scores than the fit takes"):
        fit_abilities(catalog(["a"], tests, scores))
