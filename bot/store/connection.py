"""The SQLite file: checked before anything touches it, brought up to date, opened, and its faults named."""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import BackupFailed, StoreError, StoreFault
from bot.store.migrations import HEAD, REVISIONS

# The low byte of SQLite's result code, which Python 3.11 keeps in the exception.
_FAULTS: dict[int, StoreFault] = {
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_IOERR: "full",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
}
_OS_FAULTS: dict[int, StoreFault] = {
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
    errno.EROFS: "read-only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
}


@contextmanager
def faults_named(path: Path) -> Iterator[None]:
    """Turns what SQLite and the system say about the store at ``path`` into ``StoreError``."""
    try:
        yield
    except DBAPIError as error:
        raise _store_error(error.orig or error, path) from error
    except (sqlite3.Error, OSError) as error:
        raise _store_error(error, path) from error


def _store_error(error: BaseException, path: Path) -> StoreError:
    if isinstance(error, OSError):
        return StoreError(_OS_FAULTS.get(error.errno or 0, "unreachable"), path)
    code = getattr(error, "sqlite_errorcode", None)
    return StoreError(_FAULTS.get((code or 0) & 0xFF, "failed"), path, detail=str(error))


def prepare(path: Path, wait: float) -> dict[str, str]:
    """Create or migrate the store at ``path`` if that is due; returns the SQLite options to open it with.

    The file is only read until it is known to be ours and no newer than this program. Raises ``StoreError``.
    """
    with faults_named(path):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.is_file():
            raise StoreError("unreachable", path)
        elif path.stat().st_size:
            revision = _resting_revision(path, wait)
            if revision == HEAD:
                return _options(path, wait)
            if revision is not None and revision not in REVISIONS:
                raise StoreError("newer", path)
        _migrate(path, wait)
    return {"mode": "rw"}


def _address(path: Path) -> str:
    return "file:" + quote(os.fsencode(path.absolute()))


def _is_quiet(path: Path) -> bool:
    """Whether all is in the file itself, so that it can be read without leaving files beside it."""
    beside = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    return not any(each.exists() and each.stat().st_size for each in beside)


def _resting_revision(path: Path, wait: float) -> str | None:
    if _is_quiet(path):
        try:
            return _revision(path, "immutable=1", wait)
        except sqlite3.DatabaseError as error:
            # Read without a lock, a file that another program has just begun to write looks damaged.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
    return _revision(path, "mode=ro", wait)


def _revision(path: Path, option: str, wait: float) -> str | None:
    """The revision of an existing file, or None for an empty database."""
    with closing(sqlite3.connect(f"{_address(path)}?{option}", uri=True, timeout=wait)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {name for (name,) in tables}
        if not names:
            return None
        if "alembic_version" not in names:
            raise StoreError("foreign", path)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is None:
            raise StoreError("damaged", path)
        return str(row[0])


def _options(path: Path, wait: float) -> dict[str, str]:
    try:
        # SQLite opens a file that it may not write for reading, so this is right for both.
        _revision(path, "mode=rw", wait)
        return {"mode": "rw"}
    except sqlite3.OperationalError as error:
        # In a folder that may not be written there is no room for the index of the write-ahead log. If that
        # log holds nothing, the file can be read as one that does not change.
        no_room = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not no_room or not _is_quiet(path):
            raise
        return {"immutable": "1"}


def _migrate(path: Path, wait: float) -> None:
    """Every step in one transaction; whoever comes second finds nothing left to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            f"{_address(path)}?mode=rwc", uri=True, timeout=wait, isolation_level=None
        ),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        _write_ahead(connection, wait)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _write_ahead(connection: Connection, wait: float) -> None:
    # SQLite does not wait here by itself: where two programs turn the log on together, one of them is told
    # at once that the file is locked.
    end = time.monotonic() + wait
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            locked = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not locked or time.monotonic() > end:
                raise
            time.sleep(0.01)


def copy_store(path: Path, to: Path) -> None:
    """One moment of the store at ``path`` as a file of its own, which is there whole or not at all.

    Raises ``BackupFailed`` for a place that is taken or cannot be written.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        if to.exists():
            raise BackupFailed(to, "there is a file already. Choose another name")
        part.unlink(missing_ok=True)
        part.touch()
    except OSError as error:
        raise BackupFailed(to, f"it cannot be written ({error.strerror})") from error
    try:
        with (
            closing(sqlite3.connect(f"{_address(path)}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(part)) as copy,
        ):
            original.backup(copy)
        part.replace(to)
    except OSError as error:
        raise BackupFailed(to, f"it cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


def connect(path: Path, options: dict[str, str], wait: float) -> AsyncEngine:
    """The engine of a prepared store; with the execution option ``writes`` one begins as the only writer."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=_address(path), query={**options, "uri": "true"}),
        connect_args={"timeout": wait, "isolation_level": None},
        # Opened anew each time: a connection that stays would never see that the file was replaced.
        poolclass=NullPool,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
