"""profile(...) -> Profile: all that is known about one model."""

from datetime import date

from bot.analysis.averages import METHOD
from bot.analysis.calls import Duels
from bot.analysis.categories import CategoryRow, category_rows
from bot.analysis.comparison import Contender, contenders_of
from bot.catalog.abilities import Ability
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Place, Quote, Value


class Profile(Value):
    """One model with its tests; each category row has this model as its only side.

    ``quotes`` are prices that sources state beside the one in use, ``places`` are on other sites' boards.
    """

    method: int
    ability_method: int | None
    snapshot: int
    lane: Lane
    model: Contender
    ability: Ability | None
    categories: tuple[CategoryRow, ...]
    scores_as_of: date | None
    quotes: tuple[Quote, ...] = ()
    places: tuple[Place, ...] = ()


def profile(catalog: Catalog, model_id: str, lane: Lane = Lane.PROVISIONAL) -> Profile:
    """Raises ``KeyError`` for an id that is not in the catalog."""
    duels = Duels(catalog.abilities(lane), [model_id])
    rows = category_rows(catalog, [model_id], lane, duels)
    return Profile(
        method=METHOD,
        ability_method=catalog.ability_method,
        snapshot=catalog.snapshot,
        lane=lane,
        model=contenders_of(catalog, lane)(model_id),
        ability=duels.abilities(None, [model_id])[0],
        categories=rows,
        scores_as_of=max((c.as_of for row in rows for t in row.tests for c in t.cells if c), default=None),
        quotes=catalog.quotes.get(model_id, ()),
        places=catalog.places.get(model_id, ()),
    )
