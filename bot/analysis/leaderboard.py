"""Leaderboards: lanes, ranks and filters."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from bot.analysis.averages import Average, Standing, category_average, standings
from bot.analysis.prices import blended
from bot.analysis.provenance import HEAD, Answer, Provenance
from bot.catalog.abilities import Ability
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model, Number


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a board. ``rank`` is the place on the whole board, whatever is filtered, shared by models
    whose order is not known, and from ``best`` to ``worst`` its 90 % interval. ``score`` is the
    published-style average, which the order does not follow, None without a percentage."""

    rank: int
    best: int
    worst: int
    model_id: str
    model: Model
    ability: Ability
    score: Number | None
    benchmarks: int
    dots: int
    blended_usd_per_mtok: Number | None


class Leaderboard(Answer):
    """The models of a board that pass the filters, by rank and then by ability.

    ``start`` is the place of the first entry among all ``total``. ``unranked`` counts the models that pass
    the filters and have scores here but too few to be ranked; ``unpriced`` the ranked ones that a limit on
    the price left out because no price is known.
    """

    flat: ClassVar = {"provenance": HEAD, "unpriced": ("scores_as_of",)}

    category: Category | None
    entries: tuple[Entry, ...]
    start: int
    total: int
    unranked: int
    unpriced: int


@lru_cache(maxsize=4)
def standing(catalog: Catalog, lane: Lane) -> dict[str, Standing]:
    """``averages.standings``, worked out once for a catalog."""
    return standings(catalog, lane)


# All boards of two catalogs, which are 36, for what changed between them.
@lru_cache(maxsize=40)
def ranking(
    catalog: Catalog, lane: Lane, category: Category | None
) -> tuple[tuple[Entry, ...], frozenset[str]]:
    """The whole board, by rank and then by ability (overall or in the category), and the ids of the models
    that have scores on it but are not ranked.

    On the overall board stand the models with enough scores for an overall score; on a category's board those
    of them that took a test of it, and others with at least half of its weighted benchmarks.
    """
    counts, values = _measured(catalog, lane, category)
    abilities = catalog.abilities(lane)
    if abilities is None:
        return (), frozenset(counts)
    places = abilities.ranks((m for m in values if m in abilities), category)
    entries = tuple(
        Entry(
            rank=place.rank,
            best=place.best,
            worst=place.worst,
            model_id=place.model_id,
            model=catalog.models[place.model_id],
            ability=abilities.ability(place.model_id, category),
            score=values[place.model_id],
            benchmarks=counts[place.model_id],
            dots=standing(catalog, lane)[place.model_id].dots,
            blended_usd_per_mtok=blended(catalog.models[place.model_id].price),
        )
        for place in places
    )
    return entries, frozenset(counts.keys() - {entry.model_id for entry in entries})


def _measured(
    catalog: Catalog, lane: Lane, category: Category | None
) -> tuple[dict[str, int], dict[str, Decimal | None]]:
    """By id: how many tests each model took that has scores here, and the published-style average of those
    that have enough of them to be ranked."""
    counts: dict[str, int] = {}
    values: dict[str, Decimal | None] = {}
    for model_id, place in standing(catalog, lane).items():
        scores = catalog.scores(model_id, lane)
        taken = sum(category in (None, catalog.benchmarks[b].category) for b in scores)
        if not taken:
            continue
        counts[model_id] = taken
        if category is None:
            if place.overall is not None:
                values[model_id] = place.overall
            continue
        average = category_average(catalog, scores, category)
        if place.overall is not None or _took_half(catalog, average, category):
            values[model_id] = average.value if average else None
    return counts, values


def _took_half(catalog: Catalog, average: Average | None, category: Category) -> bool:
    """Whether published leaderboards would rank it."""
    if average is None or not average.weighted:
        return False
    weighted = sum(b.weight is not None for b in catalog.by_category[category])
    return 2 * len(average.benchmarks) >= weighted


def leaderboard(
    catalog: Catalog,
    lane: Lane = Lane.PROVISIONAL,
    category: Category | None = None,
    *,
    open_weights: bool = False,
    provider: str | None = None,
    max_price: Decimal | None = None,
    start: int = 0,
    limit: int = 10,
) -> Leaderboard:
    """``limit`` entries from ``start`` on of the filtered board.

    ``open_weights`` keeps models whose weights are known to be open; ``provider`` is compared without
    regard to case; ``max_price`` is the blended price (3 parts input, 1 part output) in USD per million
    tokens, and leaves out models without a known price.
    """
    entries, unranked = ranking(catalog, lane, category)

    def passes(model: Model) -> bool:
        if open_weights and model.open_weights is not True:
            return False
        return provider is None or model.provider.casefold() == provider.casefold()

    def affordable(model: Model) -> bool:
        cost = blended(model.price)
        return max_price is None or (cost is not None and cost <= max_price)

    passing = [e for e in entries if passes(e.model)]
    kept = [e for e in passing if affordable(e.model)]
    unpriced = 0 if max_price is None else sum(e.blended_usd_per_mtok is None for e in passing)
    return Leaderboard(
        provenance=Provenance.of(catalog, lane, catalog.data_date),
        category=category,
        entries=tuple(kept[start : start + limit]),
        start=start,
        total=len(kept),
        unranked=sum(passes(m) and affordable(m) for m in map(catalog.models.__getitem__, unranked)),
        unpriced=unpriced,
    )
