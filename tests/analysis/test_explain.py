"""Why a call came out so: what leaving scores out would change is what it does change, in plain words."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from typer.testing import CliRunner

from bot.ability.fit import Posterior, fitted
from bot.ability.influence import Influence, influence
from bot.ability.kept import fit, fit_abilities
from bot.analysis.explain import Explanation, explain
from bot.analysis.workload import OVERALL, PRESETS, Workload
from bot.catalog.abilities import Fit, Pulls, normal
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.chat.embeds.explain import explanation_embed
from bot.chat.views.comparison import Question, Why
from bot.chat.views.press import Press
from bot.errors import WrongModels
from bot.sources.folder import packaged_tables
from bot.terminal.cli import app
from bot.words.explain import explanation_words
from tests.ability.test_ability import synthetic
from tests.chat.test_embeds import fits, inert
from tests.worlds import benchmark, catalog, model, score, suppose, worlds

TODAY = date(2026, 9, 1)
# A score whose noise is so wide tells nothing: it is as good as left out.
NOTHING = 1e-12
EVERY = list(Category)
WEIGHTS = np.array([OVERALL.weights[c] for c in EVERY])


@cache
def measured() -> tuple[Catalog, Posterior, Influence]:
    world, _ = synthetic(5, models=30, tests=15, share=0.5)
    posterior = fitted(world)
    return world, posterior, influence(posterior)


def without(posterior: Posterior, rows: np.ndarray) -> np.ndarray:
    """The mean abilities without these scores, all that the fit has set held: solved again, the long way."""
    kept = posterior._student
    posterior._student = kept.copy()
    posterior._student[rows] = NOTHING
    posterior._solve(posterior._vector)
    mean = posterior.abilities()[0]
    posterior._student = kept
    posterior._solve(posterior._vector)
    return mean


def some(count: int, of: int) -> list[int]:
    return [int(n) for n in np.random.default_rng(3).choice(of, count, replace=False)]


def test_the_pull_of_a_score_is_what_its_model_loses_without_it() -> None:
    _, posterior, found = measured()
    mean = posterior.abilities()[0]
    for row in some(25, len(found.pull)):
        m = posterior.scores.model[row]
        lost = mean[m] - without(posterior, np.array([row]))[m]
        np.testing.assert_allclose(found.pull[row], lost, atol=1e-7)


def test_scores_of_one_model_on_one_test_pull_together_as_much_as_both_do() -> None:
    world, _ = synthetic(6, models=14, tests=9, share=0.7)
    first = next(s for each in world.scores("m3").values() for s in each)
    again = first.model_copy(update={"source_url": "https://example.org/again", "value": first.value / 2})
    scores = [s for m in world.models for each in world.scores(m).values() for s in each]
    posterior = fitted(Catalog(world.models.values(), world.benchmarks.values(), [*scores, again]))
    m, b = posterior.place["m3"], posterior.benchmark_place[first.benchmark_id]
    rows = np.flatnonzero((posterior.scores.model == m) & (posterior.scores.benchmark == b))
    assert len(rows) == 2
    found = influence(posterior)
    lost = posterior.abilities()[0][m] - without(posterior, rows)[m]
    np.testing.assert_allclose(found.pull[rows].sum(axis=0), lost, atol=1e-7)


def test_the_pushes_of_a_model_are_what_all_others_lose_without_its_scores() -> None:
    _, posterior, found = measured()
    mean, _, shared = posterior.abilities()
    for n in some(6, len(mean)):
        lost = mean - without(posterior, np.flatnonzero(posterior.scores.model == n))
        others = np.arange(len(mean)) != n
        np.testing.assert_allclose((shared @ found.pushes[n])[others], lost[others], atol=1e-7)


def test_the_traits_of_a_model_say_what_is_expected_of_it_without_its_scores() -> None:
    _, posterior, found = measured()
    for n in some(6, len(found.traits)):
        rows = np.flatnonzero(posterior.scores.model == n)
        np.testing.assert_allclose(found.traits[n], without(posterior, rows)[n], atol=1e-7)


def test_a_shared_test_moves_two_models_apart_as_its_two_pulls_say() -> None:
    """Their sum leaves out what each score says about the other model: little. Rank correlation from 0.99."""
    _, posterior, found = measured()
    evidence, mean = posterior.scores, posterior.abilities()[0]
    told, true = [], []
    for b in range(len(evidence.benchmarks)):
        rows = np.flatnonzero(evidence.benchmark == b)[:5:2]
        for one, other in pairwise(rows):
            a, c = evidence.model[[one, other]]
            moved = mean - without(posterior, np.array([one, other]))
            told.append(WEIGHTS @ (found.pull[one] - found.pull[other]))
            true.append(WEIGHTS @ (moved[a] - moved[c]))
    assert len(told) >= 20
    assert spearmanr(told, true).statistic >= 0.99
    assert np.abs(np.subtract(told, true)).mean() <= 0.05 * np.abs(true).mean()


def test_what_is_kept_with_the_fit_still_ranks_the_pushes_of_models() -> None:
    """Directions that hardly matter are dropped, and a few thousandths of a unit with them."""
    world, posterior, found = measured()
    shared, kept = posterior.abilities()[2], fit_abilities(world)
    assert kept.pulls is not None
    pairs = [(n, n + 1) for n in range(len(shared) - 1)]
    full = np.array([WEIGHTS @ (shared[a] - shared[b]) @ found.pushes.T for a, b in pairs]).ravel()
    short = np.array([WEIGHTS @ (kept.shared[a] - kept.shared[b]) @ kept.pulls.pushes.T for a, b in pairs])
    assert spearmanr(full, short.ravel()).statistic >= 0.95
    large = np.abs(full) >= np.quantile(np.abs(full), 0.5)
    assert (np.sign(full) == np.sign(short.ravel()))[large].mean() >= 0.98


def test_a_stored_fit_explains_like_a_fresh_one() -> None:
    world, _, _ = measured()
    made = fit(world)
    fresh = explain(world.with_fit(made), "m1", "m2")
    stored = explain(world.with_fit(Fit.unpacked(made.packed())), "m1", "m2")
    assert (fresh.probability, fresh.traits) == pytest.approx((stored.probability, stored.traits), abs=1e-4)
    assert [t.benchmark_id for t in fresh.tests] == [t.benchmark_id for t in stored.tests]
    assert [t.without for t in fresh.tests] == pytest.approx([t.without for t in stored.tests], abs=1e-4)
    assert [link.model_id for link in fresh.links] == [link.model_id for link in stored.links]


def test_pulls_that_are_not_of_their_abilities_are_refused() -> None:
    world = trio(0.3, values(Exam=(60, 50)), {})
    assert world.fit is not None
    known = world.fit.lanes[Lane.PROVISIONAL]
    assert known.pulls is not None
    far = np.full_like(known.pulls.model, len(known.models))
    for other in (
        replace(known.pulls, model=far),
        replace(known.pulls, benchmark=far),
        replace(known.pulls, pull=known.pulls.pull[1:]),
        replace(known.pulls, pushes=np.zeros((len(known.models), 2))),
        replace(known.pulls, traits=known.pulls.traits * np.nan),
    ):
        packed = Fit(1, "", {Lane.PROVISIONAL: replace(known, pulls=other)}).packed()
        with pytest.raises(ValueError, match="these are no abilities"):
            Fit.unpacked(packed)


def test_an_explanation_is_the_reverse_from_the_other_side() -> None:
    world, _, _ = measured()
    world = world.with_fit(fit(world))
    one, other = explain(world, "m1", "m2"), explain(world, "m2", "m1")
    assert one.probability == pytest.approx(1 - (other.probability or 0))
    assert [t.benchmark_id for t in one.tests] == [t.benchmark_id for t in other.tests]
    assert [t.speaks_for for t in one.tests] == [t.speaks_for for t in other.tests]
    assert [t.without for t in one.tests] == pytest.approx([1 - t.without for t in other.tests])
    assert explanation_words(one)[2:] == explanation_words(other)[2:]


# Below: two models "A" and "B" and a third "C", with pulls that are given instead of fitted.

Given = Mapping[tuple[str, str], tuple[float, float]]


def pulled(world: Catalog, pulls: Mapping[tuple[str, str], float], traits: Mapping[str, float]) -> Catalog:
    """The world with abilities that have pulls: in all categories alike, "C" pushing "A" ahead by 0.05."""
    assert world.fit is not None
    lanes = {}
    for lane, known in world.fit.lanes.items():
        tests = tuple(world.benchmarks)
        rows = [(m, b) for m in known.models for b in world.scores(m, lane)]
        shared = np.zeros((len(known.models), len(EVERY), 1))
        for n, m in enumerate(known.models):
            shared[n] = 0.05 * (m == "A")
        lanes[lane] = replace(
            known,
            shared=shared,
            pulls=Pulls(
                benchmarks=tests,
                model=np.array([known.models.index(m) for m, _ in rows], dtype=np.int64),
                benchmark=np.array([tests.index(b) for _, b in rows], dtype=np.int64),
                pull=np.array([[pulls.get(row, 0.0)] * len(EVERY) for row in rows]).reshape(-1, len(EVERY)),
                pushes=np.array([[float(m == "C")] for m in known.models]).reshape(-1, 1),
                traits=np.array([[traits.get(m, 0.0)] * len(EVERY) for m in known.models]),
                unknown=np.full((len(known.models), len(EVERY), len(EVERY)), 0.5),
            ),
        )
    return world.with_fit(Fit(method=1, digest="", lanes=lanes))


def trio(gap: float, given: Given, pulls: Mapping[tuple[str, str], float], lead: float = 0.0) -> Catalog:
    """ "A" lies ``gap`` above "B"; ``given`` has values on tests, "C" took them all."""
    names = list(dict.fromkeys(b for _, b in given))
    scores = [score(m, b, value) for (m, b), (value, _) in given.items()]
    scores += [score("C", b, 50) for b in names]
    world = catalog([model("A"), model("B"), model("C")], [benchmark(b) for b in names], scores)
    return pulled(suppose(world, {"A": gap, "B": 0.0, "C": 0.0}), pulls, {"A": lead})


def values(**tests: tuple[float | None, float | None]) -> Given:
    return {
        (m, b): (v, 0.0)
        for b, pair in tests.items()
        for m, v in zip("AB", pair, strict=True)
        if v is not None
    }


def test_the_test_that_counts_most_is_named_with_what_would_be_without_it() -> None:
    world = trio(
        0.3,
        values(Exam=(58.6, 41), Quiz=(30, 60)),
        {("A", "Exam"): 0.1, ("B", "Exam"): -0.05, ("A", "Quiz"): -0.03, ("B", "Quiz"): 0.02},
        lead=0.5,
    )
    result = explain(world, "A", "B")
    spread = (2 * 0.1**2 + 0.05**2) ** 0.5
    assert result.probability == pytest.approx(normal(0.3 / spread))
    assert [t.without for t in result.tests] == pytest.approx([normal(0.15 / spread), normal(0.35 / spread)])
    assert explanation_words(result) == (
        "A is ahead of B overall, 97 % sure.",
        "Release date, size, maker and family alone would say 69 % for A.",
        "What counts most for A is Exam, 58.6 against 41. Without it the chance would be 84 %.",
        "They share 2 tests; of the other models that took tests of both, C moved it most.",
    )


def test_a_test_against_the_call_is_named_if_it_costs_much() -> None:
    given = values(Exam=(58.6, 41), Quiz=(30, 60))
    world = trio(0.13, given, {("A", "Exam"): 0.1, ("A", "Quiz"): -0.1})
    words = explanation_words(explain(world, "B", "A"))
    assert words[0] == "A is probably ahead of B overall, 80 % sure."
    assert words[3] == "Against it speaks Quiz, 30 against 60. Without it the chance would be 93 %."


def test_a_score_that_only_one_has_and_a_gap_that_is_narrower_are_said_to_be_so() -> None:
    given = values(Exam=(None, 41), Quiz=(60, 30))
    world = trio(0.05, given, {("B", "Exam"): -0.05, ("A", "Quiz"): -0.05})
    words = explanation_words(explain(world, "A", "B"))
    assert words[0] == "Too close to call overall: 63 % for A against B."
    assert words[2] == (
        "What counts most for A is Exam, which only B took: 41, worse than its other tests suggest. "
        "Without it the chance would be 50 %."
    )
    assert words[3] == (
        "Against it speaks Quiz, 60 against 30, where B did better than its other tests suggest. "
        "Without it the chance would be 74 %."
    )


def test_where_no_test_decides_it_the_one_that_shows_it_best_is_named() -> None:
    given = values(Exam=(60, 59.5), Quiz=(60, 30))
    world = trio(2.0, given, {("A", "Exam"): 0.2, ("A", "Quiz"): 0.1})
    assert explanation_words(explain(world, "A", "B"))[2] == (
        "No single test decides it: without any one of them it would stay over 99 %. "
        "Of those that both took, this one says most: Quiz, 60 against 30."
    )


def test_different_tests_are_linked_by_a_model_that_took_both() -> None:
    world = trio(0.3, values(Exam=(60, None), Quiz=(None, 50)), {("A", "Exam"): 0.1})
    result = explain(world, "A", "B")
    (link,) = result.links
    assert (link.model_id, link.tests, link.speaks_for) == ("C", (("Exam",), ("Quiz",)), "A")
    assert link.without < (result.probability or 0)
    assert explanation_words(result)[-1] == "They share no test; C took tests of both and links them."


def test_a_category_is_explained_by_its_own_abilities() -> None:
    world = trio(0.3, values(Exam=(60, 50)), {("A", "Exam"): 0.1})
    coding = explain(world, "A", "B", Workload.of({Category.CODING: 1}))
    assert explanation_words(coding)[0] == "A is ahead of B in coding, 97 % sure."
    mix = explain(world, "A", "B", Workload.of({Category.CODING: 7, Category.MATH: 3}))
    assert explanation_words(mix)[0] == "A is ahead of B for 70 % coding, 30 % math, 97 % sure."


def test_without_abilities_or_scores_it_is_said_that_nothing_can_be_explained() -> None:
    world = trio(0.3, values(Exam=(60, 50)), {})
    none_verified = explain(world, "A", "B", lane=Lane.VERIFIED)
    assert none_verified.probability is None
    assert explanation_words(none_verified) == (
        "A and B have no independently measured scores yet, so there is no call to explain.",
    )
    assert explanation_words(explain(world.with_fit(None), "A", "B")) == (
        "What moved the abilities was not worked out for these tables, so this cannot be explained.",
    )


def test_a_model_is_not_explained_against_itself() -> None:
    with pytest.raises(WrongModels):
        explain(trio(0.3, values(Exam=(60, 50)), {}), "A", "A")


def test_the_command_explains_two_models_in_words_a_table_and_json() -> None:
    asked = ["explain", "GPT-5.5 vs Gemma 4 12B", "--data", str(packaged_tables())]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0
    assert "GPT-5.5 is ahead of Gemma 4 12B overall, over 99 % sure." in said.output
    assert "Linked by" in said.output
    told = json.loads(CliRunner().invoke(app, [*asked, "--category", "coding", "--json"]).output)
    assert told["probability"] > 0.99
    assert told["models"] == ["gpt-5-5", "gemma-4-12b"]
    assert {"benchmark_id", "values", "speaks_for", "without"} <= told["tests"][0].keys()
    assert CliRunner().invoke(app, ["explain", "GPT-5.5"]).exit_code == 2


def test_the_why_button_is_read_back_as_it_was() -> None:
    press = Why(Question((3, 14, 15), Workload.of({Category.MATH: 1}), Lane.VERIFIED, True, owner=2**63 - 1))
    assert Press.of(press.custom_id) == press
    assert len(press.custom_id) <= 100


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    worlds(hostile=True),
    st.sampled_from(Lane),
    st.sampled_from([None, *PRESETS, Workload.of({Category.CODING: 1})]),
    st.integers(0, 2**32 - 1),
)
def test_hostile_names_fit_and_stay_inert_whatever_was_moved(
    world: Catalog, lane: Lane, workload: Workload | None, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    rows = [(m, b) for m in world.models for b in world.scores(m)]
    if world.fit:
        world = pulled(
            world, {row: draw.normal(0, 0.2) for row in rows}, {m: draw.normal(0, 1) for m in world.models}
        )
    one, other, *_ = world.models
    result = explain(world, one, other, workload, lane)
    assert result == Explanation.model_validate_json(result.model_dump_json())
    shown = explanation_embed(result, TODAY)
    fits(shown)
    inert(shown)
