"""The tables that ship with the program fill a new store, and follow the program's releases."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from packaging.version import InvalidVersion, Version

from bot.catalog.tables import Tables
from bot.errors import StoreError
from bot.store.store import LoadResult, Snapshot, Store

PACKAGED = "packaged"


def is_due(base: Snapshot | None, release: str) -> bool:
    """Whether the packaged tables of a release may follow those loaded last: only nothing or older ones.

    What live sources added to those since does not count: it is added again to the new ones.
    """
    if base is None:
        return True
    return base.origin == PACKAGED and Version(base.release) < Version(release)


async def ensure_filled(
    store: Store, read: Callable[[], Tables], release: str, now: datetime
) -> LoadResult | None:
    """Load the packaged tables if they are due; ``read`` is called only then. None: nothing was done.

    Raises ``DataError`` and ``StoreError`` as ``Store.load`` does, but leaves a filled store that may only be
    read as it is.
    """

    def still_due(base: Snapshot | None) -> bool:
        return is_due(base, release)

    base = await store.base()
    try:
        if not still_due(base):
            return None
    except InvalidVersion as error:
        raise StoreError("damaged", store.path) from error
    tables = await asyncio.to_thread(read)
    try:
        return await store.load(tables, PACKAGED, release, now, only_if=still_due)
    except StoreError as error:
        if base and error.fault == "read-only":
            return None
        raise
