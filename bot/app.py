"""The one place that builds the parts and hands them to each other."""

import asyncio
import gc
import random
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot import __version__
from bot.ability.kept import ABILITY_METHOD, same_inputs
from bot.alerts.loops import keep_planning, keep_publishing
from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from bot.catalog.providers import provider_names
from bot.catalog.tables import Tables
from bot.charts.pictures import Pictures
from bot.chat import completion
from bot.chat.client import MatchupClient, Observe
from bot.chat.endpoint import point_at
from bot.chat.views.alerts import alert_message
from bot.errors import FitFailed, StoreError, TokenMissing
from bot.logs import Outage, set_up_logs
from bot.settings import Settings
from bot.sources.live import LiveReader, LiveSources
from bot.store import deliveries
from bot.store.deliveries import DeliveryCounts
from bot.store.packaged import ensure_filled
from bot.store.past import Past
from bot.store.store import FitState, Snapshot, Store, with_own_store

if TYPE_CHECKING:
    from bot.sources.sync import Report

log = structlog.get_logger(__name__)

# Seconds between two looks for a new snapshot, and for a clean goodbye.
WATCH_EVERY = 15.0
GOODBYE = 5.0
# Seconds from the start to the first look at the live sources, if one is due.
SYNC_AFTER = 30.0
# New objects between two looks for garbage: an answer makes some hundred, few of them in circles.
GARBAGE_AFTER = 10_000


@dataclass(frozen=True)
class Knowledge:
    """A catalog that is ready to answer, when its snapshot was taken, and which one it is."""

    catalog: Catalog
    taken_at: datetime
    snapshot: Snapshot | None
    fit: FitState | None


async def open_store(path: Path) -> Store:
    """The store, filled with the packaged tables where they are due. Raises ``StoreError``, ``DataError``."""
    store = await Store.open(path)
    try:
        filled = await ensure_filled(store, _packaged, __version__, _now())
        if filled and filled.changed and filled.snapshot > 1:
            from bot.sources.sync import merge_again  # only where an older release filled the store

            await fitted_catalog(store)  # These are shipped; those of the merged tables may be the same.
            await merge_again(store, __version__, _now())
    except BaseException:
        await store.close()
        raise
    return store


def _packaged() -> Tables:
    from bot.sources.folder import packaged_tables, read_tables  # only where the store is filled

    return read_tables(packaged_tables())


def _fit_of(catalog: Catalog, digest: str) -> Fit:
    from bot.sources.fits import fit_of  # only where there is something to fit

    return fit_of(catalog, digest)


async def fitted_catalog(
    store: Store, work_out: Callable[[Catalog, str], Fit] = _fit_of, method: int = ABILITY_METHOD
) -> tuple[Catalog, str | None]:
    """The newest catalog with abilities, worked out now unless that was done by this method before; and why
    they could not be, if so.

    Those of an earlier snapshot hold on if nothing changed that they were worked out from. A fit that fails
    is kept as such: until the next snapshot the abilities of an earlier one stand in. In a store that may not
    be written now nothing is kept. Raises ``StoreError``.
    """
    newest = await store.snapshot()
    catalog = await store.catalog(newest.number if newest else None)
    state = await store.fit_state(newest.number) if newest else None
    if newest is None or (state and state.method == method and (catalog.fit or state.failed is not None)):
        return catalog, state.failed if state else None
    earlier = await store.fitted(method)
    before = await store.catalog(earlier) if earlier is not None and catalog.fit else None
    outcome: Fit | str | None = None
    try:
        if before is None or not await asyncio.to_thread(same_inputs, before, catalog):
            outcome = await asyncio.to_thread(work_out, catalog, newest.digest)
            catalog = catalog.with_fit(outcome)
    except FitFailed as error:
        outcome = str(error)
    except MemoryError:
        outcome = "there is not enough memory"
    try:
        await store.keep_fit(newest.number, method, outcome)
    except StoreError as error:
        if error.fault not in ("read-only", "locked"):
            raise
    return catalog, outcome if isinstance(outcome, str) else None


async def sync_sources(
    store: Store,
    addresses: Mapping[str, str],
    only: str | None = None,
    dry_run: bool = False,
    accept: bool = False,
) -> "Report":
    """Read the live sources now, as ``bot.sources.sync.sync`` says, and let go of old snapshots."""
    from bot.sources.fetch import Fetcher
    from bot.sources.sync import sync

    async with Fetcher(_now, asyncio.sleep, _chance) as fetcher:
        report = await sync(store, addresses, fetcher, __version__, _now(), only, dry_run, accept)
    if not dry_run:
        await store.thin(_now())
    return report


async def read_knowledge(store: Store, fitted: bool = True) -> Knowledge:
    """The newest snapshot, with everything worked out that the first answers need.

    Not ``fitted``, the abilities that the store has are taken, if need be those of an earlier snapshot.
    """
    newest = await store.snapshot()
    if fitted:
        catalog, _ = await fitted_catalog(store)
    else:
        catalog = await store.catalog(newest.number if newest else None)
    fit = await store.fit_state(newest.number) if newest else None
    warm(catalog)
    return Knowledge(catalog, newest.taken_at if newest else _now(), newest, fit)


def warm(catalog: Catalog) -> None:
    """Work out now what many answers need and somebody would notice: the index of names, and the ranks.

    The board of a category takes about a millisecond and is made when it is asked for.
    """
    for lane in Lane:
        completion.leading(catalog, lane)
    provider_names(catalog)
    catalog.names.complete("a")


async def run(settings: Settings, watch_every: float = WATCH_EVERY, sync_after: float = SYNC_AFTER) -> None:
    """Be the bot until SIGTERM or SIGINT.

    Raises ``SettingsError`` for a token that is missing or refused, ``StoreError`` and ``DataError`` for a
    store that cannot be opened, ``DiscordUnreachable``.
    """
    if settings.token is None:
        raise TokenMissing
    token = settings.token.get_secret_value()
    set_up_logs(settings.log_level, secret=token)
    point_at(settings.discord_api, settings.discord_gateway)
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(await open_store(settings.database))
        live = LiveSources(settings.sources, settings.sync_every, sync_after)
        bot = Bot(store, await read_knowledge(store), Pictures() if settings.pictures else None, live)
        _settle_memory()
        if settings.health_port is not None:
            await parts.enter_async_context(bot.health_pages(settings.health_port))
        await bot.run(token, watch_every)


class Bot:
    """The client, and what keeps its catalog new."""

    def __init__(
        self, store: Store, knowledge: Knowledge, pictures: Pictures | None, live: LiveSources
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        read, fit = partial(sync_sources, store, live.addresses), partial(fitted_catalog, store)
        self._sources = LiveReader(store, live, read, fit, _now, _chance)
        self._alerts = DeliveryCounts()
        self._observe: Observe = lambda what, outcome, seconds: None
        self.client = MatchupClient(
            knowledge.catalog,
            today=_today,
            recall=store.recall,
            remember=store.remember,
            store=store,
            now=_now,
            observe=lambda what, outcome, seconds: self._observe(what, outcome, seconds),
            pictures=pictures,
            past=Past(store.path),
        )

    async def run(self, token: str, watch_every: float) -> None:
        """Answer until a signal asks to stop. Raises as ``MatchupClient.sign_in`` and ``stay_connected``."""
        self._report_fit()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows ends the process without asking.
                loop.add_signal_handler(number, stop.set)
        serving = asyncio.create_task(self._serve(token))
        stopping = asyncio.create_task(stop.wait())
        render = partial(alert_message, self.client.gallery)
        others = [
            asyncio.create_task(self._watch(watch_every)),
            asyncio.create_task(self._sources.run()),
            asyncio.create_task(keep_planning(self._store.path, watch_every, _now)),
            asyncio.create_task(keep_publishing(self._store, self.client, render, _now)),
        ]
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                await serving
            log.info("The bot was asked to stop, and says goodbye")
        finally:
            for task in (*others, stopping, serving):
                task.cancel()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.client.close(), GOODBYE)
            await asyncio.gather(*others, stopping, serving, return_exceptions=True)

    async def _serve(self, token: str) -> None:
        await self.client.sign_in(token)
        sys.stdout.write(f"Add Matchup to a server: {self.client.install_link}\n")
        sys.stdout.flush()
        await self.client.stay_connected()

    async def _watch(self, every: float) -> None:
        """Answer from each new snapshot. While the store fails the bot answers from what it knows."""
        outage = Outage(
            log,
            "The bot cannot look for new data, and answers from what it knows",
            "The bot looks for new data again",
        )
        while True:
            await asyncio.sleep(every)
            with outage.noted():
                newest = await self._store.snapshot()
                fit = await self._store.fit_state(newest.number) if newest else None
                known, self._alerts = self._knowledge, await deliveries.count(self._store)
                if newest is not None and (_identity(newest), fit) != (_identity(known.snapshot), known.fit):
                    await self._renew()

    async def _renew(self) -> None:
        # Whoever loaded the snapshot is working its abilities out; they are answered from once kept.
        new = await with_own_store(self._store.path, partial(read_knowledge, fitted=False))
        self.client.catalog, self._knowledge = new.catalog, new
        log.info(
            "The bot answers from a new snapshot",
            snapshot=new.catalog.snapshot,
            models=len(new.catalog.models),
        )
        self._report_fit()

    def _report_fit(self) -> None:
        fit = self._knowledge.fit
        if fit and fit.failed is not None:
            log.error(
                "The abilities could not be worked out: those of an earlier snapshot stay", why=fit.failed
            )

    def health_pages(self, port: int) -> AbstractAsyncContextManager[None]:
        """Serve them while inside. Raises ``PortTaken``."""
        from bot.health import Condition, Metrics, health_pages  # only where they are wanted

        def condition() -> Condition:
            latency = self.client.latency
            ready = self.client.connected
            return Condition(
                ready=ready,
                snapshot=self.client.catalog.snapshot,
                catalog_age=(_now() - self._knowledge.taken_at).total_seconds(),
                fit_failed=self._knowledge.fit.failed if self._knowledge.fit else None,
                quarantined=self._sources.quarantined,
                alerts=self._alerts,
                latency=latency if ready and isfinite(latency) else None,
            )

        metrics = Metrics(condition)
        self._observe = metrics.observe
        return health_pages(metrics, port)


def _settle_memory() -> None:
    """What is there now stays: otherwise each full garbage collection stops all answers for over 50 ms."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()


def _identity(snapshot: Snapshot | None) -> tuple[object, ...]:
    """What tells a snapshot from all others, also from one of the same number in a file put in its place."""
    return (snapshot.number, snapshot.taken_at, snapshot.digest) if snapshot else ()


def _chance() -> float:
    return random.random()  # noqa: S311, nothing secret hangs on it


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().date()
