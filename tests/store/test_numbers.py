"""A model's number never changes, and no number is given twice."""

from pathlib import Path

import pytest

from bot.catalog.tables import Tables
from bot.errors import DataError
from bot.store.store import Store
from tests.store.facts import NOW, model, score, tables, unnumbered


async def numbers_after(store: Store, what: Tables) -> dict[str, int]:
    await store.load(what, "folder", "1.0", NOW)
    return {m.model_id: m.number for m in (await store.catalog()).models.values()}


async def test_models_without_numbers_get_the_next_in_order_of_their_ids(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        assert await numbers_after(store, unnumbered("c", "a", "b")) == {"a": 1, "b": 2, "c": 3}
        assert await numbers_after(store, unnumbered("a", "aa", "b", "c")) == {
            "a": 1,
            "aa": 4,
            "b": 2,
            "c": 3,
        }


async def test_a_number_survives_the_absence_of_its_model(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await numbers_after(store, unnumbered("a", "b", "z"))
        assert await numbers_after(store, unnumbered("a")) == {"a": 1}
        assert (await store.catalog()).by_number(3) is None
        assert await numbers_after(store, unnumbered("a", "new")) == {"a": 1, "new": 4}
        assert await numbers_after(store, unnumbered("b", "new", "z")) == {"b": 2, "new": 4, "z": 3}


async def test_a_rename_keeps_the_number_and_the_scores(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await numbers_after(store, tables(model("old", 7), model("b", 8), scores=(score("old", "61"),)))
        renamed = tables(model("new", 7), model("b", 8), scores=(score("new", "61"),))
        assert await numbers_after(store, renamed) == {"b": 8, "new": 7}
        now, before = await store.catalog(), await store.catalog(1)
        assert [m.model_id for m in (now.models["new"], before.models["old"])] == ["new", "old"]
        assert now.scores("new")["gpqa"][0].value == before.scores("old")["gpqa"][0].value == 61
        # The new id counts from here on; the old id is free for a model with a number of its own.
        assert await numbers_after(store, unnumbered("new", "old")) == {"new": 7, "old": 9}


async def test_a_load_tells_which_numbers_passed_to_another_id(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        first = await store.load(tables(model("old", 7), model("b", 8)), "folder", "1.0", NOW)
        again = await store.load(tables(model("new", 7), model("b", 8)), "folder", "1.0", NOW)
    assert (first.renamed, again.renamed) == ((), ((7, "old", "new"),))


async def test_a_new_model_comes_after_every_number_ever_given(tmp_path: Path) -> None:
    mixed = Tables((model("a", 40), model("b", 41)), (), (), unnumbered=frozenset({"b"}))
    async with await Store.open(tmp_path / "m.db") as store:
        await numbers_after(store, tables(model("gone", 100)))
        assert await numbers_after(store, mixed) == {"a": 40, "b": 101}


async def test_numbers_that_would_pass_to_another_model_are_refused(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await numbers_after(store, tables(model("a", 1), model("b", 2)))
        with pytest.raises(DataError) as refused:
            await numbers_after(
                store,
                Tables((model("a", 3), model("b", 4), model("c", 2)), (), (), unnumbered=frozenset({"b"})),
            )
        assert refused.value.problems == (
            "models.csv, column number: a has had the number 1 and cannot get 3. "
            "Write 1, or leave the number empty.",
            "models.csv, column number: 2 of c belongs to b, which is also listed. "
            "Leave the number empty to get a free one.",
        )
        assert (await store.catalog()).snapshot == 1
        assert await numbers_after(store, unnumbered("a", "b", "c")) == {"a": 1, "b": 2, "c": 3}


async def test_two_models_cannot_swap_their_numbers(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        await numbers_after(store, tables(model("a", 1), model("b", 2)))
        with pytest.raises(DataError):
            await numbers_after(store, tables(model("a", 2), model("b", 1)))
        assert (await store.catalog()).models["a"].number == 1
