"""100,000 subscriptions: memory of the bot above idle, and how long a plan keeps all others from writing.

*Idle* is the same bot without any. Half follow a category, a quarter follow models by name. One
price is news; the plan is made, and the first 20 seconds of it are sent.
Run: python -m tests.benchmarks.subscriptions [subscriptions, 100,000 by default]
"""

import asyncio
import random
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from threading import Event
from time import perf_counter, sleep

from bot.alerts.newsroom import plan
from bot.app import fitted_catalog, open_store
from bot.catalog.entities import Category
from bot.news.alert import Alert, Frequency, Taste
from bot.news.alert import Event as Happening
from bot.store.store import Store
from tests.alerts.world import now, rows, subscribe_all, with_a_dearer_model
from tests.benchmarks.processes import bot_command, running
from tests.wire import GUILD_ID, DiscordServer

SUBSCRIPTIONS, MOST_MIB, SENDING_S = 100_000, 100, 20


def main(count: int = SUBSCRIPTIONS) -> None:
    asyncio.run(_main(count))


async def _main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder) / "empty.db", Path(folder) / "full.db"
        async with await open_store(empty) as store:
            await fitted_catalog(store)
            await plan(store, now)
        shutil.copy(empty, full)
        async with await Store.open(full) as store:
            numbers = [m.number for m in (await store.catalog()).models.values()]
            await subscribe_all(store, subscriptions(count, numbers))
        print(f"{'':<24}{'idle MiB':>10}{'at most MiB':>13}{'due':>9}{'others wait s':>15}")
        idle, idle_most, *_ = await _measure(empty)
        print(f"{'no subscription':<24}{idle:>10.0f}{idle_most:>13.0f}")
        held, most, due, waited = await _measure(full)
        print(f"{f'{count} subscriptions':<24}{held:>10.0f}{most:>13.0f}{due:>9}{waited:>15.2f}")
        print(f"above idle: {most - idle:.0f} MiB, and {most - idle_most:.0f} MiB above a bot ")
        print(f"that takes the same snapshot without subscriptions (at most {MOST_MIB})")


def subscriptions(count: int, numbers: list[int], seed: int = 1) -> list[Alert]:
    """Each in a channel of its own."""
    chance = random.Random(seed)
    boards = ("overall", "every", *Category)
    made = []
    for n in range(count):
        models = tuple(chance.sample(numbers, chance.randint(1, 3))) if chance.random() < 0.25 else ()
        events = tuple(Happening) if chance.random() < 0.6 else (Happening.PRICE, Happening.NEW)
        board = chance.choice(boards) if chance.random() < 0.5 else "overall"
        taste = Taste(board=board, top=chance.choice((3, 5, 10, 20)), models=models, events=events)
        frequency = Frequency.INSTANT if chance.random() < 0.8 else Frequency.DAILY
        made.append(
            Alert(
                guild=GUILD_ID,
                channel=10**17 + n,
                person=None,
                taste=taste,
                frequency=frequency,
                next_at=now() if frequency is Frequency.DAILY else None,
            )
        )
    return made


async def _measure(path: Path) -> tuple[float, float, int, float]:
    """MiB after the start and at most, deliveries due, and the longest wait of another writer in seconds."""
    async with DiscordServer("a-token") as discord:
        discord.channels.anywhere = True
        async with running(discord, bot_command(), database=path) as bot:
            await asyncio.sleep(3)
            idle, over = bot.resident_mib(), Event()
            async with await Store.open(path) as store:
                await with_a_dearer_model(store)
                await fitted_catalog(store)
            waiting = asyncio.create_task(asyncio.to_thread(_longest_wait, path, over))
            async with asyncio.timeout(120):
                while rows(path, "SELECT max(after) FROM editions") != [(2,)]:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            await asyncio.sleep(SENDING_S)
            over.set()
            (due,) = rows(path, "SELECT count(*) FROM deliveries")[0]
            return idle, bot.peak_mib(), int(str(due)), await waiting


def _longest_wait(path: Path, over: Event) -> float:
    longest = 0.0
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as file:
        while not over.is_set():
            began = perf_counter()
            file.execute("BEGIN IMMEDIATE")
            file.execute("ROLLBACK")
            longest = max(longest, perf_counter() - began)
            sleep(0.02)
    return longest


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
