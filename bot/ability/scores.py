"""The scores of a catalog as numbers that can be put beside each other: one link per benchmark."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Score
from bot.errors import FitFailed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CATEGORIES = tuple(Category)

# Percent added at both ends before the logit, so that 0 and 100 are far out and not infinitely far.
_ROOM = 3.0
# A unit without limits whose largest value is this many times its smallest is read on a log scale.
_WIDE = 20.0
# Observations of spread that a benchmark without limits is given before its own are counted.
_SPREAD_PRIOR = 3.0

# Of several scores of one model on one benchmark the preferred ones enter: more of the same say little.
MOST_OF_A_CELL = 3
# What a fit takes: its memory grows with the square of a model's scores and of the benchmarks.
MOST_SCORES, MOST_OF_A_MODEL, MOST_BENCHMARKS = 60_000, 1_000, 1_500

# Words of a benchmark's name that tell a setting and not another test: lengths, needles, tools, subtitles.
_SETTING_WORD = re.compile(
    r"\([^)]*\)|\b\d+ needles?\b|\b(?:with|without|under|no|tools?|subtitles|score|edit distance)\b"
    r"|\b\d+[km](?:-\d+[km])?\b"
)

Kinds = ("measured independently", "thinking off", "with tools", "in a stated harness")
"""Kinds of source that get a noise of their own."""


def sibling_key(benchmark: Benchmark) -> str:
    """Equal for benchmarks that are one test in several settings, as the lengths of MRCR are."""
    name = benchmark.display_name.casefold()
    return " ".join(_SETTING_WORD.sub(" ", name).split()) or name


def sibling_groups(benchmarks: Sequence[Benchmark]) -> Ints:
    """A number for each benchmark, the same for siblings."""
    keys = [sibling_key(b) for b in benchmarks]
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)


def points(values: Floats, benchmark: Benchmark) -> Floats:
    """The values turned so that more is better."""
    return values if benchmark.higher_is_better else -values


Link = Callable[[Floats], Floats]


def _bounded(values: Floats, most: float, sign: float) -> Floats:
    share = np.clip(values / most, 0.0, 1.0)
    if sign < 0:
        share = 1.0 - share
    share = (100 * share + _ROOM) / (100 + 2 * _ROOM)
    return np.log(share / (1 - share))


def _unbounded(values: Floats, log: bool, middle: float, spread: float, sign: float) -> Floats:
    seen = np.log(np.maximum(values, 1e-9)) if log else values
    # Strictly rising and nearly flat far out, so that one absurd figure cannot pull the rest.
    return np.arcsinh(sign * (seen - middle) / spread)


def link_of(benchmark: Benchmark, values: Floats) -> Link:
    """A strictly monotone link to a scale on which more is better and a model moves by about 1.

    Percentages and units with a stated maximum: the logit of the share, which gives saturated and near-zero
    regions their room. Any other unit: its distance from the middle of ``values``, the scores that are known,
    in units of their spread.
    """
    sign = 1.0 if benchmark.higher_is_better else -1.0
    most = 100.0 if benchmark.is_percent else float(benchmark.max_score or 0)
    if most > 0 and (benchmark.is_percent or not len(values) or 0 <= values.min() <= values.max() <= most):
        return partial(_bounded, most=most, sign=sign)
    log = bool(len(values)) and values.min() > 0 and values.max() > _WIDE * values.min()
    seen = np.log(values) if log else values
    middle = float(np.median(seen)) if len(seen) else 0.0
    deviations = np.abs(seen - middle)
    # With few scores their spread says little; a tenth of the level is a usual one.
    usual = 1.0 if log else max(abs(middle) / 10, 1e-6)
    known = 1.4826 * float(np.median(deviations)) if len(seen) else 0.0
    spread = (len(seen) * known + _SPREAD_PRIOR * usual) / (len(seen) + _SPREAD_PRIOR)
    return partial(_unbounded, log=log, middle=middle, spread=max(spread, 1e-9), sign=sign)


@dataclass(frozen=True, slots=True)
class LinkedScores:
    """All scores of a catalog, sorted by model, with ``z`` their linked values.

    ``model`` and ``benchmark`` are places in ``models`` and ``benchmarks``. ``kinds`` has a column for each
    of ``Kinds``, ``settings`` one for thinking off, for little thinking and for tools. ``sampling`` is the
    variance of ``z`` by the standard error that the source states, 0 where it states none. ``links``,
    ``category`` and ``siblings`` have a place for each benchmark.
    """

    models: tuple[str, ...]
    benchmarks: tuple[Benchmark, ...]
    model: Ints
    benchmark: Ints
    values: Floats
    z: Floats
    sampling: Floats
    kinds: Floats
    settings: Floats
    links: tuple[Link, ...]
    category: Ints
    siblings: Ints


def linked_scores(catalog: Catalog) -> LinkedScores:
    """The scores of the catalog, a few for each model and benchmark; a value that is no finite number is left
    out. Raises ``FitFailed`` for more than a fit takes.
    """
    # By name before id, so that other ids give the same sums in the same order.
    models = tuple(
        m.model_id
        for m in sorted(
            catalog.models.values(),
            key=lambda m: (m.display_name, m.provider, m.release_date or "", m.model_id),
        )
    )
    benchmarks = tuple(sorted(catalog.benchmarks.values(), key=lambda b: (b.display_name, b.benchmark_id)))
    place = {b.benchmark_id: n for n, b in enumerate(benchmarks)}
    rows = [
        (m, place[score.benchmark_id], score)
        for m, model_id in enumerate(models)
        for score in _in_order(catalog.scores(model_id).values(), place)
        if math.isfinite(float(score.value))
    ]
    most_of_one = max(Counter(m for m, _, _ in rows).values(), default=0)
    counts = (len(rows), most_of_one, len({b for _, b, _ in rows}))
    if any(n > most for n, most in zip(counts, (MOST_SCORES, MOST_OF_A_MODEL, MOST_BENCHMARKS), strict=True)):
        raise FitFailed("there are more scores than the fit takes")
    model = np.array([m for m, _, _ in rows], dtype=np.int64)
    benchmark = np.array([b for _, b, _ in rows], dtype=np.int64)
    values = np.array([float(score.value) for _, _, score in rows], dtype=np.float64)
    links = tuple(link_of(b, values[benchmark == n]) for n, b in enumerate(benchmarks))
    errors = np.array([float(score.noise or 0) for _, _, score in rows], dtype=np.float64)
    z, sampling = np.zeros(len(rows)), np.zeros(len(rows))
    for n, link in enumerate(links):
        own = benchmark == n
        z[own] = link(values[own])
        sampling[own] = _variance(link, values[own], errors[own])
    return LinkedScores(
        models=models,
        benchmarks=benchmarks,
        model=model,
        benchmark=benchmark,
        values=values,
        z=z,
        sampling=sampling,
        kinds=np.array([_kinds(s) for _, _, s in rows], dtype=np.float64).reshape(len(rows), len(Kinds)),
        settings=np.array([_settings(s) for _, _, s in rows], dtype=np.float64).reshape(len(rows), 3),
        links=links,
        category=np.array([CATEGORIES.index(b.category) for b in benchmarks], dtype=np.int64),
        siblings=sibling_groups(benchmarks),
    )


def _variance(link: Link, values: Floats, errors: Floats) -> Floats:
    """Standard errors on the linked scale, squared. At an end of a scale the side with room counts."""
    z = link(values)
    return np.asarray(np.maximum(link(values + errors) - z, z - link(values - errors)) ** 2)


def _in_order(scores: Iterable[tuple[Score, ...]], place: dict[str, int]) -> list[Score]:
    kept = (s for each in scores for s in each[:MOST_OF_A_CELL])
    return sorted(kept, key=lambda s: place[s.benchmark_id])


def _kinds(score: Score) -> tuple[bool, ...]:
    return (
        score.self_reported is False,
        score.effort == "none",
        score.tools is True,
        score.harness is not None,
    )


def _settings(score: Score) -> tuple[bool, ...]:
    """What may move a score: thinking off, little thinking, tools."""
    return score.effort == "none", score.effort in ("minimal", "low", "medium"), score.tools is True
