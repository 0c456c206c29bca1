"""Abilities are kept with the snapshot that they were worked out from, and outlive a fit that fails."""

import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.ability.kept import ABILITY_METHOD, fit, fit_abilities
from bot.analysis.explain import explain
from bot.app import fitted_catalog, open_store, read_knowledge
from bot.catalog.abilities import Fit
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.errors import FitFailed
from bot.sources.fits import fit_of
from bot.sources.folder import packaged_tables, read_tables
from bot.store.store import FitState, Store
from bot.words.explain import explanation_words
from tests.store.facts import NOW, model, score, tables

ONE = tables(model("a", 1), model("b", 2), scores=(score("a", "80"), score("b", "20")))
TURNED = tables(model("a", 1), model("b", 2), scores=(score("a", "20"), score("b", "80")))


def no_fit(catalog: Catalog, digest: str) -> Fit:
    raise FitFailed("values that are not finite")


async def ensure_fitted(store: Store, *how: Any, **more: Any) -> str | None:
    """Works the abilities out where that is due; why that failed."""
    return (await fitted_catalog(store, *how, **more))[1]


def better(catalog: Catalog) -> float:
    known = catalog.abilities(Lane.PROVISIONAL)
    assert known is not None
    return known.better("a", "b", Category.KNOWLEDGE)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "m.db"
    async with await Store.open(path) as store:
        await store.load(ONE, "folder", "1.0", NOW)
    return path


async def test_abilities_are_worked_out_once_and_come_back_as_they_were(path: Path) -> None:
    async with await Store.open(path) as store:
        assert (await store.catalog()).fit is None
        assert await ensure_fitted(store) is None
        assert await ensure_fitted(store, no_fit) is None
        catalog = await store.catalog()
    fresh = fit(ONE.catalog())
    assert catalog.fit is not None
    assert catalog.fit.method == ABILITY_METHOD
    for lane in Lane:
        kept, made = catalog.abilities(lane), fresh.lanes[lane]
        assert kept is not None
        assert (kept.models, kept.names) == (made.models, made.names)
        for one, other in ((kept.mean, made.mean), (kept.own, made.own), (kept.counts, made.counts)):
            assert np.allclose(one, other, rtol=1e-6)
    assert better(catalog) > 0.5


async def test_a_method_that_is_newer_works_them_out_again(path: Path) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store, method=1)
        assert await ensure_fitted(store, no_fit, method=2) == "values that are not finite"
        assert await store.fit_state(1) == FitState(2, "values that are not finite")


async def test_a_fit_that_fails_leaves_the_abilities_of_the_snapshot_before_and_is_not_tried_again(
    path: Path,
) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store)
        await store.load(TURNED, "folder", "1.0", NOW)
        assert await ensure_fitted(store, no_fit) == "values that are not finite"
        assert await ensure_fitted(store) == "values that are not finite"
        knowledge = await read_knowledge(store)
        assert knowledge.fit == FitState(ABILITY_METHOD, "values that are not finite")
        assert knowledge.catalog.snapshot == 2
        assert better(knowledge.catalog) > 0.5


async def test_an_earlier_snapshot_keeps_its_own_abilities(path: Path) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store)
        await store.load(TURNED, "folder", "1.0", NOW)
        await ensure_fitted(store)
        assert better(await store.catalog(1)) > 0.5 > better(await store.catalog(2))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", bytes(1000), b"cut", b"flip"])
async def test_abilities_that_cannot_be_read_are_worked_out_again(path: Path, damage: bytes) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store)
        with closing(sqlite3.connect(path)) as connection, connection:
            (packed,) = connection.execute("SELECT abilities FROM fits").fetchone()
            changed = bytearray(packed)
            changed[len(packed) // 3 : len(packed) // 3 + 60] = bytes(60)
            damaged = {b"cut": packed[:-50], b"flip": bytes(changed)}.get(damage, damage)
            connection.execute("UPDATE fits SET abilities = ?", (damaged,))
        assert (await store.catalog()).fit is None
        assert better((await fitted_catalog(store))[0]) > 0.5
        assert better(await store.catalog()) > 0.5


def test_abilities_that_contradict_themselves_are_refused() -> None:
    whole = fit(ONE.catalog())
    known = whole.lanes[Lane.PROVISIONAL]
    for wrong in (
        {"names": known.names[:1]},
        {"models": ("a", "a")},
        {"mean": known.mean * 1e300},
        {"own": -known.own - 1},
        {"counts": known.counts - 5},
        {"shared": known.shared[:, :3]},
    ):
        spoilt = replace(whole, lanes={Lane.PROVISIONAL: replace(known, **wrong)})
        with pytest.raises(ValueError, match="these are no abilities"), np.errstate(over="ignore"):
            Fit.unpacked(spoilt.packed())


def test_abilities_that_would_fill_the_memory_are_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as bomb:
        for _ in range(25):
            bomb.write(bytes(10_000_000))
    with pytest.raises(ValueError, match="these are no abilities"):
        Fit.unpacked(file.getvalue())


async def test_a_store_that_may_not_be_written_now_is_answered_from_with_abilities(path: Path) -> None:
    async with await Store.open(path, wait=0.2) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            catalog, failed = await fitted_catalog(store)
        assert failed is None
        assert better(catalog) > 0.5
        assert (await store.catalog()).fit is None


async def test_with_abilities_of_an_earlier_snapshot_a_pair_they_do_not_know_is_not_explained(
    path: Path,
) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store)
        both = (*ONE.scores, score("c", "60"))
        await store.load(tables(*ONE.models, model("c", 3), scores=both), "folder", "1.0", NOW)
        await ensure_fitted(store, no_fit)
        catalog = await store.catalog()
    assert explain(catalog, "a", "c").probability is None
    assert "cannot be explained" in " ".join(explanation_words(explain(catalog, "a", "c")))


async def test_a_store_from_before_there_were_abilities_gets_them(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("fits", "boards", "quotes", "subscriptions", "editions", "held", "deliveries"):
            connection.execute(f"DROP TABLE {table}")
        later = (
            ("scores", "budget_tokens"),
            ("scores", "noise"),
            ("models", "price_more"),
            ("models", "more"),
        )
        for table, column in later:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = 'facts'")
    async with await open_store(path) as store:
        assert better((await fitted_catalog(store))[0]) > 0.5


def test_the_shipped_abilities_are_those_of_the_shipped_tables() -> None:
    """``python -m bot.sources.fits`` writes them anew after a change of the tables or of the method."""
    shipped = read_tables(packaged_tables())
    packed = Fit.unpacked((packaged_tables() / "abilities.npz").read_bytes())
    assert (packed.method, packed.digest) == (ABILITY_METHOD, shipped.digest)
    fresh, kept = fit_abilities(shipped.catalog()), packed.lanes[Lane.PROVISIONAL]
    assert kept.models == tuple(m for m in fresh.models if m in fresh)
    for one, other in zip(kept.models, kept.models[7:], strict=False):
        for workload in (None, *Category):
            assert kept.better(one, other, workload) == pytest.approx(
                fresh.better(one, other, workload), abs=0.005
            )


def test_other_tables_are_never_given_the_shipped_abilities() -> None:
    other = tables(model("gpt-5", 1), scores=(score("gpt-5"),))
    assert fit_of(other.catalog(), other.digest).lanes[Lane.PROVISIONAL].models == ("gpt-5",)


async def test_abilities_hold_on_where_nothing_changed_that_they_were_worked_out_from(path: Path) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store)
        dearer = tables(model("a", 1, context_window_tokens=400_000), model("b", 2), scores=ONE.scores)
        await store.load(dearer, "folder", "1.0", NOW)
        assert await ensure_fitted(store, no_fit) is None
        assert await store.fit_state(2) == FitState(ABILITY_METHOD, None)
        assert better(await store.catalog()) > 0.5


async def test_a_new_model_or_date_has_them_worked_out_again(path: Path) -> None:
    async with await Store.open(path) as store:
        await ensure_fitted(store)
        more = tables(*ONE.models, model("c", 3), scores=ONE.scores)
        dated = tables(model("a", 1, release_date="2026-01-01"), model("b", 2), scores=ONE.scores)
        for changed in (more, dated):
            await store.load(changed, "folder", "1.0", NOW)
            assert await ensure_fitted(store, no_fit) == "values that are not finite"
