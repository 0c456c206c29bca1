"""The pick: who, how sure, and for which needs another model is the better choice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import combinations
from typing import NamedTuple, Protocol

from bot.analysis.averages import rounded
from bot.analysis.categories import DIFFERENT_EFFORT_FACTOR, Call, CategoryRow, margin
from bot.catalog.entities import CATEGORY_WEIGHTS, Category, Number

# Categories that a clear pick leads past the margin, and shared percent tests in them.
CLEAR_TESTS, CLEAR_CATEGORIES = 3, 2
# Two windows or prices that people would call the same are no reason to choose.
CONTEXT_FACTOR = Decimal("1.1")
PRICE_FACTOR = Decimal("1.2")
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


@dataclass(frozen=True, slots=True)
class Pick:
    """``model_id`` is None where ``sureness`` is none.

    ``tests`` shared percent tests in ``categories`` categories were weighed; ``won`` of all shared tests went
    to the model picked; ``gap`` is its lead in points, weighted by category (or in the priority alone).
    ``front``: of three or four models without a pick, those that lead all others and not each other.
    ``unplaced``: models with scores that share no test with any other.
    """

    model_id: str | None
    sureness: Sureness
    why: Why
    tests: int = 0
    categories: int = 0
    won: int = 0
    gap: Number | None = None
    front: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


_no_pick = partial(Pick, model_id=None, sureness=Sureness.NONE)


@dataclass(frozen=True, slots=True)
class Edge:
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


@dataclass(frozen=True, slots=True)
class Need:
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

    Overall, a model is picked that is ahead of each other one, past the margin and on at least half of the
    tests both took; its lead is the mean of the category gaps, weighted as categories are in the overall
    score. It is clear if it leads enough categories on enough tests and nobody else leads one, else narrow.
    A model without scores is not judged, and one without a test in common with the others not placed.
    """
    scored = [m.model_id for m in models if m.benchmarks]
    if len(scored) < 2:
        return _no_pick(why=Why.NO_SCORES)
    if priority:
        return _by_priority(rows, priority)
    judged = [(row, row.means) for row in rows if row.averaged]
    if not judged:
        return _no_pick(why=Why.NO_SHARED_TESTS)
    ids = [m for m in scored if any(m in means for _, means in judged)]
    unplaced = tuple(m for m in scored if m not in ids)
    tests, categories = sum(row.averaged for row, _ in judged), len(judged)
    leads: dict[tuple[str, str], _Lead] = {}
    for one, other in combinations(ids, 2):
        leads[one, other], leads[other, one] = _leads(judged, one, other)
    best = next((m for m in ids if all(leads[m, o].past for o in ids if o != m)), None)
    if best is None:
        gap = abs(leads[ids[0], ids[1]].gap) if len(ids) == 2 else None
        return _no_pick(
            why=Why.WITHIN_MARGIN,
            tests=tests,
            categories=categories,
            gap=gap,
            front=_front(ids, leads),
            unplaced=unplaced,
        )
    gap = min(leads[best, o].gap for o in ids if o != best)
    led = [row for row, _ in judged if row.call is Call.AHEAD]
    leaders = {row.leader for row in led}
    if (led and best not in leaders) or not all(_wins_half(rows, best, o) for o in ids if o != best):
        return _no_pick(why=Why.MIXED, tests=tests, categories=categories, gap=gap, unplaced=unplaced)
    broad = len(led) >= CLEAR_CATEGORIES and sum(row.averaged for row in led) >= CLEAR_TESTS
    clear = leaders == {best} and broad and len(ids) == len(models)
    return Pick(
        model_id=best,
        sureness=Sureness.CLEAR if clear else Sureness.NARROW,
        why=Why.SHARED_TESTS,
        tests=tests,
        categories=categories,
        won=_won(rows, best),
        gap=gap,
        unplaced=unplaced,
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
    by_figure = [
        (
            NeedKind.PRICE,
            stands_out({m.model_id: m.blended_usd_per_mtok for m in models}, PRICE_FACTOR, low=True),
        ),
        (NeedKind.CONTEXT, stands_out({m.model_id: m.context_window_tokens for m in models}, CONTEXT_FACTOR)),
        (NeedKind.LATENCY, stands_out({m.model_id: m.ttft_s for m in models}, LATENCY_FACTOR, low=True)),
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
        return _no_pick(why=Why.NO_SHARED_TESTS)
    if row.call is not Call.AHEAD or row.leader is None or row.gap is None or row.margin is None:
        why = Why.WITHIN_MARGIN if row.call is Call.TIE else Why.MIXED
        return _no_pick(why=why, tests=row.averaged, categories=1, gap=row.gap)
    clear = row.averaged >= CLEAR_TESTS and row.gap >= 2 * row.margin
    return Pick(
        model_id=row.leader,
        sureness=Sureness.CLEAR if clear else Sureness.NARROW,
        why=Why.PRIORITY,
        tests=row.averaged,
        categories=1,
        won=_won([row], row.leader),
        gap=row.gap,
    )


class _Lead(NamedTuple):
    """By how many points one model leads another, and whether that is past the margin."""

    gap: Decimal
    past: bool


def _leads(
    judged: Sequence[tuple[CategoryRow, Mapping[str, Decimal]]], one: str, other: str
) -> tuple[_Lead, _Lead]:
    """Of one over the other and the reverse: the weighted mean of the gaps where both have a mean, else 0."""
    both = [(row, means[one] - means[other]) for row, means in judged if one in means and other in means]
    if not both:
        return (nothing := _Lead(Decimal(0), past=False)), nothing
    weight = sum((CATEGORY_WEIGHTS[row.category] for row, _ in both), Decimal(0))
    points = sum((CATEGORY_WEIGHTS[row.category] * gap for row, gap in both), Decimal(0))
    gap = rounded(points / weight)
    needed = margin(sum(row.averaged for row, _ in both))
    if any(row.weakened for row, _ in both):
        needed *= DIFFERENT_EFFORT_FACTOR
    return _Lead(gap, gap >= needed), _Lead(-gap, -gap >= needed)


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


def _wins_half(rows: Sequence[CategoryRow], one: str, other: str) -> bool:
    """Whether the first is ahead on at least half of the shared tests that both took."""
    won = taken = 0
    for row in rows:
        places = [side.model_id for side in row.sides]
        for test in row.tests if row.shared else ():
            ours, theirs = test.cells[places.index(one)], test.cells[places.index(other)]
            if test.shared and ours and theirs:
                taken += 1
                better = ours.value > theirs.value if test.higher_is_better else ours.value < theirs.value
                won += better
    return 2 * won >= taken


def stands_out(
    figures: Mapping[str, Decimal | int | None], factor: Decimal, *, low: bool = False
) -> str | None:
    """The model with the highest (or lowest) known figure, if it is so by the factor; else None."""
    known = sorted(((Decimal(v), m) for m, v in figures.items() if v is not None), reverse=not low)
    if len(known) < 2:
        return None
    (best, model_id), (second, _) = known[:2]
    lower, higher = min(best, second), max(best, second)
    return model_id if higher >= lower * factor and higher > lower else None
