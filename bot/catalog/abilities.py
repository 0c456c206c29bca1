"""Abilities: what the scores of a snapshot say about each model, and how sure that is.

Worked out by ``analysis/ability.py`` when tables are loaded, and kept with them: to ask needs no fit.
"""

import io
import math
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.catalog.entities import CATEGORY_WEIGHTS, Category, Lane, Value

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

ANCHORS = (("GPT-4o (2024-08-06)", 30.0), ("GPT-5", 70.0))
"""Two models that no longer change, by display name, and where they stand on the scale from 0 to 100."""

SURE = 0.9
"""P from which one model counts as better when ranks are given."""

# Between the anchors on the linked scale; nearer than this they say nothing about a unit.
_APART = 0.2
_DRAWS = 1000
# Bytes that unpacked abilities may take: ten times what 600 models do.
_MOST_BYTES = 200_000_000
# Far outside of what a fit can give on the linked scale.
_FARTHEST = 1e3
_NINETY = 1.6448536269514722
# From so many standard deviations P is at least SURE.
_SURE_AT = 1.2815515655446004
_PLACE = {category: n for n, category in enumerate(Category)}

Weights = Mapping[Category, float] | Category | None
"""Weights over categories, one category, or None for all with their weights in the overall score."""


class Ability(Value):
    """Points from 0 to 100 with a 90 % interval. ``scores`` counts the model's scores behind it."""

    model_id: str
    points: float
    low: float
    high: float
    scores: int


class Rank(Value):
    """A rank is 1 + the number of models that are better with P >= 0.9; ``best`` and ``worst`` are its 90 %
    interval among the same models."""

    model_id: str
    rank: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Pulls:
    """What moved the abilities, for explanations.

    A row for each score: the place of its ``model`` and ``benchmark``, and its ``pull`` (rows x categories):
    how much lower the abilities of its model would be without it. ``pushes`` (models x width) says what a
    model's scores did to the others: without those of model n, model m would be lower by
    ``shared[m] @ pushes[n]``. ``traits`` (models x categories) is what release date, size, maker, family and
    words of the name say with the scores of the other models alone, and ``unknown`` (models x categories x
    categories) the covariance of what they leave open.
    """

    benchmarks: tuple[str, ...]
    model: Ints
    benchmark: Ints
    pull: Floats
    pushes: Floats
    traits: Floats
    unknown: Floats

    def only(self, models: Ints) -> "Pulls":
        """The same for the models at these places, in rising order."""
        rows = np.isin(self.model, models)
        return Pulls(
            benchmarks=self.benchmarks,
            model=np.searchsorted(models, self.model[rows]),
            benchmark=self.benchmark[rows],
            pull=self.pull[rows],
            pushes=self.pushes[models],
            traits=self.traits[models],
            unknown=self.unknown[models],
        )


@dataclass(frozen=True)
class Abilities:
    """The posterior of every ability in every category (in the order of ``Category``).

    ``mean`` is models x categories, on the linked scale: distances from the mean of the models with scores.
    The covariance between models is ``shared[m] @ shared[n].T``; ``own[m]`` is added within one model.
    ``counts`` is the number of scores, models x categories. ``names`` are display names.
    """

    models: tuple[str, ...]
    names: tuple[str, ...]
    mean: Floats
    own: Floats
    shared: Floats
    counts: Ints
    pulls: Pulls | None = None
    _known: dict[tuple[str, Category | None], Ability] = field(default_factory=dict, compare=False)

    def __contains__(self, model_id: object) -> bool:
        """Whether the model has scores here, so that anything can be said about it."""
        return model_id in self._scored

    def better(self, one: str, other: str, weights: Weights = None) -> float:
        """P(``one`` is better than ``other``): 0.5 for equal ones. Raises ``KeyError`` for an unknown id."""
        return self.versus(one, other)(weights)

    def versus(self, one: str, other: str) -> Callable[[Weights], float]:
        """``better`` for one pair and any weights. Raises ``KeyError`` for an unknown id."""
        a, b = self._place[one], self._place[other]
        apart, common = self.mean[a] - self.mean[b], self.shared[a] - self.shared[b]
        covariance = common @ common.T + self.own[a] + self.own[b]
        means, spreads = apart.tolist(), covariance.diagonal().tolist()

        def better(weights: Weights) -> float:
            if a == b:
                return 0.5
            if isinstance(weights, Category):
                mean, spread = means[_PLACE[weights]], spreads[_PLACE[weights]]
            else:
                shares = _shares(weights)
                mean, spread = float(shares @ apart), float(shares @ covariance @ shares)
            return normal(mean / math.sqrt(spread)) if spread > 0 else 0.5 + 0.5 * _sign(mean)

        return better

    def surely_better(self, one: str, others: Sequence[str], weights: Weights = None) -> NDArray[np.bool_]:
        """Whether ``one`` is better with P >= 0.9 than each of the others, in their order.

        Raises ``KeyError`` for an unknown id.
        """
        sure: NDArray[np.bool_] = self._ahead(one, others, weights) >= _SURE_AT
        return sure

    def surely_worse(self, one: str, others: Sequence[str], weights: Weights = None) -> NDArray[np.bool_]:
        """The same for each of the others being better than ``one``."""
        sure: NDArray[np.bool_] = self._ahead(one, others, weights) <= -_SURE_AT
        return sure

    def _ahead(self, one: str, others: Sequence[str], weights: Weights) -> Floats:
        """How many standard deviations of the difference ``one`` is ahead of each other one."""
        a, b = self._place[one], [self._place[m] for m in others]
        if isinstance(weights, Category):
            c = _PLACE[weights]
            apart, common = self.mean[a, c] - self.mean[b, c], self.shared[a, c] - self.shared[b, c]
            own = self.own[a, c, c] + self.own[b, c, c]
        else:
            shares = _shares(weights)
            apart = (self.mean[a] - self.mean[b]) @ shares
            common = np.einsum("mcr,c->mr", self.shared[a] - self.shared[b], shares)
            own = np.einsum("c,mcd,d->m", shares, self.own[a] + self.own[b], shares)
        ahead: Floats = apart / np.sqrt(np.maximum((common**2).sum(axis=1) + own, 1e-18))
        return ahead

    def ability(self, model_id: str, weights: Weights = None) -> Ability:
        """The model on the scale from 0 to 100. Raises ``KeyError`` for an unknown id."""
        if weights is not None and not isinstance(weights, Category):
            return self._ability(model_id, weights)
        known = self._known.get((model_id, weights))
        if known is None:
            known = self._known[model_id, weights] = self._ability(model_id, weights)
        return known

    def _ability(self, model_id: str, weights: Weights) -> Ability:
        shares, at = _shares(weights), self._place[model_id]
        common = shares @ self.shared[at]
        spread = math.sqrt(max(float(shares @ self.own[at] @ shares + common @ common), 0.0))
        mean = float(self.mean[at] @ shares)
        shift, stretch = self._scale(shares)
        points, low, high = (
            100 / (1 + math.exp(-_held(shift + stretch * (mean + n * spread))))
            for n in (0, -_NINETY, _NINETY)
        )
        scores = int(self.counts[at][shares > 0].sum())
        return Ability(model_id=model_id, points=points, low=low, high=high, scores=scores)

    def ranks(self, models: Iterable[str], weights: Weights = None) -> tuple[Rank, ...]:
        """The models with their ranks among each other, best rank first, then by ability.

        Raises ``KeyError`` for an unknown id.
        """
        ids = sorted(dict.fromkeys(models), key=lambda m: self._place[m])
        if not ids:
            return ()
        shares = _shares(weights)
        at = [self._place[m] for m in ids]
        mean, common = self.mean[at] @ shares, np.einsum("mcr,c->mr", self.shared[at], shares)
        own = np.maximum(np.einsum("c,mcd,d->m", shares, self.own[at], shares), 0.0)
        squares = (common**2).sum(axis=1)
        spread = np.add.outer(own + squares, own + squares) - 2 * common @ common.T
        ahead = np.subtract.outer(mean, mean) / np.sqrt(np.maximum(spread, 1e-18))
        np.fill_diagonal(ahead, 0.0)
        rank = 1 + (ahead >= _SURE_AT).sum(axis=0)
        draw = np.random.default_rng(0)
        drawn = mean + draw.standard_normal((_DRAWS, common.shape[1])) @ common.T
        drawn += draw.standard_normal((_DRAWS, len(ids))) * np.sqrt(own)
        ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
        best, worst = np.quantile(ranks, [0.05, 0.95], axis=0, method="nearest")
        places = [
            Rank(model_id=m, rank=int(r), best=min(int(low), int(r)), worst=max(int(high), int(r)))
            for m, r, low, high in zip(ids, rank, best, worst, strict=True)
        ]
        return tuple(places[n] for n in sorted(range(len(ids)), key=lambda n: (rank[n], -mean[n], ids[n])))

    def only(self, models: Iterable[str]) -> Self:
        """The same for these models and the anchors alone."""
        wanted = set(models)
        kept = [n for n, m in enumerate(self.models) if m in wanted or self.names[n] in dict(ANCHORS)]
        return type(self)(
            models=tuple(self.models[n] for n in kept),
            names=tuple(self.names[n] for n in kept),
            mean=self.mean[kept],
            own=self.own[kept],
            shared=self.shared[kept],
            counts=self.counts[kept],
            pulls=self.pulls.only(np.array(kept, dtype=np.int64)) if self.pulls else None,
        )

    def _scale(self, shares: Floats) -> tuple[float, float]:
        """Shift and stretch before the logistic: the anchors stand where ``ANCHORS`` says.

        Without both anchors the mean model is at 50 and a unit of the linked scale is a unit of the logistic.
        """
        overall = self.mean @ shares
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

    @cached_property
    def _scored(self) -> frozenset[str]:
        return frozenset(m for m, scores in zip(self.models, self.counts.sum(axis=1), strict=True) if scores)


@dataclass(frozen=True)
class Fit:
    """The abilities of both lanes by one method, worked out from the tables with this ``digest``."""

    method: int
    digest: str
    lanes: Mapping[Lane, Abilities]

    def packed(self) -> bytes:
        """As bytes that ``unpacked`` reads again."""
        arrays: dict[str, NDArray[Any]] = {"method": np.array(self.method), "digest": np.array(self.digest)}
        for lane, abilities in self.lanes.items():
            for name in ("models", "names"):
                arrays[f"{lane}.{name}"] = np.array(getattr(abilities, name), dtype=np.str_)
            for name in ("mean", "own", "counts"):
                arrays[f"{lane}.{name}"] = _slim(getattr(abilities, name))
            # The largest part by far; three digits move no P by more than 0.0001.
            arrays[f"{lane}.shared"] = abilities.shared.astype(np.float16)
            if abilities.pulls is not None:
                arrays[f"{lane}.benchmarks"] = np.array(abilities.pulls.benchmarks, dtype=np.str_)
                for name in ("model", "benchmark", "pull", "pushes", "traits", "unknown"):
                    arrays[f"{lane}.pulls.{name}"] = _slim(getattr(abilities.pulls, name))
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Raises ``ValueError`` for anything that ``packed`` did not make."""
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as file:
                if sum(each.file_size for each in file.infolist()) > _MOST_BYTES:
                    raise ValueError("too large")
            with np.load(io.BytesIO(packed), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            lanes = {lane: _abilities(arrays, lane) for lane in Lane if f"{lane}.models" in arrays}
            return cls(int(arrays["method"]), str(arrays["digest"]), lanes)
        except Exception as error:
            # What reads archives and arrays raises nearly anything for damaged bytes.
            raise ValueError("these are no abilities") from error


def _abilities(arrays: Mapping[str, NDArray[Any]], lane: Lane) -> Abilities:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(arrays[f"{lane}.{name}"].tolist())

    def numbers(name: str) -> Ints:
        return arrays[f"{lane}.{name}"].astype(np.int64)

    pulls = None
    if f"{lane}.pulls.pull" in arrays:
        pulls = Pulls(
            benchmarks=texts("benchmarks"),
            model=numbers("pulls.model"),
            benchmark=numbers("pulls.benchmark"),
            pull=arrays[f"{lane}.pulls.pull"],
            pushes=arrays[f"{lane}.pulls.pushes"],
            traits=arrays[f"{lane}.pulls.traits"],
            unknown=arrays[f"{lane}.pulls.unknown"],
        )
    # Means and own covariances are small and asked alone, the shared part is large and only multiplied.
    found = Abilities(
        models=texts("models"),
        names=texts("names"),
        mean=arrays[f"{lane}.mean"].astype(np.float64),
        own=arrays[f"{lane}.own"].astype(np.float64),
        shared=arrays[f"{lane}.shared"].astype(np.float32),
        counts=numbers("counts"),
        pulls=pulls,
    )
    count, categories = len(found.models), len(Category)
    right = (
        found.mean.shape == found.counts.shape == (count, categories)
        and found.own.shape == (count, categories, categories)
        and found.shared.shape[:2] == (count, categories)
        and len(found.names) == count == len(set(found.models))
        and bool((found.counts >= 0).all())
        and all(bool((np.abs(each) < _FARTHEST).all()) for each in (found.mean, found.own, found.shared))
        and bool((np.einsum("mcc->mc", found.own) >= 0).all())
    )
    if not right or not _fitting(found):
        raise ValueError("abilities of another shape")
    return found


def _fitting(found: Abilities) -> bool:
    """Whether the pulls, if any, are those of these abilities."""
    pulls, (count, categories, width) = found.pulls, found.shared.shape
    return pulls is None or (
        pulls.model.shape == pulls.benchmark.shape == pulls.pull.shape[:1]
        and pulls.pull.shape[1:] == (categories,)
        and pulls.pushes.shape == (count, width)
        and pulls.traits.shape == (count, categories)
        and pulls.unknown.shape == (count, categories, categories)
        and bool(((pulls.model >= 0) & (pulls.model < count)).all())
        and bool(((pulls.benchmark >= 0) & (pulls.benchmark < len(pulls.benchmarks))).all())
        and all(np.isfinite(each).all() for each in (pulls.pull, pulls.pushes, pulls.traits, pulls.unknown))
    )


def normal(x: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _shares(weights: Weights) -> Floats:
    if weights is None:
        return _OVERALL
    if isinstance(weights, Category):
        return np.asarray(_ONE[_PLACE[weights]])
    shares = np.array([max(float(weights.get(c, 0.0)), 0.0) for c in Category])
    total = float(shares.sum())
    return shares / total if math.isfinite(total) and total > 0 else _OVERALL


_OVERALL: Floats = np.array([float(CATEGORY_WEIGHTS[c]) for c in Category]) / float(
    sum(CATEGORY_WEIGHTS.values())
)
_ONE: Floats = np.eye(len(Category))


def _slim(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.float32 if values.dtype.kind == "f" else np.int32)


def _logit(points: float) -> float:
    return math.log(points / (100 - points))


def _held(x: float) -> float:
    return min(max(x, -500.0), 500.0)


def _sign(x: float) -> float:
    return (x > 0) - (x < 0)
