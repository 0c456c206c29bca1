"""A store that has seen three days: the earlier states in `data/history`, then the tables of now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

from bot import __version__
from bot.app import fitted_catalog
from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.catalog.tables import Tables
from bot.sources.fits import fit_of
from bot.sources.folder import packaged_tables, read_history, read_tables
from bot.store.store import Store

# Models that are no longer listed get numbers from here on.
GONE_FROM = 100_000


async def fill(path: Path, work_out: Callable[[Catalog, str], Fit] = fit_of) -> None:
    """Load one state after the other, each with its abilities worked out; takes some seconds."""
    now = read_tables(packaged_tables())
    known = {m.model_id: m.number for m in now.models}
    states = []
    for day, catalog in read_history(packaged_tables() / "history"):
        for model_id in catalog.models:
            known.setdefault(model_id, GONE_FROM + len(known))
        models = tuple(m.model_copy(update={"number": known[m.model_id]}) for m in catalog.models.values())
        scores = tuple(s for m in catalog.models for each in catalog.scores(m).values() for s in each)
        states.append((day, Tables(models, tuple(catalog.benchmarks.values()), scores)))
    newest = max(score.as_of for score in now.scores)
    async with await Store.open(path) as store:
        for day, tables in [*states, (newest, replace(now, unnumbered=frozenset()))]:
            taken = datetime.combine(day, time(12), UTC)
            await store.load(tables, "packaged", __version__, taken)
            await fitted_catalog(store, work_out)
