"""Processes of the bot and of the plain client, each on a Discord of its own on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.wire import DiscordServer, Interaction, User, buttons

ROOT = Path(__file__).parent.parent.parent
Pair = tuple[str, str]


class Client:
    """A running process; as its own server sees it."""

    def __init__(self, server: DiscordServer, popen: subprocess.Popen[bytes]) -> None:
        self._server = server
        self._popen = popen
        self._process = psutil.Process(popen.pid)
        self.pid = popen.pid

    async def compare(self, pair: Pair) -> Interaction:
        """The answer to /compare of two names, asked by somebody who has never asked before."""
        reply = await self._server.slash(
            "compare", {"model_a": pair[0], "model_b": pair[1]}, user=User("somebody")
        )
        if not reply.data.get("embeds") or reply.ephemeral:
            raise AssertionError(f"no comparison of {pair}: {reply.data}")
        return reply

    def cpu_seconds(self) -> float:
        """User and system time since it started."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def resident_mib(self) -> float:
        return float(self._process.memory_info().rss) / 2**20

    def peak_mib(self) -> float:
        """The most memory that it ever held (Linux)."""
        status = Path(f"/proc/{self._popen.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def bot_command(*python_options: str) -> list[str]:
    return [sys.executable, *python_options, "-m", "bot", "run"]


PLAIN = [sys.executable, "-m", "tests.benchmarks.plain"]


@asynccontextmanager
async def running(
    server: DiscordServer,
    command: Sequence[str],
    *,
    database: Path | None = None,
    told: dict[str, Any] | None = None,
    log: Path | None = None,
    pictures: bool = False,
) -> AsyncIterator[Client]:
    """The process, once all its shards are online; ``told`` goes to its stdin, its stderr to ``log``.

    Answers are text alone unless ``pictures`` are asked for: they have a benchmark of their own.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MATCHUP_")} | server.environment
    environment |= {"MATCHUP_SYNC_EVERY": "0", "MATCHUP_PICTURES": "on" if pictures else "off"}
    if database is not None:
        environment["MATCHUP_DATABASE"] = str(database)
    with open(log or os.devnull, "wb") as errors:  # noqa: PTH123, ASYNC230 (a device, before anything runs)
        popen = subprocess.Popen(  # noqa: ASYNC220 (what starts is measured, not how)
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    try:
        if popen.stdin is not None:
            popen.stdin.write(json.dumps(told or {}).encode() + b"\n")
            popen.stdin.close()
        ended = asyncio.create_task(asyncio.to_thread(popen.wait))
        online = asyncio.create_task(server.ready())
        await asyncio.wait((online, ended), return_when=asyncio.FIRST_COMPLETED)
        if not online.done():
            online.cancel()
            raise RuntimeError(f"ended with {popen.returncode} instead of coming online: {command}")
        await online
        yield Client(server, popen)
    finally:
        popen.terminate()
        await asyncio.to_thread(popen.wait, 20)


def size(reply: Interaction) -> int:
    """Bytes of the body of an answer."""
    return len(json.dumps(reply.callback, separators=(",", ":")))


def typical(replies: Iterable[Interaction]) -> dict[str, Any]:
    """For the plain client: the answer of which the size is nearest to the mean of all."""
    known = list(replies)
    mean = sum(map(size, known)) / len(known)
    chosen = min(known, key=lambda reply: abs(size(reply) - mean))
    if chosen.message is None:
        raise AssertionError("an answer without a message")
    pressed = [{"label": label, "custom_id": id_} for label, id_ in buttons(chosen.message).items()]
    return {"embed": chosen.data["embeds"][0], "buttons": pressed, "libraries": []}
