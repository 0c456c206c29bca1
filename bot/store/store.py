"""Store: the SQLite file with everything that was ever known, snapshot by snapshot."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from sqlalchemy import Row, Select, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.catalog.tables import Tables
from bot.errors import StoreError
from bot.store.connection import connect, copy_store, faults_named, prepare
from bot.store.facts import (
    Fact,
    assign_numbers,
    benchmark_of,
    columns,
    facts,
    model_of,
    places_of,
    quotes_of,
    score_of,
    valid,
)
from bot.store.tables import (
    FACTS,
    OPEN,
    benchmarks,
    boards,
    deliveries,
    editions,
    fits,
    memory,
    models,
    numbers,
    quotes,
    scores,
    snapshots,
    subscriptions,
)
from bot.store.thinning import let_go, staying

Result = TypeVar("Result")

SYNC = "sync"
"""The origin of snapshots that were made of an earlier one and what the live sources say."""


class Counts(NamedTuple):
    """How much a snapshot holds."""

    models: int
    benchmarks: int
    scores: int


@dataclass(frozen=True)
class Snapshot:
    """When a snapshot was taken (UTC), of which content, from where, and by which release."""

    number: int
    taken_at: datetime
    digest: str
    origin: str
    release: str


@dataclass(frozen=True)
class FitState:
    """By which method the abilities of a snapshot were worked out, or why that failed."""

    method: int
    failed: str | None


@dataclass(frozen=True)
class LoadResult:
    """The newest snapshot after a load and what it holds; not ``changed`` if there was nothing new.

    ``renamed`` are the numbers that passed to another model id: number, the id before and the id now.
    """

    changed: bool
    snapshot: int
    counts: Counts
    renamed: tuple[tuple[int, str, str], ...] = ()


class Store:
    """All facts and when they were known. Every method raises ``StoreError`` if the file fails."""

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self._engine = engine
        self.path = path

    @classmethod
    async def open(cls, path: Path, wait: float = 5.0) -> Self:
        """Open, create or migrate the file; ``wait`` is how many seconds to wait for another writer.

        A file that may only be read can still be read, unless its schema is out of date.
        """
        options = await asyncio.to_thread(prepare, path, wait)
        return cls(connect(path, options, wait), path)

    async def close(self) -> None:
        """Let go of the file."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def snapshot(self) -> Snapshot | None:
        """The newest snapshot, or None while nothing was loaded."""
        async with self.reading() as connection:
            return await _newest(connection)

    async def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots, the oldest first."""
        async with self.reading() as connection:
            rows = await connection.execute(select(snapshots).order_by(snapshots.c.number))
            return tuple(Snapshot(**row._mapping) for row in rows)

    async def base(self) -> Snapshot | None:
        """The newest snapshot that was loaded as a whole, from the package or a folder."""
        async with self.reading() as connection:
            return await _newest(connection, loaded=True)

    async def fitted(self, method: int) -> int | None:
        """The newest snapshot with abilities of its own, None where they are of another method."""
        statement = (
            select(fits.c.snapshot, fits.c.method)
            .where(fits.c.abilities.is_not(None))
            .order_by(fits.c.snapshot.desc())
            .limit(1)
        )
        async with self.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
            return row.snapshot if row and row.method == method else None

    async def catalog(self, snapshot: int | None = None) -> Catalog:
        """What was known at a snapshot, by default the newest; nothing at all while nothing was loaded.

        Where its abilities were not worked out those of the newest earlier snapshot stand in.
        Raises ``KeyError`` for a snapshot that was never taken.
        """
        async with self.reading() as connection:
            taken = set((await connection.scalars(select(snapshots.c.number))).all())
            number = max(taken, default=0) if snapshot is None else snapshot
            if snapshot is None or snapshot in taken:
                rows = {table: await _rows(connection, table, number) for table in FACTS}
                packed = await connection.scalar(_newest_fit(number))
                given = {each.number: each.model_id for each in await connection.execute(select(numbers))}
                # Beside the event loop, so that a bot goes on answering while its catalog is replaced.
                return await asyncio.to_thread(_catalog, rows, number, packed, given)
        raise KeyError(snapshot)

    async def load(
        self,
        tables: Tables,
        origin: str,
        release: str,
        now: datetime,
        only_if: Callable[[Snapshot | None], bool] = lambda newest: True,
    ) -> LoadResult:
        """Make the tables the newest snapshot, in one transaction.

        ``origin`` is 'packaged', 'sync' or the path of a folder, ``release`` the version of this program,
        ``now`` the moment with its time zone. The same content again takes no snapshot; the one that has it
        then counts as coming from where it was loaded last. ``only_if`` is asked inside the transaction about
        the base (as ``base`` gives it); if it says no, nothing is done. Raises ``DataError`` where numbers
        contradict earlier ones.
        """
        # The path of a folder may hold bytes that are no text.
        origin = origin.encode(errors="backslashreplace").decode()
        digest = tables.digest
        counts = Counts(len(tables.models), len(tables.benchmarks), len(tables.scores))
        async with self.writing() as connection:
            with self._as_written():
                newest, base = await _newest(connection), await _newest(connection, loaded=True)
            unchanged = LoadResult(False, newest.number if newest else 0, await _count(connection, newest))
            if not only_if(base):
                return unchanged
            for earlier in (newest, base):
                if earlier and earlier.digest == digest:
                    if origin != SYNC:
                        await _relabel(connection, earlier.number, digest, origin, release)
                    if origin != SYNC or earlier is newest:
                        return unchanged
            number = newest.number + 1 if newest else 1
            known = {row.number: row.model_id for row in await connection.execute(select(numbers))}
            assigned = assign_numbers(tables, known)
            stated = facts(tables, assigned)
            with self._as_written():
                current = {table: await _valid_facts(connection, table, number) for table in stated}
            if newest and all(stated[table] == current[table].keys() for table in stated):
                if origin != SYNC:
                    await _relabel(connection, newest.number, digest, origin, release)
                return unchanged
            taken = Snapshot(number, now, digest, origin, release)
            await connection.execute(insert(snapshots).values(asdict(taken)))
            renamed = await _keep_numbers(connection, assigned, known, tables.merged)
            for table in stated:
                await _write(connection, table, stated[table], current[table], number)
            return LoadResult(True, number, counts, renamed)

    async def fit_state(self, snapshot: int) -> FitState | None:
        """How the abilities of a snapshot are; None while nobody has worked them out."""
        async with self.reading() as connection:
            statement = select(fits.c.method, fits.c.failed).where(fits.c.snapshot == snapshot)
            row = (await connection.execute(statement)).one_or_none()
            return FitState(row.method, row.failed) if row else None

    async def keep_fit(self, snapshot: int, method: int, fit: Fit | str | None) -> None:
        """Keep the abilities of a snapshot, or why they could not be worked out; None: those before hold."""
        failed = fit if isinstance(fit, str) else None
        packed = await asyncio.to_thread(fit.packed) if isinstance(fit, Fit) else None
        async with self.writing() as connection:
            values = {"method": method, "abilities": packed, "failed": failed}
            statement = upsert(fits).values(snapshot=snapshot, **values)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["snapshot"], set_=values)
            )

    async def thin(self, now: datetime) -> tuple[int, ...]:
        """Let go of old snapshots as ``thinning`` says; returns their numbers.

        The base stays, and where the abilities of a snapshot come from an earlier one that stays too.
        """
        async with self.writing() as connection:
            taken = [(s.number, s.taken_at) for s in await connection.execute(select(snapshots))]
            stay = staying(taken, now)
            if base := await _newest(connection, loaded=True):
                stay.add(base.number)
            # What somebody was told last is compared with what is known when they are told again.
            stay |= set((await connection.scalars(select(subscriptions.c.told).distinct())).all())
            waiting = select(deliveries.c.edition).where(OPEN)
            unsent = select(editions.c.before).where(editions.c.number.in_(waiting))
            stay |= set((await connection.scalars(unsent)).all())
            stay &= {number for number, _ in taken}
            fitted = select(fits.c.snapshot).where(fits.c.abilities.is_not(None))
            own = sorted((await connection.scalars(fitted)).all())
            stay |= {max(n for n in own if n <= number) for number in stay if own and own[0] <= number}
            gone = sorted({number for number, _ in taken} - stay)
            if gone:
                await let_go(connection, gone, sorted(stay))
            return tuple(gone)

    async def backup(self, to: Path) -> None:
        """A copy of one moment, also while others write. Raises ``BackupFailed``, also where a file is."""
        with faults_named(self.path):
            await asyncio.to_thread(copy_store, self.path, to)

    async def recall(self, key: str) -> str | None:
        """What was remembered under the key last, or None."""
        async with self.reading() as connection:
            value: str | None = await connection.scalar(select(memory.c.value).where(memory.c.key == key))
            return value

    async def remember(self, key: str, value: str) -> None:
        """Keep a small text under a key."""
        async with self.writing() as connection:
            statement = upsert(memory).values(key=key, value=value)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
            )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment. Raises ``StoreError``."""
        with faults_named(self.path), self._as_written():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of the only writer. Raises ``StoreError``."""
        with faults_named(self.path):
            async with self._engine.execution_options(writes=True).begin() as connection:
                yield connection

    @contextmanager
    def _as_written(self) -> Iterator[None]:
        """Names rows that no load ever wrote, although SQLite finds nothing wrong with its pages."""
        try:
            yield
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise StoreError("damaged", self.path) from error


async def with_own_store(path: Path, work: Callable[[Store], Awaitable[Result]]) -> Result:
    """Do what takes a while in a thread with a connection of its own, so that answers go on meanwhile.

    Raises ``StoreError``, and what ``work`` raises.
    """

    async def alone() -> Result:
        async with await Store.open(path) as store:
            return await work(store)

    return await asyncio.to_thread(lambda: asyncio.run(alone()))


async def _newest(connection: AsyncConnection, loaded: bool = False) -> Snapshot | None:
    statement = select(snapshots).order_by(snapshots.c.number.desc()).limit(1)
    if loaded:
        statement = statement.where(snapshots.c.origin != SYNC)
    row = (await connection.execute(statement)).one_or_none()
    return Snapshot(**row._mapping) if row else None


def _newest_fit(snapshot: int) -> Select[Any]:
    return (
        select(fits.c.abilities)
        .where(fits.c.snapshot <= snapshot, fits.c.abilities.is_not(None))
        .order_by(fits.c.snapshot.desc())
        .limit(1)
    )


async def _rows(connection: AsyncConnection, table: Table, snapshot: int) -> Sequence[Row[Any]]:
    return (await connection.execute(select(*columns(table)).where(valid(table, snapshot)))).all()


def _catalog(
    rows: Mapping[Table, Sequence[Row[Any]]], snapshot: int, packed: bytes | None, given: Mapping[int, str]
) -> Catalog:
    listed = [model_of(row) for row in rows[models]]
    ids = {model.number: model.model_id for model in listed}
    return Catalog(
        listed,
        [benchmark_of(row) for row in rows[benchmarks]],
        [score_of(row, ids) for row in rows[scores]],
        snapshot=snapshot,
        fit=_unpacked(packed),
        places=places_of(rows[boards], ids),
        quotes=quotes_of(rows[quotes], ids),
        merged={number: id_ for number, id_ in given.items() if number not in ids},
    )


def _unpacked(packed: bytes | None) -> Fit | None:
    """None for what cannot be read: abilities can be worked out again, and all facts are still there."""
    try:
        return None if packed is None else Fit.unpacked(packed)
    except ValueError:
        return None


async def _valid_facts(connection: AsyncConnection, table: Table, snapshot: int) -> dict[Fact, int]:
    """The facts that are valid now, with the place of their row."""
    statement = select(table.c.row, *columns(table)).where(valid(table, snapshot))
    return {tuple(row)[1:]: row[0] for row in await connection.execute(statement)}


async def _keep_numbers(
    connection: AsyncConnection,
    assigned: Mapping[str, int],
    known: Mapping[int, str],
    merged: Mapping[int, str],
) -> tuple[tuple[int, str, str], ...]:
    """Keep which number is which model's, also of those that were ``merged`` into another. Returns the
    numbers that passed to another id, as in ``LoadResult``."""
    renamed = tuple((n, known[n], id_) for id_, n in assigned.items() if known.get(n, id_) != id_)
    for n, _, id_ in renamed:
        await connection.execute(update(numbers).where(numbers.c.number == n).values(model_id=id_))
    new = [{"number": n, "model_id": id_} for id_, n in assigned.items() if n not in known]
    taken, named = {*known, *assigned.values()}, set(known.values())
    new += [
        {"number": n, "model_id": id_} for n, id_ in merged.items() if n not in taken and id_ not in named
    ]
    if new:
        await connection.execute(insert(numbers), new)
    return renamed


async def _count(connection: AsyncConnection, newest: Snapshot | None) -> Counts:
    number = newest.number if newest else 0
    found = [
        await connection.scalar(select(func.count()).select_from(table).where(valid(table, number))) or 0
        for table in (models, benchmarks, scores)
    ]
    return Counts(*found)


async def _relabel(connection: AsyncConnection, number: int, digest: str, origin: str, release: str) -> None:
    statement = update(snapshots).where(snapshots.c.number == number)
    await connection.execute(statement.values(digest=digest, origin=origin, release=release))


async def _write(
    connection: AsyncConnection, table: Table, stated: set[Fact], current: dict[Fact, int], number: int
) -> None:
    """End what is no longer stated, and begin what is new."""
    ended = [{"which": row} for fact, row in current.items() if fact not in stated]
    if ended:
        statement = update(table).where(table.c.row == bindparam("which")).values(until=number)
        await connection.execute(statement, ended)
    names = [column.name for column in columns(table)]
    begun = [dict(zip(names, fact, strict=True), since=number) for fact in stated - current.keys()]
    if begun:
        await connection.execute(insert(table), begun)
