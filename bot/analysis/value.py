"""value(...) -> ValueMap: ability against price, and which models nothing beats in both. No I/O, no prose."""

from datetime import date

from bot.analysis.averages import METHOD
from bot.analysis.leaderboard import board
from bot.analysis.limits import Candidate
from bot.analysis.recommend import Point, frontier
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Value
from bot.errors import NotWorkedOut


class ValueMap(Value):
    """The ranked models of a board with their blended prices (3 parts input, 1 part output).

    ``frontier`` is in order of price: none of the others has as much ability for less or more for as much.
    ``others`` are the priced models that are not on it; of the ranked ones ``unpriced`` have no known price.
    """

    method: int
    ability_method: int
    snapshot: int
    lane: Lane
    category: Category | None
    frontier: tuple[Point, ...]
    others: tuple[Point, ...]
    unpriced: int
    scores_as_of: date | None
    prices_as_of: date | None
    prices_until: date | None

    @property
    def free(self) -> int:
        """How many cost nothing."""
        return sum(point.cost == 0 for point in (*self.frontier, *self.others))


def value(catalog: Catalog, category: Category | None = None, lane: Lane = Lane.PROVISIONAL) -> ValueMap:
    """What one gets for the money, overall or in a category. Raises ``NotWorkedOut`` without abilities."""
    if catalog.fit is None or catalog.abilities(lane) is None:
        raise NotWorkedOut
    entries, _ = board(catalog, lane, category)
    priced = [
        Candidate(e.model, e.ability, e.blended_usd_per_mtok)
        for e in entries
        if e.blended_usd_per_mtok is not None
    ]
    best = frontier(priced)
    ahead = {point.model_id for point in best}
    dates = [c.model.price.as_of for c in priced if c.model.price]
    return ValueMap(
        method=METHOD,
        ability_method=catalog.fit.method,
        snapshot=catalog.snapshot,
        lane=lane,
        category=category,
        frontier=best,
        others=tuple(
            Point(
                model_id=c.model.model_id, display_name=c.model.display_name, ability=c.ability, cost=c.cost
            )
            for c in priced
            if c.cost is not None and c.model.model_id not in ahead
        ),
        unpriced=len(entries) - len(priced),
        scores_as_of=catalog.data_date,
        prices_as_of=min(dates, default=None),
        prices_until=max(dates, default=None),
    )
