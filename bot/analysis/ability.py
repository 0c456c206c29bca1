"""From the scores of a catalog to abilities: the item-response model's answer, ready to be kept and asked.

Only this needs SciPy and some seconds.
"""

import numpy as np

from numpy.typing import NDArray

from bot.catalog.abilities import Abilities, Fit, Floats
from bot.catalog.catalog import Catalog
from bot.catalog.entities import CATEGORY_WEIGHTS, Category, Lane

Flags = NDArray[np.bool_]

ABILITY_METHOD = 1
"""Abilities are comparable within one method; every change of the model raises this number."""

# Directions that all models have in common are kept until no P of two models is off by more than this.
_OFF = 0.0042
# The first directions are the largest, then come as many at a time as mend the pairs that are still off.
_FIRST, _MORE = 100, 15
# Directions whose variance is below this share of a model's own are never looked at.
_TINY = 0.02
# The fit holds slopes and variances at one value, which makes its posterior too narrow: on synthetic worlds
# its 90 % intervals held 86 % of the true differences, and 91 % when wider by this factor.
_WIDER = 1.15


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
    from bot.analysis.ability_fit import fitted  # SciPy takes a while to import

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
    alone, common = _shortened(mean, own * _WIDER**2, shared * _WIDER, scored)
    return Abilities(
        models=ids,
        names=tuple(catalog.models[m].display_name for m in ids),
        mean=mean,
        own=alone,
        shared=common,
        counts=counts,
    )


def _shortened(mean: Floats, own: Floats, shared: Floats, scored: Flags) -> tuple[Floats, Floats]:
    """The same covariances with fewer columns; what is left out becomes each model's own.

    That makes two models more independent than they are, which matters most to close relatives, whatever the
    size of the direction. So directions are chosen for the pairs of scored models whose P is off, in each
    category and overall.
    """
    models, categories, width = shared.shape
    if scored.any():
        flat = shared[scored].reshape(-1, width)
        alone = np.einsum("mcc->mc", own[scored]).reshape(-1, 1)
        weighed = flat / np.sqrt(np.maximum(alone, 1e-9))
        values, vectors = np.linalg.eigh(weighed.T @ weighed)
        vectors = vectors[:, values > _TINY][:, ::-1]
        chosen = vectors @ _directions(mean[scored], own[scored], shared[scored], vectors)
    else:
        chosen = np.zeros((width, 0))
    kept = shared @ chosen
    lost = shared @ shared.transpose(0, 2, 1) - kept @ kept.transpose(0, 2, 1)
    return own + lost, kept


def _directions(mean: Floats, own: Floats, shared: Floats, vectors: Floats) -> Floats:
    """Combinations of ``vectors`` (orthonormal columns) that give every P within ``_OFF``, to first order."""
    overall = np.array([float(CATEGORY_WEIGHTS[c]) for c in Category])
    views = np.vstack([np.eye(len(Category)), overall / overall.sum()])
    # Per view: what each pair's P changes by for a covariance that is left out, and what is left out by now.
    left = np.einsum("vc,mcw->vmw", views, shared @ vectors, optimize=True).astype(np.float32)
    every = np.einsum("vc,mcw->vmw", views, shared, optimize=True).astype(np.float32)
    sensitive = []
    for view, mine in zip(views, every, strict=True):
        covariance = mine @ mine.T
        alone = np.diag(covariance) + np.einsum("mcd,c,d->m", own, view, view)
        variance = np.maximum(np.add.outer(alone, alone) - 2 * covariance, 1e-12)
        apart = np.subtract.outer(mean @ view, mean @ view) ** 2 / variance
        each = np.exp(-apart / 2) * np.sqrt(apart / (2 * np.pi)) / variance
        np.fill_diagonal(each, 0.0)
        sensitive.append(each.astype(np.float32))
    found = np.eye(vectors.shape[1])[:, :_FIRST]
    left[:, :, :_FIRST] = 0.0
    while found.shape[1] < vectors.shape[1]:
        pull = np.zeros((vectors.shape[1], vectors.shape[1]))
        for each, part in zip(sensitive, left, strict=True):
            off = each * (part @ part.T)
            off[np.abs(off) <= _OFF] = 0.0
            rows = off.any(axis=1)
            pull += part[rows].T @ ((off * each)[np.ix_(rows, rows)] @ part[rows])
        if not pull.any():
            break
        more = np.linalg.eigh(pull)[1][:, ::-1][:, :_MORE]
        both = np.linalg.qr(np.hstack([found, more]))[0]
        more, found = both[:, found.shape[1] :].astype(np.float32), both
        left -= (left @ more) @ more.T
    return found
