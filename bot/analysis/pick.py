"""The pick: who, how sure, and for which needs another model is the better choice."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.analysis.averages import CATEGORY_WEIGHTS, rounded
from bot.analysis.categories import DIFFERENT_EFFORT_FACTOR, Call, CategoryRow, margin
from bot.catalog.entities import Category, Number, Value

# Shared percent tests and categories that an overall pick must rest on to be called clear.
CLEAR_TESTS, CLEAR_CATEGORIES = 3, 2
# Two windows or prices that people would call the same are no reason to choose.
CONTEXT_FACTOR = Decimal("1.1")
PRICE_FACTOR = Decimal("1.05")
LATENCY_FACTOR = Decimal("1.1")


class Sureness(StrEnum):
    """How sure the pick is."""

    CLEAR = "clear"
    NARROW = "narrow"
    NONE = "none"


class Why(StrEnum):
    """Why there is no pick, or what it rests on."""

    SHARED_TESTS = "shared tests"
    PRIORITY = "priority"
    WITHIN_MARGIN = "within the margin"
    MIXED = "mixed results"
    NO_SHARED_TESTS = "no shared tests"
    NO_SCORES = "no scores"


class Pick(Value):
    """``model_id`` is None where ``sureness`` is none.

    ``tests`` shared percent tests in ``categories`` categories were weighed; ``won`` of all shared tests went
    to the model picked; ``gap`` is its lead in points, weighted by category (or in the priority alone).
    ``front``: of three or four models without a pick, those that lead all others and not each other.
    """

    model_id: str | None
    sureness: Sureness
    why: Why
    tests: int
    categories: int
    won: int
    gap: Number | None
    front: tuple[str, ...]


class Edge(Value):
    """A category in which one model leads the next best by ``gap`` points on shared tests."""

    category: Category
    model_id: str
    gap: Number


class NeedKind(StrEnum):
    """What somebody may need most."""

    CATEGORY = "category"
    PRICE = "price"
    CONTEXT = "context"
    OPEN_WEIGHTS = "open weights"
    LATENCY = "latency"


class Need(Value):
    """For this need ``model_id`` is the better choice than the pick, or than all others without a pick."""

    kind: NeedKind
    category: Category | None
    model_id: str


class Candidate(Protocol):
    """What a pick needs to know of a model."""

    @property
    def model_id(self) -> str: ...
    @property
    def benchmarks(self) -> int: ...
    @property
    def blended_usd_per_mtok(self) -> Decimal | None: ...
    @property
    def context_window_tokens(self) -> int | None: ...
    @property
    def open_weights(self) -> bool | None: ...
    @property
    def ttft_s(self) -> Decimal | None: ...


def choose(models: Sequence[Candidate], rows: Sequence[CategoryRow], priority: Category | None) -> Pick:
    """The pick on shared tests alone: by the priority category if there is one, else over all categories.

    Overall, the leader is ahead by the mean of the category gaps, weighted as categories are in the overall
    score. It is clear if that lead is past the margin, rests on enough tests, and nobody else leads in any
    category; narrow if it is past the margin and goes with at least half of the shared tests; else there is
    no pick. A model without scores is not judged.
    """
    if sum(m.benchmarks > 0 for m in models) < 2:
        return _none(Why.NO_SCORES)
    if priority:
        return _by_priority(rows, priority)
    judged = [row for row in rows if row.averaged]
    if not judged:
        return _none(Why.NO_SHARED_TESTS)
    ids = [m.model_id for m in models if any(row.side(m.model_id).shared_mean is not None for row in judged)]
    tests, categories = sum(row.averaged for row in judged), len(judged)
    leads = {(one, other): _lead(judged, one, other) for one in ids for other in ids if one != other}
    best = next((m for m in ids if all(leads[m, o].past for o in ids if o != m)), None)
    if best is None:
        gap = abs(leads[ids[0], ids[1]].gap) if len(ids) == 2 else None
        return _none(Why.WITHIN_MARGIN, tests, categories, gap, _front(ids, leads))
    gap = min(leads[best, o].gap for o in ids if o != best)
    led = {row.leader for row in judged if row.call is Call.AHEAD}
    won = _won(rows, best)
    if (led and best not in led) or 2 * won < sum(row.shared for row in rows):
        return _none(Why.MIXED, tests, categories, gap)
    broad = tests >= CLEAR_TESTS and categories >= CLEAR_CATEGORIES
    clear = led == {best} and broad and len(ids) == len(models)
    return Pick(
        model_id=best,
        sureness=Sureness.CLEAR if clear else Sureness.NARROW,
        why=Why.SHARED_TESTS,
        tests=tests,
        categories=categories,
        won=won,
        gap=gap,
        front=(),
    )


def sharpest(rows: Sequence[CategoryRow], model_id: str) -> Edge | None:
    """The category in which the model leads by most on shared tests."""
    return _widest(rows, lambda leader: leader == model_id)


def hits_back(rows: Sequence[CategoryRow], model_id: str) -> Edge | None:
    """The category in which another model leads by most on shared tests."""
    return _widest(rows, lambda leader: leader != model_id)


def needs(models: Sequence[Candidate], rows: Sequence[CategoryRow], pick: str | None) -> tuple[Need, ...]:
    """The needs for which a model other than the pick is the better choice, by known figures alone."""
    found = [
        Need(kind=NeedKind.CATEGORY, category=row.category, model_id=row.leader)
        for row in rows
        if row.call is Call.AHEAD and row.leader and row.leader != pick
    ]
    by_figure: list[tuple[NeedKind, str | None]] = [
        (
            NeedKind.PRICE,
            _stands_out({m.model_id: m.blended_usd_per_mtok for m in models}, PRICE_FACTOR, low=True),
        ),
        (
            NeedKind.CONTEXT,
            _stands_out(
                {m.model_id: _decimal(m.context_window_tokens) for m in models}, CONTEXT_FACTOR, low=False
            ),
        ),
        (NeedKind.LATENCY, _stands_out({m.model_id: m.ttft_s for m in models}, LATENCY_FACTOR, low=True)),
    ]
    found += [
        Need(kind=kind, category=None, model_id=model_id)
        for kind, model_id in by_figure
        if model_id and model_id != pick
    ]
    is_open = {m.model_id: m.open_weights for m in models}
    compared_to = [is_open[pick]] if pick else list(is_open.values())
    if False in compared_to:
        found += [
            Need(kind=NeedKind.OPEN_WEIGHTS, category=None, model_id=model_id)
            for model_id, open_weights in is_open.items()
            if open_weights
        ]
    return tuple(found)


def _by_priority(rows: Sequence[CategoryRow], priority: Category) -> Pick:
    row = next((r for r in rows if r.category is priority), None)
    if row is None or not row.averaged:
        return _none(Why.NO_SHARED_TESTS)
    if row.call is not Call.AHEAD or row.leader is None or row.gap is None or row.margin is None:
        why = Why.WITHIN_MARGIN if row.call is Call.TIE else Why.MIXED
        return _none(why, row.averaged, 1, row.gap)
    clear = row.averaged >= CLEAR_TESTS and row.gap >= 2 * row.margin
    return Pick(
        model_id=row.leader,
        sureness=Sureness.CLEAR if clear else Sureness.NARROW,
        why=Why.PRIORITY,
        tests=row.averaged,
        categories=1,
        won=_won([row], row.leader),
        gap=row.gap,
        front=(),
    )


class _Lead(NamedTuple):
    """By how many points one model leads another, and whether that is past the margin."""

    gap: Decimal
    past: bool


def _lead(rows: Sequence[CategoryRow], one: str, other: str) -> _Lead:
    """Weighted mean of the gaps of the categories in which both have a shared mean; 0 without any."""
    both = [
        (row, first - second)
        for row in rows
        if (first := row.side(one).shared_mean) is not None
        and (second := row.side(other).shared_mean) is not None
    ]
    if not both:
        return _Lead(Decimal(0), past=False)
    weight = sum((CATEGORY_WEIGHTS[row.category] for row, _ in both), Decimal(0))
    points = sum((CATEGORY_WEIGHTS[row.category] * gap for row, gap in both), Decimal(0))
    needed = margin(sum(row.averaged for row, _ in both))
    if any(row.weakened for row, _ in both):
        needed *= DIFFERENT_EFFORT_FACTOR
    gap = rounded(points / weight)
    return _Lead(gap, past=gap >= needed)


def _front(ids: Sequence[str], leads: Mapping[tuple[str, str], _Lead]) -> tuple[str, ...]:
    """The models that no other leads, if there are others and each of the front leads each of those."""
    front = [m for m in ids if not any(leads[o, m].past for o in ids if o != m)]
    behind = [m for m in ids if m not in front]
    return tuple(front) if behind and all(leads[f, b].past for f in front for b in behind) else ()


def _widest(rows: Sequence[CategoryRow], wanted: Callable[[str], bool]) -> Edge | None:
    edges = [
        Edge(category=row.category, model_id=row.leader, gap=row.gap)
        for row in rows
        if row.leader and row.gap is not None and wanted(row.leader)
    ]
    return max(edges, key=lambda e: (e.gap, e.category), default=None)


def _won(rows: Sequence[CategoryRow], model_id: str) -> int:
    return sum(t.leader == model_id for row in rows if row.shared for t in row.tests if t.shared)


def _stands_out(figures: dict[str, Decimal | None], factor: Decimal, *, low: bool) -> str | None:
    """The model with the lowest (or highest) known figure, if it is so by the factor; else None."""
    known = sorted(((v, m) for m, v in figures.items() if v is not None), reverse=not low)
    if len(known) < 2:
        return None
    (best, model_id), (second, _) = known[:2]
    lower, higher = min(best, second), max(best, second)
    return model_id if higher >= lower * factor and higher > lower else None


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _none(
    why: Why,
    tests: int = 0,
    categories: int = 0,
    gap: Decimal | None = None,
    front: tuple[str, ...] = (),
) -> Pick:
    return Pick(
        model_id=None,
        sureness=Sureness.NONE,
        why=why,
        tests=tests,
        categories=categories,
        won=0,
        gap=gap,
        front=front,
    )
