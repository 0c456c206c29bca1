"""``matchup news``: what changed between two moments."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.arguments import AsJson, catalog_of, resolved, show
from bot.catalog.catalog import Catalog
from bot.catalog.errors import OneSnapshot, UnknownSnapshot
from bot.store.store import Snapshot, Store

app = typer.Typer()


@app.command()
def news(
    since: Annotated[
        str | None,
        typer.Option(help="Number or date of an earlier snapshot; without it, the one before the newest."),
    ] = None,
    data: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="Compare these two folders of tables, the older first.", metavar="OLD NEW"),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many ranks of a board you follow.")] = 10,
    watch: Annotated[
        list[str] | None, typer.Option(help="A model you follow, as you would say it; may be given again.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many changes to show.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two snapshots: new models, prices, ranks."""
    from bot import terminal
    from bot.alerts.editions import headline, line
    from bot.analysis.change_kinds import Interest, importance
    from bot.analysis.changes import changes

    if since is not None and data is not None:
        raise typer.BadParameter("Give --since or --data, not both.")
    old, new = [catalog_of(each) for each in data] if data else asyncio.run(_catalogs(since))
    watched = frozenset(m.model_id for m in resolved(new, watch or ()))
    interest = Interest(top=top, watched=watched)
    found = [change for change in changes(old, new, watched) if interest.wants(change)]
    found.sort(key=importance, reverse=True)
    if as_json:
        told = [
            {"headline": headline(c, top=top), "line": line(c), **c.model_dump(mode="json")} for c in found
        ]
        show(json.dumps({"changes": told}, indent=2, ensure_ascii=False))
    else:
        show(terminal.news(found, old, new, top, limit))


async def _catalogs(since: str | None) -> tuple[Catalog, Catalog]:
    from bot.app import fitted_catalog, open_store
    from bot.settings import read_settings

    async with await open_store(read_settings().database) as store:
        await fitted_catalog(store)
        old, new = await _moments(store, since)
        return await store.catalog(old.number), await store.catalog(new.number)


async def _moments(store: Store, since: str | None) -> tuple[Snapshot, Snapshot]:
    """An earlier snapshot and the newest.

    ``since`` is the number of the earlier one, or a date (UTC): then it is the last that was taken by the
    end of that day, else the oldest. None: the one before the newest. Raises ``OneSnapshot``,
    ``UnknownSnapshot``.
    """
    taken = await store.snapshots()
    if len(taken) < 2:
        raise OneSnapshot
    if since is None:
        return taken[-2], taken[-1]
    for each in taken:
        if str(each.number) == since.strip():
            return each, taken[-1]
    try:
        day = date.fromisoformat(since.strip())
    except ValueError:
        raise UnknownSnapshot(since, taken[0].number, taken[-1].number) from None
    by_then = [each for each in taken if each.taken_at.date() <= day]
    return (by_then or taken)[-1 if by_then else 0], taken[-1]
