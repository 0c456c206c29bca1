"""A bot that is killed again and again while news go out, and whether every message arrived once.

After a kill time passes: what the store and Discord remember gets older by as much. *Soon*: under a minute
each, and Discord knows every nonce. *Late*: from 4 minutes to 12 hours, Discord has forgotten the nonces,
and in some channels the bot may not read.
"""

import asyncio
import os
import random
import sys
from collections import Counter, defaultdict
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from bot.store.store import Store
from tests.alerts.world import (
    delivery_of,
    in_channel,
    let_pass,
    load,
    market,
    rows,
    to_person,
    where,
    with_prices,
)
from tests.wire import DiscordServer, Weather
from tests.wire.channels import READ_HISTORY

CHANNELS, PEOPLE, NEWS = 10, 2, 3
# `matchup run`, only that it looks for new data more often.
BOT = (
    "import asyncio; from bot.app import run; from bot.settings import read_settings; "
    "asyncio.run(run(read_settings(), watch_every=0.2))"
)
ENDED_WITHIN = 90.0


@dataclass
class Found:
    """What became of the messages of a run. ``in_doubt`` did or did not arrive, and are held as unknown."""

    sent: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    in_doubt: int = 0
    killed_while: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: "Found") -> "Found":
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


async def crashing_run(folder: Path, seed: int, *, late: bool, bots: int = 1) -> Found:
    """One run: three snapshots, one to three kills, and a last start that has all the time it needs."""
    chance, found = random.Random(seed), Found()
    async with AsyncExitStack() as opened:
        discord = await opened.enter_async_context(DiscordServer("a-token"))
        path = folder / f"{seed}.db"
        channels = [discord.add_channel(f"channel-{n}") for n in range(CHANNELS)]
        people = [700_000_000_000_000_000 + 16 * n for n in range(PEOPLE)]
        wanted = [in_channel(c, top=top) for c in channels for top in range(1, chance.randint(2, 4))]
        await market(path, [*wanted, *(to_person(p) for p in people)])
        if late:
            for channel in channels[-3:]:
                discord.channels.allow_all_but(channel, READ_HISTORY)
        news = asyncio.create_task(_news(path, chance))
        for _ in range(chance.randint(1, 3)):
            processes = [await _start(discord, path, opened) for _ in range(bots)]
            await discord.until(lambda: len(discord.logins) >= bots, "all bots online", 30)
            discord.weather(Weather(chance, broken=0.02, too_many=0.02, retry_after_s=(0.1, 0.4)))
            found.killed_while[await _moment(discord, path, chance)] += 1
            found.kills += 1
            for process in processes:
                _kill(process)
                await process.wait()
            discord.weather(None)
            discord.logins.clear()
            gone = timedelta(seconds=chance.uniform(240, 43200) if late else chance.uniform(1, 55))
            await asyncio.to_thread(let_pass, path, gone)
            discord.channels.let_pass(gone.total_seconds())
        for _ in range(bots):
            await _start(discord, path, opened)
        await news
        await _settled(path)
        _check(path, discord, found)
    return found


async def _news(path: Path, chance: random.Random) -> None:
    """Three snapshots, each with another price of one model."""
    prices = [1] * NEWS
    for n in range(NEWS):
        await asyncio.sleep(chance.choice((0.0, chance.uniform(0, 4))))
        prices[n] = 2 + n
        async with await Store.open(path, wait=30) as store:
            await load(store, with_prices(*prices))


async def _start(discord: DiscordServer, path: Path, opened: AsyncExitStack) -> asyncio.subprocess.Process:
    """A bot, which is killed at the latest where ``opened`` is closed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MATCHUP_")}
    environment = {**kept, **discord.environment, "MATCHUP_DATABASE": str(path), "MATCHUP_SYNC_EVERY": "0"}
    with path.with_suffix(".log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", BOT),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    opened.push_async_callback(process.wait)
    opened.callback(_kill, process)
    return process


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


async def _moment(discord: DiscordServer, path: Path, chance: random.Random) -> str:
    """Wait for the moment of a kill; returns its name."""
    sent = len(discord.seen("POST", "/channels/*/messages"))
    planned = len(rows(path, "SELECT 1 FROM editions"))
    which = chance.choice(("some time", "after a plan", "after a request", "after a request"))
    with suppress(TimeoutError):
        if which == "after a plan":
            await discord.until(lambda: len(rows(path, "SELECT 1 FROM editions")) > planned, which, 4)
            await asyncio.sleep(chance.uniform(0, 0.3))
        elif which == "after a request":
            more = chance.randint(1, 15)
            await discord.until(
                lambda: len(discord.seen("POST", "/channels/*/messages")) >= sent + more, which, 4
            )
            await asyncio.sleep(chance.uniform(0, 0.3))
        else:
            await asyncio.sleep(chance.uniform(0, 3))
    return which


async def _settled(path: Path) -> None:
    """Wait until everything was planned and nothing is open."""
    query = (
        "SELECT (SELECT count(*) FROM deliveries WHERE state IN ('due', 'sending')), "
        "(SELECT count(*) FROM subscriptions WHERE told < (SELECT max(number) FROM snapshots))"
    )
    async with asyncio.timeout(ENDED_WITHIN):
        while rows(path, query) != [(0, 0)]:  # noqa: ASYNC110 (another process writes it)
            await asyncio.sleep(0.1)


def _check(path: Path, discord: DiscordServer, found: Found) -> None:
    shown: dict[str, list[int]] = defaultdict(list)
    for message in discord.messages:
        shown[message["channel_id"]].append(delivery_of(message))
    found.sent += len(discord.messages)
    counts = Counter(delivery for channel in shown.values() for delivery in channel)
    found.doubled += sum(count - 1 for count in counts.values())
    found.reordered += sum(a > b for channel in shown.values() for a, b in pairwise(channel))
    chains: dict[int, list[tuple[int, int]]] = defaultdict(list)
    query = (
        "SELECT d.number, d.state, d.place, s.guild, s.number, e.before, e.after FROM deliveries d "
        "JOIN subscriptions s ON s.number = d.subscription JOIN editions e ON e.number = d.edition "
        "ORDER BY d.number"
    )
    for number, state, place, guild, subscription, before, after in rows(path, query):
        assert isinstance(number, int)
        there = number in shown[where(int(str(place)), guild)]
        found.in_doubt += state == "unknown"
        found.lost += not there and state != "unknown"
        chains[int(str(subscription))].append((int(str(before)), int(str(after))))
    # Each price is news for everybody: what a subscription was told of joins up from the first snapshot on.
    for (number,) in rows(path, "SELECT number FROM subscriptions"):
        at = 1
        for before, after in chains[int(str(number))]:
            found.lost += before > at
            found.doubled += before < at
            at = after
        found.lost += at < NEWS + 1
