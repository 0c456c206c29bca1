"""Whether what a source gives now can be believed, after what it gave before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.catalog.entities import Model, Price
from bot.errors import SourceRefused
from bot.sources.merge import Kept
from bot.sources.offers import Offer

LARGEST_CHANGE = Decimal(1000)


def check(offers: Sequence[Offer], before: Sequence[Kept], known: Mapping[str, Model]) -> None:
    """Raises ``SourceRefused`` if more than half of the listings are gone, or if a price is 1,000 times what
    it was, or a thousandth. ``known`` are our models by the key of the listing."""
    if not offers:
        raise SourceRefused("it lists no model")
    keys = {offer.key for offer in offers}
    gone = sum(each.offer.key not in keys for each in before)
    if 2 * gone > len(before):
        raise SourceRefused(f"{gone} of the {len(before)} models it gave last time are gone")
    was = {each.offer.key: each.offer for each in before}
    for offer in offers:
        held = known.get(offer.key)
        for old in (_prices(was.get(offer.key)), _prices(held.price if held else None)):
            for what, now, then in zip(("input", "output"), _prices(offer), old, strict=True):
                if now and then and max(now / then, then / now) >= LARGEST_CHANGE:
                    raise SourceRefused(
                        f"its {what} price of {offer.key[:100]} went from {then:f} to {now:f} dollars"
                    )


def _prices(stated: Offer | Price | None) -> tuple[Decimal | None, Decimal | None]:
    if stated is None:
        return None, None
    if isinstance(stated, Price):
        return stated.input, stated.output
    return stated.price_input, stated.price_output
