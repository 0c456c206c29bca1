"""The real process, killed while news go out; ``tests.benchmarks.crashes`` does this 200 times."""

import asyncio
from pathlib import Path

from tests.alerts.crashing import Found, crashing_run


async def test_a_bot_that_is_back_soon_has_sent_each_message_once_and_in_order(tmp_path: Path) -> None:
    total = Found()
    for found in await asyncio.gather(*(crashing_run(tmp_path, seed, late=False) for seed in (1, 2, 3))):
        total += found
    assert total.sent
    assert (total.lost, total.doubled, total.reordered, total.in_doubt) == (0, 0, 0, 0)


async def test_a_bot_that_is_back_late_loses_and_doubles_nothing(tmp_path: Path) -> None:
    found = await crashing_run(tmp_path, 4, late=True)
    assert found.sent
    assert (found.lost, found.doubled, found.reordered) == (0, 0, 0)


async def test_a_second_bot_started_by_mistake_sends_nothing_twice(tmp_path: Path) -> None:
    found = await crashing_run(tmp_path, 5, late=False, bots=2)
    assert found.sent
    assert (found.lost, found.doubled, found.reordered, found.in_doubt) == (0, 0, 0, 0)
