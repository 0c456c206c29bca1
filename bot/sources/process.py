"""A process of its own for work on texts from outside, with limits of time and memory.

Such a text can be made so that reading it takes for ever. In a thread that would hold up every answer and the
end of the program; a process is stopped.
"""

import asyncio
import math
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

MEMORY = 512 * 2**20
"""Bytes that a process may take beyond what it has when it starts."""

TOO_LONG = "it could not be read within {:g} seconds"
# The signal of a process that has used up its time, where there is one.
OUT_OF_TIME: int = getattr(signal, "SIGXCPU", 0)
CPU = bool(OUT_OF_TIME)

Given = TypeVar("Given")
Made = TypeVar("Made")


class Overrun(Exception):
    """The work took too long, too much, or broke off; the text says which."""


BUSY = 3
"""A machine with much else to do gets so many times as long by the clock."""


async def in_process(
    work: Callable[[Given], Made], given: Given, seconds: float, memory: int = MEMORY
) -> Made:
    """What a function of a module makes of its argument. Both, and the result, are pickled.

    ``seconds`` are those of the processor, where the system counts them. Raises ``Overrun`` where it needs
    more than it may, or fails.
    """
    # A process that is forked from this one would have its threads' locks; one from the server has none.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(method)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, work, given, memory, seconds), daemon=True)
    run = asyncio.create_task(asyncio.to_thread(_answer, process, ours, theirs))
    try:
        made, value = await asyncio.wait_for(asyncio.shield(run), BUSY * seconds if CPU else seconds)
    except TimeoutError:
        raise Overrun(TOO_LONG.format(seconds)) from None
    finally:
        _end(process)
        with suppress(Exception):
            await run
        ours.close()
    if not made:
        raise Overrun(str(value).format(seconds))
    result: Made = value
    return result


def _answer(process: BaseProcess, ours: Connection, theirs: Connection) -> tuple[bool, Any]:
    process.start()
    theirs.close()
    try:
        answer: tuple[bool, Any] = ours.recv()
        return answer
    except (EOFError, OSError):
        process.join()
        return False, TOO_LONG if process.exitcode == -OUT_OF_TIME else "reading it broke off"
    finally:
        process.join()


def _end(process: BaseProcess) -> None:
    with suppress(ValueError, AttributeError, OSError):
        process.kill()


def _work(to: Connection, work: Callable[[Any], Any], given: Any, memory: int, seconds: float) -> None:
    _limit(memory, seconds)
    try:
        answer = True, work(given)
    except MemoryError:
        answer = False, f"it takes more than {memory // 2**20} MB of memory"
    except Exception as error:
        answer = False, f"it could not be read ({type(error).__name__})"
    with suppress(OSError):
        to.send(answer)


def _limit(memory: int, seconds: float) -> None:
    """Where the system knows limits. The signal that comes at the end of the time ends the process."""
    if sys.platform == "win32":
        return
    import resource

    spent = time.process_time()
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(spent + seconds), math.ceil(spent + seconds) + 5))
    used = 0
    with suppress(OSError):
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
