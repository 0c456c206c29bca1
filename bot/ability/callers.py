"""Ways to call which of two models is better on a test that neither is known to have taken.

A caller learns from a catalog and gives, for a pair of models and a benchmark, how far the first is ahead
(no unit; NaN is no call). ``evaluate`` turns that into a probability.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from bot.ability.scores import Floats, LinkedScores, linked_scores
from bot.ability.traits import traits_of
from bot.analysis.averages import as_points, category_average
from bot.catalog.catalog import Catalog

Pair = tuple[str, str, str]
"""First model, second model, benchmark."""
Caller = Callable[[Catalog], Callable[[Sequence[Pair]], Floats]]

_RIDGE = 0.02
_ONE_FACTOR_STEPS = 200


def category_mean(catalog: Catalog) -> Callable[[Sequence[Pair]], Floats]:
    """The plain mean of the percentages a model has in the benchmark's category."""

    def means(model_id: str, benchmark_id: str) -> float:
        category = catalog.benchmarks[benchmark_id].category
        found = [
            float(as_points(each[0].value, benchmark.higher_is_better))
            for b, each in catalog.scores(model_id).items()
            if (benchmark := catalog.benchmarks[b]).category is category and benchmark.is_percent
        ]
        return float(np.mean(found)) if found else float("nan")

    return _difference(means)


def published_mean(catalog: Catalog) -> Callable[[Sequence[Pair]], Floats]:
    """The published weighted mean of the benchmark's category; no call without a weighted benchmark."""

    def means(model_id: str, benchmark_id: str) -> float:
        average = category_average(
            catalog, catalog.scores(model_id), catalog.benchmarks[benchmark_id].category
        )
        return float(average.value) if average and average.weighted else float("nan")

    return _difference(means)


def shared_difference(catalog: Catalog) -> Callable[[Sequence[Pair]], Floats]:
    """The mean difference over the percent benchmarks that both took."""
    known = {
        model_id: {
            b: float(as_points(each[0].value, catalog.benchmarks[b].higher_is_better))
            for b, each in catalog.scores(model_id).items()
            if catalog.benchmarks[b].is_percent
        }
        for model_id in catalog.models
    }

    def ahead(pairs: Sequence[Pair]) -> Floats:
        found = []
        for one, other, _ in pairs:
            gaps = [known[one][b] - known[other][b] for b in sorted(known[one].keys() & known[other].keys())]
            found.append(np.mean(gaps) if gaps else np.nan)
        return np.array(found, dtype=np.float64)

    return ahead


def one_factor(catalog: Catalog) -> Callable[[Sequence[Pair]], Floats]:
    """score(m, b) = sigmoid(a_b (C_m - D_b)) over all benchmarks, by ridge least squares, without any prior
    knowledge of the models; no call where a model has no score."""
    scores = linked_scores(catalog)
    models, benchmarks = len(scores.models), len(scores.benchmarks)
    m, b, target = scores.model, scores.benchmark, expit(scores.z)

    def lost(vector: Floats) -> tuple[float, Floats]:
        ability, difficulty, log_slope = np.split(vector, [models, models + benchmarks])
        slope, gap = np.exp(log_slope[b]), ability[m] - difficulty[b]
        said = expit(slope * gap)
        off = said - target
        pull = 2 * off * said * (1 - said)
        gradient = np.concatenate(
            [
                np.bincount(m, pull * slope, models),
                np.bincount(b, -pull * slope, benchmarks),
                np.bincount(b, pull * slope * gap, benchmarks),
            ]
        )
        return float(off @ off + _RIDGE * vector @ vector), gradient + 2 * _RIDGE * vector

    start = np.zeros(models + 2 * benchmarks)
    found = minimize(lost, start, jac=True, method="L-BFGS-B", options={"maxiter": _ONE_FACTOR_STEPS})
    scored = set(m.tolist())
    ability = {
        model_id: float(found.x[n]) if n in scored else float("nan")
        for n, model_id in enumerate(scores.models)
    }
    return _difference(lambda model_id, _: ability[model_id])


def date_and_size(catalog: Catalog) -> Callable[[Sequence[Pair]], Floats]:
    """A regression on release date and size alone, with a level for each benchmark."""
    scores = linked_scores(catalog)
    known = _date_and_size(catalog, scores)
    rows = known[scores.model]
    levels = np.eye(len(scores.benchmarks))[scores.benchmark]
    design = np.hstack([rows, levels])
    precision = design.T @ design + _RIDGE * np.eye(design.shape[1])
    weights = np.linalg.solve(precision, design.T @ scores.z)[: rows.shape[1]]
    ability = dict(zip(scores.models, (known @ weights).tolist(), strict=True))
    return _difference(lambda model_id, _: ability[model_id])


def _date_and_size(catalog: Catalog, scores: LinkedScores) -> Floats:
    traits = traits_of([catalog.models[m] for m in scores.models], [True] * len(scores.models))
    names = ("date", "pace", "size", "size over time")
    wanted = [traits.groups[g] in names for g in traits.general_group]
    return traits.general[:, wanted]


def _difference(value: Callable[[str, str], float]) -> Callable[[Sequence[Pair]], Floats]:
    """Ahead by the difference of a value per model; equal values are no call."""

    def ahead(pairs: Sequence[Pair]) -> Floats:
        seen: dict[tuple[str, str], float] = {}
        gaps = []
        for one, other, benchmark_id in pairs:
            for model_id in (one, other):
                if (model_id, benchmark_id) not in seen:
                    seen[model_id, benchmark_id] = value(model_id, benchmark_id)
            gaps.append(seen[one, benchmark_id] - seen[other, benchmark_id])
        found = np.array(gaps, dtype=np.float64)
        return np.where(found == 0, np.nan, found)

    return ahead


SIMPLE: dict[str, Caller] = {
    "category mean": category_mean,
    "published weighted mean": published_mean,
    "shared-benchmark difference": shared_difference,
    "global one-factor fit": one_factor,
    "date and size only": date_and_size,
}
