"""Who is told what, where and when. Rows end only when a person asks or a channel is gone.

Every function raises ``StoreError`` if the file fails. In the tables an alert is a row of ``subscriptions``;
its channel stands in ``place``, and the snapshot up to which it was told in ``told``.
"""

from collections.abc import Collection, Iterable
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

from bot.errors import NoSuchAlert, SameAlert, TooManyAlerts, TooManyWatched
from bot.news.alert import MOST_ALERTS, MOST_MODELS, WINDOWS, Alert, Frequency, Pause, Taste
from bot.store.store import Store
from bot.store.tables import OPEN, Moment, deliveries, editions, snapshots, subscriptions

log = structlog.get_logger(__name__)

KEPT_AFTER_LEAVING = timedelta(days=30)
# Whoever made an alert is told that it is silent, not each time that access comes and goes.
TELL_EVERY = timedelta(days=1)

NOTHING = Taste(events=())

_SPEAKING = {"paused": None, "silent_since": None}
_COLUMNS = {"channel": "place", "snapshot": "told"}

UNSENT = and_(OPEN, deliveries.c.edition.is_not(None), deliveries.c.tried_at.is_(None))
"""Deliveries of an edition that surely did not arrive."""


async def subscribe(store: Store, alert: Alert, now: datetime, most: int = MOST_ALERTS) -> Alert:
    """Keep a new alert of a server, told from now on; returns it with its number.

    Raises ``TooManyAlerts`` where the server has as many as ``most``, ``SameAlert`` where one does the same.
    """
    async with store.writing() as connection:
        await _refuse_twin(connection, alert)
        mine = _of_server(alert.guild) if alert.guild is not None else _direct(alert.channel)
        if len((await connection.execute(select(subscriptions.c.number).where(mine))).all()) >= most:
            raise TooManyAlerts(most)
        return await _add(connection, alert, now)


async def find(store: Store, number: int) -> Alert | None:
    """None for an alert that was removed."""
    return await _first(store, subscriptions.c.number == number)


async def of_server(store: Store, guild: int) -> tuple[Alert, ...]:
    """The alerts of a server, the oldest first."""
    async with store.reading() as connection:
        return await _read(connection, _of_server(guild))


async def edit(store: Store, number: int, now: datetime, **settings: Any) -> Alert:
    """Change ``taste``, ``frequency``, ``hour``, ``timezone`` or ``role``; returns the alert as it is then.

    Raises ``NoSuchAlert`` if it is gone, ``SameAlert`` where another one of the server does the same already.
    """
    async with store.writing() as connection:
        return await _edit(connection, await _existing(connection, number), now, **settings)


async def pause(store: Store, number: int, now: datetime, why: Pause = Pause.ASKED) -> Alert:
    """Silence an alert. What was not sent yet is told as one difference once it is resumed.

    Raises ``NoSuchAlert``.
    """
    async with store.writing() as connection:
        await silence(connection, (number,), why, now, tell=False)
        return await _existing(connection, number)


async def resume(store: Store, number: int) -> Alert:
    """Let an alert speak again; what happened meanwhile is told as one difference. Raises ``NoSuchAlert``."""
    async with store.writing() as connection:
        await _unsilence(connection, (number,), Pause)
        return await _existing(connection, number)


async def remove(store: Store, number: int) -> bool:
    """Delete an alert and what was to be sent for it; returns whether there was one."""
    async with store.writing() as connection:
        return bool(await remove_where(connection, subscriptions.c.number == number))


async def watch_of(store: Store, person: int) -> Alert | None:
    """What a person follows in direct messages; None if nothing."""
    return await _first(store, _direct(person))


async def watch(store: Store, person: int, model: int, now: datetime) -> Alert:
    """Tell a person of a model (its number) from now on; returns the watch, which speaks again if it was
    silent. Raises ``TooManyWatched``."""
    async with store.writing() as connection:
        watches = await _read(connection, _direct(person))
        if not watches:
            taste = Taste(board="every", models=(model,))
            return await _add(connection, Alert(guild=None, channel=person, person=person, taste=taste), now)
        await _unsilence(connection, (watches[0].number,), Pause)
        alert = await _existing(connection, watches[0].number)
        models = alert.taste.models
        if model in models:
            return alert
        if len(models) >= MOST_MODELS:
            raise TooManyWatched(MOST_MODELS)
        return await _follow(connection, alert, (*models, model), now)


async def unwatch(store: Store, person: int, model: int | None, now: datetime) -> Alert | None:
    """Stop telling a person of a model, or (None) of any; returns the watch of what they still follow."""
    async with store.writing() as connection:
        watches = await _read(connection, _direct(person))
        followed = watches[0].taste.models if watches and model is not None else ()
        models = tuple(number for number in followed if number != model)
        if not models:
            await remove_where(connection, _direct(person))
            return None
        return await _follow(connection, watches[0], models, now)


async def forget(store: Store, person: int) -> int:
    """Delete a person's watch, and their id where they made alerts of a server; returns how many rows held
    it."""
    async with store.writing() as connection:
        own = await remove_where(connection, _direct(person))
        made = await connection.execute(
            update(subscriptions).where(subscriptions.c.person == person).values(person=None)
        )
        notices = (deliveries.c.edition.is_(None), deliveries.c.place == person)
        await connection.execute(delete(deliveries).where(*notices))
        return own + made.rowcount


async def leave_server(store: Store, guild: int, now: datetime) -> None:
    """The bot is no longer in the server; 30 days later its alerts are deleted."""
    async with store.writing() as connection:
        await _leave(connection, guild, now)


async def join_server(store: Store, guild: int) -> None:
    """The bot is in the server (again): alerts that fell silent because it had left speak again."""
    async with store.writing() as connection:
        await _join(connection, guild)


async def compare_servers(store: Store, present: Collection[int], now: datetime) -> None:
    """After a start: note to which servers the bot was added and from which it was removed meanwhile, and
    delete the alerts of those that it left 30 days ago."""
    known = select(subscriptions.c.guild).where(subscriptions.c.guild.is_not(None)).distinct()
    async with store.writing() as connection:
        for guild in set((await connection.scalars(known)).all()) - set(present):
            await _leave(connection, guild, now)
        left = known.where(subscriptions.c.left_at.is_not(None))
        for guild in set((await connection.scalars(left)).all()) & set(present):
            await _join(connection, guild)
        await remove_where(connection, subscriptions.c.left_at <= now - KEPT_AFTER_LEAVING)


async def remove_channel(store: Store, channel: int) -> int:
    """Discord says that the channel was deleted; its alerts go with it. Returns how many."""
    async with store.writing() as connection:
        return await remove_where(connection, subscriptions.c.place == channel)


async def unreachable(store: Store) -> tuple[Alert, ...]:
    """The alerts that are silent because Discord did not let the bot send there."""
    async with store.reading() as connection:
        return await _read(connection, subscriptions.c.paused.in_((Pause.NO_ACCESS, Pause.REFUSED)))


async def resume_reachable(store: Store, numbers: Collection[int]) -> None:
    """Let those of these alerts speak again that are silent because the bot could not send there."""
    async with store.writing() as connection:
        await _unsilence(connection, numbers, (Pause.NO_ACCESS, Pause.REFUSED))


# Inside a transaction of the only writer:


async def silence(
    connection: AsyncConnection, numbers: Collection[int], why: Pause, now: datetime, tell: bool
) -> None:
    """Silence alerts; those that are silent already stay as they are, unless the bot has left.

    ``tell`` writes to whoever made them, once.
    """
    which = subscriptions.c.number.in_(numbers)
    await withdraw(connection, which)
    for alert in await _read(connection, which):
        if alert.paused not in (None, Pause.NO_ACCESS if why is Pause.LEFT else None):
            continue
        silent = {"paused": why, "silent_since": now}
        await connection.execute(
            update(subscriptions).where(subscriptions.c.number == alert.number).values(silent)
        )
        if tell and alert.guild is not None and alert.paused is None:
            await _give_notice(connection, alert, why, now)


async def withdraw(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Take back what was surely not sent for these alerts: they count as told up to before that."""
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


async def remove_where(connection: AsyncConnection, condition: ColumnElement[bool]) -> int:
    """Delete alerts and what was to be sent for them; returns how many there were."""
    which = select(subscriptions.c.number).where(condition)
    await connection.execute(delete(deliveries).where(deliveries.c.subscription.in_(which)))
    return (await connection.execute(delete(subscriptions).where(condition))).rowcount


def is_stale(now: datetime) -> ColumnElement[bool]:
    """Of a delivery and its alert: not sent within its window, surely not, and no notice."""
    oldest = case(
        *(
            (subscriptions.c.frequency == each, bindparam(f"since_{each}", now - WINDOWS[each], Moment))
            for each in Frequency
        )
    )
    return and_(UNSENT, deliveries.c.made_at < oldest)


def alert_of(row: Row[Any]) -> Alert:
    """An alert from its row. One that cannot be read hears nothing, and is there to be changed or ended."""
    values = {name: row._mapping[_COLUMNS.get(name, name)] for name in Alert.model_fields}
    try:
        return Alert(**{**values, "taste": taste_of(values["taste"])})
    except ValueError:
        log.error("An alert cannot be read, and tells nothing until it is changed", alert=values["number"])
        who = {name: values[name] for name in ("number", "guild", "channel", "person", "snapshot")}
        return Alert(**who, taste=NOTHING)


@lru_cache(maxsize=4096)
def taste_of(text: str) -> Taste:
    """A taste from its column: many alerts share one. What cannot be read, as of another release, stops
    nobody else."""
    try:
        return Taste.model_validate_json(text)
    except ValueError:
        log.error("What an alert tells of cannot be read, so that it tells nothing", taste=text[:200])
        return NOTHING


def key_of(result: CursorResult[Any]) -> int:
    """The number that SQLite gave to a new row."""
    return int(result.inserted_primary_key[0]) if result.inserted_primary_key else 0


async def _add(connection: AsyncConnection, alert: Alert, now: datetime) -> Alert:
    newest = await connection.scalar(select(func.max(snapshots.c.number))) or 0
    new = alert.model_copy(update={"snapshot": newest, "next_at": alert.next_brief(now)})
    result = await connection.execute(insert(subscriptions).values(_columns_of(new)))
    return new.model_copy(update={"number": key_of(result)})


async def _edit(connection: AsyncConnection, alert: Alert, now: datetime, **settings: Any) -> Alert:
    edited = Alert(**{**dict(alert), **settings})
    await _refuse_twin(connection, edited)
    edited = edited.model_copy(update={"next_at": edited.next_brief(now)})
    statement = update(subscriptions).where(subscriptions.c.number == alert.number)
    await connection.execute(statement.values(_columns_of(edited)))
    return edited


async def _follow(connection: AsyncConnection, watch: Alert, models: tuple[int, ...], now: datetime) -> Alert:
    return await _edit(connection, watch, now, taste=watch.taste.model_copy(update={"models": models}))


async def _existing(connection: AsyncConnection, number: int) -> Alert:
    for alert in await _read(connection, subscriptions.c.number == number):
        return alert
    raise NoSuchAlert(number)


async def _refuse_twin(connection: AsyncConnection, wanted: Alert) -> None:
    if wanted.guild is None:
        return
    condition = _of_server(wanted.guild) & (subscriptions.c.place == wanted.channel)
    for alert in await _read(connection, condition):
        if alert.number != wanted.number and alert.same_as(wanted):
            raise SameAlert(alert.number)


async def _unsilence(connection: AsyncConnection, numbers: Collection[int], why: Iterable[Pause]) -> None:
    """Let those of these alerts speak again that are silent for one of these reasons."""
    if numbers:
        # Written out, for a list of values has no place in a statement for many rows.
        silent = or_(*(subscriptions.c.paused == each for each in why))
        statement = update(subscriptions).where(subscriptions.c.number == bindparam("which"), silent)
        await connection.execute(statement.values(_SPEAKING), [{"which": number} for number in numbers])


async def _leave(connection: AsyncConnection, guild: int, now: datetime) -> None:
    which = _of_server(guild)
    numbers = (await connection.scalars(select(subscriptions.c.number).where(which))).all()
    await silence(connection, numbers, Pause.LEFT, now, tell=True)
    since = update(subscriptions).where(which, subscriptions.c.left_at.is_(None))
    await connection.execute(since.values(left_at=now))


async def _join(connection: AsyncConnection, guild: int) -> None:
    alerts = update(subscriptions).where(_of_server(guild))
    await connection.execute(alerts.values(left_at=None))
    await connection.execute(alerts.where(subscriptions.c.paused == Pause.LEFT).values(_SPEAKING))


async def _give_notice(connection: AsyncConnection, alert: Alert, why: Pause, now: datetime) -> None:
    """One notice to a person about a channel, or about a server that the bot has left: no other within a day,
    nor until a message arrived there again."""
    if alert.person is None:
        return
    which = _of_server(alert.guild or 0) if why is Pause.LEFT else subscriptions.c.place == alert.channel
    notices = deliveries.c.edition.is_(None) & (deliveries.c.place == alert.person)
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
        .where(which, notices, or_(deliveries.c.made_at > now - TELL_EVERY, ~spoke))
    )
    if (await connection.execute(lately.limit(1))).first() is None:
        notice = {"subscription": alert.number, "place": alert.person, "state": "due", "tries": 0}
        await connection.execute(insert(deliveries).values(**notice, made_at=now, due_at=now))


async def _first(store: Store, condition: ColumnElement[bool]) -> Alert | None:
    async with store.reading() as connection:
        return next(iter(await _read(connection, condition)), None)


async def _read(connection: AsyncConnection, condition: ColumnElement[bool]) -> tuple[Alert, ...]:
    statement = select(subscriptions).where(condition).order_by(subscriptions.c.number)
    return tuple(alert_of(row) for row in await connection.execute(statement))


def _columns_of(alert: Alert) -> dict[str, Any]:
    values = {_COLUMNS.get(name, name): value for name, value in alert if name != "number"}
    return {**values, "taste": alert.taste.model_dump_json()}


def _of_server(guild: int) -> ColumnElement[bool]:
    return subscriptions.c.guild == guild


def _direct(person: int) -> ColumnElement[bool]:
    return subscriptions.c.guild.is_(None) & (subscriptions.c.place == person)
