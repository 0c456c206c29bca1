"""What keeps alerts going beside the answers: the newsroom and the publisher."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import discord
import structlog

from bot.alerts.newsroom import plan
from bot.alerts.publisher import LEASE, Publisher, Render
from bot.errors import StoreError
from bot.store.store import Store
from bot.words.errors import words

log = structlog.get_logger(__name__)


async def keep_planning(path: Path, every: float, now: Callable[[], datetime]) -> None:
    """Look for news again and again, ``every`` so many seconds, until cancelled."""
    failing = False
    while True:
        try:
            made = await asyncio.to_thread(_plan, path, now)
            if made:
                log.info("alerts are due", deliveries=made)
            failing = False
        except Exception as error:
            if not failing:
                known = isinstance(error, StoreError)
                log.error(
                    "no look for news: the store fails" if known else "no look for news",
                    exc_info=None if known else error,
                    why=words(error) if isinstance(error, StoreError) else str(error),
                )
            failing = True
        await asyncio.sleep(every)


def _plan(path: Path, now: Callable[[], datetime]) -> int:
    """In a thread with a connection of its own, so that the answers go on meanwhile."""

    async def planned() -> int:
        async with await Store.open(path) as store:
            return await plan(store, now)

    return asyncio.run(planned())


async def keep_publishing(
    store: Store,
    client: discord.Client,
    render: Render,
    now: Callable[[], datetime],
    lease: timedelta = LEASE,
) -> None:
    """Send what is due once the client is connected, until cancelled."""
    publisher = Publisher(store, client, render, now, name=secrets.token_hex(8), lease=lease)
    await client.wait_until_ready()
    await publisher.run()
