"""What is known of some models, as one small number that stays while nothing of it changes."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from zlib import crc32

from bot.analysis.averages import TENTH, rounded
from bot.analysis.leaderboard import standing
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane

# Small enough for a button: two different states look alike once in 1.7 million.
LARGEST = 36**4 - 1


def fingerprint(catalog: Catalog, models: Sequence[str]) -> int:
    """From 0 to ``LARGEST``, of the facts, scores, ranks and abilities of these models in both lanes.

    Abilities count to a tenth of a point. Raises ``KeyError`` for an unknown id.
    """
    return crc32("\n".join(map(_known(catalog), models)).encode()) % (LARGEST + 1)


@lru_cache(maxsize=4)
def _known(catalog: Catalog) -> Callable[[str], str]:
    """Model id to all that is known of it, worked out once."""
    return cache(lambda model_id: repr(list(_facts(catalog, model_id))))


def _facts(catalog: Catalog, model_id: str) -> Iterator[object]:
    model, price = catalog.models[model_id], catalog.models[model_id].price
    yield model.display_name
    yield [_plain(price.input), _plain(price.output)] if price else None
    yield [model.context_window_tokens, model.open_weights, model.reasoning, model.release_date]
    yield [_plain(model.speed_tps), _plain(model.ttft_s)]
    newer = catalog.names.newer(model)
    yield newer and newer.display_name
    for lane in Lane:
        place = standing(catalog, lane)[model_id]
        yield [place.rank, _plain(place.overall), place.dots]
        for benchmark_id, scores in catalog.scores(model_id, lane).items():
            yield [benchmark_id, [[_plain(s.value), s.setting, s.source_url] for s in scores]]
        abilities = catalog.abilities(lane)
        if abilities and model_id in abilities:
            for workload in (None, *Category):
                ability = abilities.ability(model_id, workload)
                yield [_tenth(points) for points in (ability.points, ability.low, ability.high)]


def _plain(value: Decimal | None) -> str | None:
    """The same for 5 and 5.00."""
    return None if value is None else f"{value.normalize():f}"


def _tenth(points: float) -> str:
    return str(rounded(Decimal(points), TENTH))
