"""``matchup news``: what changed between two moments."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.catalog.catalog import Catalog
from bot.terminal.arguments import AsJson, catalog_of, resolved, show

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
    from bot.news.changes import changes
    from bot.news.kinds import Interest, importance
    from bot.terminal import answers as terminal
    from bot.words.news import headline, line

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
    from bot.store.past import moments

    async with await open_store(read_settings().database) as store:
        await fitted_catalog(store)
        old, new = await moments(store, since)
        return await store.catalog(old.number), await store.catalog(new.number)
