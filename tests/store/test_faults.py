"""What goes wrong with the file is told in plain words, and what was in it stays whole."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.errors import StoreError
from bot.store import migrations
from bot.store.connection import faults_named
from bot.store.packaged import PACKAGED, ensure_filled
from bot.store.store import Store
from bot.store.tables import metadata
from bot.words.errors import words
from tests.store.facts import NOW, model, score, scores_of, tables

SMALL = tables(model("a", 1), scores=(score("a"),))
MANY = [f"m{n}" for n in range(3000)]
LARGER = tables(*(model(id_, n) for n, id_ in enumerate(MANY, 1)), scores=tuple(map(score, MANY)))
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def filled(tmp_path: Path) -> Path:
    """A store with one snapshot of one model, closed."""
    path = tmp_path / "m.db"
    async with await Store.open(path) as store:
        await store.load(SMALL, PACKAGED, "1.0", NOW)
    return path


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A program of its own, with the names of this module."""
    code = f"import os, resource\nfrom tests.store.test_faults import *\n{script}"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def state(path: Path) -> tuple[bytes, int, list[str]]:
    """Content and time of a file, and what lies in its folder."""
    return path.read_bytes(), path.stat().st_mtime_ns, sorted(each.name for each in path.parent.iterdir())


def at_head(path: Path, version: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))


async def refused(path: Path, wait: float = 5.0) -> StoreError:
    with pytest.raises(StoreError) as error:
        await Store.open(path, wait)
    return error.value


async def test_a_newer_store_is_refused_and_not_touched(filled: Path) -> None:
    at_head(filled, "of the future")
    before = state(filled)
    error = await refused(filled)
    assert error.fault == "newer"
    assert "newer version of Matchup" in words(error)
    assert state(filled) == before


async def test_a_newer_store_is_refused_while_its_program_runs(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as running:
        running.execute("SELECT * FROM memory").fetchall()
        at_head(filled, "of the future")  # now in the write-ahead log, not yet in the file
        assert filled.with_name("m.db-wal").stat().st_size
        assert (await refused(filled)).fault == "newer"


async def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (title)")
    before = state(path)
    assert (await refused(path)).fault == "foreign"
    assert state(path) == before


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    path.write_text("model_id,display_name\n" * 100)
    error = await refused(path)
    assert error.fault == "damaged"
    assert "damaged or not a Matchup store" in words(error)


def spoil_all_but_the_first_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    data[page:] = b"\xa5" * (len(data) - page)
    path.write_bytes(data)


async def test_a_damaged_file_is_told_when_it_is_read(filled: Path) -> None:
    spoil_all_but_the_first_page(filled)
    with pytest.raises(StoreError) as error:
        async with await Store.open(filled) as store:
            await store.catalog()
    assert error.value.fault == "damaged"


async def test_a_row_that_no_load_wrote_is_told(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("UPDATE scores SET value = 'many'")
    async with await Store.open(filled) as store:
        with pytest.raises(StoreError) as error:
            await store.catalog()
    assert error.value.fault == "damaged"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE snapshots SET taken_at = 'garbage'",
        "UPDATE snapshots SET taken_at = x'00'",
        "UPDATE snapshots SET release = 'not a version'",
        "UPDATE scores SET value = '1E+999999'",
        "UPDATE scores SET value = 'NaN'",
        "UPDATE scores SET value = x'00'",
        "UPDATE scores SET as_of = x'00'",
        "UPDATE models SET release_date = 'x-y-z'",
        "UPDATE models SET release_date = '2026-13'",
        "DELETE FROM alembic_version",
    ],
)
async def test_values_that_no_load_wrote_are_told(filled: Path, change: str) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute(change)

    async def start() -> None:
        async with await Store.open(filled) as store:
            await ensure_filled(store, lambda: LARGER, "2.0", NOW)
            await store.catalog()

    with pytest.raises(StoreError) as error:
        await start()
    assert error.value.fault == "damaged"


async def test_a_load_over_values_that_no_load_wrote_is_told(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("UPDATE scores SET value = 'many'")
    async with await Store.open(filled) as store:
        with pytest.raises(StoreError) as error:
            await store.load(LARGER, "folder", "1.0", NOW)
    assert error.value.fault == "damaged"


async def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null"), Path("/dev/zero")):
        assert (await refused(path)).fault == "unreachable"


async def test_an_open_store_notices_that_its_file_was_replaced_or_removed(
    filled: Path, tmp_path: Path
) -> None:
    async with await Store.open(tmp_path / "other.db") as other:
        await other.load(LARGER, "folder", "1.0", NOW)
    async with await Store.open(filled) as store:
        before = await store.snapshot()
        (tmp_path / "other.db").replace(filled)
        after = await store.snapshot()
        assert before
        assert after
        assert (before.number, before.digest) != (after.number, after.digest)
        await asyncio.to_thread(filled.unlink)
        with pytest.raises(StoreError) as error:
            await store.snapshot()
        assert error.value.fault == "unreachable"


async def test_a_file_that_cannot_be_a_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert (await refused(tmp_path)).fault == "unreachable"
    assert (await refused(tmp_path / "file" / "m.db")).fault == "unreachable"


async def test_a_locked_store_still_answers_and_says_that_it_is_in_use(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with await Store.open(filled, wait=0.1) as store:
            assert (await store.catalog()).snapshot == 1
            assert list((await store.catalog()).models) == ["a"]
            with pytest.raises(StoreError) as error:
                await store.load(LARGER, "folder", "1.0", NOW)
            assert error.value.fault == "locked"
            assert "in use by another program" in words(error.value)
            other.execute("ROLLBACK")
            assert (await store.load(LARGER, "folder", "1.0", NOW)).changed


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account of this machine may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


READ_ONLY = """
path = Path(sys.argv[1])
async def main():
    async with await Store.open(path.with_name("other") / "m.db") as warm:  # imports what is imported late
        await warm.load(SMALL, "folder", "1.0", NOW)
        await warm.catalog()
    os.umask(0o022)
    path.chmod(int(sys.argv[2], 8))
    path.parent.chmod(int(sys.argv[3], 8))
    if os.geteuid() == 0:
        os.seteuid(65534)  # permissions do not bind root
    async with await Store.open(path) as store:
        print(list((await store.catalog()).models), (await store.catalog()).snapshot)
        print(await ensure_filled(store, lambda: LARGER, "2.0", NOW))
        try:
            await store.load(LARGER, "folder", "1.0", NOW)
        except StoreError as error:
            print(error.fault)
asyncio.run(main())
"""


@pytest.mark.parametrize(("file", "folder"), [("444", "555"), ("444", "755"), ("644", "555")])
def test_a_store_that_may_only_be_read_still_answers(
    filled: Path, open_folder: Path, file: str, folder: str
) -> None:
    inner = open_folder / "store"
    (inner / "other").mkdir(parents=True)
    path = Path(shutil.copy(filled, inner))
    try:
        ended = run(READ_ONLY, path, file, folder)
    finally:
        inner.chmod(0o755)
    assert ended.stdout.splitlines() == ["['a'] 1", "None", "read-only"], ended.stderr


FULL = """
async def main():
    async with await Store.open(Path(sys.argv[1])) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            await store.load(LARGER, "folder", "1.0", NOW)
        except StoreError as error:
            print(error.fault, list((await store.catalog()).models))
asyncio.run(main())
"""


async def test_a_disk_that_is_full_changes_nothing(filled: Path) -> None:
    ended = await asyncio.to_thread(run, FULL, filled)
    assert ended.stdout == "full ['a']\n", ended.stderr
    async with await Store.open(filled) as store:
        assert ((await store.catalog()).snapshot, list((await store.catalog()).models)) == (1, ["a"])
        assert (await store.load(LARGER, "folder", "1.0", NOW)).changed


def test_sqlites_own_word_for_a_full_disk_is_understood(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError) as error, faults_named(filled):
            connection.execute("CREATE TABLE more AS SELECT zeroblob(1000000)")
    assert error.value.fault == "full"


KILLED = """
from sqlalchemy import event
from sqlalchemy.engine import Engine

@event.listens_for(Engine, "after_cursor_execute")
def die_in_the_middle(connection, cursor, statement, *_):
    if statement.startswith("INSERT INTO scores"):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with await Store.open(Path(sys.argv[1])) as store:
        await store.load(LARGER, "folder", "1.0", NOW)
asyncio.run(main())
"""


async def test_a_load_that_is_killed_leaves_the_old_snapshot_whole(filled: Path) -> None:
    ended = await asyncio.to_thread(run, KILLED, filled)
    assert ended.returncode == -signal.SIGKILL
    async with await Store.open(filled) as store:
        catalog = await store.catalog()
        assert (catalog.snapshot, list(catalog.models), len(scores_of(catalog))) == (1, ["a"], 1)
        assert (await store.load(LARGER, "folder", "1.0", NOW)).snapshot == 2


CONCURRENT = """
async def main():
    mine = int(sys.argv[2])
    for n in range(5):
        async with await Store.open(Path(sys.argv[1])) as store:
            what = tables(model("shared", 1), model(f"m{mine}-{n}", 10 * mine + n))
            await store.load(what, "folder", "1.0", NOW)
asyncio.run(main())
"""


async def test_two_programs_that_create_and_load_at_once_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    ended = await asyncio.gather(*(asyncio.to_thread(run, CONCURRENT, path, mine) for mine in (1, 2)))
    assert [(each.returncode, each.stderr) for each in ended] == [(0, ""), (0, "")]
    async with await Store.open(path) as store:
        assert (await store.catalog()).snapshot == 10
        for number in range(1, 11):
            assert len((await store.catalog(number)).models) == 2
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_a_new_store_waits_for_another_program_that_is_creating_it(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        # Held so, SQLite refuses the write-ahead log at once instead of waiting.
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.create_task(Store.open(path))
        await asyncio.sleep(0.5)
        assert not opening.done()
        other.execute("ROLLBACK")
        async with await opening as store:
            assert (await store.snapshot()) is None


def test_alembic_is_imported_only_when_a_step_is_due(filled: Path, tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from bot.store.store import Store\n"
        "async def main():\n"
        "    async with await Store.open(Path(sys.argv[1])): print('alembic' in sys.modules)\n"
        "asyncio.run(main())"
    )
    for path, due in ((filled, False), (tmp_path / "new.db", True)):
        ended = subprocess.run(
            [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert ended.stdout == f"{due}\n"


def test_the_steps_lead_to_the_tables_that_the_program_uses(filled: Path) -> None:
    engine = create_engine(f"sqlite:///{filled}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    known = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(known)) == migrations.REVISIONS


async def test_a_store_keeps_a_write_ahead_log_and_holds_foreign_keys(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    async with await Store.open(filled) as store, store._engine.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
        assert (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar() == 5000
