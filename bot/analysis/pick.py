"""The pick: who, how sure, and for which needs another model is the better choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from bot.analysis.calls import Call, Duels, Sureness, is_enough
from bot.analysis.categories import CategoryRow
from bot.analysis.figures import whole
from bot.analysis.workload import Workload
from bot.catalog.entities import Category

# Two windows or prices that people would call the same are no reason to choose.
CONTEXT_FACTOR = Decimal("1.1")
PRICE_FACTOR = Decimal("1.2")
LATENCY_FACTOR = Decimal("1.1")


class Why(StrEnum):
    """What a pick rests on, or why there is none."""

    ABILITY = "ability"
    CHEAPEST = "cheapest good enough"
    TOO_CLOSE = "too close to call"
    NO_SCORES = "no scores"
    NO_PRICES = "no prices"
    NOT_WORKED_OUT = "abilities not worked out"


@dataclass(frozen=True, slots=True)
class Pick:
    """``model_id`` is None where ``sureness`` is none.

    ``call`` is by ability for what was asked, between the models with scores, None for less than two of them.
    ``good_enough``: where the cheapest of those was asked for, the models that are not surely much weaker
    than the strongest.
    """

    model_id: str | None
    sureness: Sureness
    why: Why
    call: Call | None = None
    good_enough: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A category in which one model is ahead by ``gap`` points of ability, rounded as shown."""

    category: Category
    model_id: str
    gap: int


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


def choose(models: Sequence[Candidate], duels: Duels, workload: Workload | None) -> Pick:
    """The pick by ability for the workload, or over all categories: clear from P of 95 %, leaning from 80 %.

    With three or four models P is that against the nearest rival. A model without scores is not judged. Where
    the cheapest that is good enough is asked for, those are good enough that are not surely weaker than the
    strongest (P below 90 %, as for ranks), or by a few points alone.
    """
    scored = [m.model_id for m in models if m.benchmarks]
    if len(scored) < 2:
        return Pick(None, Sureness.NONE, Why.NO_SCORES)
    call = duels.call(workload.weights if workload else None)
    if call is None:
        return Pick(None, Sureness.NONE, Why.NOT_WORKED_OUT)
    if workload and workload.cheapest:
        return _cheapest(models, duels, call, workload)
    why = Why.ABILITY if call.leader else Why.TOO_CLOSE
    return Pick(call.leader, call.sureness, why, call)


def sharpest(rows: Sequence[CategoryRow], model_id: str) -> Edge | None:
    """The category in which the model is ahead by most."""
    edges = []
    for row in rows:
        if row.leader != model_id:
            continue
        points = _points(row)
        if others := [p for m, p in points.items() if m != model_id]:
            gap = points[model_id] - max(others)
            edges.append(Edge(category=row.category, model_id=model_id, gap=gap))
    return max(edges, key=lambda e: (e.gap, e.category), default=None)


def hits_back(rows: Sequence[CategoryRow], model_id: str) -> Edge | None:
    """The category in which the model lies furthest behind the one that is ahead there."""
    edges = [
        Edge(category=row.category, model_id=row.leader, gap=points[row.leader] - points[model_id])
        for row in rows
        if row.leader and row.leader != model_id and model_id in (points := _points(row))
    ]
    return max(edges, key=lambda e: (e.gap, e.category), default=None)


def needs(models: Sequence[Candidate], rows: Sequence[CategoryRow], pick: str | None) -> tuple[Need, ...]:
    """The needs for which a model other than the pick is the better choice, by known figures alone."""
    found = [
        Need(kind=NeedKind.CATEGORY, category=row.category, model_id=row.leader)
        for row in rows
        if row.leader and row.leader != pick
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


def _cheapest(models: Sequence[Candidate], duels: Duels, call: Call, workload: Workload) -> Pick:
    weights = workload.weights
    known = {a.model_id: a for a in duels.abilities(weights, duels.models) if a}
    enough = tuple(
        m
        for m in duels.models
        if m == call.ahead or is_enough(duels.better(call.ahead, m, weights), known[call.ahead], known[m])
    )
    prices = {m.model_id: m.blended_usd_per_mtok for m in models}
    priced = [(price, -known[m].points, m) for m in enough if (price := prices[m]) is not None]
    if not priced:
        return Pick(None, Sureness.NONE, Why.NO_PRICES, call, enough)
    _, _, cheapest = min(priced)
    return Pick(cheapest, Sureness.LEANING, Why.CHEAPEST, call, enough)


def _points(row: CategoryRow) -> dict[str, int]:
    """The abilities of the models with scores of their own, rounded as they are shown."""
    return {a.model_id: whole(a.points) for a in row.abilities if a}


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
