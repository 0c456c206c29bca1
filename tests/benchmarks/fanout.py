"""One snapshot for 10,000 channels: deliveries a second against Discord's limit, and /compare meanwhile.

The bot runs as a process of its own, and so does the small Discord, with 50 requests a second over all, 5 in
5 seconds for a channel, and by chance 1 % 429 and 1 % 5xx, of which half have posted. /compare is measured
before, meanwhile and afterwards, each time with other pairs of models, one after the other at the same pace.
Run: python -m tests.benchmarks.fanout [channels, 10,000 by default]
"""

import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from time import monotonic

from bot.alerts.newsroom import plan
from bot.app import fitted_catalog, open_store
from bot.store.store import Store
from tests.alerts.world import delivery_of, in_channel, now, subscribe_all, with_a_dearer_model
from tests.benchmarks.processes import Client, Pair, bot_command, running
from tests.benchmarks.wire import pairs
from tests.wire import DiscordServer, Weather
from tests.worlds import shipped

CHANNELS, LIMIT, LEAST, MOST = 10_000, 50, 0.95, 1.3
ASKED, EVERY = 200, 0.1
POST = ("POST", "/channels/*/messages")


def main(channels: int = CHANNELS) -> None:
    asyncio.run(_main(channels))


async def _main(count: int) -> None:
    questions = pairs(shipped())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "matchup.db"
        async with DiscordServer("a-token") as discord:
            channels = [discord.add_channel(f"channel-{n}") for n in range(count)]
            async with await open_store(path) as store:
                await fitted_catalog(store)
                await plan(store, now)
                await subscribe_all(store, map(in_channel, channels))
            async with running(discord, bot_command(), database=path) as bot:
                await _measure(discord, bot, path, questions, count)


async def _measure(
    discord: DiscordServer, bot: Client, path: Path, questions: Iterator[Pair], count: int
) -> None:
    weather = Weather(random.Random(1), a_second=LIMIT)
    discord.weather(weather)
    await _ask(bot, questions, ASKED // 2)  # Everything is warm.
    before, idle = await _ask(bot, questions, ASKED), bot.resident_mib()
    done, cpu = asyncio.Event(), bot.cpu_seconds()
    async with await Store.open(path) as store:
        await with_a_dearer_model(store)
        await fitted_catalog(store)
    await discord.until(lambda: discord.messages, "the first message", 60)
    asking = asyncio.create_task(_ask(bot, questions, count, done))
    await discord.until(lambda: len(discord.messages) >= count, "all messages", 60 + count / 20)
    done.set()
    meanwhile, cpu, most = await asking, bot.cpu_seconds() - cpu, bot.peak_mib()
    await asyncio.sleep(10)  # Whoever was to be sent twice is by now.
    after = await _ask(bot, questions, ASKED)
    posts = discord.seen(*POST)
    seconds = posts[-1].at - posts[0].at
    twice = sum(n - 1 for n in Counter(map(delivery_of, discord.messages)).values())
    print(f"{count} channels in {seconds:.1f} s: {count / seconds:.2f} deliveries a second, ")
    print(
        f"  of {LIMIT} requests a second: {count / seconds / LIMIT:.3f} (at least {LEAST}); {twice} doubled"
    )
    print(f"  {len(posts)} messages were asked for; met:", dict(weather.met))
    print(
        f"  CPU of the bot: {cpu / seconds:.0%} of a core; memory {idle:.0f} MiB idle, at most {most:.0f} MiB"
    )
    print(f"{'/compare, ms':<16}{'asked':>7}{'median':>9}{'p95':>9}")
    rest = before + after
    for name, took in (("before", before), ("meanwhile", meanwhile), ("afterwards", after)):
        print(f"{name:<16}{len(took):>7}{1000 * median(took):>9.2f}{1000 * _p95(took):>9.2f}")
    ratios = median(meanwhile) / median(rest), _p95(meanwhile) / _p95(rest)
    print(f"{'ratio to rest':<16}{'':>7}{ratios[0]:>9.2f}{ratios[1]:>9.2f}   (at most {MOST})")


async def _ask(
    bot: Client, questions: Iterator[Pair], most: int, done: asyncio.Event | None = None
) -> list[float]:
    """Seconds of each answer, of at most so many; until ``done``."""
    took: list[float] = []
    while len(took) < most and not (done and done.is_set()):
        began = monotonic()
        took.append((await bot.compare(next(questions))).elapsed)
        with suppress(TimeoutError):
            wait = max(0.001, EVERY - (monotonic() - began))
            await asyncio.wait_for((done or asyncio.Event()).wait(), wait)
    return took


def _p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
