"""Subscriptions: who is told what, where and when. Rows end only when a person asks or a place is gone."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Row,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SameAlert
from bot.news.alert import WINDOWS, Frequency, Pause, Subscription, Taste
from bot.store.store import Store
from bot.store.tables import OPEN, Moment, deliveries, editions, snapshots, subscriptions

log = structlog.get_logger(__name__)

KEPT_AFTER_LEAVING = timedelta(days=30)

# Whoever made a subscription is told that it is silent, not each time that access comes and goes.
TELL_EVERY = timedelta(days=1)

NOTHING = Taste(events=())

_SPEAKING = {"paused": None, "silent_since": None}

UNSENT = and_(OPEN, deliveries.c.edition.is_not(None), deliveries.c.tried_at.is_(None))
"""Deliveries of an edition that surely did not arrive."""


class Subscriptions:
    """All of them. Every method raises ``StoreError`` if the file fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, wanted: Subscription, most: int, now: datetime) -> Subscription | None:
        """Keep a new one, told from now on; None where its server or person has as many as ``most``.

        Raises ``SameAlert`` where a server has the same already.
        """
        mine = _of(wanted.guild) if wanted.guild else _direct(wanted.place)
        async with self._store.writing() as connection:
            await _refuse_twin(connection, wanted)
            if len((await connection.execute(select(subscriptions.c.number).where(mine))).all()) >= most:
                return None
            told = await newest_snapshot(connection)
            kept = wanted.model_copy(update={"told": told, "next_at": wanted.next_brief(now)})
            result = await connection.execute(insert(subscriptions).values(_columns(kept)))
            return kept.model_copy(update={"number": key_of(result)})

    async def one(self, number: int) -> Subscription | None:
        found = await self._where(subscriptions.c.number == number)
        return found[0] if found else None

    async def of_guild(self, guild: int) -> tuple[Subscription, ...]:
        return await self._where(_of(guild))

    async def of_person(self, person: int) -> tuple[Subscription, ...]:
        """The person's direct messages."""
        return await self._where(_direct(person))

    async def silent(self, *why: Pause) -> tuple[Subscription, ...]:
        """Those that are paused for one of these reasons."""
        return await self._where(subscriptions.c.paused.in_(why))

    async def guilds(self) -> frozenset[int]:
        """The servers with any."""
        statement = select(subscriptions.c.guild).where(subscriptions.c.guild.is_not(None)).distinct()
        async with self._store.reading() as connection:
            return frozenset((await connection.scalars(statement)).all())

    async def left_guilds(self) -> frozenset[int]:
        """Those that count as left."""
        statement = select(subscriptions.c.guild).where(subscriptions.c.left_at.is_not(None)).distinct()
        async with self._store.reading() as connection:
            return frozenset((await connection.scalars(statement)).all())

    async def edit(
        self, number: int, now: datetime, was: Taste | None = None, **fields: Any
    ) -> Subscription | None:
        """Change the taste, frequency, hour, timezone or role; None if it is gone, or its taste is not
        what it ``was``. Raises ``SameAlert`` where its server has the same already.
        """
        async with self._store.writing() as connection:
            held = await _read(connection, subscriptions.c.number == number)
            if not held or was not in (None, held[0].taste):
                return None
            edited = Subscription(**{**dict(held[0]), **fields})
            await _refuse_twin(connection, edited)
            edited = edited.model_copy(update={"next_at": edited.next_brief(now)})
            values = _columns(edited)
            await connection.execute(
                update(subscriptions).where(subscriptions.c.number == number).values(values)
            )
            return edited

    async def pause(self, numbers: Collection[int], why: Pause, now: datetime, tell: bool = False) -> None:
        """Silence them. What was not sent yet is told as one summary once they are resumed.

        ``tell`` writes to whoever made them, once.
        """
        async with self._store.writing() as connection:
            await pause(connection, numbers, why, now, tell)

    async def resume(self, numbers: Collection[int], *why: Pause) -> None:
        """Let those speak again that are silent for one of these reasons."""
        async with self._store.writing() as connection:
            for number in numbers:
                await connection.execute(
                    update(subscriptions)
                    .where(subscriptions.c.number == number, subscriptions.c.paused.in_(why))
                    .values(_SPEAKING)
                )

    async def remove(self, numbers: Collection[int]) -> int:
        """Delete them and what was to be sent for them; returns how many there were."""
        async with self._store.writing() as connection:
            return await remove(connection, subscriptions.c.number.in_(numbers))

    async def place_gone(self, place: int) -> int:
        """Discord has reported the channel as deleted."""
        async with self._store.writing() as connection:
            return await remove(connection, subscriptions.c.place == place)

    async def forget(self, person: int) -> int:
        """Delete the person's direct messages, and their id where they made alerts of a server; returns how
        many rows held it."""
        async with self._store.writing() as connection:
            own = await remove(connection, _direct(person))
            made = await connection.execute(
                update(subscriptions).where(subscriptions.c.person == person).values(person=None)
            )
            notices = (deliveries.c.edition.is_(None), deliveries.c.place == person)
            await connection.execute(delete(deliveries).where(*notices))
            return own + made.rowcount

    async def left(self, guild: int, now: datetime) -> None:
        """The bot is no longer in the server."""
        async with self._store.writing() as connection:
            there = (await connection.scalars(select(subscriptions.c.number).where(_of(guild)))).all()
            await pause(connection, there, Pause.LEFT, now, tell=True)
            since = update(subscriptions).where(_of(guild), subscriptions.c.left_at.is_(None))
            await connection.execute(since.values(left_at=now))

    async def joined(self, guild: int) -> None:
        """The bot is in the server again."""
        there = update(subscriptions).where(_of(guild))
        async with self._store.writing() as connection:
            await connection.execute(there.values(left_at=None))
            await connection.execute(there.where(subscriptions.c.paused == Pause.LEFT).values(_SPEAKING))

    async def forget_left(self, now: datetime) -> int:
        """Delete those of servers that the bot left 30 days ago; returns how many."""
        async with self._store.writing() as connection:
            return await remove(connection, subscriptions.c.left_at <= now - KEPT_AFTER_LEAVING)

    async def _where(self, condition: ColumnElement[bool]) -> tuple[Subscription, ...]:
        async with self._store.reading() as connection:
            return await _read(connection, condition)


async def _refuse_twin(connection: AsyncConnection, wanted: Subscription) -> None:
    if wanted.guild is None:
        return
    for each in await _read(connection, _of(wanted.guild) & (subscriptions.c.place == wanted.place)):
        if each.number != wanted.number and each.same_as(wanted):
            raise SameAlert(each.number)


async def pause(
    connection: AsyncConnection, numbers: Collection[int], why: Pause, now: datetime, tell: bool
) -> None:
    """As ``Subscriptions.pause``; those that are silent already stay as they are, unless the bot has left."""
    which = subscriptions.c.number.in_(numbers)
    await withdraw(connection, which)
    for each in await _read(connection, which):
        if each.paused not in (None, Pause.NO_ACCESS if why is Pause.LEFT else None):
            continue
        silent = {"paused": why, "silent_since": now}
        await connection.execute(
            update(subscriptions).where(subscriptions.c.number == each.number).values(silent)
        )
        if tell and each.guild is not None and each.paused is None:
            await _tell_of_silence(connection, each, why, now)


async def _tell_of_silence(
    connection: AsyncConnection, silenced: Subscription, why: Pause, now: datetime
) -> None:
    """One notice to a person about a channel, or about a server that the bot has left: no other within a day,
    nor until a message arrived there again."""
    if silenced.person is None:
        return
    there = _of(silenced.guild or 0) if why is Pause.LEFT else subscriptions.c.place == silenced.place
    told = deliveries.c.edition.is_(None) & (deliveries.c.place == silenced.person)
    later = deliveries.alias()
    spoke = exists().where(
        later.c.subscription == subscriptions.c.number,
        later.c.state == "sent",
        later.c.edition.is_not(None),
        later.c.number > deliveries.c.number,
    )
    lately = (
        select(deliveries.c.number)
        .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
        .where(there, told, or_(deliveries.c.made_at > now - TELL_EVERY, ~spoke))
    )
    if (await connection.execute(lately.limit(1))).first() is None:
        notice = {"subscription": silenced.number, "place": silenced.person, "state": "due", "tries": 0}
        await connection.execute(insert(deliveries).values(**notice, made_at=now, due_at=now))


def stale(now: datetime) -> ColumnElement[bool]:
    """Of a delivery and its subscription: not sent within its window, surely not, and no notice."""
    oldest = case(
        *(
            (subscriptions.c.frequency == each, bindparam(f"since_{each}", now - WINDOWS[each], Moment))
            for each in Frequency
        )
    )
    return and_(UNSENT, deliveries.c.made_at < oldest)


async def withdraw(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Take back what was surely not sent for these subscriptions: they count as told up to before that."""
    of_them = deliveries.c.subscription.in_(select(subscriptions.c.number).where(which).correlate(None))
    first = (
        select(func.min(editions.c.before))
        .join(deliveries, deliveries.c.edition == editions.c.number)
        .where(UNSENT, deliveries.c.subscription == subscriptions.c.number)
        .correlate(subscriptions)
        .scalar_subquery()
    )
    waiting = select(deliveries.c.subscription).where(UNSENT, of_them)
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.number.in_(waiting))
        .values(told=func.min(subscriptions.c.told, first))
    )
    await connection.execute(delete(deliveries).where(UNSENT, of_them))


async def remove(connection: AsyncConnection, condition: ColumnElement[bool]) -> int:
    """Delete subscriptions and what was to be sent for them."""
    which = select(subscriptions.c.number).where(condition)
    await connection.execute(delete(deliveries).where(deliveries.c.subscription.in_(which)))
    return (await connection.execute(delete(subscriptions).where(condition))).rowcount


async def newest_snapshot(connection: AsyncConnection) -> int:
    """Its number, 0 while nothing was loaded."""
    statement = select(snapshots.c.number).order_by(snapshots.c.number.desc()).limit(1)
    return await connection.scalar(statement) or 0


async def _read(connection: AsyncConnection, condition: ColumnElement[bool]) -> tuple[Subscription, ...]:
    statement = select(subscriptions).where(condition).order_by(subscriptions.c.number)
    return tuple(subscription_of(row) for row in await connection.execute(statement))


def subscription_of(row: Row[Any]) -> Subscription:
    """One that cannot be read hears nothing, and is there to be changed or ended."""
    values = row._mapping
    kept = {name: values[name] for name in Subscription.model_fields if name != "taste"}
    try:
        return Subscription(**kept, taste=taste_of(values["taste"]))
    except ValueError:
        log.error("an alert cannot be read and is silent", alert=kept["number"])
        who = {name: kept[name] for name in ("number", "guild", "place", "person", "told")}
        return Subscription(**who, taste=NOTHING)


@lru_cache(maxsize=4096)
def taste_of(text: str) -> Taste:
    """Many share one. What cannot be read, as of another release, stops nobody else."""
    try:
        return Taste.model_validate_json(text)
    except ValueError:
        log.error("what an alert tells cannot be read: it is silent", taste=text[:200])
        return NOTHING


def _columns(held: Subscription) -> dict[str, Any]:
    values = {name: value for name, value in held if name not in ("number", "taste")}
    return {**values, "taste": held.taste.model_dump_json()}


def key_of(result: CursorResult[Any]) -> int:
    """The number that SQLite gave to a new row."""
    return int(result.inserted_primary_key[0]) if result.inserted_primary_key else 0


def _of(guild: int) -> ColumnElement[bool]:
    return subscriptions.c.guild == guild


def _direct(person: int) -> ColumnElement[bool]:
    return subscriptions.c.guild.is_(None) & (subscriptions.c.place == person)
