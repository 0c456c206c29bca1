"""Prices side by side. A missing price stays missing: no 0, no ratio."""

from dataclasses import dataclass
from decimal import Decimal

from bot.catalog.entities import Number, Price


@dataclass(frozen=True, slots=True)
class PriceRatio:
    """How many times ``dearer`` costs what ``cheaper`` costs, at the blended price and for each direction.

    A direction is None where the cheaper side's figure is 0, since no ratio exists then.
    """

    cheaper: str
    dearer: str
    blended: Number | None
    input: Number | None
    output: Number | None


def blended(price: Price | None) -> Decimal | None:
    """USD per million tokens at 3 parts input to 1 part output."""
    return None if price is None else (3 * price.input + price.output) / 4


def price_ratio(one: tuple[str, Price | None], other: tuple[str, Price | None]) -> PriceRatio | None:
    """None unless both prices are known and the blended prices differ."""
    costs = [(blended(price), model_id, price) for model_id, price in (one, other)]
    (low_cost, low_id, low), (high_cost, high_id, high) = sorted(costs, key=lambda c: c[0] or Decimal(0))
    if low is None or high is None or low_cost is None or high_cost is None or low_cost == high_cost:
        return None
    return PriceRatio(
        cheaper=low_id,
        dearer=high_id,
        blended=_times(high_cost, low_cost),
        input=_times(high.input, low.input),
        output=_times(high.output, low.output),
    )


def _times(high: Decimal, low: Decimal) -> Decimal | None:
    return high / low if low else None
