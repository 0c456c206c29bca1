"""Which of the figures that are stated of a model counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.catalog.entities import AT_HOST, Model, Price, PriceKind, Quote
from bot.sources.kept import Kept
from bot.sources.offers import Offer

_RANK = {kind: rank for rank, kind in enumerate(PriceKind)}

Claim = tuple[str, Kept, Offer]
"""A source by name, what it gave, and what of it is believed."""


def stated_price(source: str, kept: Kept, offer: Offer, stale: bool = False) -> Price | None:
    """The price as an offer states it, None where it states none."""
    if offer.price_input is None or offer.price_output is None:
        return None
    # What stands still longer than it ever did is no better than any collection.
    kind = PriceKind.COLLECTION if stale and offer.kind is PriceKind.MAKER else offer.kind
    return Price(
        input=offer.price_input,
        output=offer.price_output,
        source_url=offer.price_url or offer.source_url,
        as_of=kept.holds_from or kept.price_day,
        source=source,
        listing=offer.key,
        kind=kind,
        since=kept.holds_from,
        read=kept.price_day,
        cached=offer.cached,
        bands=offer.bands,
        batch=offer.batch,
        fast=offer.fast,
        hours=offer.hours,
    )


def best_price(held: Price | None, stated: Sequence[Price]) -> Price | None:
    """The one of the best kind, and within it the most trusted unless a later one is known to be newer.

    ``held`` is that of the tables, of the day on which it was read there: a figure without a day of its own
    takes no precedence over it, but one that is the same tells more, as its source goes on being read.
    """
    best: Price | None = None
    for price in stated:
        if best is None or _is_better(price, best):
            best = price
    if held is None or best is None:
        return best or held
    if _RANK[best.kind] != _RANK[held.kind]:
        return best if _RANK[best.kind] < _RANK[held.kind] else held
    if (best.input, best.output) == (held.input, held.output):
        return best
    return best if best.since and best.since > held.as_of else held


def _is_better(price: Price, best: Price) -> bool:
    if _RANK[price.kind] != _RANK[best.kind]:
        return _RANK[price.kind] < _RANK[best.kind]
    return price.since is not None and best.since is not None and price.since > best.since


def quotes(price: Price | None, stated: Iterable[Price], titles: Mapping[str, str]) -> list[Quote]:
    """The prices that sources state and that are not the one in use, one of each source."""
    found: dict[str, Quote] = {}
    for each in stated:
        if price and (each.input, each.output) != (price.input, price.output):
            title = titles[each.source]
            found.setdefault(title, Quote(source=title, price=each))
    return sorted(found.values(), key=lambda quote: quote.source)


def with_figures(model: Model, claims: Sequence[Claim], price: Price | None, since: date) -> Model:
    """The model with what the sources say of it, the most trusted first; ``since``: the day of the tables."""
    changed: dict[str, Any] = {"price": price, **_window(model, claims, since)}
    offers = [offer for _, _, offer in claims]
    for name, stated in (
        ("max_output_tokens", [each.max_output for each in offers]),
        ("open_weights", [each.open_weights for each in offers]),
        ("modalities", [each.modalities for each in offers]),
        ("speed_tps", [each.speed_tps for each in offers]),
        ("ttft_s", [each.ttft_s for each in offers]),
        ("release_date", [each.released and each.released.isoformat() for each in offers]),
        ("parameters_b", [each.parameters_b for each in offers]),
        ("reasoning", [each.reasoning for each in offers]),
        ("tools", [each.tools for each in offers]),
        ("structured_output", [each.structured_output for each in offers]),
        ("retires", [each.retires for each in offers if each.own]),
        ("successor", [each.successor for each in offers if each.own]),
    ):
        if getattr(model, name) is None:
            changed[name] = next((each for each in stated if each is not None), None)
    if not model.efforts:
        changed["efforts"] = next((each.efforts for each in offers if each.efforts), ())
    if model.status is None and (found := next((c for c in claims if c[2].own and c[2].status), None)):
        changed |= {"status": found[2].status, "status_source": f"{found[0]} {found[2].key}"}
    return model.model_copy(update=changed)


def _window(model: Model, claims: Sequence[Claim], since: date) -> dict[str, Any]:
    """The whole window and who says so. A host may serve a model with a shorter one, so it only fills it."""
    held = model.context_window_tokens
    for own in (True, False):
        for source, kept, offer in claims:
            if offer.context is None or offer.own is not own:
                continue
            newer = own and kept.context_changed and kept.context_day > since
            if held is None or newer or (own and held == offer.context):
                said_by = f"{source} {offer.key}" if own else AT_HOST
                return {"context_window_tokens": offer.context, "context_source": said_by}
            return {}
    return {}
