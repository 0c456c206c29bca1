"""What is told: the editions, the changes that wait, and a plan, which is written in one transaction.

Every function raises ``StoreError`` if the file fails. In the table ``editions`` the column ``news`` says
whether an edition is a regular one.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import structlog
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.alert import Frequency, next_brief
from bot.news.editions import SETTLED_AFTER, Edition, HeldChange, Plan
from bot.news.kinds import Change
from bot.store.alerts import is_stale, key_of, taste_of, withdraw
from bot.store.store import Snapshot, Store
from bot.store.tables import OPEN, deliveries, editions, fits, held_changes, snapshots, subscriptions

log = structlog.get_logger(__name__)

LATEST_BRIEF = timedelta(days=8)
"""No brief is due later than that: what says so was written by a clock that was wrong."""

KEPT_FOR = timedelta(days=35)
"""Editions and deliveries are kept so long, for ``/alerts preview`` and for whoever asks what was sent."""

Value = TypeVar("Value")

_CHANGES = TypeAdapter(tuple[Change, ...])
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_INSTANT = subscriptions.c.frequency == Frequency.INSTANT


@dataclass(frozen=True)
class Agenda:
    """All that planning has to know of the store, of one moment.

    ``newest`` is the newest snapshot and ``method`` that of its abilities, None while nobody has worked them
    out. ``last`` is the last regular edition without its changes, None before the first; ``held`` are changes
    that wait. ``behind`` are the snapshots before the newest at which those who are due now were told last;
    ``overdue`` says that a brief is due, or that something could not be sent for too long.

    The rest is read only where one of these asks for a plan: the ``snapshots`` by number, the numbers of all
    models that somebody follows, and what regular editions have told within ``SETTLED_AFTER``.
    """

    newest: Snapshot
    method: int | None
    last: Edition | None
    held: tuple[HeldChange, ...]
    behind: frozenset[int]
    overdue: bool
    snapshots: Mapping[int, Snapshot] = field(default_factory=dict)
    followed: frozenset[int] = frozenset()
    recent: tuple[Change, ...] = ()

    def needs_edition(self, now: datetime) -> bool:
        """Whether the next regular edition is due: there is another snapshot or method, or a held change has
        lasted."""
        if self.last is None or self.newest.number != self.last.after:
            return True
        new_method = self.method is not None and self.method != self.last.method
        return new_method or any(each.has_settled(now) for each in self.held)


async def read_agenda(store: Store, now: datetime) -> Agenda | None:
    """What planning needs to know now; None where nothing is to be planned."""
    due = _is_due(now)
    behind = select(subscriptions.c.told).distinct().where(due)
    brief = select(subscriptions.c.number).where(due, subscriptions.c.next_at.is_not(None)).limit(1)
    async with store.reading() as connection:
        rows = await connection.execute(select(snapshots).order_by(snapshots.c.number))
        taken = {row.number: Snapshot(**row._mapping) for row in rows}
        if not taken:
            return None
        newest = taken[max(taken)]
        method = select(fits.c.method).where(fits.c.snapshot == newest.number)
        waiting = await connection.execute(select(held_changes).order_by(held_changes.c.number))
        earlier = await connection.scalars(behind.where(subscriptions.c.told < newest.number))
        overdue = [(await connection.execute(each)).first() for each in (brief, _stale(now).limit(1))]
        agenda = Agenda(
            newest=newest,
            method=await connection.scalar(method),
            last=await _latest(connection),
            held=tuple(_readable(waiting, _held_of)),
            behind=frozenset(earlier.all()),
            overdue=any(row is not None for row in overdue),
        )
        if not (agenda.needs_edition(now) or agenda.behind or agenda.overdue):
            return None
        recent = await _regular_since(connection, now - SETTLED_AFTER)
        return replace(
            agenda,
            snapshots=taken,
            followed=await _followed(connection),
            recent=tuple(change for edition in recent for change in edition.changes),
        )


async def keep_plan(store: Store, plan: Plan, now: datetime) -> int:
    """Keep a plan's editions and what is to be sent of them, all or nothing; returns how many messages that
    are. Nothing is done where somebody else has planned since."""
    choice = _Choice(plan)
    async with store.reading() as connection:
        # Worked out before everybody has to wait for the only writer.
        for audience in await _audiences(connection, now):
            choice.wants(audience)
    async with store.writing() as connection:
        latest = await _latest(connection)
        if (latest.number if latest else 0) != plan.last:
            return 0
        await _renumber(connection, plan.renumbered)
        if plan.drop:
            await connection.execute(delete(held_changes).where(held_changes.c.number.in_(plan.drop)))
        if plan.hold:
            rows = [{"at": now, "change": _CHANGE.dump_json(change).decode()} for change in plan.hold]
            await connection.execute(insert(held_changes), rows)
        await withdraw(connection, subscriptions.c.number.in_(_stale(now).correlate(None)))
        made = await _deliver_all(connection, plan, choice, now)
        await _next_briefs(connection, plan.newest, now)
        await _clear(connection, now)
        return made


async def read_edition(store: Store, number: int) -> Edition:
    """An edition with its changes. Raises ``StoreError`` also for one that is not there."""
    async with store.reading() as connection:
        row = (await connection.execute(select(editions).where(editions.c.number == number))).one_or_none()
        if row is None:
            raise LookupError(number)
        return _edition_of(row)


async def regular_since(store: Store, since: datetime) -> tuple[Edition, ...]:
    """All regular editions made since then that can be read, the oldest first."""
    async with store.reading() as connection:
        return await _regular_since(connection, since)


class _Audience(NamedTuple):
    """Those who are due, were told last at the same snapshot, at once or in briefs, and share a taste."""

    snapshot: int
    at_once: bool
    taste: str


class _Choice:
    """Whether audiences want the edition that a plan has for them; worked out once for each taste."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[tuple[str, int], bool] = {}

    def edition(self, audience: _Audience) -> Edition | None:
        """What the plan has for them."""
        return self._plan.edition_for(audience.snapshot, audience.at_once)

    def wants(self, audience: _Audience) -> bool:
        """Whether there is an edition for them that they want to hear any of."""
        edition = self.edition(audience)
        if edition is None:
            return False
        key = audience.taste, id(edition)
        if key not in self._known:
            self._known[key] = edition.concerns(taste_of(audience.taste))
        return self._known[key]


async def _deliver_all(connection: AsyncConnection, plan: Plan, choice: _Choice, now: datetime) -> int:
    """Keep the editions that somebody wants and make their deliveries; returns how many."""
    # The regular one is kept also where nobody wants it: the next one begins where it ends.
    regular = await _keep(connection, plan.regular) if plan.regular else 0
    # Nobody is told of a time before anything was known, or of which nothing is known any more.
    unknown = subscriptions.c.told.not_in(select(snapshots.c.number))
    await connection.execute(update(subscriptions).where(unknown).values(told=plan.newest))
    up_to_date = {plan.newest}
    tastes: dict[tuple[int, bool], list[str]] = {}
    for audience in await _audiences(connection, now):
        if choice.edition(audience) is not None:
            up_to_date.add(audience.snapshot)
        if choice.wants(audience):
            tastes.setdefault((audience.snapshot, audience.at_once), []).append(audience.taste)
    made, catch_up = 0, dict[int, int]()
    for (snapshot, at_once), wanted in tastes.items():
        edition = plan.edition_for(snapshot, at_once)
        if edition is plan.regular:
            number = regular
        elif edition is not None:
            number = catch_up[snapshot] = catch_up.get(snapshot) or await _keep(connection, edition)
        made += await _deliver(connection, number, snapshot, at_once, wanted, now)
    # Those of other snapshots are worked out for the next plan.
    reached = update(subscriptions).where(_is_due(now), subscriptions.c.told.in_(up_to_date))
    await connection.execute(reached.values(told=plan.newest))
    return made


def _is_due(now: datetime) -> ColumnElement[bool]:
    brief = subscriptions.c.next_at
    reached = or_(_INSTANT, brief <= now, brief > now + LATEST_BRIEF)
    return and_(subscriptions.c.paused.is_(None), reached)


def _stale(now: datetime) -> Select[tuple[int]]:
    """The numbers of alerts for which something could not be sent for too long."""
    return (
        select(deliveries.c.subscription)
        .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
        .where(is_stale(now))
    )


async def _audiences(connection: AsyncConnection, now: datetime) -> Sequence[_Audience]:
    statement = select(subscriptions.c.told, _INSTANT, subscriptions.c.taste).where(_is_due(now)).distinct()
    rows = await connection.execute(statement)
    return [_Audience(snapshot, bool(at_once), taste) for snapshot, at_once, taste in rows]


async def _deliver(
    connection: AsyncConnection, edition: int, snapshot: int, at_once: bool, tastes: list[str], now: datetime
) -> int:
    """An edition is due to all of this audience with these tastes; returns how many that are."""
    chosen = select(func.json_each(json.dumps(tastes)).table_valued("value").c.value)
    fresh = {"edition": edition, "state": "due", "made_at": now, "due_at": now, "tries": 0}
    columns = [deliveries.c[name] for name in fresh]
    audience = (
        select(
            subscriptions.c.number,
            subscriptions.c.place,
            *(literal(value, column.type) for column, value in zip(columns, fresh.values(), strict=True)),
        )
        .where(
            _is_due(now),
            subscriptions.c.told == snapshot,
            _INSTANT.is_(at_once),
            subscriptions.c.taste.in_(chosen),
        )
        .order_by(subscriptions.c.number)
    )
    into = insert(deliveries).from_select(("subscription", "place", *fresh), audience)
    return (await connection.execute(into)).rowcount


async def _followed(connection: AsyncConnection) -> frozenset[int]:
    """The numbers of all models that somebody follows."""
    models: set[int] = set()
    async for row in await connection.stream(select(subscriptions.c.taste).distinct()):
        models.update(taste_of(row.taste).models)
    return frozenset(models)


async def _renumber(connection: AsyncConnection, numbers: Mapping[int, int]) -> None:
    """Models have other numbers now: whoever followed one goes on following it."""
    if not numbers:
        return
    for text in (await connection.scalars(select(subscriptions.c.taste).distinct())).all():
        taste = taste_of(text)
        models = tuple(dict.fromkeys(numbers.get(n, n) for n in taste.models))
        if models != taste.models:
            renumbered = taste.model_copy(update={"models": models}).model_dump_json()
            those = update(subscriptions).where(subscriptions.c.taste == text)
            await connection.execute(those.values(taste=renumbered))


async def _next_briefs(connection: AsyncConnection, newest: int, now: datetime) -> None:
    """When the next one is due for all whose brief was worked out now."""
    names = ("frequency", "hour", "timezone")
    statement = select(subscriptions.c.number, *(subscriptions.c[name] for name in names)).where(
        _is_due(now), subscriptions.c.next_at.is_not(None), subscriptions.c.told == newest
    )
    following: dict[tuple[str, int, str], datetime | None] = {}
    rows = []
    for which, *brief in await connection.execute(statement):
        key = (brief[0], brief[1], brief[2])
        if key not in following:
            try:
                following[key] = next_brief(Frequency(key[0]), key[1], key[2], now)
            except ValueError:
                # This one cannot be read, and is silent until it is changed.
                following[key] = None
        rows.append({"which": which, "next_at": following[key]})
    if rows:
        await connection.execute(
            update(subscriptions)
            .where(subscriptions.c.number == bindparam("which"))
            .values(next_at=bindparam("next_at")),
            rows,
        )


async def _latest(connection: AsyncConnection) -> Edition | None:
    """The last regular edition, without its changes."""
    statement = select(editions).where(editions.c.news).order_by(editions.c.number.desc()).limit(1)
    row = (await connection.execute(statement)).one_or_none()
    return _with_changes(row, ()) if row else None


async def _regular_since(connection: AsyncConnection, since: datetime) -> tuple[Edition, ...]:
    statement = select(editions).where(editions.c.news, editions.c.made_at >= since)
    rows = await connection.execute(statement.order_by(editions.c.number))
    return tuple(_readable(rows, _edition_of))


def _edition_of(row: Row[Any]) -> Edition:
    try:
        return _with_changes(row, _CHANGES.validate_json(zlib.decompress(row.changes)))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _with_changes(row: Row[Any], changes: tuple[Change, ...]) -> Edition:
    values = {**row._mapping, "changes": changes}
    return Edition(regular=values.pop("news"), **values)


def _held_of(row: Row[Any]) -> HeldChange:
    return HeldChange(row.number, row.at, _CHANGE.validate_json(row.change))


def _readable(rows: Iterable[Row[Any]], read: Callable[[Row[Any]], Value]) -> Iterator[Value]:
    """Those of another release may not be: what comes next does not depend on them."""
    for row in rows:
        try:
            yield read(row)
        except ValueError:
            log.error("An earlier change cannot be read and is left out", number=row.number)


async def _keep(connection: AsyncConnection, edition: Edition) -> int:
    """Returns its number."""
    values = {name: value for name, value in vars(edition).items() if name != "number"}
    values["news"], values["changes"] = (
        values.pop("regular"),
        zlib.compress(_CHANGES.dump_json(edition.changes)),
    )
    return key_of(await connection.execute(insert(editions).values(values)))


async def _clear(connection: AsyncConnection, now: datetime) -> None:
    """Let go of what was made long ago."""
    old = now - KEPT_FOR
    await connection.execute(delete(held_changes).where(held_changes.c.at < old))
    await connection.execute(delete(deliveries).where(~OPEN, deliveries.c.made_at < old))
    used = select(deliveries.c.edition).where(deliveries.c.edition.is_not(None))
    newest = select(func.max(editions.c.number)).where(editions.c.news).scalar_subquery()
    gone = (editions.c.made_at < old, editions.c.number != newest, editions.c.number.not_in(used))
    await connection.execute(delete(editions).where(*gone))
