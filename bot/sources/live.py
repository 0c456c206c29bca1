"""The live sources, read again and again while the bot runs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.errors import StoreError
from bot.logs import Outage
from bot.store.store import Store
from bot.words.errors import words

if TYPE_CHECKING:
    from bot.sources.sync import Report, SourceState

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LiveSources:
    """Addresses of the live sources by name, and how many seconds apart they are read (0: never), the first
    time ``after`` the start."""

    addresses: Mapping[str, str]
    every: float
    after: float


class LiveReader:
    """Reads the live sources, and knows which of them are not believed: ``quarantined``, name and reason."""

    def __init__(
        self,
        store: Store,
        live: LiveSources,
        read: Callable[[], Awaitable["Report"]],
        fit: Callable[[], Awaitable[object]],
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        """``read`` reads all of them once, ``fit`` works out what follows from it; ``chance`` gives a number
        from 0 to 1."""
        self._store, self._live, self._now, self._chance = store, live, now, chance
        self._read, self._fit = read, fit
        self.quarantined: dict[str, str] = {}

    async def run(self) -> None:
        """Read until cancelled, each time a little off, so that not all bots come at once."""
        if not self._live.every or not self._live.addresses:
            return
        outage = Outage(
            log,
            "The live sources could not be read, and are tried again when they are due next",
            "The live sources are read again",
        )
        wait = await self._first_wait()
        while True:
            await asyncio.sleep(wait * (0.9 + 0.2 * self._chance()))
            wait = self._live.every
            with outage.noted():
                report = await self._read()
                self._note(report.sources)
                if report.new:
                    log.info(
                        "The live sources made a new snapshot",
                        snapshot=report.snapshot,
                        changes=len(report.changes),
                    )
                await self._fit()

    async def _first_wait(self) -> float:
        """Seconds to the first time: a restart does not read them again before they are due."""
        from bot.sources.sync import states  # only where they are read

        try:
            known = await states(self._store, self._live.addresses)
        except StoreError as error:
            log.error(
                "The store does not say when the live sources were read: they are read now", why=words(error)
            )
            return self._live.after
        self._note(known)
        tried = [source.tried_at for source in known if source.tried_at]
        if not tried:
            return self._live.after
        return max(self._live.after, self._live.every - (self._now() - max(tried)).total_seconds())

    def _note(self, sources: "Sequence[SourceState]") -> None:
        self.quarantined = {each.name: each.reason for each in sources if each.state == "quarantined"}
        for source in sources:
            if source.state == "quarantined":
                log.error(
                    "A source is not believed and changes nothing", source=source.name, why=source.reason
                )
            elif source.state == "failed":
                log.warning("A source could not be read", source=source.name, why=source.reason)
