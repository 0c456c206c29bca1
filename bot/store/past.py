"""What the store knows of earlier days: the snapshots between which something is to be compared or drawn."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from time import monotonic

from bot.analysis.history import Moment, moment
from bot.errors import OneSnapshot, UnknownSnapshot
from bot.store.store import FitState, Snapshot, Store, with_own_store

# Moments that a history has: more points than these a phone cannot show.
MOST = 16
# Seconds for which the store is not asked again what it has.
FRESH = 60.0


@dataclass(frozen=True)
class _Known:
    """A moment, and of which snapshot with which abilities it is."""

    snapshot: Snapshot
    fit: FitState | None
    moment: Moment


class Past:
    """The moments of a store, the oldest first, read when somebody asks for the first time and then kept."""

    def __init__(self, path: Path, clock: Callable[[], float] = monotonic) -> None:
        self._path = path
        self._clock = clock
        self._known: tuple[_Known, ...] = ()
        self._asked_at: float | None = None
        self._turn = asyncio.Lock()

    async def __call__(self) -> tuple[Moment, ...]:
        """At most ``MOST`` moments, one a day, the first and the last among them. Raises ``StoreError``."""
        async with self._turn:
            if self._asked_at is None or self._clock() - self._asked_at >= FRESH:
                self._known = await with_own_store(self._path, self._read)
                self._asked_at = self._clock()
        return tuple(known.moment for known in self._known)

    async def _read(self, store: Store) -> tuple[_Known, ...]:
        earlier = {(known.snapshot, known.fit): known for known in self._known}
        moments = []
        for snapshot in spread(await store.snapshots()):
            fit = await store.fit_state(snapshot.number)
            known = earlier.get((snapshot, fit))
            if known is None:
                catalog = await store.catalog(snapshot.number)
                known = _Known(snapshot, fit, moment(catalog, snapshot.taken_at.date()))
            moments.append(known)
        return tuple(moments)


def spread(taken: Sequence[Snapshot]) -> list[Snapshot]:
    """The last snapshot of each day; of more than ``MOST`` days some, as evenly as possible."""
    days = [list(same)[-1] for _, same in groupby(taken, key=lambda each: each.taken_at.date())]
    if len(days) <= MOST:
        return days
    return [days[round(n * (len(days) - 1) / (MOST - 1))] for n in range(MOST)]


async def moments(store: Store, since: str | None) -> tuple[Snapshot, Snapshot]:
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
    for snapshot in taken:
        if str(snapshot.number) == since.strip():
            return snapshot, taken[-1]
    try:
        day = date.fromisoformat(since.strip())
    except ValueError:
        raise UnknownSnapshot(since, taken[0].number, taken[-1].number) from None
    by_then = [each for each in taken if each.taken_at.date() <= day]
    return (by_then or taken)[-1 if by_then else 0], taken[-1]
