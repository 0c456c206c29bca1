"""Abilities: what the scores of a catalog say about each model, and how sure that is.

A result that needs no fit and no SciPy to be asked; ``fit_abilities`` makes one.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.analysis.averages import CATEGORY_WEIGHTS
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Value

Floats = NDArray[np.float64]

ABILITY_METHOD = 1
"""Abilities are comparable within one method; every change of the model raises this number."""

ANCHORS = (("GPT-4o (2024-08-06)", 30.0), ("GPT-5", 70.0))
"""Two models that no longer change, by display name, and where they stand on the scale from 0 to 100."""

SURE = 0.9
"""P from which one model counts as better when ranks are given."""

# Between the anchors on the linked scale; nearer than this they say nothing about a unit.
_APART = 0.2
# Share of a variance that may be moved from what models have in common to what each has alone.
_DROPPED = 0.002
# The fit holds slopes and variances at one value, which makes its posterior too narrow: on synthetic worlds
# its 90 % intervals held 86 % of the true differences, and 91 % when wider by this factor.
_WIDER = 1.15
_DRAWS = 2000
_NINETY = 1.6448536269514722

Workload = Mapping[Category, float] | Category | None
"""Weights over categories, one category, or None for all with their weights in the overall score."""


class Ability(Value):
    """Points from 0 to 100 with a 90 % interval. ``scores`` counts the model's scores behind it."""

    model_id: str
    points: float
    low: float
    high: float
    scores: int


class Place(Value):
    """A rank is 1 + the number of models that are better with P >= 0.9; ``best`` and ``worst`` are its 90 %
    interval among the same models."""

    model_id: str
    rank: int
    best: int
    worst: int


@dataclass(frozen=True)
class Abilities:
    """The posterior of every ability in every category (in the order of ``Category``): a model's distance
    from the mean of the models with scores.

    ``mean`` is models x categories. The covariance between models is ``shared[m] @ shared[n].T``; ``own[m]``
    is added within one model. ``counts`` is the number of scores, models x categories.
    """

    method: int
    snapshot: int
    models: tuple[str, ...]
    names: tuple[str, ...]
    mean: Floats
    own: Floats
    shared: Floats
    counts: NDArray[np.int64]

    def better(self, one: str, other: str, workload: Workload = None) -> float:
        """P(``one`` is better than ``other``): 0.5 for equal ones. Raises ``KeyError`` for an unknown id."""
        if one == other:
            return 0.5
        weights = self._weights(workload)
        a, b = self._place[one], self._place[other]
        apart = float(weights @ (self.mean[a] - self.mean[b]))
        common = weights @ (self.shared[a] - self.shared[b])
        spread = weights @ (self.own[a] + self.own[b]) @ weights + common @ common
        return normal(apart / math.sqrt(spread)) if spread > 0 else 0.5 + 0.5 * _sign(apart)

    def ability(self, model_id: str, workload: Workload = None) -> Ability:
        """The model on the scale from 0 to 100. Raises ``KeyError`` for an unknown id."""
        weights = self._weights(workload)
        at = self._place[model_id]
        mean, spread = float(self.mean[at] @ weights), math.sqrt(self._variance(at, weights))
        shift, stretch = self._scale(weights)
        points = [
            100 / (1 + math.exp(-_held(shift + stretch * (mean + n * spread))))
            for n in (0, -_NINETY, _NINETY)
        ]
        return Ability(
            model_id=model_id,
            points=points[0],
            low=points[1],
            high=points[2],
            scores=int(self.counts[at][weights > 0].sum()),
        )

    def places(self, models: Iterable[str], workload: Workload = None) -> tuple[Place, ...]:
        """The models with their ranks among each other, best mean first; the order of ties says nothing."""
        ids = sorted(dict.fromkeys(models), key=lambda m: self._place[m])
        if not ids:
            return ()
        weights = self._weights(workload)
        at = [self._place[m] for m in ids]
        mean, common = self.mean[at] @ weights, np.einsum("mcr,c->mr", self.shared[at], weights)
        own = np.maximum(np.einsum("c,mcd,d->m", weights, self.own[at], weights), 0.0)
        squares = (common**2).sum(axis=1)
        spread = np.add.outer(own + squares, own + squares) - 2 * common @ common.T
        with np.errstate(divide="ignore", invalid="ignore"):
            ahead = np.subtract.outer(mean, mean) / np.sqrt(np.maximum(spread, 1e-18))
        sure = 1.2815515655446004  # P = SURE
        np.fill_diagonal(ahead, 0.0)
        rank = 1 + (ahead >= sure).sum(axis=0)
        draw = np.random.default_rng(0)
        drawn = mean + draw.standard_normal((_DRAWS, common.shape[1])) @ common.T
        drawn += draw.standard_normal((_DRAWS, len(ids))) * np.sqrt(own)
        ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
        best, worst = np.quantile(ranks, [0.05, 0.95], axis=0, method="nearest")
        places = [
            Place(model_id=m, rank=int(r), best=min(int(low), int(r)), worst=max(int(high), int(r)))
            for m, r, low, high in zip(ids, rank, best, worst, strict=True)
        ]
        order = sorted(range(len(ids)), key=lambda n: (-mean[n], ids[n]))
        return tuple(places[n] for n in order)

    def _weights(self, workload: Workload) -> Floats:
        if isinstance(workload, Category):
            workload = {workload: 1.0}
        given = {c: float(w) for c, w in (CATEGORY_WEIGHTS if workload is None else workload).items()}
        weights = np.array([max(given.get(c, 0.0), 0.0) for c in Category])
        total = float(weights.sum())
        return weights / total if math.isfinite(total) and total > 0 else self._weights(None)

    def _variance(self, at: int, weights: Floats) -> float:
        common = weights @ self.shared[at]
        return max(float(weights @ self.own[at] @ weights + common @ common), 0.0)

    def _scale(self, weights: Floats) -> tuple[float, float]:
        """Shift and stretch before the logistic: the anchors stand where ``ANCHORS`` says.

        Without both anchors the mean model is at 50 and a unit of the linked scale is a unit of the logistic.
        """
        overall = self.mean @ weights
        found = [(self.names.index(name), points) for name, points in ANCHORS if name in self.names]
        if len(found) == 2:
            (low, low_points), (high, high_points) = found
            if overall[high] - overall[low] > _APART:
                low_at, high_at = _logit(low_points), _logit(high_points)
                stretch = (high_at - low_at) / float(overall[high] - overall[low])
                return low_at - stretch * float(overall[low]), stretch
        return -float(overall.mean()) if len(overall) else 0.0, 1.0

    @cached_property
    def _place(self) -> dict[str, int]:
        return {m: n for n, m in enumerate(self.models)}


def fit_abilities(catalog: Catalog) -> Abilities:
    """Fit the model to all scores of the catalog. Deterministic. Raises ``FitFailed``.

    Needs SciPy and some seconds; what comes back needs neither.
    """
    from bot.analysis.ability_fit import fitted

    posterior = fitted(catalog)
    mean, own, shared = posterior.abilities()
    ids = posterior.evidence.models
    counts = np.zeros(mean.shape, dtype=np.int64)
    np.add.at(
        counts, (posterior.evidence.model, posterior.evidence.category[posterior.evidence.benchmark]), 1
    )
    # Where the whole field stands against the tests is unknown and moves no model past another: abilities are
    # distances from the mean of the models with scores.
    scored = counts.any(axis=1)
    if scored.any():
        mean, shared = mean - mean[scored].mean(axis=0), shared - shared[scored].mean(axis=0)
    own, shared = _shortened(own * _WIDER**2, shared * _WIDER)
    return Abilities(
        method=ABILITY_METHOD,
        snapshot=catalog.snapshot,
        models=ids,
        names=tuple(catalog.models[m].display_name for m in ids),
        mean=mean,
        own=own,
        shared=shared,
        counts=counts,
    )


def normal(x: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _shortened(own: Floats, shared: Floats) -> tuple[Floats, Floats]:
    """The same covariances with fewer columns: directions that hardly matter become each model's own."""
    models, categories, width = shared.shape
    flat = shared.reshape(models * categories, width)
    if not flat.size:
        return own, shared
    values, vectors = np.linalg.eigh(flat.T @ flat)
    dropped = np.cumsum(np.maximum(values, 0.0)) <= _DROPPED * np.maximum(values, 0.0).sum()
    kept = flat @ vectors[:, ~dropped]
    lost = (flat @ vectors[:, dropped]).reshape(models, categories, -1)
    return own + lost @ lost.transpose(0, 2, 1), kept.reshape(models, categories, -1)


def _logit(points: float) -> float:
    return math.log(points / (100 - points))


def _held(x: float) -> float:
    return min(max(x, -500.0), 500.0)


def _sign(x: float) -> float:
    return (x > 0) - (x < 0)
