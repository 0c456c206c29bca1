"""compare(...) -> Comparison: the typed result that every face shows. No I/O and no prose."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import ClassVar

from pydantic import computed_field

from bot.analysis.averages import Standing
from bot.analysis.calls import Duels
from bot.analysis.categories import CategoryRow, Swing, biggest_swing, category_rows
from bot.analysis.leaderboard import standing
from bot.analysis.pick import Edge, Need, Pick, choose, hits_back, needs, sharpest
from bot.analysis.prices import PriceRatio, blended, price_ratio
from bot.analysis.provenance import DAYS, HEAD, Answer, Outdated, Provenance
from bot.analysis.records import newest_score
from bot.analysis.workload import Workload
from bot.catalog.abilities import Ability
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model, Number
from bot.errors import WrongModels

FEWEST, MOST = 2, 4


class Contender(Model):
    """A compared model with what follows for it alone. ``newer`` is a later version of the same line."""

    blended_usd_per_mtok: Number | None
    provisional: Standing
    verified: Standing
    benchmarks: int
    newer: Model | None

    def standing(self, lane: Lane) -> Standing:
        """Where it stands in the lane."""
        return self.provisional if lane is Lane.PROVISIONAL else self.verified


class Comparison(Answer):
    """Everything that is known about 2 to 4 models side by side.

    ``models`` keeps the order asked for, and every tuple of sides or cells follows it. ``shared_tests``
    counts the benchmarks that all models with scores have under comparable settings. ``abilities`` are for
    the workload, or over all categories; None for a model without scores in the lane. ``price_ratio`` is
    only there for two models. Its scores and prices are those of these models in the lane.
    """

    flat: ClassVar = {"provenance": HEAD, "needs": DAYS}

    workload: Workload | None
    models: tuple[Contender, ...]
    abilities: tuple[Ability | None, ...]
    categories: tuple[CategoryRow, ...]
    shared_tests: int
    swing: Swing | None
    sharpest: Edge | None
    hits_back: Edge | None
    price_ratio: PriceRatio | None
    pick: Pick
    needs: tuple[Need, ...]

    @property
    def outdated(self) -> tuple[Outdated, ...]:
        """The models with a later version."""
        return tuple(Outdated(m.display_name, m.newer.display_name) for m in self.models if m.newer)

    def model(self, model_id: str) -> Contender:
        """The contender with this id."""
        return next(m for m in self.models if m.model_id == model_id)

    @computed_field  # type: ignore[prop-decorator]  # mypy allows no decorator on a property
    @property
    def priority(self) -> Category | None:
        """The category that is all of the workload, if it is one."""
        return self.workload.only if self.workload else None

    def category(self, category: Category) -> CategoryRow | None:
        """The row of a category; None where no model has a score in it."""
        return next((row for row in self.categories if row.category is category), None)


def compare(
    catalog: Catalog,
    models: Sequence[str],
    workload: Workload | None = None,
    lane: Lane = Lane.PROVISIONAL,
) -> Comparison:
    """Compares 2 to 4 different models of the catalog, given by id, for a workload or over all categories.

    Raises ``WrongModels`` for another number of models or one named twice, ``KeyError`` for an unknown id.
    """
    if not FEWEST <= len(models) <= MOST or len(set(models)) != len(models):
        twice = next((catalog.models[m].display_name for m in models if models.count(m) > 1), None)
        raise WrongModels(len(models), twice)
    duels = Duels(catalog.abilities(lane), models)
    rows = category_rows(catalog, models, lane, duels)
    contenders = tuple(map(contenders_of(catalog, lane), models))
    pick = choose(contenders, duels, workload)
    weights = workload.weights if workload else None
    return Comparison(
        provenance=Provenance.of(catalog, lane, newest_score(catalog, lane, models), contenders),
        workload=workload,
        models=contenders,
        abilities=duels.abilities(weights, models),
        categories=rows,
        shared_tests=sum(row.shared for row in rows),
        swing=biggest_swing(rows),
        sharpest=sharpest(rows, pick.model_id) if pick.model_id else None,
        hits_back=hits_back(rows, pick.model_id) if pick.model_id else None,
        price_ratio=(
            price_ratio(*((m.model_id, m.price) for m in contenders)) if len(contenders) == FEWEST else None
        ),
        pick=pick,
        needs=needs(contenders, rows, pick.model_id),
    )


@lru_cache(maxsize=4)
def contenders_of(catalog: Catalog, lane: Lane) -> Callable[[str], Contender]:
    """Model id to the model with what follows for it alone, worked out once; ``KeyError`` if unknown."""
    return cache(lambda model_id: _contender(catalog, model_id, lane))


def _contender(catalog: Catalog, model_id: str, lane: Lane) -> Contender:
    model = catalog.models[model_id]
    return Contender(
        **dict(model),
        blended_usd_per_mtok=blended(model.price),
        provisional=standing(catalog, Lane.PROVISIONAL)[model_id],
        verified=standing(catalog, Lane.VERIFIED)[model_id],
        benchmarks=len(catalog.scores(model_id, lane)),
        newer=catalog.names.newer(model),
    )
