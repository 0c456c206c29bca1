"""What is due: which delivery is sent next and by whom, and how attempts ended.

Every function raises ``StoreError`` if the file fails. A delivery is a row of ``deliveries``: one message
that is due to one channel.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.alert import Alert, Pause
from bot.store.alerts import alert_of, is_stale, remove_where, silence, withdraw
from bot.store.store import Store
from bot.store.tables import OPEN, deliveries, memory, subscriptions

# Under this key of the memory stands when the next request of any publisher is free.
_BUDGET = "publishers free at"
_MARK = "publishers mark"
# Columns of a delivery that a claim has under their own names.
_AS_STORED = ("edition", "made_at", "tries", "tried_at")

FARTHEST = timedelta(hours=2)
"""Nothing waits longer before it is tried again: a later moment was written by a clock that was wrong."""


@dataclass(frozen=True)
class Claim:
    """A delivery that one publisher alone may send now, not before ``at``.

    ``edition`` is None for the notice that the alert is silent. ``channel`` is that of the alert, or the
    person who gets the notice. ``tries`` are earlier attempts, ``tried_at`` is the first one that may
    have arrived, None if none may.
    """

    number: int
    alert: Alert
    edition: int | None
    channel: int
    made_at: datetime
    tries: int
    tried_at: datetime | None
    at: datetime

    @property
    def direct(self) -> bool:
        """Whether it goes to a person."""
        return self.edition is None or self.alert.guild is None

    @property
    def requests(self) -> int:
        """How many it takes: the message, perhaps opening the direct messages and a look at what arrived."""
        return 1 + self.direct + (self.tried_at is not None)


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. ``later`` names the moment of the next one in ``at``; it counts as ``certain``
    where the message surely did not arrive."""

    delivery: int
    kind: Literal["sent", "nothing", "later", "unknown", "no access", "refused", "gone"]
    message: int | None = None
    at: datetime | None = None
    certain: bool = False


@dataclass(frozen=True)
class DeliveryCounts:
    """Messages that are due, that may or may not have arrived, and that were sent, of the last 35 days; and
    alerts that are silent because the bot cannot reach their channel."""

    due: int = 0
    unknown: int = 0
    sent: int = 0
    paused: int = 0


async def nonce_prefix(store: Store) -> str:
    """What the nonces of this store begin with, so that those of another one are not taken for ours."""
    chosen = {"key": _MARK, "value": secrets.token_hex(4)}
    async with store.writing() as connection:
        await connection.execute(upsert(memory).values(chosen).on_conflict_do_nothing())
        return str(await connection.scalar(select(memory.c.value).where(memory.c.key == _MARK)))


async def take_turn(
    store: Store,
    publisher: str,
    outcomes: Sequence[Outcome],
    under_way: Collection[int],
    now: datetime,
    most: int,
    pace: float,
    lease: timedelta,
) -> tuple[tuple[Claim, ...], datetime]:
    """Note how attempts ended, keep what is ``under_way``, and claim what is due: one at a time in each
    channel, in its order. At most ``most``, spaced so that all publishers of this store together send
    ``pace`` a second. Returns the claims and when the next request is free.
    """
    async with store.writing() as connection:
        for outcome in outcomes:
            await _note(connection, publisher, outcome, now)
        if under_way:
            mine = deliveries.c.number.in_(under_way) & (deliveries.c.publisher == publisher)
            await connection.execute(update(deliveries).where(mine).values(lease=now + lease))
        free = await connection.scalar(select(memory.c.value).where(memory.c.key == _BUDGET))
        at = max(now, datetime.fromisoformat(free)) if free else now
        if at > now + lease:
            # From a clock that was wrong.
            at = now
        claims = []
        for row in await _heads(connection, now, most):
            claim = _claim_of(row, at)
            claims.append(claim)
            at += timedelta(seconds=claim.requests / pace)
        if claims:
            await _claim(connection, [claim.number for claim in claims], publisher, now, lease)
            budget = upsert(memory).values(key=_BUDGET, value=at.isoformat())
            await connection.execute(
                budget.on_conflict_do_update(index_elements=["key"], set_={"value": at.isoformat()})
            )
        return tuple(claims), at


async def count(store: Store) -> DeliveryCounts:
    """How many deliveries there are by how they stand, and how many alerts the bot cannot deliver."""
    states = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    unreachable = Pause.NO_ACCESS, Pause.REFUSED, Pause.LEFT
    paused = select(func.count()).where(subscriptions.c.paused.in_(unreachable))
    async with store.reading() as connection:
        counts = {row[0]: row[1] for row in await connection.execute(states)}
        return DeliveryCounts(
            due=counts.get("due", 0) + counts.get("sending", 0),
            unknown=counts.get("unknown", 0),
            sent=counts.get("sent", 0),
            paused=await connection.scalar(paused) or 0,
        )


async def _heads(connection: AsyncConnection, now: datetime, most: int) -> Sequence[Any]:
    """The oldest open delivery of each channel, where it may be tried now."""
    if most <= 0:
        return ()
    first = select(func.min(deliveries.c.number)).where(OPEN).group_by(deliveries.c.place)
    free = or_(
        and_(deliveries.c.state == "due", _reached(deliveries.c.due_at, now), ~is_stale(now)),
        and_(deliveries.c.state == "sending", _reached(deliveries.c.lease, now)),
    )
    statement = (
        select(
            *subscriptions.c,
            deliveries.c.number.label("delivery"),
            deliveries.c.place.label("to"),
            *(deliveries.c[name] for name in _AS_STORED),
        )
        .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
        .where(deliveries.c.number.in_(first), free)
        .order_by(deliveries.c.number)
        .limit(most)
    )
    return (await connection.execute(statement)).all()


def _claim_of(row: Any, at: datetime) -> Claim:
    values = {name: getattr(row, name) for name in _AS_STORED}
    return Claim(number=row.delivery, alert=alert_of(row), channel=row.to, at=at, **values)


async def _claim(
    connection: AsyncConnection, numbers: Sequence[int], publisher: str, now: datetime, lease: timedelta
) -> None:
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.number.in_(numbers))
        .values(
            state="sending",
            publisher=publisher,
            lease=now + lease,
            tries=deliveries.c.tries + 1,
            tried_at=func.coalesce(deliveries.c.tried_at, bindparam("tried", now)),
        )
    )


def _reached(moment: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(moment <= now, moment > now + FARTHEST)


async def _note(connection: AsyncConnection, publisher: str, outcome: Outcome, now: datetime) -> None:
    """Write down how an attempt of this publisher ended, unless another one has taken over since."""
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
        if outcome.certain:
            # Silenced while this was under way: then it is part of what is told once the alert speaks again.
            silent = subscriptions.c.number == row.subscription, subscriptions.c.paused.is_not(None)
            await withdraw(connection, and_(*silent))
    elif outcome.kind in ("nothing", "unknown") or row.edition is None or not outcome.certain:
        # A notice is not worth a second try; what may have arrived is not sent again.
        state = outcome.kind if outcome.kind in ("nothing", "unknown") or outcome.certain else "unknown"
        await connection.execute(update(deliveries).where(which).values(state=state, lease=None))
    if row.edition is None or outcome.kind not in ("no access", "refused", "gone"):
        return
    if outcome.kind == "gone":
        await remove_where(connection, subscriptions.c.place == row.place)
        return
    await connection.execute(update(deliveries).where(which, OPEN).values(tried_at=None, state="due"))
    alerts = select(subscriptions.c.number).where(subscriptions.c.place == row.place)
    why = Pause.NO_ACCESS if outcome.kind == "no access" else Pause.REFUSED
    numbers = (await connection.scalars(alerts)).all()
    await silence(connection, numbers, why, now, tell=why is Pause.NO_ACCESS)
