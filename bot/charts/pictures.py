"""Pictures: the PNG of a drawing, made by a process of its own and kept by content."""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress

import structlog

from bot.charts.drawings import Drawing

log = structlog.get_logger(__name__)

# -P: a folder named like this package where it happens to be started is none of its business.
WORKER = (sys.executable, "-P", "-m", "bot.charts.worker")
# Seconds for one picture, the start of the process among them, before it counts as hanging.
TIME_OUT = 15.0
# Bytes of pictures that are kept, and drawings that may wait: more than these nobody would wait for.
KEPT, MOST_WAITING = 16 * 2**20, 100
# Far more than a picture of ours has.
LARGEST = 4 * 2**20


class Refused(Exception):
    """The process says why it did not draw something, and goes on."""


class Pictures:
    """Draws one picture after the other in a process that starts with the first one and ends with ``close``.

    A process that dies, hangs or refuses costs a picture and no more: the next one finds a new process.
    """

    def __init__(self, command: Sequence[str] = WORKER, time_out: float = TIME_OUT, kept: int = KEPT) -> None:
        self._command = command
        self._time_out = time_out
        self._room = kept
        self._kept: OrderedDict[Drawing, bytes] = OrderedDict()
        self._making: dict[Drawing, asyncio.Task[bytes | None]] = {}
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._failing = False

    async def png(self, drawing: Drawing) -> bytes | None:
        """The picture; None, which is logged once, where it cannot be made, or where too many wait."""
        if drawing in self._kept:
            self._kept.move_to_end(drawing)
            return self._kept[drawing]
        task = self._making.get(drawing)
        if task is None:
            if len(self._making) >= MOST_WAITING:
                return None
            task = self._making[drawing] = asyncio.create_task(self._make(drawing))
            task.add_done_callback(lambda _: self._making.pop(drawing, None))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End the process and whatever is being drawn."""
        for task in tuple(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        await self._end()

    async def _make(self, drawing: Drawing) -> bytes | None:
        async with self._turn:
            try:
                async with asyncio.timeout(self._time_out):
                    png = await self._ask(drawing)
            except Exception as error:
                if not isinstance(error, Refused):
                    await self._end()
                if not self._failing:
                    log.error("a picture could not be made", why=f"{type(error).__name__}: {error}")
                self._failing = True
                return None
            except asyncio.CancelledError:
                await self._end()  # Its answer would be taken for that to the next drawing.
                raise
        self._failing = False
        self._keep(drawing, png)
        return png

    async def _ask(self, drawing: Drawing) -> bytes:
        if self._process and self._process.returncode is not None:
            self._process = None
        process = self._process = self._process or await self._started()
        to, back = process.stdin, process.stdout
        if to is None or back is None:  # Only for type checkers: both are pipes.
            raise Refused("no pipes")
        packed = pickle.dumps(drawing)
        to.write(len(packed).to_bytes(4) + packed)
        await to.drain()
        made, *length = await back.readexactly(5)
        if (size := int.from_bytes(length)) > LARGEST:
            raise ValueError(f"a picture of {size} bytes")
        body = await back.readexactly(size)
        if not made:
            raise Refused(body.decode(errors="replace"))
        return body

    async def _started(self) -> Process:
        # It finds this program where this process has found it, and has no use for the token.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MATCHUP_")}
        environment = kept | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl+C is for the bot, which then ends it.
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()

    def _keep(self, drawing: Drawing, png: bytes) -> None:
        self._kept[drawing] = png
        while sum(map(len, self._kept.values())) > self._room:
            self._kept.popitem(last=False)
