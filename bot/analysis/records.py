"""What one model brings to every comparison in a lane: worked out once for a catalog, however often asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from bot.analysis.averages import Average, category_average
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Lane, Number, Score


@dataclass(frozen=True, slots=True)
class Cell:
    """The score of one model on one test, and how many other figures for it are known (``others``)."""

    value: Number
    setting: str
    effort: str | None
    source_url: str
    self_reported: bool | None
    as_of: date
    others: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One model in one category.

    ``average`` is its own published-style average, None without a percentage; ``shared_mean`` the plain
    mean over the shared percent tests alone; the two are never compared with each other.
    """

    model_id: str
    average: Average | None
    tests: int
    shared_mean: Number | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One test as one model took it: *the* score without and with tools, at least one of them."""

    without_tools: Cell | None
    with_tools: Cell | None

    @property
    def first(self) -> Cell | None:
        """The one that is shown alone: scores without tools go before those with tools."""
        return self.without_tools or self.with_tools


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """One model in one category: its tests by id, and its side before anything is shared."""

    tests: Mapping[str, Taken]
    side: Side


@dataclass(frozen=True, slots=True)
class Record:
    """All of one model: a part for each category, None without a score; ``absent`` is its side there.

    ``newest`` is the date of its newest score, None without any.
    """

    parts: tuple[Part | None, ...]
    absent: Side
    newest: date | None


@lru_cache(maxsize=4)
def records(catalog: Catalog, lane: Lane) -> Callable[[str], Record]:
    """Model id to its record, each model worked out when it is asked for first."""
    return cache(lambda model_id: _record(catalog, lane, model_id))


def newest_score(catalog: Catalog, lane: Lane, models: Iterable[str]) -> date | None:
    """The day of the newest score of these models, by id; None without any."""
    return max(filter(None, (records(catalog, lane)(m).newest for m in models)), default=None)


def _record(catalog: Catalog, lane: Lane, model_id: str) -> Record:
    scores = catalog.scores(model_id, lane)
    tests: dict[Category, dict[str, Taken]] = {}
    for benchmark_id, known in scores.items():
        category = catalog.benchmarks[benchmark_id].category
        tests.setdefault(category, {})[benchmark_id] = _taken(known, catalog.benchmarks[benchmark_id])

    def part(category: Category) -> Part | None:
        if category not in tests:
            return None
        average = category_average(catalog, scores, category)
        side = Side(model_id=model_id, average=average, tests=len(tests[category]), shared_mean=None)
        return Part(tests[category], side)

    absent = Side(model_id=model_id, average=None, tests=0, shared_mean=None)
    newest = max((score.as_of for known in scores.values() for score in known), default=None)
    return Record(tuple(map(part, Category)), absent, newest)


def _taken(known: tuple[Score, ...], benchmark: Benchmark) -> Taken:
    # A test that is one with tools by its name is so where a source says nothing of it.
    unstated = "with tools" in benchmark.display_name.casefold()

    def cell(with_tools: bool) -> Cell | None:
        found = next((s for s in known if (unstated if s.tools is None else s.tools) is with_tools), None)
        return None if found is None else _cell(found, known)

    return Taken(cell(False), cell(True))


def _cell(score: Score, known: tuple[Score, ...]) -> Cell:
    return Cell(
        value=score.value,
        setting=score.setting,
        effort=score.level,
        source_url=score.source_url,
        self_reported=score.self_reported,
        as_of=score.as_of,
        others=tuple(s for s in known if s is not score),
    )
