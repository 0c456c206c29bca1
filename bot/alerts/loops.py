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
from bot.logs import Outage
from bot.store.store import Store, with_own_store

log = structlog.get_logger(__name__)


async def keep_planning(path: Path, every: float, now: Callable[[], datetime]) -> None:
    """Look for news again and again, ``every`` so many seconds, until cancelled."""
    outage = Outage(
        log,
        "The bot cannot look for news, and tells nothing new until it can",
        "The bot looks for news again",
    )
    while True:
        with outage.noted():
            if made := await with_own_store(path, lambda store: plan(store, now)):
                log.info("A new edition is due to be sent", deliveries=made)
        await asyncio.sleep(every)


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
