"""The line that ends an answer: what it rests on."""

from collections.abc import Callable, Iterable
from datetime import date

from bot.analysis import figures
from bot.analysis.provenance import Outdated, Provenance


def footer(
    provenance: Provenance, today: date, outdated: Iterable[Outdated] = (), term: Callable[[str], str] = str
) -> str:
    """The lane, the days of scores and prices that are known and whether they are old, the methods, and which
    models of the answer have a newer version; ``term`` writes a name for the face."""
    lane, ability_method = provenance.lane, provenance.ability_method
    by = "" if ability_method is None else f", abilities by method {ability_method}"
    parts = [
        f"{lane.value.capitalize()} lane: {figures.lane(lane)}",
        figures.dated("scores", provenance.scores_as_of, today),
        figures.dated("prices", provenance.prices_as_of, today, until=provenance.prices_until),
        f"method {provenance.method}{by}",
        *(f"{term(old.newer)} is newer than {term(old.name)}" for old in outdated),
    ]
    return " · ".join(filter(None, parts))
