"""(a) /compare over the wire: time for a reply and CPU time of the bot, against a client with a fixed reply.

Both run in a process of their own and take turns, so that whatever else the machine does hits both. Every
question is about another pair of models; in every other pair both names are typed with a slip of the finger.
Run: python -m tests.benchmarks.wire
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from bot.catalog.catalog import Catalog
from tests.benchmarks.processes import PLAIN, Client, Pair, bot_command, running, size, typical
from tests.wire import DiscordServer
from tests.worlds import shipped

TOKEN = "a-token"
ROUNDS, AT_ONCE = 9, 50
# Replies of each client in a round. CPU time comes in hundredths of a second: its mean is over all rounds.
ALONE, TOGETHER = 150, 300
WARM_UP = 300
FEWEST_SCORES = 3


@dataclass(frozen=True)
class Cost:
    """What a reply took, in milliseconds."""

    wall: float
    cpu: float
    bytes: float


def main() -> None:
    asyncio.run(_main())


async def _main() -> None:
    questions = pairs(shipped())
    costs: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    async with AsyncExitStack() as opened:
        database = Path(opened.enter_context(tempfile.TemporaryDirectory())) / "matchup.db"
        ours, theirs = [await opened.enter_async_context(DiscordServer(TOKEN)) for _ in range(2)]
        bot = await opened.enter_async_context(running(ours, bot_command(), database=database))
        fixed = typical([await bot.compare(next(questions)) for _ in range(WARM_UP)])
        theirs.commands.update(ours.commands)
        plain = await opened.enter_async_context(running(theirs, PLAIN, told=fixed))
        await _one_by_one(plain, [next(questions) for _ in range(WARM_UP)])
        for _ in range(ROUNDS):
            alone = [next(questions) for _ in range(ALONE)]
            together = [next(questions) for _ in range(TOGETHER)]
            for name, client in (("bot", bot), ("plain", plain)):
                costs[name, "alone"].append(await _one_by_one(client, alone))
                costs[name, "together"].append(await _at_once(client, together))
    _print(costs)


async def _one_by_one(client: Client, asked: list[Pair]) -> Cost:
    used = client.cpu_seconds()
    replies = [await client.compare(pair) for pair in asked]
    cpu = client.cpu_seconds() - used
    return Cost(
        wall=1000 * median(reply.elapsed for reply in replies),
        cpu=1000 * cpu / len(asked),
        bytes=mean(map(size, replies)),
    )


async def _at_once(client: Client, asked: list[Pair]) -> Cost:
    """``wall`` is the time until the last of those asked at once is answered, by their number."""
    used, took = client.cpu_seconds(), []
    sizes: list[int] = []
    for start in range(0, len(asked), AT_ONCE):
        batch = asked[start : start + AT_ONCE]
        began = time.perf_counter()
        replies = await asyncio.gather(*(client.compare(pair) for pair in batch))
        took.append((time.perf_counter() - began) / len(batch))
        sizes += map(size, replies)
    return Cost(
        wall=1000 * median(took), cpu=1000 * (client.cpu_seconds() - used) / len(asked), bytes=mean(sizes)
    )


def pairs(catalog: Catalog, seed: int = 1) -> Iterator[Pair]:
    """Different pairs of models with scores, without end: by turns as completed ids, and mistyped."""
    chance = random.Random(seed)
    scored = [m for m in catalog.models if len(catalog.scores(m)) >= FEWEST_SCORES]
    asked: set[frozenset[str]] = set()
    typed: set[str] = set()
    while True:
        one, other = chance.sample(scored, 2)
        if frozenset((one, other)) in asked:
            continue
        asked.add(frozenset((one, other)))
        if len(asked) % 2:
            yield one, other
        else:
            yield _mistyped(catalog, one, typed, chance), _mistyped(catalog, other, typed, chance)


def _mistyped(catalog: Catalog, model_id: str, typed: set[str], chance: random.Random) -> str:
    """The name with a slip among its letters that nobody has made yet, and that is surely this model."""
    name = catalog.models[model_id].display_name.lower()
    places = [n for n in range(1, len(name) - 1) if name[n : n + 2].isalpha()]
    for _ in range(20):
        if not places:
            break
        at = chance.choice(places)
        one, two = name[at], name[at + 1]
        slip = chance.choice((one, two + one, one + one + two))
        text = name[:at] + slip + name[at + 2 :]
        found = catalog.names.find(text).model
        if text not in typed and found is not None and found.model_id == model_id:
            typed.add(text)
            return text
    return name


def _print(costs: dict[tuple[str, str], list[Cost]]) -> None:
    print(f"{'/compare, ms a reply':<34}{'bot':>8}{'plain':>8}{'ratio':>8}")
    for how, label in (("alone", "one after the other"), ("together", f"{AT_ONCE} at once")):
        bot, plain = costs["bot", how], costs["plain", how]
        for what, ours, theirs in (
            ("time", median(c.wall for c in bot), median(c.wall for c in plain)),
            ("CPU", mean(c.cpu for c in bot), mean(c.cpu for c in plain)),
        ):
            print(f"{label + ', ' + what:<34}{ours:>8.2f}{theirs:>8.2f}{ours / theirs:>8.2f}")
    for name in ("bot", "plain"):
        print(f"bytes of a reply, {name}: {mean(c.bytes for c in costs[name, 'alone']):.0f}")


if __name__ == "__main__":
    main()
