"""Limits on what is recommended: who keeps to them, why the others do not, and what would have to give."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.catalog.abilities import Ability
from bot.catalog.entities import Model, Number, Value
from bot.errors import Limit, Nearest, NothingFits


class Modality(StrEnum):
    """What a model can take in besides text."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    PDF = "pdf"


class Limits(Value):
    """What a model must keep to.

    ``budget`` is the highest price in USD per million tokens of the workload's mix, ``context`` the smallest
    context window in tokens, ``modalities`` what it has to take in. What is not known of a model is not kept.
    """

    budget: Number | None = None
    context: int | None = None
    open_weights: bool = False
    modalities: tuple[Modality, ...] = ()


class LeftOut(StrEnum):
    """Why a model was not considered: the first of these reasons."""

    TOO_FEW_SCORES = "too few scores"
    CLOSED = "closed weights"
    WEIGHTS_UNKNOWN = "weights not known"
    WITHOUT_MODALITY = "does not take it in"
    MODALITIES_UNKNOWN = "modalities not known"
    CONTEXT_TOO_SMALL = "context too small"
    CONTEXT_UNKNOWN = "context not known"
    TOO_DEAR = "over the budget"
    PRICE_UNKNOWN = "price not known"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked model, its ability for a workload, and its price in USD per million tokens of the mix."""

    model: Model
    ability: Ability
    cost: Decimal | None


_FIELDS: dict[Limit, str] = {
    "budget": "budget",
    "context": "context",
    "open weights": "open_weights",
    "modalities": "modalities",
}


def takes_in(model: Model) -> frozenset[Modality] | None:
    """What it can take in besides text, from "text|image->text"; None where that is not known."""
    if not model.modalities:
        return None
    taken = {m.strip().rsplit("/", 1)[-1] for m in model.modalities.split("->")[0].casefold().split("|")}
    return frozenset(m for m in Modality if m.value in taken)


def kept_out(candidate: Candidate, limits: Limits) -> LeftOut | None:
    """The first reason why the limits leave it out; None if it keeps to them."""
    model, cost, window = candidate.model, candidate.cost, candidate.model.context_window_tokens
    if limits.open_weights and model.open_weights is not True:
        return LeftOut.WEIGHTS_UNKNOWN if model.open_weights is None else LeftOut.CLOSED
    if limits.modalities:
        taken = takes_in(model)
        if taken is None:
            return LeftOut.MODALITIES_UNKNOWN
        if not taken.issuperset(limits.modalities):
            return LeftOut.WITHOUT_MODALITY
    if limits.context is not None and (window is None or window < limits.context):
        return LeftOut.CONTEXT_UNKNOWN if window is None else LeftOut.CONTEXT_TOO_SMALL
    if limits.budget is not None and (cost is None or cost > limits.budget):
        return LeftOut.PRICE_UNKNOWN if cost is None else LeftOut.TOO_DEAR
    return None


def nothing_fits(ranked: Sequence[Candidate], limits: Limits) -> NothingFits:
    """The error that says what would have to be loosened: one limit alone, or which are out of reach at all.

    ``ranked`` are all ranked models, strongest first.
    """
    given = {
        limit: field
        for limit, field in _FIELDS.items()
        if getattr(limits, field) != Limits.model_fields[field].default
    }
    alone = []
    for limit, field in given.items():
        rest = limits.model_copy(update={field: Limits.model_fields[field].default})
        alone.append(_nearest(limit, limits, [c for c in ranked if not kept_out(c, rest)]))
    if found := [n for n in alone if n]:
        return NothingFits(len(ranked), found, several=False)
    out_of_reach = [
        _nearest(limit, limits, ranked)
        for limit, field in given.items()
        if all(kept_out(c, Limits(**{field: getattr(limits, field)})) for c in ranked)
    ]
    return NothingFits(len(ranked), [n for n in out_of_reach if n], several=True)


def _nearest(limit: Limit, limits: Limits, among: Sequence[Candidate]) -> Nearest | None:
    """The model that is nearest to a limit, the strongest one of equals."""
    match limit:
        case "budget":
            costs = [(c.cost, n, c.model.display_name) for n, c in enumerate(among) if c.cost is not None]
            return Nearest(limit, min(costs)[2], price=min(costs)[0]) if costs else None
        case "context":
            windows = [
                (w, -n, c.model.display_name)
                for n, c in enumerate(among)
                if (w := c.model.context_window_tokens)
            ]
            return Nearest(limit, max(windows)[2], context=max(windows)[0]) if windows else None
        case "open weights":
            return Nearest(limit, among[0].model.display_name) if among else None
        case "modalities":
            wanted = set(limits.modalities)
            lacking = [
                (
                    len(wanted - taken),
                    n,
                    c.model.display_name,
                    tuple(m for m in limits.modalities if m not in taken),
                )
                for n, c in enumerate(among)
                if (taken := takes_in(c.model)) is not None
            ]
            return Nearest(limit, min(lacking)[2], modalities=min(lacking)[3]) if lacking else None
