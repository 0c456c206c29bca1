"""Budget and noise of a score: kept, left out where they are not stated, and added to stores of before."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from bot.catalog.entities import Score, Setting
from bot.catalog.tables import Tables
from bot.store.connection import prepare
from bot.store.migrations import HEAD
from bot.store.store import Store
from tests.store.facts import NOW, model, score, tables

ALPHA = model("alpha", 1)
PLAIN = score("alpha")
STATED = PLAIN.model_copy(update={"budget_tokens": 16_000, "noise": Decimal("1.9")})


async def loaded(path: Path, *scores: Score) -> tuple[Score, ...]:
    async with await Store.open(path) as store:
        await store.load(tables(ALPHA, scores=scores), "folder", "1.0", NOW)
        catalog = await store.catalog()
        assert catalog is not None
        return catalog.scores("alpha")["gpqa"]


async def test_the_store_keeps_budget_and_noise(tmp_path: Path) -> None:
    assert await loaded(tmp_path / "m.db", STATED) == (STATED,)


async def test_a_store_of_before_reads_as_before_and_loads_the_same_facts_without_a_change(
    tmp_path: Path,
) -> None:
    path = tmp_path / "m.db"
    assert await loaded(path, PLAIN) == (PLAIN,)
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE scores DROP COLUMN budget_tokens")
        file.execute("ALTER TABLE scores DROP COLUMN noise")
        file.execute("UPDATE alembic_version SET version_num = 'provenance'")
        file.commit()
    prepare(path, 5.0)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    assert await loaded(path, PLAIN) == (PLAIN,)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM snapshots").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM scores").fetchone() == (1,)


def test_what_is_not_stated_is_neither_in_json_nor_in_the_digest() -> None:
    assert {"budget_tokens", "noise"}.isdisjoint(PLAIN.model_dump())
    assert STATED.model_dump(mode="json")["noise"] == 1.9
    digests = [Tables((ALPHA,), tables().benchmarks, (s,)).digest for s in (PLAIN, STATED)]
    assert digests[0] != digests[1]


def test_a_budget_reads_as_the_word_for_it() -> None:
    assert STATED.setting == STATED.level == "16k thinking"
    assert PLAIN.model_copy(update={"effort": "16k thinking"}).key == STATED.key
    assert Score(**{**dict(PLAIN), **dict(Setting(budget_tokens=1_500))}).setting == "1500 thinking"
