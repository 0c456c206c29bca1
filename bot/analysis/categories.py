"""One category of a comparison: which tests are shared, what follows from them, and what does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache, reduce
from itertools import combinations
from operator import attrgetter, itemgetter, or_

from bot.analysis.averages import as_points, rounded
from bot.analysis.calls import Call, Duels
from bot.analysis.records import Cell, Part, Record, Side, Taken, records
from bot.catalog.abilities import Ability
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Lane, Number

_WITHOUT_TOOLS, _WITH_TOOLS = attrgetter("without_tools"), attrgetter("with_tools")


class Basis(StrEnum):
    """How far the tests of the models in a category are the same."""

    SAME = "same tests"
    SHARED = "shared tests"
    DIFFERENT = "different tests"
    ONE_SIDE = "one side only"


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One benchmark of a category; ``cells`` has one place for each model, None where it has no score.

    ``shared``: every model with scores in this category has it, under comparable settings. ``leader`` and
    ``difference`` (to the next best, never negative, in the benchmark's unit) exist only for shared tests;
    ``leader`` is None on equal scores. ``same_effort`` is False where two sides state different efforts.
    """

    benchmark_id: str
    display_name: str
    unit: str
    higher_is_better: bool
    max_score: Number | None
    cells: tuple[Cell | None, ...]
    shared: bool
    same_effort: bool
    leader: str | None
    difference: Number | None


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category. ``shared`` of ``total`` benchmarks are shared, ``averaged`` of those are percentages.

    ``gap`` is the best shared mean minus the next best, both rounded to 0.1 as shown; ``published_gap`` the
    same for the published-style averages of two models, shown because people look for it. A lower-is-better
    percentage enters a mean as 100 minus the score. ``weakened``: different effort settings meet.

    ``abilities`` has a place for each model, None for one without scores here. ``call`` is by ability,
    between all models that have one: it rests on all their scores, also those in other categories. There is
    none with less than two models with scores here, or where one without is ahead. ``leader`` is None where
    there is no call or it is too close.
    """

    category: Category
    basis: Basis
    shared: int
    averaged: int
    total: int
    sides: tuple[Side, ...]
    gap: Number | None
    published_gap: Number | None
    weakened: bool
    abilities: tuple[Ability | None, ...]
    call: Call | None
    leader: str | None
    tests: tuple[BenchmarkRow, ...]

    @property
    def means(self) -> dict[str, Decimal]:
        """Model id to its mean over the shared percent tests, for the models that took them."""
        return {s.model_id: s.shared_mean for s in self.sides if s.shared_mean is not None}


@dataclass(frozen=True, slots=True)
class Swing:
    """The shared percent benchmark on which the two outermost models differ most."""

    category: Category
    benchmark_id: str
    display_name: str
    higher_is_better: bool
    better: str
    worse: str
    better_value: Number
    worse_value: Number
    difference: Number


def category_rows(
    catalog: Catalog, models: Sequence[str], lane: Lane, duels: Duels
) -> tuple[CategoryRow, ...]:
    """A row for each category in which at least one of the models has a score, in the order of weight.

    ``duels`` are those of the same models.
    """
    known, lone = list(map(records(catalog, lane), models)), _lone_rows(catalog, lane)
    return tuple(
        _row(catalog, category, known, parts, lone, duels)
        for category, *parts in zip(Category, *(each.parts for each in known), strict=True)
        if any(parts)
    )


def biggest_swing(rows: Sequence[CategoryRow]) -> Swing | None:
    """The shared percent benchmark with the largest difference between its best and its worst side."""
    widest: tuple[Decimal, str, BenchmarkRow, CategoryRow] | None = None
    for row in rows:
        for test in row.tests if row.averaged else ():
            if not test.shared or test.unit != "percent":
                continue
            values = [cell.value for cell in test.cells if cell]
            difference = max(values) - min(values)
            if difference and (widest is None or (difference, test.benchmark_id) > widest[:2]):
                widest = (difference, test.benchmark_id, test, row)
    return _swing(*widest[2:]) if widest else None


def _swing(test: BenchmarkRow, row: CategoryRow) -> Swing:
    ids = [side.model_id for side in row.sides]
    values = sorted((c.value, m) for c, m in zip(test.cells, ids, strict=True) if c)
    worse, better = (values[0], values[-1]) if test.higher_is_better else (values[-1], values[0])
    return Swing(
        category=row.category,
        benchmark_id=test.benchmark_id,
        display_name=test.display_name,
        higher_is_better=test.higher_is_better,
        better=better[1],
        worse=worse[1],
        better_value=better[0],
        worse_value=worse[0],
        difference=abs(better[0] - worse[0]),
    )


LoneRows = Callable[[Part, int, int], dict[str, BenchmarkRow]]


@lru_cache(maxsize=4)
def _lone_rows(catalog: Catalog, lane: Lane) -> LoneRows:
    """A model's part, its place and the number of models to its tests, each as if nobody else had taken it.

    Kept, since most of the rows of a comparison are such rows, and the same whatever the model meets.
    """

    @cache
    def rows(part: Part, place: int, models: int) -> dict[str, BenchmarkRow]:
        def cells(taken: Taken) -> tuple[Cell | None, ...]:
            return tuple(taken.first if n == place else None for n in range(models))

        return {b: _benchmark_row(catalog.benchmarks[b], cells(taken)) for b, taken in part.tests.items()}

    return rows


def _row(
    catalog: Catalog,
    category: Category,
    known: Sequence[Record],
    parts: Sequence[Part | None],
    lone: LoneRows,
    duels: Duels,
) -> CategoryRow:
    """``parts`` has a place for each model, and at least one of them has scores here."""
    sides = [part.side if part else each.absent for part, each in zip(parts, known, strict=True)]
    rows, shared = _tests(catalog, [side.model_id for side in sides], parts, lone)
    averaged = [t for t in shared if t.unit == "percent"]
    gap, weakened = None, False
    if averaged:
        sides = [_averaged(side, averaged, place) for place, side in enumerate(sides)]
        weakened = not all(t.same_effort for t in averaged)
        best, second, *_ = sorted((s.shared_mean for s in sides if s.shared_mean is not None), reverse=True)
        gap = best - second
    scored = [side.model_id for side in sides if side.tests]
    call = duels.call(category) if len(scored) > 1 else None
    if call and call.ahead not in scored:
        call = None
    averages = [s.average.value for s in sides if s.average and s.average.weighted]
    return CategoryRow(
        category=category,
        basis=_basis(len(scored), len(shared), len(rows)),
        shared=len(shared),
        averaged=len(averaged),
        total=len(rows),
        sides=tuple(sides),
        gap=gap,
        published_gap=abs(averages[0] - averages[1]) if len(sides) == len(averages) == 2 else None,
        weakened=weakened,
        abilities=duels.abilities(category, scored),
        call=call,
        leader=call.leader if call else None,
        tests=tuple(rows),
    )


def _tests(
    catalog: Catalog, models: Sequence[str], parts: Sequence[Part | None], lone: LoneRows
) -> tuple[Sequence[BenchmarkRow], Sequence[BenchmarkRow]]:
    """A row for each test that one of the models took, and those of them that are shared."""
    alone = [lone(part, place, len(parts)) for place, part in enumerate(parts) if part]
    if len(alone) == 1:
        return list(alone[0].values()), []
    several = sorted({b for one, other in combinations(alone, 2) for b in one.keys() & other.keys()})
    rows = reduce(or_, alone)
    for benchmark_id in several:
        takers = [part.tests.get(benchmark_id) if part else None for part in parts]
        rows[benchmark_id] = _test(catalog.benchmarks[benchmark_id], models, takers, len(alone))
    return [rows[b] for b in sorted(rows)], [row for b in several if (row := rows[b]).shared]


def _basis(models: int, shared: int, tests: int) -> Basis:
    """Of so many models with scores in the category, by how many of their tests are shared."""
    if models == 1:
        return Basis.ONE_SIDE
    if not shared:
        return Basis.DIFFERENT
    return Basis.SAME if shared == tests else Basis.SHARED


def _averaged(alone: Side, averaged: Sequence[BenchmarkRow], place: int) -> Side:
    """The side with its mean over the shared percent tests, of which the model took all or none."""
    points = [
        as_points(cell.value, test.higher_is_better) for test in averaged if (cell := test.cells[place])
    ]
    if not points:
        return alone
    return Side(
        model_id=alone.model_id,
        average=alone.average,
        tests=alone.tests,
        shared_mean=rounded(sum(points, Decimal(0)) / len(points)),
    )


def _test(
    benchmark: Benchmark, models: Sequence[str], takers: Sequence[Taken | None], present: int
) -> BenchmarkRow:
    """Shown is *the* score of each model, unless only another setting can be compared with the others.

    ``takers`` has a place for each model; ``present`` of the models have scores in this category.
    """
    for cell_of in (_WITHOUT_TOOLS, _WITH_TOOLS):
        cells = tuple([cell_of(taken) if taken else None for taken in takers])
        values = [(cell.value, model) for model, cell in zip(models, cells, strict=True) if cell]
        if len(values) == present:
            values.sort(key=itemgetter(0), reverse=benchmark.higher_is_better)
            (best, leader), (second, _) = values[:2]
            leading = leader if best != second else None
            return _benchmark_row(
                benchmark, cells, shared=True, leader=leading, difference=abs(best - second)
            )
    return _benchmark_row(benchmark, tuple(taken.first if taken else None for taken in takers))


def _benchmark_row(
    benchmark: Benchmark,
    cells: tuple[Cell | None, ...],
    *,
    shared: bool = False,
    leader: str | None = None,
    difference: Decimal | None = None,
) -> BenchmarkRow:
    return BenchmarkRow(
        benchmark_id=benchmark.benchmark_id,
        display_name=benchmark.display_name,
        unit=benchmark.unit,
        higher_is_better=benchmark.higher_is_better,
        max_score=benchmark.max_score,
        cells=cells,
        shared=shared,
        same_effort=_same_effort(cells),
        leader=leader,
        difference=difference,
    )


def _same_effort(cells: Sequence[Cell | None]) -> bool:
    return len({cell.effort for cell in cells if cell and cell.effort}) < 2
