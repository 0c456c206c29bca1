"""Old snapshots are let go, and those that stay read as before."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import fitted_catalog
from bot.catalog.entities import Quote
from bot.errors import BackupFailed
from bot.store.packaged import PACKAGED
from bot.store.store import SYNC, Store
from tests.store.facts import NOW, model, score, scores_of, tables
from tests.worlds import elsewhere, price


async def test_all_of_30_days_stay_and_then_the_last_of_each_week(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        for day in range(60):
            found = tables(model("a", 1, license=str(day)), scores=(score("a", str(day)),))
            await store.load(found, SYNC if day else PACKAGED, "1.0", NOW + timedelta(days=day))
        now = NOW + timedelta(days=59)
        read = {n: (await store.catalog(n)).models["a"].license for n in range(1, 61)}
        gone = await store.thin(now)
        stay = [n for n in read if n not in gone]
        days = [NOW + timedelta(days=n - 1) for n in stay]
        assert stay[0] == 1  # The base.
        assert set(range(30, 61)) <= set(stay)
        old = [day.isocalendar()[:2] for day in days[1:] if now - day > timedelta(days=30)]
        assert len(old) == len(set(old)) == 5
        for number in stay:
            catalog = await store.catalog(number)
            assert catalog.models["a"].license == read[number]
            assert [str(s.value) for s in scores_of(catalog)] == [read[number]]
        for number in gone:
            with pytest.raises(KeyError):
                await store.catalog(number)
        assert await store.thin(now) == ()


async def test_a_snapshot_stays_while_others_have_their_abilities_from_it(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        scored = (score("a", "80"), score("b", "20"))
        for day in range(5):
            found = tables(model("a", 1, license=str(day)), model("b", 2), scores=scored)
            await store.load(found, SYNC if day else PACKAGED, "1.0", NOW + timedelta(days=day))
            if day in (1, 4):
                await fitted_catalog(store)
        assert await store.thin(NOW + timedelta(days=400)) == (3, 4)
        assert (await store.catalog()).fit is not None


async def test_boards_and_other_prices_of_snapshots_that_stay_read_as_before(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        for day in range(60):
            told = replace(
                tables(model("a", 1), scores=(score("a", str(day)),)),
                places={"a": (elsewhere(listed=f"a-{day // 2}"),)},
                quotes={"a": (Quote(source="Shop", price=price(day // 3 + 1, 2)),)},
            )
            await store.load(told, SYNC if day else PACKAGED, "1.0", NOW + timedelta(days=day))
        gone = await store.thin(NOW + timedelta(days=59))
        for day in {*range(60)} - {number - 1 for number in gone}:
            catalog = await store.catalog(day + 1)
            assert [place.listed for place in catalog.places["a"]] == [f"a-{day // 2}"]
            assert [quote.price.input for quote in catalog.quotes["a"]] == [day // 3 + 1]


async def test_a_backup_is_a_store_with_the_same_facts(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await store.load(tables(model("a", 1)), "folder", "1.0", NOW)
        await store.remember("key", "value")
        await store.backup(tmp_path / "copy.db")
        await store.load(tables(model("b", 2)), "folder", "1.0", NOW)
    async with await Store.open(tmp_path / "copy.db") as copy:
        assert (await copy.catalog()).models.keys() == {"a"}
        assert await copy.recall("key") == "value"
    assert not (tmp_path / "copy.db.part").exists()


async def test_a_backup_never_writes_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    async with await Store.open(tmp_path / "m.db") as store:
        for place in (tmp_path / "copy.db", tmp_path / "m.db", tmp_path / "no folder" / "copy.db"):
            with pytest.raises(BackupFailed):
                await store.backup(place)
    assert (tmp_path / "copy.db").read_text() == "mine"
