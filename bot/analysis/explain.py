"""Why a call came out so: the tests that moved it, and the models that link two."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bot.analysis.calls import Sureness, sureness
from bot.analysis.provenance import Answer, Provenance
from bot.analysis.records import newest_score
from bot.analysis.workload import Workload
from bot.catalog.abilities import Abilities, Pulls, normal
from bot.catalog.catalog import Catalog
from bot.catalog.entities import CATEGORY_WEIGHTS, Benchmark, Category, Lane, Number, Value
from bot.errors import WrongModels

Floats = NDArray[np.floating[Any]]

# More links are not read, nor more of the tests behind one.
MOST_LINKS, MOST_TESTS = 5, 2

# The gap in percent below which two scores are as good as equal.
EQUAL = 1


class Moved(Value):
    """A test that moved the call between two models.

    ``values`` are their scores, None where one did not take it. It speaks for the model with the id
    ``speaks_for``, which may have no better score: then the gap is ``narrower`` than all their other scores
    suggest. ``without``: P that the first model is better if neither had taken the test.
    """

    benchmark_id: str
    display_name: str
    category: Category
    higher_is_better: bool
    values: tuple[Number | None, Number | None]
    speaks_for: str
    narrower: bool
    without: float


class Linked(Value):
    """A third model that took tests of both.

    ``tests`` are names of those that it shares with each, the ones that moved that one most first, and
    ``without`` is P that the first model is better without the scores of this one.
    """

    model_id: str
    display_name: str
    tests: tuple[tuple[str, ...], tuple[str, ...]]
    speaks_for: str
    without: float


class Explanation(Answer):
    """Why one model is called better than another, or why neither is, for a workload or over all categories.

    ``probability``: P that the first is better; None where it was not worked out: without abilities, or
    where one of them has no scores in the lane (``unscored``, ids). ``traits`` is what that P would be from
    release date, size, maker, family and words of the name, with the scores of other models alone.
    ``tests`` and ``links`` are those that moved it most first; ``shared`` counts the tests that both took.
    """

    flat: ClassVar = {
        "provenance": ("lane",),
        "workload": ("method", "ability_method"),
        "shared": ("scores_as_of",),
    }

    workload: Workload | None
    models: tuple[str, str]
    names: tuple[str, str]
    unscored: tuple[str, ...]
    probability: float | None
    traits: float | None
    tests: tuple[Moved, ...]
    links: tuple[Linked, ...]
    shared: int

    @property
    def ahead(self) -> int:
        """The place of the model with the higher ability: 0 or 1."""
        return int(self.probability is not None and self.probability < 0.5)

    @property
    def sureness(self) -> Sureness:
        """The word for P."""
        return Sureness.NONE if self.probability is None else sureness(self.of_ahead(self.probability))

    def of_ahead(self, probability: float) -> float:
        """P that the first model is better, as P that the one ahead is."""
        return 1 - probability if self.ahead else probability

    def speaking_for(self, place: int) -> tuple[Moved, ...]:
        """The tests that speak for one of the two models."""
        return tuple(test for test in self.tests if test.speaks_for == self.models[place])


def explain(
    catalog: Catalog,
    one: str,
    other: str,
    workload: Workload | None = None,
    lane: Lane = Lane.PROVISIONAL,
) -> Explanation:
    """Why ``one`` is called better or worse than ``other``, from the abilities kept with the catalog.

    What leaving something out would change is the change of the mean difference of abilities alone, exact for
    given slopes and variances; how unsure the difference is stays as it is, since one test more or less
    hardly changes that. P from the traits alone takes the two models as independent.

    Raises ``WrongModels`` for one model given twice, ``KeyError`` for an unknown id.
    """
    if one == other:
        raise WrongModels(2, catalog.models[one].display_name)
    models, abilities = (one, other), catalog.abilities(lane)
    said = partial(
        Explanation,
        provenance=Provenance.of(catalog, lane, newest_score(catalog, lane, models)),
        workload=workload,
        models=models,
        names=(catalog.models[one].display_name, catalog.models[other].display_name),
        shared=len(catalog.scores(one, lane).keys() & catalog.scores(other, lane).keys()),
    )
    unscored = tuple(m for m in models if not catalog.scores(m, lane))
    # Abilities of an earlier snapshot may stand in, which know neither new models nor new names of tests.
    known = abilities is not None and all(m in abilities for m in models)
    if unscored or not known or abilities is None or abilities.pulls is None:
        return said(unscored=unscored, probability=None, traits=None, tests=(), links=())
    pair = _Pair(abilities, abilities.pulls, models, _weights(workload))
    return said(
        unscored=(),
        probability=abilities.better(one, other, workload.weights if workload else None),
        traits=pair.traits,
        tests=tuple(_tests(catalog, lane, pair)),
        links=tuple(_links(catalog, pair)),
    )


class _Pair:
    """Two models of the abilities. All arrays are of the difference between the first and the second."""

    def __init__(self, abilities: Abilities, pulls: Pulls, models: tuple[str, str], weights: Floats) -> None:
        self.abilities, self.pulls, self.models = abilities, pulls, models
        a, b = self.places = tuple(abilities.models.index(m) for m in models)
        common = weights @ (abilities.shared[a] - abilities.shared[b])
        own = weights @ (abilities.own[a] + abilities.own[b]) @ weights
        self.apart = float(weights @ (abilities.mean[a] - abilities.mean[b]))
        self.spread = math.sqrt(max(float(own + common @ common), 1e-18))
        known = float(weights @ (pulls.traits[a] - pulls.traits[b]))
        unknown = float(weights @ (pulls.unknown[a] + pulls.unknown[b]) @ weights)
        self.traits = normal(known / math.sqrt(max(unknown, 1e-18)))
        self.pushes = pulls.pushes @ common
        # Models x benchmarks: how far the scores of a model on a test moved its own ability.
        self.pull = np.zeros((len(abilities.models), len(pulls.benchmarks)))
        np.add.at(self.pull, (pulls.model, pulls.benchmark), pulls.pull @ weights)
        self.taken = np.zeros(self.pull.shape, dtype=bool)
        self.taken[pulls.model, pulls.benchmark] = True

    def without(self, moved: float) -> float:
        """P that the first is better if the difference were smaller by so much."""
        return normal((self.apart - moved) / self.spread)

    def speaks_for(self, moved: float) -> str:
        return self.models[0] if moved > 0 else self.models[1]


def _tests(catalog: Catalog, lane: Lane, pair: _Pair) -> Sequence[Moved]:
    one, other = pair.places
    moved = pair.pull[one] - pair.pull[other]
    scores = [catalog.scores(m, lane) for m in pair.models]
    found = []
    for n in np.argsort(-np.abs(moved), kind="stable").tolist():
        benchmark = catalog.benchmarks.get(pair.pulls.benchmarks[n])
        if not moved[n] or benchmark is None:
            continue
        first, second = (
            known[benchmark.benchmark_id][0].value if benchmark.benchmark_id in known else None
            for known in scores
        )
        found.append(
            Moved(
                benchmark_id=benchmark.benchmark_id,
                display_name=benchmark.display_name,
                category=benchmark.category,
                higher_is_better=benchmark.higher_is_better,
                values=(first, second),
                speaks_for=pair.speaks_for(moved[n]),
                narrower=_narrower(benchmark, first, second, float(moved[n])),
                without=pair.without(float(moved[n])),
            )
        )
    return found


def _narrower(benchmark: Benchmark, first: Number | None, second: Number | None, moved: float) -> bool:
    if first is None or second is None:
        return False
    better = (first - second) * (1 if benchmark.higher_is_better else -1) * (1 if moved > 0 else -1)
    return better < (EQUAL if benchmark.is_percent else 0)


def _test_names(catalog: Catalog, pulls: Pulls, tests: Sequence[int]) -> list[str]:
    known = (catalog.benchmarks.get(pulls.benchmarks[t]) for t in tests)
    return [benchmark.display_name for benchmark in known if benchmark]


def _links(catalog: Catalog, pair: _Pair) -> Sequence[Linked]:
    shared = [pair.taken & pair.taken[n] for n in pair.places]
    linking = shared[0].any(axis=1) & shared[1].any(axis=1)
    linking[list(pair.places)] = False
    order = np.argsort(-np.abs(pair.pushes), kind="stable")
    found = []
    for n in order[linking[order]][:MOST_LINKS].tolist():
        tests = [
            [t for t in np.argsort(-np.abs(pair.pull[side]), kind="stable").tolist() if both[n, t]]
            for side, both in zip(pair.places, shared, strict=True)
        ]
        first, second = (tuple(_test_names(catalog, pair.pulls, each)[:MOST_TESTS]) for each in tests)
        found.append(
            Linked(
                model_id=pair.abilities.models[n],
                display_name=pair.abilities.names[n],
                tests=(first, second),
                speaks_for=pair.speaks_for(float(pair.pushes[n])),
                without=pair.without(float(pair.pushes[n])),
            )
        )
    return found


def _weights(workload: Workload | None) -> Floats:
    weights = workload.weights if workload else {c: float(w) for c, w in CATEGORY_WEIGHTS.items()}
    each = np.array([weights.get(c, 0.0) for c in Category])
    return np.asarray(each / each.sum())
