"""profile(...) -> Profile: all that is known about one model."""

from typing import ClassVar

from bot.analysis.calls import Duels
from bot.analysis.categories import CategoryRow, category_rows
from bot.analysis.comparison import Contender, contenders_of
from bot.analysis.provenance import HEAD, Answer, Provenance
from bot.catalog.abilities import Ability
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Place, Quote


class Profile(Answer):
    """One model with its tests; each category row has this model as its only side.

    ``quotes`` are prices that sources state beside the one in use, ``places`` are on other sites' boards.
    """

    flat: ClassVar = {"provenance": HEAD, "categories": ("scores_as_of",)}

    model: Contender
    ability: Ability | None
    categories: tuple[CategoryRow, ...]
    quotes: tuple[Quote, ...] = ()
    places: tuple[Place, ...] = ()


def profile(catalog: Catalog, model_id: str, lane: Lane = Lane.PROVISIONAL) -> Profile:
    """Raises ``KeyError`` for an id that is not in the catalog."""
    duels = Duels(catalog.abilities(lane), [model_id])
    rows = category_rows(catalog, [model_id], lane, duels)
    newest = max((c.as_of for row in rows for t in row.tests for c in t.cells if c), default=None)
    return Profile(
        provenance=Provenance.of(catalog, lane, newest),
        model=contenders_of(catalog, lane)(model_id),
        ability=duels.abilities(None, [model_id])[0],
        categories=rows,
        quotes=catalog.quotes.get(model_id, ()),
        places=catalog.places.get(model_id, ()),
    )
