"""What was known of the models at several moments: ranks and prices over time. No I/O and no prose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.analysis.averages import METHOD
from bot.analysis.leaderboard import ranking
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane

Rank = tuple[int, int, int]
"""A rank and its 90 % interval: rank, best, worst."""


@dataclass(frozen=True)
class Moment:
    """One snapshot, small enough to keep many: by the number of a model, which is the same in all of them,
    its rank on each board of all scores, and its price in and out."""

    snapshot: int
    day: date
    method: tuple[int, int | None]
    ranks: Mapping[Category | None, Mapping[int, Rank]]
    prices: Mapping[int, tuple[Decimal, Decimal]]


def moment(catalog: Catalog, day: date) -> Moment:
    """What the catalog knows, as of the day when its snapshot was taken."""
    ranks = {
        category: {
            e.model.number: (e.rank, e.best, e.worst) for e in ranking(catalog, Lane.PROVISIONAL, category)[0]
        }
        for category in (None, *Category)
    }
    prices = {m.number: (m.price.input, m.price.output) for m in catalog.models.values() if m.price}
    return Moment(catalog.snapshot, day, (METHOD, catalog.ability_method), ranks, prices)


def since(moments: Sequence[Moment], day: date) -> tuple[Moment, ...]:
    """The moments from a day on, and the last one before it: what held on that day."""
    before = sum(m.day <= day for m in moments)
    return tuple(moments[max(0, before - 1) :])


def ranks(moments: Sequence[Moment], number: int, category: Category | None) -> tuple[Rank | None, ...]:
    """The rank of a model at each moment, None where it had none."""
    return tuple(m.ranks.get(category, {}).get(number) for m in moments)


def method_changes(moments: Sequence[Moment]) -> tuple[int, ...]:
    """The places of the moments whose ranks come by another method than those before."""
    return tuple(n for n in range(1, len(moments)) if moments[n].method != moments[n - 1].method)


def price_changes(moments: Sequence[Moment], number: int) -> tuple[Moment, ...]:
    """The moments with a price of the model; empty unless there is more than one price."""
    priced = tuple(m for m in moments if number in m.prices)
    return priced if len({m.prices[number] for m in priced}) > 1 else ()
