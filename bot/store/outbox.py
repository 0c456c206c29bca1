"""Outbox: what changed, who is to be told of it, and how far that is; everything that happens once happens in
one transaction of this file."""

import secrets
import zlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analysis.change_kinds import Change
from bot.analysis.subscription import WINDOWS, Frequency, Pause, Subscription, Taste
from bot.store.store import Store
from bot.store.subscriptions import (
    key_of,
    pause,
    remove,
    subscription_of,
    withdraw,
)
from bot.store.tables import OPEN, Moment, deliveries, editions, held, memory, subscriptions

SETTLED_AFTER = timedelta(days=1)
"""A change that takes back what was told is told once it has lasted so long."""

KEPT_FOR = timedelta(days=35)
"""Editions and deliveries are kept so long, for ``/alerts preview`` and for whoever asks what was sent."""

CHUNK = 2000

_CHANGES = TypeAdapter(tuple[Change, ...])
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
# Under this key of the memory stands when the next request of any publisher is free.
_BUDGET = "publishers free at"
_MARK = "publishers mark"


@dataclass(frozen=True)
class Edition:
    """What changed between two snapshots, the one ``before`` known since ``since``. ``news`` are told at once
    to those who heard all before; the other editions are summaries. 0 as ``number``: not kept yet."""

    number: int
    news: bool
    before: int
    after: int
    since: datetime
    made_at: datetime
    method: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Held:
    """A change that waits since ``at``."""

    number: int
    at: datetime
    change: Change


@dataclass(frozen=True)
class Waiting:
    """The snapshots before the newest at which those who are due now were ``told`` last, and whether ``more``
    is to be planned: a brief, or a summary in place of what could not be sent."""

    told: frozenset[int]
    more: bool


@dataclass(frozen=True)
class Planned:
    """What a plan did: ``made`` deliveries, or ``late`` because somebody else planned meanwhile."""

    late: bool
    made: int = 0


@dataclass(frozen=True)
class Claim:
    """A delivery that this publisher alone may send now, not before ``at``. ``edition`` None: the notice that
    the subscription is silent. ``tried_at`` is the first attempt that may have arrived, None if none may."""

    number: int
    subscription: Subscription
    edition: int | None
    place: int
    made_at: datetime
    tries: int
    tried_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. ``later`` names the moment of the next one in ``at``; it counts as ``certain``
    where the message surely did not arrive."""

    delivery: int
    kind: Literal["sent", "nothing", "later", "unknown", "no access", "refused", "gone"]
    message: int | None = None
    at: datetime | None = None
    certain: bool = False


class Outbox:
    """Every method raises ``StoreError`` if the file fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def newest_news(self) -> Edition | None:
        """The last news, without its changes; None before the first."""
        async with self._store.reading() as connection:
            return await _newest_news(connection)

    async def news_since(self, since: datetime) -> tuple[Edition, ...]:
        """All news made since then, the oldest first."""
        statement = select(editions).where(editions.c.news, editions.c.made_at >= since)
        async with self._store.reading() as connection:
            rows = await connection.execute(statement.order_by(editions.c.number))
            return tuple(_edition(dict(row._mapping)) for row in rows)

    async def edition(self, number: int) -> Edition:
        """Raises ``StoreError`` for one that is not there."""
        async with self._store.reading() as connection:
            row = (
                await connection.execute(select(editions).where(editions.c.number == number))
            ).one_or_none()
            if row is None:
                raise LookupError(number)
            return _edition(dict(row._mapping))

    async def held(self) -> tuple[Held, ...]:
        async with self._store.reading() as connection:
            rows = await connection.execute(select(held).order_by(held.c.number))
            return tuple(Held(row.number, row.at, _CHANGE.validate_json(row.change)) for row in rows)

    async def followed(self) -> frozenset[int]:
        """The numbers of all models that somebody follows."""
        models: set[int] = set()
        statement = select(subscriptions.c.taste).distinct()
        async with self._store.reading() as connection:
            result = await connection.stream(statement)
            async for row in result:
                models.update(Taste.model_validate_json(row.taste).models)
        return frozenset(models)

    async def waiting(self, newest: int, now: datetime) -> Waiting:
        """Who is to be told something now, as far as that is known without looking at what changed."""
        behind = select(subscriptions.c.told).distinct().where(_due(now), subscriptions.c.told < newest)
        brief = select(subscriptions.c.number).where(_due(now), subscriptions.c.next_at.is_not(None)).limit(1)
        stale = (
            select(deliveries.c.number)
            .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
            .where(OPEN, _stale(now))
            .limit(1)
        )
        async with self._store.reading() as connection:
            told = frozenset((await connection.scalars(behind)).all())
            others = [(await connection.execute(each)).first() for each in (brief, stale)]
            return Waiting(told, any(row is not None for row in others))

    async def mark(self) -> str:
        """What the nonces of this store begin with, so that those of another one are not taken for ours."""
        chosen = {"key": _MARK, "value": secrets.token_hex(4)}
        async with self._store.writing() as connection:
            await connection.execute(upsert(memory).values(chosen).on_conflict_do_nothing())
            return str(await connection.scalar(select(memory.c.value).where(memory.c.key == _MARK)))

    async def plan(
        self,
        last: int,
        news: Edition | None,
        summaries: Mapping[int, Edition],
        hold: Sequence[Change],
        drop: Collection[int],
        newest: int,
        now: datetime,
    ) -> Planned:
        """Keep the editions and what is to be sent of them, all or nothing.

        ``last`` is the number of the newest news when this was worked out (0: there were none); if there are
        others by now nothing is done. ``summaries`` are by the snapshot before. ``hold`` are changes to
        wait with, ``drop`` the numbers of held ones that are settled.
        """
        async with self._store.writing() as connection:
            latest = await _newest_news(connection)
            if (latest.number if latest else 0) != last:
                return Planned(late=True)
            if drop:
                await connection.execute(delete(held).where(held.c.number.in_(drop)))
            if hold:
                waiting = [{"at": now, "change": _CHANGE.dump_json(change).decode()} for change in hold]
                await connection.execute(insert(held), waiting)
            await _withdraw_stale(connection, now)
            news_number = await _keep(connection, news) if news else 0
            made = 0
            # Nobody is told of a time before anything was known.
            await connection.execute(
                update(subscriptions).where(subscriptions.c.told == 0).values(told=newest)
            )
            kept: dict[int, int] = {}
            wanted: dict[tuple[Taste, bool, int], bool] = {}
            async for rows in _in_chunks(connection, _due(now)):
                told, due = [], []
                for each in map(subscription_of, rows):
                    edition = news if news and _hears_news(each, news) else summaries.get(each.told)
                    if edition is None and each.told != newest:
                        continue  # Worked out for the next plan.
                    told.append({"which": each.number, "told": newest, "next_at": each.next_brief(now)})
                    if edition is None:
                        continue
                    key = (each.taste, edition is news, edition.before)
                    if key not in wanted:
                        wanted[key] = any(each.taste.heard(change) for change in edition.changes)
                    if wanted[key]:
                        if edition is not news and edition.before not in kept:
                            kept[edition.before] = await _keep(connection, edition)
                        number = news_number if edition is news else kept[edition.before]
                        due.append({"subscription": each.number, "edition": number, "place": each.place})
                if told:
                    await connection.execute(
                        update(subscriptions)
                        .where(subscriptions.c.number == bindparam("which"))
                        .values(told=bindparam("told"), next_at=bindparam("next_at")),
                        told,
                    )
                if due:
                    fresh = {"state": "due", "made_at": now, "due_at": now, "tries": 0}
                    await connection.execute(insert(deliveries), [{**each, **fresh} for each in due])
                    made += len(due)
            await _clear(connection, now)
            return Planned(late=False, made=made)

    async def turn(
        self,
        publisher: str,
        outcomes: Sequence[Outcome],
        under_way: Collection[int],
        now: datetime,
        most: int,
        pace: float,
        lease: timedelta,
    ) -> tuple[tuple[Claim, ...], datetime]:
        """Note how attempts ended, keep what is ``under_way``, and claim what is due: one at a time in each
        place, in its order. At most ``most``, spaced so that all publishers of this store together send
        ``pace`` a second. Returns the claims and when the next request is free.
        """
        async with self._store.writing() as connection:
            for outcome in outcomes:
                await _settle(connection, publisher, outcome, now)
            if under_way:
                mine = deliveries.c.number.in_(under_way) & (deliveries.c.publisher == publisher)
                await connection.execute(update(deliveries).where(mine).values(lease=now + lease))
            free = await connection.scalar(select(memory.c.value).where(memory.c.key == _BUDGET))
            at = max(now, datetime.fromisoformat(free)) if free else now
            # Not from a clock that was wrong.
            at = min(at, now + lease)
            claims = []
            for row in await _heads(connection, now, most):
                claims.append(
                    Claim(
                        number=row.delivery,
                        subscription=subscription_of(row),
                        edition=row.edition,
                        place=row.to,
                        made_at=row.made_at,
                        tries=row.tries,
                        tried_at=row.tried_at,
                        at=at,
                    )
                )
                at += timedelta(seconds=1 / pace)
            if claims:
                await connection.execute(
                    update(deliveries)
                    .where(deliveries.c.number.in_([c.number for c in claims]))
                    .values(
                        state="sending",
                        publisher=publisher,
                        lease=now + lease,
                        tries=deliveries.c.tries + 1,
                        tried_at=func.coalesce(deliveries.c.tried_at, bindparam("tried", now)),
                    )
                )
                statement = upsert(memory).values(key=_BUDGET, value=at.isoformat())
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=["key"], set_={"value": at.isoformat()})
                )
            return tuple(claims), at

    async def counts(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        statement = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        async with self._store.reading() as connection:
            return {row[0]: row[1] for row in await connection.execute(statement)}


def _hears_news(each: Subscription, news: Edition) -> bool:
    return each.frequency is Frequency.INSTANT and each.told == news.before


def _due(now: datetime) -> ColumnElement[bool]:
    instant = subscriptions.c.frequency == Frequency.INSTANT
    return and_(subscriptions.c.paused.is_(None), or_(instant, subscriptions.c.next_at <= now))


async def _in_chunks(
    connection: AsyncConnection, condition: ColumnElement[bool]
) -> AsyncIterator[Sequence[Any]]:
    last = 0
    while True:
        statement = select(subscriptions).where(condition, subscriptions.c.number > last)
        rows = (await connection.execute(statement.order_by(subscriptions.c.number).limit(CHUNK))).all()
        if not rows:
            return
        yield rows
        last = rows[-1].number


async def _newest_news(connection: AsyncConnection) -> Edition | None:
    statement = select(editions).where(editions.c.news).order_by(editions.c.number.desc()).limit(1)
    row = (await connection.execute(statement)).one_or_none()
    return _edition({**row._mapping, "changes": None}) if row else None


def _edition(values: Mapping[str, Any]) -> Edition:
    packed = values["changes"]
    try:
        changes = () if packed is None else _CHANGES.validate_json(zlib.decompress(packed))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return Edition(**{**values, "changes": changes})


async def _keep(connection: AsyncConnection, edition: Edition) -> int:
    values = {name: value for name, value in vars(edition).items() if name != "number"}
    packed = zlib.compress(_CHANGES.dump_json(edition.changes))
    result = await connection.execute(insert(editions).values({**values, "changes": packed}))
    return key_of(result)


async def _withdraw_stale(connection: AsyncConnection, now: datetime) -> None:
    """What could not be sent for longer than its window gives way to one summary."""
    statement = (
        select(deliveries.c.subscription)
        .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
        .where(OPEN, _stale(now))
        .distinct()
    )
    await withdraw(connection, (await connection.scalars(statement)).all())


def _stale(now: datetime) -> ColumnElement[bool]:
    """Not sent within its window, surely not, and no notice."""
    oldest = case(
        *(
            (subscriptions.c.frequency == each, bindparam(f"since_{each}", now - WINDOWS[each], Moment))
            for each in Frequency
        )
    )
    unsent = deliveries.c.tried_at.is_(None), deliveries.c.edition.is_not(None)
    return and_(*unsent, deliveries.c.made_at < oldest)


async def _clear(connection: AsyncConnection, now: datetime) -> None:
    """Let go of what was made long ago."""
    old = now - KEPT_FOR
    await connection.execute(delete(deliveries).where(~OPEN, deliveries.c.made_at < old))
    used = select(deliveries.c.edition).where(deliveries.c.edition.is_not(None))
    newest = select(func.max(editions.c.number)).where(editions.c.news).scalar_subquery()
    gone = (editions.c.made_at < old, editions.c.number != newest, editions.c.number.not_in(used))
    await connection.execute(delete(editions).where(*gone))


async def _heads(connection: AsyncConnection, now: datetime, most: int) -> Sequence[Any]:
    """The oldest open delivery of each place, where it may be tried now."""
    first = select(func.min(deliveries.c.number)).where(OPEN).group_by(deliveries.c.place)
    free = or_(
        and_(deliveries.c.state == "due", deliveries.c.due_at <= now, ~_stale(now)),
        and_(deliveries.c.state == "sending", deliveries.c.lease < now),
    )
    names = ("edition", "made_at", "tries", "tried_at")
    statement = (
        select(
            *subscriptions.c,
            deliveries.c.number.label("delivery"),
            deliveries.c.place.label("to"),
            *(deliveries.c[name] for name in names),
        )
        .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
        .where(deliveries.c.number.in_(first), free)
        .order_by(deliveries.c.number)
        .limit(most)
    )
    return (await connection.execute(statement)).all()


async def _settle(connection: AsyncConnection, publisher: str, outcome: Outcome, now: datetime) -> None:
    """Note how an attempt of this publisher ended, unless another one has taken over since."""
    which = deliveries.c.number == outcome.delivery
    row = (await connection.execute(select(deliveries).where(which))).one_or_none()
    if row is None or row.state not in ("due", "sending"):
        return
    if outcome.kind == "sent":
        # Whoever it was that sent it, it is there.
        sent = {"state": "sent", "message": outcome.message, "lease": None}
        await connection.execute(update(deliveries).where(which).values(sent))
        return
    if row.publisher != publisher:
        return
    certain = {"tried_at": None} if outcome.certain else {}
    if outcome.kind == "later":
        again = {"state": "due", "due_at": outcome.at or now, "lease": None, **certain}
        await connection.execute(update(deliveries).where(which).values(again))
    elif outcome.kind in ("nothing", "unknown") or row.edition is None or not outcome.certain:
        # A notice is not worth a second try; what may have arrived is not sent again.
        state = outcome.kind if outcome.kind in ("nothing", "unknown") or outcome.certain else "unknown"
        await connection.execute(update(deliveries).where(which).values(state=state, lease=None))
    if row.edition is None or outcome.kind not in ("no access", "refused", "gone"):
        return
    if outcome.kind == "gone":
        await remove(connection, subscriptions.c.place == row.place)
        return
    await connection.execute(update(deliveries).where(which, OPEN).values(tried_at=None, state="due"))
    there = select(subscriptions.c.number).where(subscriptions.c.place == row.place)
    why = Pause.NO_ACCESS if outcome.kind == "no access" else Pause.REFUSED
    await pause(connection, (await connection.scalars(there)).all(), why, now, tell=why is Pause.NO_ACCESS)
