"""value(...) -> ValueMap: ability against price, and which models nothing beats in both. No I/O, no prose."""

from typing import ClassVar

from bot.analysis.leaderboard import ranking
from bot.analysis.limits import Candidate
from bot.analysis.provenance import DAYS, HEAD, Answer, Provenance
from bot.analysis.recommend import Point, frontier
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.errors import NotWorkedOut


class ValueMap(Answer):
    """The ranked models of a board with their blended prices (3 parts input, 1 part output).

    ``frontier`` is in order of price: none of the others has as much ability for less or more for as much.
    ``others`` are the priced models that are not on it; of the ranked ones ``unpriced`` have no known price.
    """

    flat: ClassVar = {"provenance": HEAD, "unpriced": DAYS}

    category: Category | None
    frontier: tuple[Point, ...]
    others: tuple[Point, ...]
    unpriced: int

    @property
    def free(self) -> int:
        """How many cost nothing."""
        return sum(point.cost == 0 for point in (*self.frontier, *self.others))


def value(catalog: Catalog, category: Category | None = None, lane: Lane = Lane.PROVISIONAL) -> ValueMap:
    """What one gets for the money, overall or in a category. Raises ``NotWorkedOut`` without abilities."""
    if catalog.abilities(lane) is None:
        raise NotWorkedOut
    entries, _ = ranking(catalog, lane, category)
    priced = [
        Candidate(e.model, e.ability, e.blended_usd_per_mtok)
        for e in entries
        if e.blended_usd_per_mtok is not None
    ]
    best = frontier(priced)
    ahead = {point.model_id for point in best}
    return ValueMap(
        provenance=Provenance.of(catalog, lane, catalog.data_date, (c.model for c in priced)),
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
    )
