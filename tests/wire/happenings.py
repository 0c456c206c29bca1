"""Lets a test wait for what it expects instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_LOOK_AGAIN_S = 0.02


class Happenings:
    """Wakes those who wait whenever something about the server has changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def note(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def until(self, condition: Callable[[], object], what: str, timeout_s: float) -> None:
        """Return as soon as `condition` holds; after `timeout_s` seconds a TimeoutError that names `what`.

        A condition may also look at things outside the server: it is looked at again every 20 ms.
        """
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + timeout_s
        while not condition():
            if loop.time() >= give_up_at:
                raise TimeoutError(f"{what}: not within {timeout_s:g} s")
            change: asyncio.Future[None] = loop.create_future()
            self._waiting.add(change)
            try:
                await asyncio.wait((change,), timeout=_LOOK_AGAIN_S)
            finally:
                self._waiting.discard(change)
