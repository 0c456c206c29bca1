"""The packaged tables fill a new store and follow newer releases, and leave alone what a person loaded."""

import asyncio
from pathlib import Path

import pytest

from bot.catalog.tables import Tables
from bot.sources.folder import packaged_tables, read_tables
from bot.store.packaged import PACKAGED, ensure_filled, is_due
from bot.store.store import Snapshot, Store
from tests.store.facts import NOW, model, scores_of, tables

OLD = tables(model("a", 1))
NEW = tables(model("a", 1), model("b", 2))


def unread() -> Tables:
    raise AssertionError("the tables were read though nothing was due")


async def test_a_new_store_is_filled_once(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        filled = await ensure_filled(store, lambda: read_tables(packaged_tables()), "0.1.0", NOW)
        assert filled is not None
        assert (filled.changed, filled.counts.models) == (True, 584)
        assert len(scores_of(await store.catalog())) == 3119
        assert await ensure_filled(store, unread, "0.1.0", NOW) is None


async def test_a_newer_release_with_newer_tables_refreshes(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await ensure_filled(store, lambda: OLD, "0.9.0", NOW)
        await ensure_filled(store, lambda: NEW, "0.10.0", NOW)
        assert ((await store.catalog()).snapshot, len((await store.catalog()).models)) == (2, 2)


async def test_an_older_release_never_goes_back(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await ensure_filled(store, lambda: NEW, "0.10.0", NOW)
        assert await ensure_filled(store, unread, "0.9.0", NOW) is None


async def test_a_newer_release_with_the_same_tables_reads_them_once(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await ensure_filled(store, lambda: OLD, "1.0", NOW)
        looked = await ensure_filled(store, lambda: OLD, "1.1", NOW)
        assert looked is not None
        assert not looked.changed
        assert await ensure_filled(store, unread, "1.1", NOW) is None
        assert (await store.catalog()).snapshot == 1


async def test_what_a_person_loaded_is_never_overridden(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await ensure_filled(store, lambda: OLD, "1.0", NOW)
        await store.load(NEW, "my folder", "1.0", NOW)
        assert await ensure_filled(store, unread, "2.0", NOW) is None


async def test_that_holds_even_if_it_has_the_content_of_the_packaged_tables(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await ensure_filled(store, lambda: OLD, "1.0", NOW)
        assert not (await store.load(OLD, "my folder", "1.0", NOW)).changed
        assert await ensure_filled(store, unread, "2.0", NOW) is None


async def test_a_folder_loaded_while_the_tables_were_read_wins(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await ensure_filled(store, lambda: OLD, "1.0", NOW)

        async def load_meanwhile() -> None:
            async with await Store.open(tmp_path / "m.db") as other:
                await other.load(NEW, "my folder", "1.0", NOW)

        def read() -> Tables:
            asyncio.run(load_meanwhile())
            return tables(model("a", 1), model("packaged", 3))

        result = await ensure_filled(store, read, "2.0", NOW)
        assert result is not None
        assert (result.changed, result.snapshot, result.counts.models) == (False, 2, 2)
        assert (await store.catalog()).models.keys() == {"a", "b"}


@pytest.mark.parametrize(("older", "newer"), [("0.9.0", "0.10.0"), ("1.0rc1", "1.0"), ("1.0", "1.0.1")])
def test_only_a_newer_release_refreshes(older: str, newer: str) -> None:
    def held(release: str) -> Snapshot:
        return Snapshot(1, NOW, "digest", PACKAGED, release)

    assert is_due(held(older), newer)
    assert not is_due(held(newer), older)
    assert not is_due(held(newer), newer)
