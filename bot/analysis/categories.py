"""One category of a comparison: which tests are shared, what follows from them, and what does not."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.analysis.averages import Average, as_points, category_average, rounded
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Lane, Number, Score, Value

# Points that a mean over shared tests must differ by before a leader is called, by the number of tests.
# On the shipped tables another test of the same category agrees about 4 times in 5 right at the margin, and
# 9 times in 10 over all calls: `python -m tests.benchmarks.margin` measures it.
MARGINS = ((5, Decimal(3)), (3, Decimal(4)), (1, Decimal(5)))
# A different effort on the two sides of a test can move a score by as much as a test itself.
DIFFERENT_EFFORT_FACTOR = 2


class Basis(StrEnum):
    """What a category's comparison rests on."""

    SAME = "same tests"
    SHARED = "shared tests"
    DIFFERENT = "different tests"
    ONE_SIDE = "one side only"


class Call(StrEnum):
    """What follows: a leader past the margin, a tie within it, or nothing that can be said."""

    AHEAD = "ahead"
    TIE = "tie"
    NO_CALL = "no call"


class Cell(Value):
    """The score of one model on one test, and how many other figures for it are known (``others``)."""

    value: Number
    setting: str
    effort: str | None
    source_url: str
    self_reported: bool | None
    as_of: date
    others: tuple[Score, ...]


class BenchmarkRow(Value):
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


class Side(Value):
    """One model in one category.

    ``average`` is its own published-style average, None without a percentage; ``shared_mean`` the plain
    mean over the shared percent tests alone; the two are never compared with each other.
    """

    model_id: str
    average: Average | None
    tests: int
    shared_mean: Number | None


class CategoryRow(Value):
    """One category. ``shared`` of ``total`` benchmarks are shared, ``averaged`` of those are percentages.

    ``gap`` is the leader's shared mean minus the next best, both rounded to 0.1 as shown; ``published_gap``
    the same for the published-style averages of two models, shown because people look for it, never used
    for a call. A lower-is-better percentage enters a mean as 100 minus the score.
    """

    category: Category
    basis: Basis
    shared: int
    averaged: int
    total: int
    sides: tuple[Side, ...]
    gap: Number | None
    published_gap: Number | None
    margin: Number | None
    weakened: bool
    call: Call
    leader: str | None
    tests: tuple[BenchmarkRow, ...]

    def side(self, model_id: str) -> Side:
        return next(s for s in self.sides if s.model_id == model_id)


class Swing(Value):
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


def category_rows(catalog: Catalog, models: Sequence[str], lane: Lane) -> tuple[CategoryRow, ...]:
    """A row for each category in which at least one of the models has a score, in the order of weight."""
    scores = {m: catalog.scores(m, lane) for m in models}
    rows = (_row(catalog, category, models, scores) for category in Category)
    return tuple(row for row in rows if row)


def margin(tests: int) -> Decimal:
    """Points by which a mean over so many shared tests must differ before a leader is called."""
    return next(points for at_least, points in MARGINS if tests >= at_least)


def biggest_swing(rows: Sequence[CategoryRow]) -> Swing | None:
    """The shared percent benchmark with the largest difference between its best and its worst side."""
    swings = []
    for row in rows:
        ids = [side.model_id for side in row.sides]
        for test in row.tests:
            if not test.shared or test.unit != "percent":
                continue
            values = sorted((c.value, m) for c, m in zip(test.cells, ids, strict=True) if c)
            (low, low_id), (high, high_id) = values[0], values[-1]
            if low == high:
                continue
            better, worse = ((high, high_id), (low, low_id))
            if not test.higher_is_better:
                better, worse = worse, better
            swings.append(
                Swing(
                    category=row.category,
                    benchmark_id=test.benchmark_id,
                    display_name=test.display_name,
                    higher_is_better=test.higher_is_better,
                    better=better[1],
                    worse=worse[1],
                    better_value=better[0],
                    worse_value=worse[0],
                    difference=high - low,
                )
            )
    return max(swings, key=lambda s: (s.difference, s.benchmark_id), default=None)


def _row(
    catalog: Catalog,
    category: Category,
    models: Sequence[str],
    scores: Mapping[str, Mapping[str, tuple[Score, ...]]],
) -> CategoryRow | None:
    present = [m for m in models if any(b.benchmark_id in scores[m] for b in catalog.by_category[category])]
    if not present:
        return None
    tests = tuple(
        _test(benchmark, models, present, scores)
        for benchmark in catalog.by_category[category]
        if any(benchmark.benchmark_id in scores[m] for m in present)
    )
    shared = [t for t in tests if t.shared]
    averaged = [t for t in shared if t.unit == "percent"]
    sides = []
    for place, model_id in enumerate(models):
        average = category_average(catalog, scores[model_id], category)
        sides.append(
            Side(
                model_id=model_id,
                average=average,
                tests=sum(test.cells[place] is not None for test in tests),
                shared_mean=_mean(averaged, place) if model_id in present else None,
            )
        )
    if len(present) == 1:
        basis = Basis.ONE_SIDE
    elif not shared:
        basis = Basis.DIFFERENT
    else:
        basis = Basis.SAME if len(shared) == len(tests) else Basis.SHARED
    weakened = any(not t.same_effort for t in averaged)
    needed = margin(len(averaged)) * (DIFFERENT_EFFORT_FACTOR if weakened else 1) if averaged else None
    call, leader, gap = _call(sides, averaged, needed)
    averages = [s.average.value for s in sides if s.average and s.average.weighted]
    return CategoryRow(
        category=category,
        basis=basis,
        shared=len(shared),
        averaged=len(averaged),
        total=len(tests),
        sides=tuple(sides),
        gap=gap,
        published_gap=abs(averages[0] - averages[1]) if len(sides) == len(averages) == 2 else None,
        margin=needed,
        weakened=weakened,
        call=call,
        leader=leader,
        tests=tests,
    )


def _call(
    sides: Sequence[Side], averaged: Sequence[BenchmarkRow], needed: Decimal | None
) -> tuple[Call, str | None, Decimal | None]:
    """The leader has to be past the margin and ahead on at least half of the shared percent tests."""
    ranked = sorted(
        ((s.shared_mean, s.model_id) for s in sides if s.shared_mean is not None),
        key=lambda s: s[0],
        reverse=True,
    )
    if needed is None or len(ranked) < 2:
        return Call.NO_CALL, None, None
    (best, leader), (second, _) = ranked[:2]
    gap = best - second
    if gap < needed:
        return Call.TIE, None, gap
    won = sum(t.leader == leader for t in averaged)
    return (Call.AHEAD, leader, gap) if 2 * won >= len(averaged) else (Call.NO_CALL, None, gap)


def _mean(averaged: Sequence[BenchmarkRow], place: int) -> Decimal | None:
    points = [
        as_points(cell.value, test.higher_is_better) for test in averaged if (cell := test.cells[place])
    ]
    return rounded(sum(points, Decimal(0)) / len(points)) if points else None


def _test(
    benchmark: Benchmark,
    models: Sequence[str],
    present: Sequence[str],
    scores: Mapping[str, Mapping[str, tuple[Score, ...]]],
) -> BenchmarkRow:
    """Shown is *the* score of each model, unless only another setting can be compared with the others."""
    found = {m: scores[m][benchmark.benchmark_id] for m in present if benchmark.benchmark_id in scores[m]}
    chosen = {m: known[0] for m, known in found.items()}
    shared = False
    if len(found) == len(present) and len(present) > 1:
        for with_tools in (False, True):
            comparable = {
                m: next((s for s in known if (s.tools is True) is with_tools), None)
                for m, known in found.items()
            }
            settled = {m: s for m, s in comparable.items() if s}
            if len(settled) == len(found):
                chosen, shared = settled, True
                break
    efforts = {s.effort for s in chosen.values() if s.effort}
    leader, difference = None, None
    if shared:
        ordered = sorted(chosen.values(), key=lambda s: s.value, reverse=benchmark.higher_is_better)
        difference = abs(ordered[0].value - ordered[1].value)
        leader = ordered[0].model_id if difference else None
    return BenchmarkRow(
        benchmark_id=benchmark.benchmark_id,
        display_name=benchmark.display_name,
        unit=benchmark.unit,
        higher_is_better=benchmark.higher_is_better,
        max_score=benchmark.max_score,
        cells=tuple(_cell(chosen.get(m), found.get(m, ())) for m in models),
        shared=shared,
        same_effort=len(efforts) < 2,
        leader=leader,
        difference=difference,
    )


def _cell(score: Score | None, known: tuple[Score, ...]) -> Cell | None:
    if score is None:
        return None
    return Cell(
        value=score.value,
        setting=score.setting,
        effort=score.effort,
        source_url=score.source_url,
        self_reported=score.self_reported,
        as_of=score.as_of,
        others=tuple(s for s in known if s is not score),
    )
