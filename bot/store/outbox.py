"""Outbox: what changed and who is to be told of it; what happens once happens in one transaction."""

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.alert import Frequency, next_brief
from bot.news.kinds import Change
from bot.store.store import Store
from bot.store.subscriptions import key_of, stale, taste_of, withdraw
from bot.store.tables import OPEN, deliveries, editions, held, snapshots, subscriptions

log = structlog.get_logger(__name__)

SETTLED_AFTER = timedelta(days=1)
"""A change that takes back what was told is told once it has lasted so long."""

LATEST_BRIEF = timedelta(days=8)
"""No brief is due later than that: what says so was written by a clock that was wrong."""

KEPT_FOR = timedelta(days=35)
"""Editions and deliveries are kept so long, for ``/alerts preview`` and for whoever asks what was sent."""

Kept = TypeVar("Kept")

_CHANGES = TypeAdapter(tuple[Change, ...])
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_INSTANT = subscriptions.c.frequency == Frequency.INSTANT


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


class Outbox:
    """Every method raises ``StoreError`` if the file fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def newest_news(self) -> Edition | None:
        """The last news, without its changes; None before the first."""
        async with self._store.reading() as connection:
            return await _newest_news(connection)

    async def news_since(self, since: datetime) -> tuple[Edition, ...]:
        """All news made since then that can be read, the oldest first."""
        statement = select(editions).where(editions.c.news, editions.c.made_at >= since)
        async with self._store.reading() as connection:
            rows = await connection.execute(statement.order_by(editions.c.number))
            return tuple(_readable(rows, _edition_of))

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
        """All that wait and can be read."""
        async with self._store.reading() as connection:
            rows = await connection.execute(select(held).order_by(held.c.number))
            return tuple(_readable(rows, _held_of))

    async def followed(self) -> frozenset[int]:
        """The numbers of all models that somebody follows."""
        models: set[int] = set()
        statement = select(subscriptions.c.taste).distinct()
        async with self._store.reading() as connection:
            result = await connection.stream(statement)
            async for row in result:
                models.update(taste_of(row.taste).models)
        return frozenset(models)

    async def renumber(self, numbers: Mapping[int, int]) -> None:
        """Models have other numbers now: whoever followed one goes on following it."""
        async with self._store.writing() as connection:
            for text in (await connection.scalars(select(subscriptions.c.taste).distinct())).all():
                known = taste_of(text)
                now = tuple(dict.fromkeys(numbers.get(n, n) for n in known.models))
                if now != known.models:
                    renumbered = known.model_copy(update={"models": now}).model_dump_json()
                    those = update(subscriptions).where(subscriptions.c.taste == text)
                    await connection.execute(those.values(taste=renumbered))

    async def waiting(self, newest: int, now: datetime) -> Waiting:
        """Who is to be told something now, as far as that is known without looking at what changed."""
        behind = select(subscriptions.c.told).distinct().where(_due(now), subscriptions.c.told < newest)
        brief = select(subscriptions.c.number).where(_due(now), subscriptions.c.next_at.is_not(None)).limit(1)
        unsent = (
            select(deliveries.c.number)
            .join(subscriptions, subscriptions.c.number == deliveries.c.subscription)
            .where(stale(now))
            .limit(1)
        )
        async with self._store.reading() as connection:
            told = frozenset((await connection.scalars(behind)).all())
            others = [(await connection.execute(each)).first() for each in (brief, unsent)]
            return Waiting(told, any(row is not None for row in others))

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
        heard: dict[tuple[str, int], bool] = {}

        def wants(taste: str, edition: Edition) -> bool:
            key = (taste, id(edition))
            if key not in heard:
                known = taste_of(taste)
                heard[key] = any(known.heard(change) for change in edition.changes)
            return heard[key]

        def edition_for(told: int, instant: bool) -> Edition | None:
            return news if news and instant and told == news.before else summaries.get(told)

        async with self._store.reading() as connection:
            # Worked out before everybody has to wait for the only writer.
            for told, instant, taste in await _audiences(connection, now):
                edition = edition_for(told, instant)
                _ = edition and wants(taste, edition)
        async with self._store.writing() as connection:
            latest = await _newest_news(connection)
            if (latest.number if latest else 0) != last:
                return Planned(late=True)
            if drop:
                await connection.execute(delete(held).where(held.c.number.in_(drop)))
            if hold:
                waiting = [{"at": now, "change": _CHANGE.dump_json(change).decode()} for change in hold]
                await connection.execute(insert(held), waiting)
            unsent = select(deliveries.c.subscription).join(
                subscriptions, subscriptions.c.number == deliveries.c.subscription
            )
            await withdraw(connection, subscriptions.c.number.in_(unsent.where(stale(now)).correlate(None)))
            news_number = await _keep(connection, news) if news else 0
            # Nobody is told of a time before anything was known, or of which nothing is known any more.
            unknown = subscriptions.c.told.not_in(select(snapshots.c.number))
            await connection.execute(update(subscriptions).where(unknown).values(told=newest))
            made, up_to_date = 0, {newest}
            tastes: dict[tuple[int, bool], list[str]] = {}
            for told, instant, taste in await _audiences(connection, now):
                edition = edition_for(told, instant)
                if edition is not None:
                    up_to_date.add(told)
                    if wants(taste, edition):
                        tastes.setdefault((told, instant), []).append(taste)
            kept: dict[int, int] = {}
            for (told, instant), wanted in tastes.items():
                if (edition := edition_for(told, instant)) is news:
                    number = news_number
                elif edition is not None:
                    number = kept[told] = kept.get(told) or await _keep(connection, edition)
                made += await _deliver(connection, number, told, instant, wanted, now)
            # Those of other snapshots are worked out for the next plan.
            reached = update(subscriptions).where(_due(now), subscriptions.c.told.in_(up_to_date))
            await connection.execute(reached.values(told=newest))
            await _next_briefs(connection, newest, now)
            await _clear(connection, now)
            return Planned(late=False, made=made)


def _due(now: datetime) -> ColumnElement[bool]:
    brief = subscriptions.c.next_at
    reached = or_(_INSTANT, brief <= now, brief > now + LATEST_BRIEF)
    return and_(subscriptions.c.paused.is_(None), reached)


async def _audiences(connection: AsyncConnection, now: datetime) -> Sequence[tuple[int, bool, str]]:
    """Those who are due, by the snapshot at which they were told, whether at once, and their taste."""
    statement = select(subscriptions.c.told, _INSTANT, subscriptions.c.taste).where(_due(now)).distinct()
    return [(told, bool(instant), taste) for told, instant, taste in await connection.execute(statement)]


async def _deliver(
    connection: AsyncConnection, edition: int, told: int, instant: bool, tastes: list[str], now: datetime
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
            _due(now), subscriptions.c.told == told, _INSTANT.is_(instant), subscriptions.c.taste.in_(chosen)
        )
        .order_by(subscriptions.c.number)
    )
    into = insert(deliveries).from_select(("subscription", "place", *fresh), audience)
    return (await connection.execute(into)).rowcount


async def _next_briefs(connection: AsyncConnection, newest: int, now: datetime) -> None:
    """When the next one is due for all whose brief was worked out now."""
    names = ("frequency", "hour", "timezone")
    statement = select(subscriptions.c.number, *(subscriptions.c[name] for name in names)).where(
        _due(now), subscriptions.c.next_at.is_not(None), subscriptions.c.told == newest
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


def _edition_of(row: Row[Any]) -> Edition:
    return _edition(dict(row._mapping))


def _held_of(row: Row[Any]) -> Held:
    return Held(row.number, row.at, _CHANGE.validate_json(row.change))


def _readable(rows: Iterable[Row[Any]], read: Callable[[Row[Any]], Kept]) -> Iterator[Kept]:
    """Those of another release may not be: what comes next does not depend on them."""
    for row in rows:
        try:
            yield read(row)
        except ValueError:
            log.error("what changed earlier cannot be read", number=row.number)


async def _keep(connection: AsyncConnection, edition: Edition) -> int:
    values = {name: value for name, value in vars(edition).items() if name != "number"}
    packed = zlib.compress(_CHANGES.dump_json(edition.changes))
    result = await connection.execute(insert(editions).values({**values, "changes": packed}))
    return key_of(result)


async def _clear(connection: AsyncConnection, now: datetime) -> None:
    """Let go of what was made long ago."""
    old = now - KEPT_FOR
    await connection.execute(delete(held).where(held.c.at < old))
    await connection.execute(delete(deliveries).where(~OPEN, deliveries.c.made_at < old))
    used = select(deliveries.c.edition).where(deliveries.c.edition.is_not(None))
    newest = select(func.max(editions.c.number)).where(editions.c.news).scalar_subquery()
    gone = (editions.c.made_at < old, editions.c.number != newest, editions.c.number.not_in(used))
    await connection.execute(delete(editions).where(*gone))
