"""How often each way of calling the better model is right, on scores that it has not seen.

Two ways of hiding: a share of all scores at random, several times; or everything published after a day.
Pairs are two hidden scores on one benchmark that are not equal. Pure: the random numbers come from the seed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, ndtr, stdtrit

from bot.ability.callers import SIMPLE, Caller, Pair
from bot.ability.fit import TAIL, Posterior, Prediction, fitted
from bot.ability.scores import Floats, sibling_key
from bot.ability.traits import year
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Score, Value

OURS = "ours"
MARGINS = (("under 2", 0.0, 2.0), ("2 to 5", 2.0, 5.0), ("5 to 10", 5.0, 10.0), ("10 and more", 10.0, np.inf))
NEAR_YEARS = 90 / 365
BINS = 10
SURE = 0.95
# Chance that a score lies below its 90 % interval.
_BELOW = 0.05
# Share of the training part on which a simple caller's differences are turned into probabilities.
_INNER_SHARE = 0.2

Cell = tuple[str, str]
Flags = NDArray[np.bool_]


class Figures(Value):
    """Accuracy, log loss and calibration error are over the calls made and None without any.

    ``called`` and ``called_at_95`` are shares of all pairs; ``accuracy_all`` counts a pair without a call as
    half right. The calibration error is over ten equal-width bins of max(P, 1 - P), weighted by count.
    """

    pairs: int
    accuracy: float | None
    called: float
    accuracy_all: float | None
    log_loss: float | None
    calibration_error: float | None
    accuracy_at_95: float | None
    called_at_95: float


ByCaller = dict[str, Figures]


class Cut(Value):
    """Judged on what came after ``known_until``; ``models_left_out`` were not known then."""

    known_until: date
    pairs: int
    models_left_out: int
    callers: ByCaller


class Evaluation(Value):
    """``callers`` is over all pairs of all seeds; ``macro`` the accuracy of calls within each benchmark, then
    their mean over benchmarks. ``by_margin`` has pairs of percentages, by the points between them.
    ``interval_coverage`` is the share of the hidden scores inside their 90 % interval."""

    pairs: int
    holdout: float
    seeds: int
    callers: ByCaller
    macro: dict[str, float | None]
    by_category: dict[str, ByCaller]
    by_margin: dict[str, ByCaller]
    released_within_90_days: ByCaller
    interval_coverage: float | None
    by_date: tuple[Cut, ...] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs with their truth and what each caller said: P that the first is better, NaN for no call."""

    pairs: tuple[Pair, ...]
    first_better: Flags
    points_apart: Floats
    near: Flags
    said: Mapping[str, Floats]


def evaluate(catalog: Catalog, holdout: float = 0.2, seeds: int = 5) -> Evaluation:
    """Hide ``holdout`` of the scores ``seeds`` times and judge every caller on the same hidden pairs.

    Siblings of one test are hidden together. Raises ``FitFailed``.
    """
    rounds: list[Judged] = []
    inside: list[Flags] = []
    for seed in range(seeds):
        known, hidden = split(catalog, holdout, seed)
        judged, covered = judge(known, hidden, seed)
        rounds.append(judged)
        inside.append(covered)
    return report(rounds, _joined(inside).astype(bool), holdout, seeds, catalog)


def evaluate_by_date(history: Sequence[tuple[date, Catalog]]) -> tuple[Cut, ...]:
    """For each moment but the last: fit on what was known, judge on the scores that came later.

    ``history`` is in the order of time. Raises ``FitFailed``.
    """
    cuts = []
    for n, (day, known) in enumerate(history[:-1]):
        later: dict[Cell, Score] = {}
        unknown: set[str] = set()
        for _, catalog in history[n + 1 :]:
            for cell, score in _scores(catalog).items():
                if cell[1] not in known.benchmarks or cell[1] in known.scores(cell[0]):
                    continue
                if cell[0] in known.models:
                    later[cell] = score
                else:
                    unknown.add(cell[0])
        judged, _ = judge(known, later, 0)
        cuts.append(
            Cut(
                known_until=day,
                pairs=len(judged.pairs),
                models_left_out=len(unknown),
                callers=_by_caller(judged.first_better, judged.said),
            )
        )
    return tuple(cuts)


def split(catalog: Catalog, share: float, seed: int) -> tuple[Catalog, dict[Cell, Score]]:
    """A catalog without the hidden scores, and for each hidden cell the score that counts."""
    groups = sorted({(m, sibling_key(catalog.benchmarks[b])) for m, b in _scores(catalog)})
    order = np.random.default_rng(seed).permutation(len(groups))
    chosen = {groups[n] for n in order[: round(share * len(groups))].tolist()}
    hidden = {
        cell: score
        for cell, score in _scores(catalog).items()
        if (cell[0], sibling_key(catalog.benchmarks[cell[1]])) in chosen
    }
    return without(catalog, hidden), hidden


def without(catalog: Catalog, hidden: Iterable[Cell]) -> Catalog:
    """The catalog with every score of the cells taken out."""
    cells = set(hidden)
    kept = [
        score
        for m in catalog.models
        for b, each in catalog.scores(m).items()
        if (m, b) not in cells
        for score in each
    ]
    return Catalog(catalog.models.values(), catalog.benchmarks.values(), kept, catalog.snapshot)


def judge(known: Catalog, hidden: Mapping[Cell, Score], seed: int) -> tuple[Judged, Flags]:
    """What every caller says about the hidden pairs, knowing only ``known``; which hidden scores lie inside
    their 90 % interval. ``hidden`` values only say which pairs are ties and who was right."""
    pairs, first_better, apart = _pairs(known, hidden)
    said = {name: _probabilities(caller, known, pairs, seed) for name, caller in SIMPLE.items()}
    said[OURS], covered = _ours(known, hidden, pairs)
    released = {m: year(known.models[m].release_date) for pair in pairs for m in pair[:2]}
    near = np.array([abs(released[a] - released[b]) <= NEAR_YEARS for a, b, _ in pairs], dtype=bool)
    return Judged(tuple(pairs), first_better, apart, near, said), covered


def _scores(catalog: Catalog) -> dict[Cell, Score]:
    return {(m, b): each[0] for m in catalog.models for b, each in catalog.scores(m).items()}


def _pairs(catalog: Catalog, hidden: Mapping[Cell, Score]) -> tuple[list[Pair], Flags, Floats]:
    by_benchmark: dict[str, list[str]] = {}
    for m, b in sorted(hidden):
        by_benchmark.setdefault(b, []).append(m)
    pairs: list[Pair] = []
    better, apart = [], []
    for b, models in sorted(by_benchmark.items()):
        benchmark = catalog.benchmarks[b]
        for one, other in combinations(models, 2):
            gap = hidden[one, b].value - hidden[other, b].value
            if gap:
                pairs.append((one, other, b))
                better.append((gap > 0) == benchmark.higher_is_better)
                apart.append(abs(float(gap)) if benchmark.is_percent else np.nan)
    return pairs, np.array(better, dtype=bool), np.array(apart, dtype=np.float64)


def _probabilities(caller: Caller, known: Catalog, pairs: Sequence[Pair], seed: int) -> Floats:
    """A caller's differences as probabilities: a logistic whose slope is found inside ``known`` alone."""
    inner_known, inner_hidden = split(known, _INNER_SHARE, seed)
    inner_pairs, inner_better, _ = _pairs(known, inner_hidden)
    ahead = caller(inner_known)(inner_pairs)
    made = np.isfinite(ahead)
    towards = np.where(inner_better, ahead, -ahead)[made]
    size = float(np.std(towards)) if len(towards) else 0.0
    slope = 1.0
    if size > 0:
        found = minimize_scalar(
            lambda log_slope: -float(log_expit(np.exp(log_slope) * towards / size).mean()),
            bounds=(-5.0, 4.0),
            method="bounded",
        )
        slope = float(np.exp(found.x)) / size
    return np.asarray(expit(slope * caller(known)(pairs)))


def chances(posterior: Posterior, cells: Sequence[Cell], pairs: Sequence[Pair]) -> tuple[Floats, Prediction]:
    """The predictive P that the first score of each pair is higher, noise included; the cells one by one."""
    place = {cell: n for n, cell in enumerate(cells)}
    said = posterior.predict(cells)
    one = np.array([place[a, b] for a, _, b in pairs], dtype=np.int64)
    other = np.array([place[a, b] for _, a, b in pairs], dtype=np.int64)
    alone = said.own + said.noise
    spread = ((said.shared[one] - said.shared[other]) ** 2).sum(axis=1) + alone[one] + alone[other]
    return ndtr((said.mean[one] - said.mean[other]) / np.sqrt(spread)), said


def _ours(known: Catalog, hidden: Mapping[Cell, Score], pairs: Sequence[Pair]) -> tuple[Floats, Flags]:
    """What the fit says of the pairs; which scores their intervals hold."""
    posterior = fitted(known)
    cells = sorted(hidden)
    probabilities, said = chances(posterior, cells, pairs)
    # A unit without limits has no scale yet where nobody's score is known.
    scaled = [
        n
        for n, (_, b) in enumerate(cells)
        if known.benchmarks[b].is_percent or any(b in known.scores(m) for m in known.models)
    ]
    values = np.array(
        [
            posterior.scores.links[posterior.benchmark_place[cells[n][1]]](
                np.array([float(hidden[cells[n]].value)])
            )[0]
            for n in scaled
        ]
    )
    reach = -stdtrit(TAIL, _BELOW) * np.sqrt(said.own + said.noise + (said.shared**2).sum(axis=1))
    return probabilities, np.abs(values - said.mean[scaled]) <= reach[scaled]


def report(
    rounds: Sequence[Judged], inside: Flags, holdout: float, seeds: int, catalog: Catalog
) -> Evaluation:
    """All rounds pooled into figures."""
    pairs = [pair for judged in rounds for pair in judged.pairs]
    better = _joined([judged.first_better for judged in rounds]).astype(bool)
    apart = _joined([judged.points_apart for judged in rounds])
    near = _joined([judged.near for judged in rounds]).astype(bool)
    names = (*SIMPLE, OURS)
    said = {name: _joined([judged.said[name] for judged in rounds]) for name in names}
    benchmark = np.array([b for _, _, b in pairs], dtype=object)
    category = np.array([catalog.benchmarks[b].category.value for b in benchmark], dtype=object)

    def among(chosen: Flags) -> ByCaller:
        return _by_caller(better[chosen], {name: each[chosen] for name, each in said.items()})

    return Evaluation(
        pairs=len(pairs),
        holdout=holdout,
        seeds=seeds,
        callers=_by_caller(better, said),
        macro={name: _macro(better, said[name], benchmark) for name in names},
        by_category={c: among(category == c) for c in dict.fromkeys(sorted(category))},
        by_margin={name: among((apart >= low) & (apart < high)) for name, low, high in MARGINS},
        released_within_90_days=among(near),
        interval_coverage=float(inside.mean()) if len(inside) else None,
    )


def _joined(parts: Sequence[Flags | Floats]) -> Floats:
    return np.concatenate([np.asarray(p, dtype=np.float64) for p in parts]) if parts else np.zeros(0)


def _by_caller(better: Flags, said: Mapping[str, Floats]) -> ByCaller:
    return {name: figures(better, each) for name, each in said.items()}


def figures(first_better: Flags, said: Floats) -> Figures:
    """The figures of one caller. ``said`` is P that the first is better; NaN and exactly 0.5 are no call."""
    called = np.isfinite(said) & (said != 0.5)
    p, better = said[called], first_better[called]
    right = (p > 0.5) == better
    confidence = np.maximum(p, 1 - p)
    sure = confidence >= SURE
    count = len(said)
    bins = np.minimum(((confidence - 0.5) * 2 * BINS).astype(np.int64), BINS - 1)
    off = sum(abs(float(confidence[bins == n].sum()) - float(right[bins == n].sum())) for n in range(BINS))
    truth = np.clip(np.where(better, p, 1 - p), 1e-12, 1.0)
    return Figures(
        pairs=count,
        accuracy=_mean(right),
        called=len(p) / count if count else 0.0,
        accuracy_all=(float(right.sum()) + 0.5 * (count - len(p))) / count if count else None,
        log_loss=_mean(-np.log(truth)),
        calibration_error=off / len(p) if len(p) else None,
        accuracy_at_95=_mean(right[sure]),
        called_at_95=float(sure.sum()) / count if count else 0.0,
    )


def _macro(better: Flags, said: Floats, benchmark: NDArray[np.object_]) -> float | None:
    each = [figures(better[benchmark == b], said[benchmark == b]).accuracy for b in dict.fromkeys(benchmark)]
    made = [accuracy for accuracy in each if accuracy is not None]
    return float(np.mean(made)) if made else None


def _mean(values: Flags | Floats) -> float | None:
    return float(np.mean(values)) if len(values) else None
