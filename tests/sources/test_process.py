"""What takes too long, too much or breaks off costs its own result and nothing else."""

import asyncio
import os
import time

import pytest

from bot.sources.process import Overrun, in_process


def double(number: int) -> int:
    return 2 * number


def turn(_: int) -> int:
    while True:
        pass


def wait(seconds: float) -> None:
    time.sleep(seconds)


def fill(size: int) -> int:
    return len(bytes(size))


def fail(_: int) -> int:
    raise KeyError("no such thing")


def stop(status: int) -> None:
    os._exit(status)


async def test_a_result_comes_back() -> None:
    assert await in_process(double, 4, 60) == 8


async def test_the_loop_goes_on_and_what_turns_for_ever_is_stopped() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.01)
            turns += 1

    counting = asyncio.create_task(count())
    with pytest.raises(Overrun, match="within 1 seconds"):
        await in_process(turn, 0, 1)
    counting.cancel()
    assert turns > 5


async def test_what_only_waits_is_stopped_too() -> None:
    with pytest.raises(Overrun, match=r"within 0\.5 seconds"):
        await in_process(wait, 600, 0.5)


@pytest.mark.parametrize(
    ("work", "given", "why"),
    [(fill, 2**30, "more than 512 MB"), (fail, 1, "KeyError"), (stop, 3, "broke off")],
    ids=["memory", "error", "end"],
)
async def test_so_is_what_fails(work: object, given: int, why: str) -> None:
    with pytest.raises(Overrun, match=why):
        await in_process(work, given, 60)  # type: ignore[arg-type]


async def test_who_stops_waiting_leaves_no_process() -> None:
    waiting = asyncio.create_task(in_process(wait, 600, 60))
    await asyncio.sleep(1)
    began = time.monotonic()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert time.monotonic() - began < 5
