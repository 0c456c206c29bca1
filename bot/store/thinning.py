"""Which old snapshots are let go: all of 30 days stay, then the last of each week."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import FACTS, fits, snapshots

ALL_OF = timedelta(days=30)


def staying(taken: Iterable[tuple[int, datetime]], now: datetime) -> set[int]:
    """The snapshots that stay by their age, of pairs of number and moment; the newest always does."""
    newest_first = sorted(taken, reverse=True)
    stay = {number for number, at in newest_first[:1]}
    weeks: set[tuple[int, int]] = set()
    for number, at in newest_first:
        week = at.isocalendar()[:2]
        if now - at <= ALL_OF:
            stay.add(number)
        elif week not in weeks:
            stay.add(number)
            weeks.add(week)
    return stay


async def let_go(connection: AsyncConnection, gone: Sequence[int], stay: Sequence[int]) -> None:
    """Remove snapshots, and facts that were true in none of those that stay, which read as before."""
    for number in gone:
        after = min(n for n in stay if n > number)
        for table in FACTS:
            await connection.execute(update(table).where(table.c.since == number).values(since=after))
            await connection.execute(update(table).where(table.c.until == number).values(until=after))
    for table in FACTS:
        await connection.execute(delete(table).where(table.c.since == table.c.until))
    await connection.execute(delete(fits).where(fits.c.snapshot.in_(gone)))
    await connection.execute(delete(snapshots).where(snapshots.c.number.in_(gone)))
