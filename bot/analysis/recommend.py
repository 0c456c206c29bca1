"""recommend(...) -> Recommendation: up to three models for a workload under limits. No I/O and no prose."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from bot.analysis.calls import LEANING, Sureness, is_enough, sureness
from bot.analysis.leaderboard import standing
from bot.analysis.limits import Candidate, LeftOut, Limits, Modality, kept_out, nothing_fits
from bot.analysis.provenance import DAYS, HEAD, Answer, Outdated, Provenance
from bot.analysis.records import newest_score
from bot.analysis.workload import Workload
from bot.catalog.abilities import Abilities, Ability, Weights
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model, Number, Value
from bot.errors import NotWorkedOut

MOST_PICKS = 3
# Shares of a price or a wait, and times a context window, from which a model offers something that another
# one does not: less is no reason to take a weaker model.
CHEAPER, QUICKER, LARGER = Decimal("0.8"), Decimal("0.8"), Decimal("1.5")
# Share of the strongest one's points below which a model is no alternative, whatever it offers.
WORTH = 0.5


class Reason(StrEnum):
    """What a pick is there for."""

    STRONGEST = "strongest"
    CHEAPEST = "cheapest good enough"
    PRICE = "lower price"
    PRICED = "known price"
    CONTEXT = "larger context"
    OPEN_WEIGHTS = "open weights"
    LATENCY = "quicker first token"


class Gain(Value):
    """A reason for a pick. ``over`` is the pick before it that comes nearest in this, where there is one, and
    ``times`` how many times as much that one costs (None for a price of 0)."""

    reason: Reason
    over: str | None = None
    times: Number | None = None


class LossKind(StrEnum):
    """What somebody who takes a pick does without."""

    ABILITY = "ability"
    PRICE = "price"
    PRICE_UNKNOWN = "known price"
    CONTEXT = "context"
    OPEN_WEIGHTS = "open weights"
    LATENCY = "quick first token"


class Loss(Value):
    """What another pick, ``to``, has and this one has not: P that it is better, or how many times its price
    this one costs (None where the other costs nothing)."""

    kind: LossKind
    to: str
    probability: float | None = None
    times: Number | None = None


class Choice(Value):
    """A pick. ``cost`` is its price in USD per million tokens of the workload's mix; ``better_than_next`` is
    P that it is better than the pick after it; ``newer`` the name of a later version of the same line."""

    model: Model
    ability: Ability
    cost: Number | None
    gains: tuple[Gain, ...]
    losses: tuple[Loss, ...]
    better_than_next: float | None
    newer: str | None


class Rival(Value):
    """A model that fits and that the strongest one does not surely lead: ``probability`` that it does."""

    model_id: str
    display_name: str
    probability: float


class Point(Value):
    """A model on the frontier: none that fits has both as much ability for less and more for as much."""

    model_id: str
    display_name: str
    ability: Ability
    cost: Number


class Recommendation(Answer):
    """Up to three picks among the ``fitting`` models that keep to the limits and are ranked in the lane.

    The pick first in the list is the answer: the model of highest ability, or the cheapest good enough.
    ``strongest`` has the highest ability, better than each other one with P of ``lead`` or more (None for one
    alone); ``rivals`` are those against which P is below 80 %, strongest first. ``good_enough`` counts the
    priced models that are not surely much weaker than it. ``frontier`` is in order of price, and ``unpriced``
    of the fitting models cannot be on it. Its scores and prices are those of the picks in the lane.
    """

    flat: ClassVar = {"provenance": HEAD, "unpriced": DAYS}

    workload: Workload
    limits: Limits
    picks: tuple[Choice, ...]
    strongest: str
    lead: float | None
    rivals: tuple[Rival, ...]
    good_enough: int
    fitting: int
    left_out: tuple[tuple[LeftOut, int], ...]
    frontier: tuple[Point, ...]
    unpriced: int

    @property
    def outdated(self) -> tuple[Outdated, ...]:
        """The picks with a later version."""
        return tuple(Outdated(c.model.display_name, c.newer) for c in self.picks if c.newer)

    @property
    def sureness(self) -> Sureness:
        """How sure it is that the strongest one is the strongest."""
        return Sureness.CLEAR if self.lead is None else sureness(self.lead)


_Better = Callable[[Candidate, Candidate], float]


def recommend(
    catalog: Catalog,
    workload: Workload,
    budget: Decimal | None = None,
    context: int | None = None,
    open_weights: bool = False,
    modalities: Iterable[Modality] = (),
    lane: Lane = Lane.PROVISIONAL,
) -> Recommendation:
    """The best models for a workload within limits (see ``Limits``), with what each gives and costs.

    After the first pick follow the next strongest that offer something the picks before them do not: a price
    lower by a fifth, a context window half as large again, open weights, or a first token a fifth sooner.
    A model with less than half the points of the strongest is left to the frontier.
    Raises ``NotWorkedOut`` without abilities and ``NothingFits``.
    """
    inputs = tuple(sorted(set(modalities), key=list(Modality).index))
    limits = Limits(budget=budget, context=context, open_weights=open_weights, modalities=inputs)
    abilities = catalog.abilities(lane)
    if abilities is None:
        raise NotWorkedOut
    ranked, too_few = _ranked(catalog, abilities, workload, lane)
    kept = {c.model.model_id: kept_out(c, limits) for c in ranked}
    fitting = [c for c in ranked if kept[c.model.model_id] is None]
    if not fitting:
        raise nothing_fits(ranked, limits)
    better = _comparing(abilities, workload.weights)
    best, *others = fitting
    rivals = [_rival(c, better(best, c)) for c in others]
    priced = [c for c in fitting if c.cost is not None]
    enough = [c for c in priced if c is best or is_enough(better(best, c), best.ability, c.ability)]
    picks = _picks(fitting, enough if workload.cheapest else ())
    reasons = [LeftOut.TOO_FEW_SCORES] * too_few + [reason for reason in kept.values() if reason]
    chosen = [c.model for c, _ in picks]
    newest = newest_score(catalog, lane, (m.model_id for m in chosen))
    return Recommendation(
        provenance=Provenance.of(catalog, lane, newest, chosen),
        workload=workload,
        limits=limits,
        picks=_choices(catalog, picks, better),
        strongest=best.model.model_id,
        lead=min((rival.probability for rival in rivals), default=None),
        rivals=tuple(rival for rival in rivals if rival.probability < LEANING),
        good_enough=len(enough),
        fitting=len(fitting),
        left_out=tuple((reason, reasons.count(reason)) for reason in LeftOut if reason in reasons),
        frontier=frontier(priced),
        unpriced=len(fitting) - len(priced),
    )


def _comparing(abilities: Abilities, weights: Weights) -> _Better:
    """Of two candidates to P that the first is better."""
    return lambda one, other: abilities.better(one.model.model_id, other.model.model_id, weights)


def _rival(candidate: Candidate, probability: float) -> Rival:
    model = candidate.model
    return Rival(model_id=model.model_id, display_name=model.display_name, probability=probability)


def _ranked(
    catalog: Catalog, abilities: Abilities, workload: Workload, lane: Lane
) -> tuple[list[Candidate], int]:
    """The ranked models with a score of the kind asked for, strongest first, and how many are others."""
    known = standing(catalog, lane)
    ranked = [m for m in catalog.models.values() if known[m.model_id].ranked and m.model_id in abilities]
    weighed = [(m, abilities.ability(m.model_id, workload.weights)) for m in ranked]
    found = [Candidate(m, ability, workload.cost(m.price)) for m, ability in weighed if ability.scores]
    found.sort(key=lambda c: (-c.ability.points, c.model.model_id))
    return found, len(catalog.models) - len(found)


def _picks(
    fitting: Sequence[Candidate], good_enough: Sequence[Candidate]
) -> list[tuple[Candidate, tuple[Gain, ...]]]:
    """Strongest first, or the cheapest that is ``good_enough`` and then the strongest."""
    best = fitting[0]
    picks: list[tuple[Candidate, tuple[Gain, ...]]] = [(best, (Gain(reason=Reason.STRONGEST),))]
    if good_enough:
        cheapest = min(good_enough, key=lambda c: (c.cost, -c.ability.points, c.model.model_id))
        gain = Gain(reason=Reason.CHEAPEST)
        picks = [(best, (gain, *picks[0][1]))] if cheapest is best else [(cheapest, (gain,)), *picks]
    for candidate in fitting:
        taken = [c for c, _ in picks]
        if len(picks) == MOST_PICKS or candidate.ability.points < WORTH * best.ability.points:
            break
        if candidate not in taken and (gains := _gains(candidate, taken)):
            picks.append((candidate, gains))
    return picks


def _gains(candidate: Candidate, before: Sequence[Candidate]) -> tuple[Gain, ...]:
    """What it offers that none of the picks before it does."""
    gains = []
    cost, window, wait = candidate.cost, candidate.model.context_window_tokens, candidate.model.ttft_s
    costs = [(c.cost, c.model.model_id) for c in before if c.cost is not None]
    if cost is not None and not costs:
        gains.append(Gain(reason=Reason.PRICED))
    elif cost is not None:
        lowest, over = min(costs)
        if lowest and cost <= CHEAPER * lowest:
            gains.append(Gain(reason=Reason.PRICE, over=over, times=lowest / cost if cost else None))
    windows = [(t, c.model.model_id) for c in before if (t := c.model.context_window_tokens)]
    if window and len(windows) == len(before):
        largest, over = max(windows)
        if window >= LARGER * largest:
            gains.append(Gain(reason=Reason.CONTEXT, over=over))
    if candidate.model.open_weights and not any(c.model.open_weights for c in before):
        gains.append(Gain(reason=Reason.OPEN_WEIGHTS))
    waits = [(s, c.model.model_id) for c in before if (s := c.model.ttft_s) is not None]
    if wait is not None and len(waits) == len(before):
        shortest, over = min(waits)
        if wait <= QUICKER * shortest and wait < shortest:
            gains.append(Gain(reason=Reason.LATENCY, over=over))
    return tuple(gains)


def _choices(
    catalog: Catalog, picks: Sequence[tuple[Candidate, tuple[Gain, ...]]], better: _Better
) -> tuple[Choice, ...]:
    taken = [c for c, _ in picks]
    return tuple(
        Choice(
            model=c.model,
            ability=c.ability,
            cost=c.cost,
            gains=gains,
            losses=_losses(c, [o for o in taken if o is not c], better),
            better_than_next=better(c, after) if after else None,
            newer=newer.display_name if (newer := catalog.names.newer(c.model)) else None,
        )
        for (c, gains), after in zip(picks, [*taken[1:], None], strict=True)
    )


def _losses(one: Candidate, others: Sequence[Candidate], better: _Better) -> tuple[Loss, ...]:
    """What it lacks against the pick that has most of each."""
    losses: list[Loss] = []
    stronger = [(o.ability.points, o.model.model_id, p) for o in others if (p := better(o, one)) >= LEANING]
    if stronger:
        _, to, probability = max(stronger)
        losses.append(Loss(kind=LossKind.ABILITY, to=to, probability=probability))
    costs = [(o.cost, o.model.model_id) for o in others if o.cost is not None]
    if costs:
        lowest, to = min(costs)
        if one.cost is None:
            losses.append(Loss(kind=LossKind.PRICE_UNKNOWN, to=to))
        elif one.cost and lowest <= CHEAPER * one.cost:
            losses.append(Loss(kind=LossKind.PRICE, to=to, times=one.cost / lowest if lowest else None))
    own = one.model.context_window_tokens
    windows = [(t, o.model.model_id) for o in others if (t := o.model.context_window_tokens)]
    if own and windows and (widest := max(windows))[0] >= LARGER * own:
        losses.append(Loss(kind=LossKind.CONTEXT, to=widest[1]))
    open_ = [o.model.model_id for o in others if o.model.open_weights]
    if open_ and one.model.open_weights is False:
        losses.append(Loss(kind=LossKind.OPEN_WEIGHTS, to=open_[0]))
    wait = one.model.ttft_s
    waits = [(s, o.model.model_id) for o in others if (s := o.model.ttft_s) is not None]
    if wait and waits and (soonest := min(waits))[0] <= QUICKER * wait:
        losses.append(Loss(kind=LossKind.LATENCY, to=soonest[1]))
    return tuple(losses)


def frontier(priced: Sequence[Candidate]) -> tuple[Point, ...]:
    """Those that no other one beats in ability and price, cheapest first."""
    found: list[Candidate] = []
    for c in sorted(priced, key=lambda c: (c.cost, -c.ability.points, c.model.model_id)):
        if not found or c.ability.points > found[-1].ability.points or _alike(c, found[-1]):
            found.append(c)
    return tuple(
        Point(model_id=c.model.model_id, display_name=c.model.display_name, ability=c.ability, cost=c.cost)
        for c in found
        if c.cost is not None
    )


def _alike(one: Candidate, other: Candidate) -> bool:
    return (one.cost, one.ability.points) == (other.cost, other.ability.points)
