"""(c) From the start of the process to its first answer, and resident memory, against plain clients.

They answer with one fixed embed; one imports the libraries of the bot, another every module of those
libraries that the bot imports, the bare one discord.py alone. The bot finds its store filled and its commands
known to Discord, as at any start but the first. Run: python -m tests.benchmarks.start
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.processes import PLAIN, Pair, bot_command, running, typical
from tests.benchmarks.wire import TOKEN, pairs
from tests.wire import DiscordServer
from tests.worlds import shipped

ROUNDS, REPLIES = 7, 200
BOT, SAME, MODULES, BARE = "bot", "same libraries", "same modules", "bare"


@dataclass(frozen=True)
class Start:
    """Seconds to the first answer; MiB after it and after ``REPLIES`` more."""

    seconds: float
    at_first: float
    later: float


def main() -> None:
    asyncio.run(_main())


async def _main() -> None:
    questions = pairs(shipped())
    starts: dict[str, list[Start]] = defaultdict(list)
    async with AsyncExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            name: await opened.enter_async_context(DiscordServer(TOKEN))
            for name in (BOT, SAME, MODULES, BARE)
        }
        fixed, modules = await _first_start(servers[BOT], folder, questions)
        libraries = sorted({name.partition(".")[0] for name in modules})
        told = {
            BOT: None,
            SAME: fixed | {"libraries": libraries},
            MODULES: fixed | {"libraries": modules},
            BARE: fixed,
        }
        for server in servers.values():
            server.commands.update(servers[BOT].commands)
        for _ in range(ROUNDS):
            asked = [next(questions) for _ in range(1 + REPLIES)]
            for name, server in servers.items():
                starts[name].append(await _start(server, folder, told[name], asked))
    print(f"libraries: {', '.join(libraries)}")
    _print(starts)


async def _first_start(
    server: DiscordServer, folder: Path, questions: Iterator[Pair]
) -> tuple[dict[str, Any], list[str]]:
    """Fills the store and registers the commands."""
    for _ in range(2):
        log = folder / "imports"
        command = bot_command("-X", "importtime")
        async with running(server, command, database=folder / "matchup.db", log=log) as bot:
            fixed = typical([await bot.compare(next(questions)) for _ in range(50)])
    # The second start: what is needed when there is nothing to fill.
    lines = log.read_text(encoding="utf-8").splitlines()
    names = [line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")]
    return fixed, [name for name in names if _is_library(name)]


def _is_library(module: str) -> bool:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "bot" or top.startswith("_"):
        return False
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False  # something that a library tried, and did without


async def _start(
    server: DiscordServer, folder: Path, told: dict[str, Any] | None, asked: list[Pair]
) -> Start:
    began = time.perf_counter()
    command = bot_command() if told is None else PLAIN
    async with running(server, command, database=folder / "matchup.db", told=told) as client:
        await client.compare(asked[0])
        seconds, at_first = time.perf_counter() - began, client.resident_mib()
        for pair in asked[1:]:
            await client.compare(pair)
        return Start(seconds, at_first, client.resident_mib())


def _print(starts: dict[str, list[Start]]) -> None:
    def medians(name: str) -> tuple[float, float, float]:
        known = starts[name]
        return (
            median(s.seconds for s in known),
            median(s.at_first for s in known),
            median(s.later for s in known),
        )

    ours = medians(BOT)
    print(f"{'':<16}{'start, s':>10}{'ratio':>7}{'MiB':>8}{'ratio':>7}{f'after {REPLIES}':>11}{'ratio':>7}")
    for name in starts:
        seconds, at_first, later = medians(name)
        print(
            f"{name:<16}{seconds:>10.2f}{ours[0] / seconds:>7.2f}{at_first:>8.1f}{ours[1] / at_first:>7.2f}"
            f"{later:>11.1f}{ours[2] / later:>7.2f}"
        )


if __name__ == "__main__":
    main()
