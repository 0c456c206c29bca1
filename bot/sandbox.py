"""``matchup try``: the real bot on a simulated Discord, in the browser, without account or token."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot import __version__
from bot.ability.kept import ABILITY_METHOD
from bot.alerts.newsroom import plan
from bot.alerts.publisher import Publisher
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane
from bot.catalog.tables import Tables
from bot.charts.pictures import Pictures
from bot.chat import completion
from bot.chat.client import MatchupClient, no_past
from bot.chat.context import PastMoments
from bot.chat.views.alerts import alert_message
from bot.errors import SettingsError
from bot.logs import set_up_logs
from bot.news.alert import Alert, Frequency
from bot.store import alerts
from bot.store.store import Store

if TYPE_CHECKING:
    from simcord import ChannelHandle, Env, MemberActor, Preview

log = structlog.get_logger(__name__)

SAMPLE = ("gpt-5-5", "gemma-4-12b")
TOPIC = "Type / and choose a command; suggestions come as you type. Nothing leaves this computer."


async def try_in_browser(
    catalog: Catalog,
    today: Callable[[], date],
    earlier: Callable[[], Catalog] | None,
    *,
    opened: bool,
    port: int,
    say: Callable[[str], None],
    past: PastMoments = no_past,
) -> None:
    """Serve the page until Ctrl+C, SIGTERM or "End preview session" on the page.

    What changed since ``earlier`` comes as an alert once it is worked out.
    ``opened`` shows it in the browser at once; ``port`` 0 takes a free one. ``say`` gets the address, whose
    last part is a secret: who knows it can use the page. Raises ``SettingsError`` for a port that is taken.
    """
    set_up_logs("error")
    stop = _stop_asked()
    async with sandbox(catalog, today, past) as place, page(place, port) as preview:
        alert = asyncio.create_task(_shown_brief(place, preview, catalog, earlier)) if earlier else None
        say(f"Matchup is ready to try: {preview.url}")
        say(
            "Open this address, type / in the box below the conversation or press a button under the answer; "
            "press Ctrl+C here to stop."
        )
        if opened:
            _open(preview.url)
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(preview.wait_closed())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in (*ends, *([alert] if alert else [])):
            task.cancel()


@dataclass(frozen=True)
class Place:
    """A simulated server with the bot, and a channel with the visitor and somebody who has asked already."""

    env: Env
    client: MatchupClient
    store: Store
    channel: ChannelHandle
    visitor: MemberActor
    robin: MemberActor


@asynccontextmanager
async def sandbox(
    catalog: Catalog, today: Callable[[], date], past: PastMoments = no_past
) -> AsyncIterator[Place]:
    """The real client in a place of its own, where Robin has asked the sample questions."""
    import simcord

    async with _store() as store:
        client = MatchupClient(
            catalog,
            today=today,
            recall=store.recall,
            remember=store.remember,
            store=store,
            now=_now,
            pictures=Pictures(),
            past=past,
            shard_count=1,
        )
        async with (
            simcord.run(client, check_errors=False, settle_timeout=30) as env,
            _running(env, client, store) as place,
        ):
            yield place


@asynccontextmanager
async def _store() -> AsyncIterator[Store]:
    """A store for as long as the page is there."""
    with TemporaryDirectory(prefix="matchup-", ignore_cleanup_errors=True) as folder:
        async with await Store.open(Path(folder) / "matchup.db") as store:
            yield store


@asynccontextmanager
async def _running(env: Env, client: MatchupClient, store: Store) -> AsyncIterator[Place]:
    # The bot answers its errors itself. With simcord's own handler around that, the page would show every
    # kind refusal as a failure of the bot and keep the command open over the answer.
    vars(client.tree).pop("on_error", None)
    clock = asyncio.create_task(_keep_time(env))
    try:
        await asyncio.sleep(0)  # The clock is set before anything happens.
        place = await _furnish(env, client, store)
        for command, options in _questions(client.catalog):
            await place.robin.slash(place.channel, command, **options)
        yield place
    finally:
        clock.cancel()
        await client.gallery.close()


async def _furnish(env: Env, client: MatchupClient, store: Store) -> Place:
    if env.bot.user:
        await env.bot.user.edit(username="Matchup")
    # The visitor owns the server, and so may manage its alerts.
    you = env.create_user("you", global_name="You")
    guild = env.create_guild("Try Matchup", owner=you)
    channel = guild.create_text_channel("ask-matchup", topic=TOPIC)
    visitor = guild.add_member(you)
    robin = guild.add_member(env.create_user("robin", global_name="Robin"))
    return Place(env, client, store, channel, visitor, robin)


def _questions(catalog: Catalog) -> list[tuple[str, dict[str, Any]]]:
    """What Robin has asked: commands with their options."""
    models = _sample(catalog)
    if models is None:
        return []
    one, other = models
    asked: list[tuple[str, dict[str, Any]]] = [("compare", {"model_a": one, "model_b": other})]
    if one in SAMPLE:
        asked += [
            ("leaderboard", {"category": "coding"}),
            ("recommend", {"workload": "coding assistant"}),
            ("model", {"name": one}),
        ]
    return asked


async def _shown_brief(
    place: Place, preview: Preview, catalog: Catalog, earlier: Callable[[], Catalog]
) -> None:
    import simcord

    try:
        await brief(place, catalog, earlier)
    except Exception:
        log.exception("The page shows no alert, for it could not be made")
        return
    # The page shows by itself only what follows from something that its visitor did.
    while True:
        try:
            await preview.refresh()
            return
        except simcord.SetupError:  # The visitor is doing something at this moment.
            await asyncio.sleep(0.5)


async def brief(place: Place, catalog: Catalog, earlier: Callable[[], Catalog]) -> None:
    """Send a weekly brief to the channel: what changed since an earlier state of the tables, found and sent
    by the same parts as in the running bot."""
    then = await asyncio.to_thread(earlier)
    now, store = Tables.of(catalog), place.store
    taken = datetime.combine(then.data_date or date(2026, 1, 1), time(), UTC)
    await store.load(now, "now", __version__, taken)
    # These have no numbers of their own.
    await _known(store, replace(Tables.of(then), unnumbered=frozenset(then.models)), then, taken)
    # Of the week before, so that the brief comes on the last Monday and the next one is still to come.
    moment = [_now() - timedelta(days=7)]
    await plan(store, lambda: moment[0])
    wanted = Alert(
        guild=place.client.guilds[0].id,
        channel=place.channel.id,
        person=place.robin.id,
        frequency=Frequency.WEEKLY,
    )
    alert = await alerts.subscribe(store, wanted, moment[0])
    await _known(store, now, catalog, moment[0])
    moment[0] = alert.next_at or moment[0]
    await plan(store, lambda: moment[0])
    render = partial(alert_message, place.client.gallery)
    publisher = Publisher(store, place.client, render, lambda: moment[0], "tour")
    busy = True
    while busy:
        busy = await publisher.turn()
        await asyncio.sleep(0.05)


async def _known(store: Store, tables: Tables, catalog: Catalog, at: datetime) -> None:
    """Take a snapshot with the abilities of this catalog."""
    result = await store.load(tables, "replayed", __version__, at)
    await store.keep_fit(result.snapshot, ABILITY_METHOD, catalog.fit)


def _sample(catalog: Catalog) -> tuple[str, str] | None:
    """Two models to begin with: the usual pair, else the leading or the newest two, if there are two."""
    if all(model_id in catalog.models for model_id in SAMPLE):
        return SAMPLE
    one, other, *_ = (*(m.model_id for m in completion.leading(catalog, Lane.PROVISIONAL)), None, None)
    return (one, other) if one and other else None


async def _keep_time(env: Env) -> None:
    """The simulated clock stands still by itself; with this, messages carry the time of their writing.

    Moved directly, not with ``advance_time``: that would turn away what the visitor does at this moment.
    """
    while True:
        behind = (datetime.now(UTC) - env.now()).total_seconds()
        env.backend.advance_clock(max(behind, 0.0))
        await asyncio.sleep(1)


@asynccontextmanager
async def page(place: Place, port: int) -> AsyncIterator[Preview]:
    """The page on loopback, seen by the visitor, who can switch to Robin's view. Raises ``SettingsError``.

    It forgets a tab that has been asleep for ten minutes; the tab then asks to be reloaded and goes on.
    """
    import simcord

    viewers = (place.visitor, place.robin)
    preview = place.env.preview(
        place.channel, viewers=viewers, layout="channel", timezone=_time_zone(), port=port
    )
    try:
        await preview.__aenter__()
    except simcord.SetupError as error:
        raise SettingsError(f"--port: {port} cannot be used. Choose another port or leave it out.") from error
    try:
        yield preview
    finally:
        await preview.close()


def _time_zone() -> str:
    """The name of this computer's time zone; UTC where it has none."""
    name = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return "UTC"


def _stop_asked() -> asyncio.Event:
    """Set at Ctrl+C or SIGTERM. Windows knows no such handlers and interrupts the program instead."""
    stop = asyncio.Event()
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _open(url: str) -> None:
    """Show the page, where there is a screen: a browser for the terminal could not run it."""
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} & os.environ.keys():
        return
    # Some browsers keep whoever starts them waiting until they are closed.
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _now() -> datetime:
    return datetime.now(UTC)
