"""What the commands share: options, what their arguments stand for, and how an answer is printed."""

import asyncio
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model
from bot.catalog.providers import find_provider
from bot.catalog.resolve import Open, resolve_all
from bot.errors import UnknownProvider

# "A vs B" in one argument means two models, and "vs" between them none.
SEPARATORS = re.compile(r"(?:^|\s+)(?:vs\.?|versus)(?:\s+|$)|\s*,\s*", re.IGNORECASE)

Data = Annotated[
    Path | None, typer.Option("--data", help="Answer from this folder of tables and leave the store alone.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")]
InLane = Annotated[
    Lane,
    typer.Option(
        help="Which scores count: all of them, or only independently measured ones.", case_sensitive=False
    ),
]


class NeedsChoice(Exception):
    """Typed names that are not surely one model each."""

    def __init__(self, names: Sequence[Open]) -> None:
        self.names = tuple(names)


def catalog_of(data: Path | None, fitted: bool = True) -> Catalog:
    """The catalog of a folder of tables, ``fitted`` with abilities or not; without one, that of the store.

    Raises ``DataError``, ``StoreError``, ``SettingsError``.
    """
    if data is not None:
        from bot.sources.fits import read_fitted
        from bot.sources.folder import read_tables

        return read_fitted(data, today()) if fitted else read_tables(data, today()).catalog()
    from bot.settings import read_settings

    return asyncio.run(_stored(read_settings().database))


def separated(arguments: Sequence[str]) -> list[str]:
    """The names in the arguments, which may hold several."""
    return [name for typed in arguments for name in SEPARATORS.split(typed) if name or not typed]


def history(data: Path | None, now: Catalog) -> list[tuple[date, Catalog]]:
    """The earlier states of the tables and the one of now, in the order of time. Raises ``DataError``."""
    from bot.sources.folder import packaged_tables, read_history

    earlier = read_history((data or packaged_tables()) / "history")
    return [*earlier, (now.data_date or today(), now)]


async def _stored(path: Path) -> Catalog:
    from bot.app import fitted_catalog, open_store

    async with await open_store(path) as store:
        return (await fitted_catalog(store))[0]


def resolved(catalog: Catalog, names: Sequence[str]) -> list[Model]:
    """The models of all names. Raises ``NeedsChoice`` with those that are not sure."""
    found = resolve_all(catalog, names)
    if open_names := [name for name in found if isinstance(name, Open)]:
        raise NeedsChoice(open_names)
    return [m for m in found if isinstance(m, Model)]


def provider_of(catalog: Catalog, typed: str) -> str:
    """The provider as the catalog writes it. Raises ``UnknownProvider``."""
    found = find_provider(catalog, typed)
    if not isinstance(found, str):
        raise UnknownProvider(typed, found)
    return found


def today() -> date:
    """The day it is, in UTC."""
    return datetime.now(UTC).date()


def show(what: Any) -> None:
    """Print a text as it is, or what Rich lays out."""
    if isinstance(what, str):
        sys.stdout.write(f"{what}\n")
        sys.stdout.flush()  # Some commands go on for long, and whoever reads them through a pipe waits.
    else:
        Console(highlight=False, markup=False, emoji=False).print(what)
