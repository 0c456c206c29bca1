"""Catalog: one moment of all facts, immutable and indexed. Every answer comes out of one Catalog."""

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

from bot.catalog.abilities import Abilities, Fit
from bot.catalog.entities import Benchmark, Category, Lane, Model, Place, Quote, Score
from bot.catalog.names.index import NameIndex

# Where nothing else tells names apart, so many models with so many tests come first.
MOST_LEADING, WELL_MEASURED = 25, 12
_NONE: Mapping[str, tuple[Any, ...]] = MappingProxyType({})
_NO_NUMBERS: Mapping[int, str] = MappingProxyType({})


def preference(score: Score, benchmark: Benchmark) -> tuple[bool, int, int, object, str, str]:
    """The stated rule for which of several scores of one model on one benchmark is *the* score.

    Smallest first: without tools before with tools; measured independently before unknown before by the
    model's maker; the newest; the better value; then by source address and setting, so that the choice
    never depends on the order of rows.
    """
    better = -score.value if benchmark.higher_is_better else score.value
    measured_by = {False: 0, None: 1, True: 2}[score.self_reported]
    return (
        score.tools is True,
        measured_by,
        -score.as_of.toordinal(),
        better,
        score.source_url,
        score.setting,
    )


def _preferred_first(scores: list[Score], benchmark: Benchmark) -> tuple[Score, ...]:
    if len(scores) > 1:  # There is mostly just one, and to ask for its preference takes its time.
        scores.sort(key=lambda score: preference(score, benchmark))
    return tuple(scores)


class Catalog:
    """All facts of one snapshot.

    ``snapshot`` is the snapshot's number (0 for a folder that is not in a store). ``fit`` is None where no
    abilities were worked out. ``places`` on other sites' boards and ``quotes``, both by model id, are told
    beside our own figures and count in none of them. ``merged`` are numbers of models that are listed no
    longer, with the id that each had. Models and benchmarks keep the order of their ids.
    Looking something up by an id that is not there raises ``KeyError``.
    """

    def __init__(
        self,
        models: Iterable[Model],
        benchmarks: Iterable[Benchmark],
        scores: Iterable[Score],
        snapshot: int = 0,
        fit: Fit | None = None,
        places: Mapping[str, tuple[Place, ...]] = _NONE,
        quotes: Mapping[str, tuple[Quote, ...]] = _NONE,
        merged: Mapping[int, str] = _NO_NUMBERS,
    ) -> None:
        self.snapshot = snapshot
        self.places, self.quotes = places, quotes
        self._fit = fit
        self.models: Mapping[str, Model] = MappingProxyType(
            {m.model_id: m for m in sorted(models, key=lambda m: m.model_id)}
        )
        self.benchmarks: Mapping[str, Benchmark] = MappingProxyType(
            {b.benchmark_id: b for b in sorted(benchmarks, key=lambda b: b.benchmark_id)}
        )
        grouped: dict[str, dict[str, list[Score]]] = defaultdict(lambda: defaultdict(list))
        for score in scores:
            grouped[score.model_id][score.benchmark_id].append(score)
        self._scores = {
            model_id: {
                benchmark_id: _preferred_first(found, self.benchmarks[benchmark_id])
                for benchmark_id, found in sorted(by_benchmark.items())
            }
            for model_id, by_benchmark in grouped.items()
        }
        self._by_number = {m.number: m for m in self.models.values()}
        self.merged = merged

    @property
    def fit(self) -> Fit | None:
        """The abilities of all lanes, None where they were not worked out."""
        return self._fit

    def with_fit(self, fit: Fit | None) -> Self:
        """The same facts with these abilities; what is indexed already is shared."""
        other = copy.copy(self)
        other._fit = fit
        return other

    def by_number(self, number: int) -> Model | None:
        """The model with this number, also of one that was merged into it; None if it is no longer listed."""
        return self._by_number.get(number) or self.once_called(self.merged.get(number, ""))

    def once_called(self, model_id: str) -> Model | None:
        """The model that has this id as another name: what an id that is gone was merged into."""
        return None if model_id in self.models else self._by_alias.get(model_id)

    @cached_property
    def _by_alias(self) -> Mapping[str, Model]:
        return {alias: model for model in self.models.values() for alias in model.aliases}

    def scores(self, model_id: str, lane: Lane = Lane.PROVISIONAL) -> Mapping[str, tuple[Score, ...]]:
        """Benchmark id to all scores of the model that count in the lane, *the* score first."""
        return (self._scores if lane is Lane.PROVISIONAL else self._verified).get(model_id, {})

    @property
    def ability_method(self) -> int | None:
        """By which method the abilities were worked out, None where they were not."""
        return self.fit.method if self.fit else None

    def abilities(self, lane: Lane) -> Abilities | None:
        """What the scores of a lane say about the models, None where it was not worked out."""
        return self.fit.lanes.get(lane) if self.fit else None

    @cached_property
    def _verified(self) -> Mapping[str, Mapping[str, tuple[Score, ...]]]:
        kept: dict[str, dict[str, tuple[Score, ...]]] = {}
        for model_id, found in self._scores.items():
            verified = {b: tuple(s for s in each if s.self_reported is False) for b, each in found.items()}
            kept[model_id] = {b: scores for b, scores in verified.items() if scores}
        return kept

    @cached_property
    def names(self) -> NameIndex:
        """What people type, as models of this catalog; the newest of the well measured ones lead."""
        measured = [m for m in self.models.values() if len(self.scores(m.model_id)) >= WELL_MEASURED]
        measured.sort(key=lambda m: m.release_date or "", reverse=True)
        return NameIndex(self.models.values(), leading=[m.model_id for m in measured[:MOST_LEADING]])

    @cached_property
    def by_category(self) -> Mapping[Category, tuple[Benchmark, ...]]:
        """Category to its benchmarks."""
        return {c: tuple(b for b in self.benchmarks.values() if b.category is c) for c in Category}

    @cached_property
    def data_date(self) -> date | None:
        """The date of the newest score."""
        return max(
            (s.as_of for found in self._scores.values() for each in found.values() for s in each),
            default=None,
        )
