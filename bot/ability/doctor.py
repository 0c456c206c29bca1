"""The scores that are hardest to believe: some published figures carry a wrong setting, or are wrong."""

import math
from decimal import Decimal

import numpy as np

from bot.ability.fit import Posterior, fitted
from bot.ability.influence import left_out
from bot.ability.scores import Floats
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Number, Score, Value

_NINETY = 1.6448536269514722
# Halvings of the range in which a raw value is looked for: enough for all digits that are shown.
_HALVINGS = 60
_DIGITS = Decimal("0.001")


class Suspect(Value):
    """One score against what all the others expect of it, on its own scale, with the 90 % range in which
    such a score would lie.

    ``deviation`` is how far it is from there in standard deviations, positive for better; ``model`` and
    ``benchmark`` are names.
    """

    score: Score
    model: str
    benchmark: str
    expected: Number
    low: Number
    high: Number
    deviation: float


def doctor(catalog: Catalog) -> tuple[Suspect, ...]:
    """Every score with a finite value, the hardest to believe first. Fits the model; raises ``FitFailed``."""
    return suspects(catalog, fitted(catalog))


def suspects(catalog: Catalog, posterior: Posterior) -> tuple[Suspect, ...]:
    """The same from a posterior of the catalog that is there already."""
    scores, left = posterior.scores, left_out(posterior)
    spread = np.sqrt(left.spread + left.noise)
    deviation = left.surprise / spread
    expected = scores.z - left.surprise
    originals = _scores(catalog, posterior)
    raw = np.array([_raw(posterior, expected + k * spread) for k in (0.0, -_NINETY, _NINETY)])
    found = []
    for n in np.argsort(-np.abs(deviation), kind="stable").tolist():
        middle, *ends = (Decimal(value).quantize(_DIGITS) for value in raw[:, n].tolist())
        found.append(
            Suspect(
                score=originals[n],
                model=catalog.models[scores.models[scores.model[n]]].display_name,
                benchmark=scores.benchmarks[scores.benchmark[n]].display_name,
                expected=middle,
                low=min(ends),
                high=max(ends),
                deviation=float(deviation[n]),
            )
        )
    return tuple(found)


def _scores(catalog: Catalog, posterior: Posterior) -> list[Score]:
    """The score of each row of the linked scores."""
    place = posterior.benchmark_place
    return [
        score
        for model_id in posterior.scores.models
        for score in sorted(
            (s for each in catalog.scores(model_id).values() for s in each),
            key=lambda s: place[s.benchmark_id],
        )
        if math.isfinite(float(score.value))
    ]


def _raw(posterior: Posterior, linked: Floats) -> Floats:
    """The raw value of each linked one, on the test of that score: a link is monotone, so by halving."""
    scores, found = posterior.scores, np.zeros(len(linked))
    for at, benchmark in enumerate(scores.benchmarks):
        rows = np.flatnonzero(scores.benchmark == at)
        if not len(rows):
            continue
        seen, most = scores.values[rows], 100.0 if benchmark.is_percent else float(benchmark.max_score or 0)
        least = 0.0
        if not benchmark.is_percent and not 0 <= seen.min() <= seen.max() <= most:
            # Without limits: ten times as far out as the scores themselves.
            most = 10 * max(float(np.abs(seen).max()), 1.0)
            least = 0.0 if seen.min() >= 0 else -most
        low, high = np.full(len(rows), least), np.full(len(rows), most)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            more = (scores.links[at](middle) < linked[rows]) == benchmark.higher_is_better
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        found[rows] = (low + high) / 2
    return found
