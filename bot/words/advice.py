"""Recommendation -> words: the only place with prose about one; every figure comes from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.analysis import figures
from bot.analysis.calls import ENOUGH, LEANING, Sureness
from bot.analysis.figures import chance, counted, listed, times, tokens, usd, whole
from bot.analysis.limits import LeftOut, Limits
from bot.analysis.pick import NeedKind
from bot.analysis.recommend import Choice, Gain, Loss, LossKind, Reason, Recommendation
from bot.analysis.workload import Workload, description, mix
from bot.catalog.entities import Model
from bot.words.verdict import NEEDS, Written

# Models named in a sentence; the rest are counted.
MOST_NAMED = 3

FRONTIER = "The best for the money"
WHY, GIVES_UP = "Why", "You give up"

_LEFT_OUT = {
    LeftOut.TOO_FEW_SCORES: "with too few scores or none of this kind",
    LeftOut.CLOSED: "with closed weights",
    LeftOut.WEIGHTS_UNKNOWN: "not known to have open weights",
    LeftOut.WITHOUT_MODALITY: "without that input",
    LeftOut.MODALITIES_UNKNOWN: "with unknown input",
    LeftOut.CONTEXT_TOO_SMALL: "with a smaller context window",
    LeftOut.CONTEXT_UNKNOWN: "with an unknown context window",
    LeftOut.TOO_DEAR: "over the budget",
    LeftOut.PRICE_UNKNOWN: "without a known price",
}


@dataclass(frozen=True, slots=True)
class PickWords:
    """One pick: its figures, what it is there for (``WHY``), and what it lacks (``GIVES_UP``), which is empty
    where there is no other pick."""

    figures: tuple[str, ...]
    why: str
    gives_up: str


@dataclass(frozen=True, slots=True)
class Advice:
    """The words of an answer, in the order in which they are read."""

    pick: str
    asked: str
    picks: tuple[PickWords, ...]
    counts: str
    frontier: str


def advice(result: Recommendation, model: Written = str, term: Written = str) -> Advice:
    """``model`` writes the name of a model in the first sentence (escaped, bold), ``term`` in all others."""
    leading = {c.model.model_id: model(c.model.display_name) for c in result.picks}
    leading |= {r.model_id: model(r.display_name) for r in result.rivals}
    names = {c.model.model_id: term(c.model.display_name) for c in result.picks}
    models = {c.model.model_id: c.model for c in result.picks}
    following = [*result.picks[1:], None]
    return Advice(
        pick=_pick(result, leading),
        asked=_asked(result.workload, result.limits),
        picks=tuple(
            PickWords(
                figures=_figures(choice),
                why=_why(choice, after, names, models),
                gives_up=_gives_up(choice, names, models) if len(result.picks) > 1 else "",
            )
            for choice, after in zip(result.picks, following, strict=True)
        ),
        counts=_counts(result),
        frontier=_frontier(result),
    )


def subject(workload: Workload) -> str:
    """What is recommended for, in a title."""
    return workload.name or description(workload)


def parts(workload: Workload) -> str:
    """The token mix: 3 parts in to 1 part out."""
    return f"{counted(workload.input_parts, 'part')} in to {counted(workload.output_parts, 'part')} out"


def _pick(result: Recommendation, names: Mapping[str, str]) -> str:
    first = result.picks[0]
    name = names[first.model.model_id]
    if result.workload.cheapest and any(g.reason is Reason.CHEAPEST for g in first.gains):
        return _cheapest(result, names)
    best = names[result.strongest]
    unpriced = "No list price is known for any that is good enough. " * result.workload.cheapest
    if result.lead is None:
        return f"{unpriced}{name} is the only ranked model that fits."
    sure = chance(result.lead)
    if result.sureness is Sureness.NONE:
        between = [best, *(names[r.model_id] for r in result.rivals)]
        if len(between) > MOST_NAMED + 1:
            between = [*between[:MOST_NAMED], counted(len(between) - MOST_NAMED, "other")]
        than = "" if len(between) == 2 else " than the nearest of them"
        close = f"Too close to call between {listed(between)}"
        return f"{unpriced}{close}: {best} is better{than} with a chance of {sure}."
    probably = "" if result.sureness is Sureness.CLEAR else " probably"
    nearest = "" if result.fitting == 2 else " against its nearest rival"
    return f"{unpriced}{best} is{probably} the strongest model that fits, {sure} sure{nearest}."


def _cheapest(result: Recommendation, names: Mapping[str, str]) -> str:
    first = result.picks[0]
    said = f"{names[first.model.model_id]} is the cheapest model that is good enough"
    if result.fitting == 1:
        return f"{said}, and the only ranked one that fits."
    if first.model.model_id == result.strongest:
        strongest = {
            Sureness.CLEAR: "and the strongest",
            Sureness.LEANING: "and probably the strongest",
            Sureness.NONE: "and none is surely stronger",
        }
        return f"{said}, {strongest[result.sureness]}."
    stronger = chance(1 - (first.better_than_next or 0))
    return f"{said}. {names[result.strongest]} is better with a chance of {stronger}, and dearer."


def _asked(workload: Workload, limits: Limits) -> str:
    """The mix behind a preset's name, the limits, and what the prices are for."""
    said = []
    if workload.name:
        said.append(f"{workload.name.capitalize()} means {mix(workload)}.")
    if workload.cheapest:
        said.append(
            f"Good enough: at most {ENOUGH} points below the strongest, or weaker with a chance below 90 %."
        )
    inputs = listed([figures.taken_in(m) for m in limits.modalities])
    wanted = [
        "with open weights" if limits.open_weights else "",
        f"that take in {inputs}" if inputs else "",
        f"with at least {limits.context:,} tokens of context" if limits.context is not None else "",
        f"for at most {usd(limits.budget)}" if limits.budget is not None else "",
    ]
    if any(wanted):
        said.append(f"Only models {listed([w for w in wanted if w])}.")
    said.append(f"Prices are in US dollars per million tokens, {parts(workload)}.")
    return " ".join(said)


def _figures(choice: Choice) -> tuple[str, ...]:
    ability, model = choice.ability, choice.model
    spans = f"{whole(ability.low)} to {whole(ability.high)}"
    price, window = model.price, model.context_window_tokens
    return (
        f"Ability {whole(ability.points)} ({spans})",
        f"from {counted(ability.scores, 'score')}",
        f"{usd(choice.cost)} ({usd(price.input)} in, {usd(price.output)} out)" if price else "no known price",
        f"{tokens(window)} context" if window else "unknown context",
        {True: "open weights", False: "closed weights", None: "unknown weights"}[model.open_weights],
    )


def _why(choice: Choice, after: Choice | None, names: Mapping[str, str], models: Mapping[str, Model]) -> str:
    said = f"{listed([_gain(gain, choice.model, names, models) for gain in choice.gains])}."
    if after is None or choice.better_than_next is None:
        return said
    chances, other = choice.better_than_next, names[after.model.model_id]
    if chances >= LEANING:
        return f"{said} Better than {other}, {chance(chances)} sure."
    if chances > 1 - LEANING:
        ahead = "better" if chances >= 0.5 else f"{other} is better"
        said += f" Against {other} it is too close to call: {ahead} with a chance of "
        return f"{said}{chance(max(chances, 1 - chances))}."
    return said


def _gain(gain: Gain, model: Model, names: Mapping[str, str], models: Mapping[str, Model]) -> str:
    over = models[gain.over] if gain.over else None
    name = names.get(gain.over or "", "")
    match gain.reason:
        case Reason.STRONGEST:
            return "the highest ability"
        case Reason.CHEAPEST:
            return "the lowest price of those that are good enough"
        case Reason.PRICED:
            return "a known price"
        case Reason.PRICE:
            ratio = f"{name} costs {times(gain.times)} as much" if gain.times else f"{name} is not free"
            return f"{NEEDS[NeedKind.PRICE]} ({ratio})"
        case Reason.CONTEXT:
            window = tokens(over.context_window_tokens if over else None)
            return f"{NEEDS[NeedKind.CONTEXT]} ({name} has {window})"
        case Reason.OPEN_WEIGHTS:
            return NEEDS[NeedKind.OPEN_WEIGHTS]
        case Reason.LATENCY:
            return f"{NEEDS[NeedKind.LATENCY]} ({_wait(model)}, {name} {_wait(over)})"


def _gives_up(choice: Choice, names: Mapping[str, str], models: Mapping[str, Model]) -> str:
    if not choice.losses:
        return "nothing that the other picks have."
    return f"{listed([_loss(loss, choice.model, names, models) for loss in choice.losses])}."


def _loss(loss: Loss, model: Model, names: Mapping[str, str], models: Mapping[str, Model]) -> str:
    name, other = names[loss.to], models[loss.to]
    match loss.kind:
        case LossKind.ABILITY:
            return f"ability ({name} is better, {chance(loss.probability or 0)} sure)"
        case LossKind.PRICE:
            return (
                f"money ({times(loss.times)} the price of {name})"
                if loss.times
                else f"money ({name} is free)"
            )
        case LossKind.PRICE_UNKNOWN:
            return f"a known price ({name} has one)"
        case LossKind.CONTEXT:
            own, theirs = tokens(model.context_window_tokens), tokens(other.context_window_tokens)
            return f"context ({own}, {name} has {theirs})"
        case LossKind.OPEN_WEIGHTS:
            return f"open weights ({name} has them)"
        case LossKind.LATENCY:
            return f"a quick first reply ({_wait(model)}, {name} {_wait(other)})"


def _wait(model: Model | None) -> str:
    return f"{figures.points(model.ttft_s)} s" if model and model.ttft_s is not None else figures.MISSING


def _counts(result: Recommendation) -> str:
    """How many were considered, and why the others were not."""
    fit = "fits" if result.fitting == 1 else "fit"
    said = f"{counted(result.fitting, 'ranked model')} {fit}."
    left_out = [f"{number:,} {_LEFT_OUT[reason]}" for reason, number in result.left_out]
    return f"{said} Left out: {listed(left_out)}." if left_out else said


def _frontier(result: Recommendation) -> str:
    """What the table of the frontier shows, and who cannot be in it."""
    said = (
        "No other model that fits is both cheaper and better than one of these. Abilities are from 0 to 100; "
        "in brackets above, the range that is 90 % sure."
    )
    if not result.frontier:
        said = "No price is known for any model that fits."
    elif result.unpriced:
        verb = "is" if result.unpriced == 1 else "are"
        said += f" {counted(result.unpriced, 'model')} without a known price {verb} not in the table."
    return said
