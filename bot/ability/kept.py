"""From the scores of a catalog to abilities: the item-response model's answer, ready to be kept and asked.

Only this needs SciPy and some seconds.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.catalog.abilities import Abilities, Fit, Floats, Ints, Pulls
from bot.catalog.catalog import Catalog
from bot.catalog.entities import CATEGORY_WEIGHTS, UNSTATED, Category, Lane, Model

Close = tuple[Ints, Ints, Floats]

ABILITY_METHOD = 1
"""Abilities are comparable within one method; every change of the model raises this number."""

# Directions that all models have in common are kept until no P of two models is off by more than this, in a
# category or overall; in a mix of categories it may be a little more.
_OFF = 0.003
# The first directions are the largest, then come as many at a time as mend the pairs that are still off.
_FIRST, _MORE, _WORTH = 100, 15, 0.1
# Directions whose variance is below this share of a model's own are never looked at.
_TINY = 0.02
# Models put beside all others at once, and pairs that are mended before all are looked at again.
_ROWS, _PAIRS = 512, 5000
# The fit holds slopes and variances at one value, which makes its posterior too narrow: on synthetic worlds
# its 90 % intervals held 84 % of the true differences, and 89 % when wider by this factor.
_WIDER = 1.15


# What no fit reads of a model.
_UNREAD = {
    **dict.fromkeys(
        ("price", "context_window_tokens", "max_output_tokens", "modalities", "open_weights", "license")
    ),
    **{name: default for name, default in UNSTATED.items() if name in Model.model_fields},
}


def same_inputs(one: Catalog, other: Catalog) -> bool:
    """Whether a fit of one is a fit of the other: they differ at most in figures that it never reads."""
    return (
        _inputs(one) == _inputs(other)
        and dict(one.benchmarks) == dict(other.benchmarks)
        and all(one.scores(m) == other.scores(m) for m in one.models)
    )


def _inputs(catalog: Catalog) -> list[Model]:
    return [m.model_copy(update=_UNREAD) for m in catalog.models.values()]


def fit(catalog: Catalog, digest: str = "") -> Fit:
    """The abilities of the models with scores in each lane, from the scores of that lane alone.

    ``digest`` is that of the tables. Deterministic. Raises ``FitFailed``.
    """
    lanes = {}
    for lane in Lane:
        scored = [m for m in catalog.models if catalog.scores(m, lane)]
        scores = [s for m in scored for each in catalog.scores(m, lane).values() for s in each]
        found = fit_abilities(Catalog(catalog.models.values(), catalog.benchmarks.values(), scores))
        lanes[lane] = found.only(scored)
    return Fit(ABILITY_METHOD, digest, lanes)


def fit_abilities(catalog: Catalog) -> Abilities:
    """Fit the model to all scores of the catalog. Deterministic. Raises ``FitFailed``."""
    from bot.ability.fit import fitted  # SciPy takes a while to import
    from bot.ability.influence import influence

    posterior = fitted(catalog)
    mean, own, shared = posterior.abilities()
    ids = posterior.scores.models
    counts = np.zeros(mean.shape, dtype=np.int64)
    np.add.at(counts, (posterior.scores.model, posterior.scores.category[posterior.scores.benchmark]), 1)
    # Where the whole field stands against the tests is unknown and moves no model past another: abilities are
    # distances from the mean of the models with scores.
    scored = np.asarray(counts.any(axis=1))
    if scored.any():
        mean -= mean[scored].mean(axis=0)
        shared -= shared[scored].mean(axis=0)
    moved = influence(posterior)
    shared *= _WIDER
    alone, common, turned = _shortened(mean, own * _WIDER**2, shared, scored)
    return Abilities(
        models=ids,
        names=tuple(catalog.models[m].display_name for m in ids),
        mean=mean,
        own=alone,
        shared=common,
        counts=counts,
        pulls=Pulls(
            benchmarks=tuple(b.benchmark_id for b in posterior.scores.benchmarks),
            model=posterior.scores.model,
            benchmark=posterior.scores.benchmark,
            pull=moved.pull,
            pushes=moved.pushes / _WIDER @ turned,
            traits=moved.traits,
            unknown=moved.unknown * _WIDER**2,
        ),
    )


def _shortened(
    mean: Floats, own: Floats, shared: Floats, scored: NDArray[Any]
) -> tuple[Floats, Floats, Floats]:
    """The same covariances with fewer columns; what is left out becomes each model's own. The third is what
    turned the columns into them.

    That makes two models more independent than they are, which matters most to close relatives, whatever the
    size of the direction. So directions are chosen for the pairs of scored models whose P is off, in each
    category and overall.
    """
    width = shared.shape[2]
    if scored.any():
        flat = shared[scored].reshape(-1, width)
        alone = np.einsum("mcc->mc", own[scored]).reshape(-1, 1)
        weighed = flat / np.sqrt(np.maximum(alone, 1e-9))
        values, vectors = np.linalg.eigh(weighed.T @ weighed)
        vectors = vectors[:, values > _TINY][:, ::-1]
        chosen = _directions(mean[scored], own[scored], shared[scored], vectors)
    else:
        chosen = np.zeros((width, 0))
    kept = shared @ chosen
    lost = shared @ shared.transpose(0, 2, 1) - kept @ kept.transpose(0, 2, 1)
    return own + lost, kept, chosen


def _directions(mean: Floats, own: Floats, shared: Floats, vectors: Floats) -> Floats:
    """Combinations of ``vectors`` (orthonormal columns, largest first) that keep every P within ``_OFF``."""
    overall = np.array([float(CATEGORY_WEIGHTS[c]) for c in Category])
    views = np.vstack([np.eye(len(Category)), overall / overall.sum()])
    seen = [np.tensordot(view, shared, (0, 1)) for view in views]
    alone = np.array([(each**2).sum(axis=1) for each in seen])
    alone += np.einsum("vc,mcd,vd->vm", views, own, views, optimize=True)
    mine = np.array([each @ vectors for each in seen], dtype=np.float32)
    means = views @ mean.T
    left = mine[:, :, _FIRST:]
    found, rest = [vectors[:, :_FIRST]], vectors[:, _FIRST:]
    close: list[Close] = []
    while rest.shape[1]:
        pull = _pull(close, left)
        if not pull.any():
            # What is off by less than a third may be off by more after a few turns: look at all again.
            each_view = zip(means, alone, mine, left, strict=True)
            close = [_close_pairs(*view) for view in each_view]
            pull = _pull(close, left)
            if not pull.any():
                break
        sizes, turned = np.linalg.eigh(pull)
        kept = len(sizes) - min(_MORE, int((sizes > _WORTH * sizes[-1]).sum()))
        left = left @ turned[:, :kept]
        found.append(rest @ turned[:, kept:])
        rest = rest @ turned[:, :kept]
    return np.hstack(found)


def _close_pairs(mean: Floats, alone: Floats, shared: Floats, left: Floats) -> Close:
    """The worst pairs whose P is off by a third of what is allowed or more, and what it moves by for a
    covariance left out."""
    found = []
    for start in range(0, len(mean), _ROWS):
        rows = slice(start, start + _ROWS)
        variance = np.add.outer(alone[rows], alone[start:]).astype(np.float32)
        variance = np.maximum(variance - 2 * shared[rows] @ shared[start:].T, 1e-12)
        apart = np.subtract.outer(mean[rows], mean[start:]).astype(np.float32) ** 2 / variance
        moves = np.exp(-apart / 2) * np.sqrt(apart / (2 * np.pi)) / variance
        off = np.triu(np.abs(moves * (left[rows] @ left[start:].T)), 1)
        one, other = np.nonzero(off > _OFF / 3)
        found.append((one + start, other + start, moves[one, other], off[one, other]))
    one, other, moves, off = (np.concatenate(each) for each in zip(*found, strict=True))
    worst = np.sort(np.argsort(-off, kind="stable")[:_PAIRS])
    return one[worst], other[worst], moves[worst]


def _pull(close: Sequence[Close], left: Floats) -> Floats:
    """The directions in which the pairs that are off need more, as a symmetric matrix."""
    pull = np.zeros((left.shape[2], left.shape[2]), dtype=np.float32)
    for (one, other, moves), part in zip(close, left, strict=False):
        off = moves * np.einsum("pw,pw->p", part[one], part[other])
        need = np.flatnonzero(np.abs(off) > _OFF)
        ahead, behind = part[one[need]], part[other[need]]
        half = ahead.T @ ((off * moves)[need, None] * behind)
        pull += half + half.T
    return pull
