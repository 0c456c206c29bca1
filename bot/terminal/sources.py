"""The commands about where the facts come from: ``sync``, ``sources``, ``unmatched`` and ``backup``."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.terminal.arguments import AsJson, show
from bot.words.text import one_line

if TYPE_CHECKING:
    from bot.sources.matching import Unmatched
    from bot.sources.merge import Held
    from bot.sources.sync import Changed, Report, SourceState
    from bot.store.store import Snapshot

# Changes that a person reads through; JSON has all of them.
MOST_CHANGES = 40
# The source that is no live one: the tables, which are loaded.
FOLDER, PACKAGED = "folder", "packaged"

app = typer.Typer()


@app.command()
def sync(
    source: Annotated[str | None, typer.Option(help="Only this one of `matchup sources`.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="Believe what is well-formed, however much of it changed since last time."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the live sources now, and take a new snapshot if they change something."""
    from bot.settings import read_settings

    if source == FOLDER:
        raise typer.BadParameter(
            "A folder is not read by itself: load it with matchup load DIR.", param_hint="--source"
        )
    settings = read_settings()
    report, failed = asyncio.run(_synced(settings.database, settings.sources, source, dry_run, accept))
    if as_json:
        show(report.model_dump_json(indent=2))
        return
    _show_sources(report.sources)
    _show_changes(report)
    if report.disagreements:
        show(f"Sources state different prices for {_models(len(report.disagreements))}; --json lists them.")
    if report.unmatched:
        show(f"Not matched with a model: {report.unmatched:,}. See matchup unmatched.")
    if report.held:
        show(f"Not believed yet: figures of {_models(len(report.held))}. See matchup sources --held.")
    if failed is not None:
        show(f"The abilities could not be worked out, so earlier ones answer: {failed}.")


@app.command()
def sources(
    held: Annotated[bool, typer.Option("--held", help="List figures that are not believed yet.")] = False,
    accept_held: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Believe the figures of this model that are held."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List where the facts come from: the tables, and how each live source is and why one is not believed."""
    from bot.settings import read_settings

    settings = read_settings()
    if accept_held is not None:
        report = asyncio.run(_accepted(settings.database, accept_held))
        if report is None:
            raise typer.BadParameter(
                "No figures of this model are held. See matchup sources --held.", param_hint="--accept-held"
            )
        _show_changes(report)
        return
    if held:
        _show_held(asyncio.run(_held(settings.database)), as_json)
        return
    base, found = asyncio.run(_states(settings.database, settings.sources))
    if as_json:
        folder = [{"name": FOLDER, **asdict(base)}] if base else []
        listed = [*folder, *(s.model_dump(mode="json") for s in found)]
        show(json.dumps(listed, indent=2, ensure_ascii=False, default=str))
        return
    if base:
        where = "the tables of the program" if base.origin == PACKAGED else one_line(base.origin)
        show(f"{FOLDER}  {where}")
        show(f"  loaded {_ago(base.taken_at)} by release {one_line(base.release)}, snapshot {base.number}")
    _show_sources(found)
    if not found:
        show("All live sources are turned off.")


@app.command()
def unmatched(as_json: AsJson = False) -> None:
    """List what the sources have and no model of ours surely is."""
    from bot.settings import read_settings

    found = asyncio.run(_unmatched(read_settings().database))
    if as_json:
        show(json.dumps([u.model_dump(mode="json") for u in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        show(f"{each.source}  {one_line(each.key)}: {each.reason}")
    if not found:
        show("Nothing is unmatched.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy; it may not exist yet.")],
) -> None:
    """Copy the store, also while the bot runs."""
    from bot.settings import read_settings

    asyncio.run(_backup(read_settings().database, file))
    show(f"Copied the store to {one_line(str(file))}.")


async def _synced(
    path: Path, addresses: dict[str, str], only: str | None, dry_run: bool, accept: bool
) -> "tuple[Report, str | None]":
    from bot.app import fitted_catalog, open_store, sync_sources

    async with await open_store(path) as store:
        report = await sync_sources(store, addresses, only, dry_run, accept)
        return report, None if dry_run else (await fitted_catalog(store))[1]


async def _states(path: Path, addresses: dict[str, str]) -> "tuple[Snapshot | None, tuple[SourceState, ...]]":
    from bot.app import open_store
    from bot.sources.sync import states

    async with await open_store(path) as store:
        return await store.base(), await states(store, addresses)


async def _held(path: Path) -> "tuple[Held, ...]":
    from bot.sources.sync import held_figures
    from bot.store.store import Store

    async with await Store.open(path) as store:
        return await held_figures(store)


async def _accepted(path: Path, name: str) -> "Report | None":
    from bot import __version__
    from bot.app import fitted_catalog, open_store
    from bot.sources.sync import accept_held, held_figures

    async with await open_store(path) as store:
        held = await held_figures(store)
        wanted = {each.model_id for each in held if name.casefold() in (each.model_id, each.name.casefold())}
        if len(wanted) != 1:
            return None
        report = await accept_held(store, wanted.pop(), __version__, datetime.now(UTC))
        await fitted_catalog(store)
        return report


async def _unmatched(path: Path) -> "tuple[Unmatched, ...]":
    from bot.sources.sync import unmatched as listed
    from bot.store.store import Store

    async with await Store.open(path) as store:
        return await listed(store)


async def _backup(path: Path, to: Path) -> None:
    from bot.store.store import Store

    async with await Store.open(path) as store:
        await store.backup(to)


def _show_sources(found: "Sequence[SourceState]") -> None:
    for each in found:
        show(f"{each.name}  {each.address}")
        read = f", read {_ago(each.success_at)}" if each.success_at else ""
        left_out = f", {each.left_out:,} left out" if each.left_out else ""
        show(f"  {each.state}{read}, {_models(each.items)}{left_out}")
        if each.stale:
            show("  It has not changed for longer than it ever did, so others are believed first.")
        for row in each.left_out_first:
            show(f"  left out {one_line(row.place)}: {one_line(row.reason)}")
        if each.reason:
            show(f"  {one_line(each.reason)}")


def _show_held(found: "Sequence[Held]", as_json: bool) -> None:
    if as_json:
        show(json.dumps([each.model_dump(mode="json") for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        show(f"{one_line(each.name)}  {each.source} {one_line(each.key)}")
        show(f"  {one_line(each.why)}, first read {_ago(each.since)}")
    if not found:
        show("No figures are held.")


def _show_changes(report: "Report") -> None:
    for change in report.changes[:MOST_CHANGES]:
        show(_sentence(change))
    if (more := len(report.changes) - MOST_CHANGES) > 0:
        show(f"And {more:,} more changes; --json lists them.")
    beside = ((report.scores, "Scores"), (report.places, "Places on boards"), (report.quotes, "Other prices"))
    for count, what in beside:
        if count:
            show(f"{what} changed for {_models(count)}.")
    if report.sources and all(each.state == "failed" for each in report.sources):
        show("No source could be read, so it is not known what changed. Try again later.")
    elif report.dry_run:
        changed = report.changes or report.scores or report.places or report.quotes
        show("Nothing was written." if changed else "Nothing would change.")
    elif report.new:
        show(f"Took snapshot {report.snapshot}.")
    else:
        show(f"Nothing changed: snapshot {report.snapshot} stays.")


def _sentence(change: "Changed") -> str:
    name = one_line(change.name)
    if change.what == "new":
        return f"{name} is new."
    if change.what == "gone":
        return f"{name} is no longer listed."
    return f"{name}: {change.what} {change.before or 'unknown'} -> {change.after or 'unknown'}"


def _models(count: int) -> str:
    from bot.analysis.figures import counted

    return counted(count, "model")


def _ago(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
