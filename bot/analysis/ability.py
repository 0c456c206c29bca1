"""From the scores of a catalog to abilities: the item-response model's answer, ready to be kept and asked.

Only this needs SciPy and some seconds.
"""

import numpy as np

from bot.catalog.abilities import Abilities, Fit, Floats, Pulls
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model

ABILITY_METHOD = 1
"""Abilities are comparable within one method; every change of the model raises this number."""

# Share of a variance that may be moved from what models have in common to what each has alone.
_DROPPED = 0.002
# The fit holds slopes and variances at one value, which makes its posterior too narrow: on synthetic worlds
# its 90 % intervals held 86 % of the true differences, and 91 % when wider by this factor.
_WIDER = 1.15


# What says nothing of how able a model is.
_NO_EVIDENCE = dict.fromkeys(
    ("price", "context_window_tokens", "max_output_tokens", "modalities", "open_weights", "license")
)


def same_evidence(one: Catalog, other: Catalog) -> bool:
    """Whether a fit of one is a fit of the other: they differ at most in figures that it never reads."""
    return (
        _evidence(one) == _evidence(other)
        and dict(one.benchmarks) == dict(other.benchmarks)
        and all(one.scores(m) == other.scores(m) for m in one.models)
    )


def _evidence(catalog: Catalog) -> list[Model]:
    return [m.model_copy(update=_NO_EVIDENCE) for m in catalog.models.values()]


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
    from bot.analysis.ability_influence import influence

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
    moved = influence(posterior)
    alone, common, pushes = _shortened(own * _WIDER**2, shared * _WIDER, moved.pushes / _WIDER)
    return Abilities(
        models=ids,
        names=tuple(catalog.models[m].display_name for m in ids),
        mean=mean,
        own=alone,
        shared=common,
        counts=counts,
        pulls=Pulls(
            benchmarks=tuple(b.benchmark_id for b in posterior.evidence.benchmarks),
            model=posterior.evidence.model,
            benchmark=posterior.evidence.benchmark,
            pull=moved.pull,
            pushes=pushes,
            traits=moved.traits,
            unknown=moved.unknown * _WIDER**2,
        ),
    )


def _shortened(own: Floats, shared: Floats, pushes: Floats) -> tuple[Floats, Floats, Floats]:
    """The same covariances with fewer columns: directions that hardly matter become each model's own.

    The pushes lose those directions too.
    """
    models, categories, width = shared.shape
    flat = shared.reshape(models * categories, width)
    if not flat.size:
        return own, shared, pushes
    values, vectors = np.linalg.eigh(flat.T @ flat)
    dropped = np.cumsum(np.maximum(values, 0.0)) <= _DROPPED * np.maximum(values, 0.0).sum()
    kept = flat @ vectors[:, ~dropped]
    lost = (flat @ vectors[:, dropped]).reshape(models, categories, -1)
    alone = own + lost @ lost.transpose(0, 2, 1)
    return alone, kept.reshape(models, categories, -1), pushes @ vectors[:, ~dropped]
