"""Snapshots: what was loaded comes back exactly, the same data changes nothing, the past stays readable."""

import string
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Model, Price, Score
from bot.catalog.tables import Tables
from bot.sources.folder import packaged_tables, read_tables
from bot.store.store import Counts, LoadResult, Snapshot, Store
from tests.store.facts import NOW, benchmark, model, score, tables


def content(catalog: Catalog) -> tuple[Any, ...]:
    return (
        dict(catalog.models),
        dict(catalog.benchmarks),
        {id_: dict(catalog.scores(id_)) for id_ in catalog.models},
    )


async def load(store: Store, what: Tables, now: datetime = NOW) -> LoadResult:
    return await store.load(what, "folder", "1.0", now)


ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=6)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
exact = st.decimals("0", "999999999999", allow_nan=False, allow_infinity=False, places=12)
days = st.dates(date(1, 1, 1))


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def any_tables(draw: st.DrawFn) -> Tables:
    model_ids = draw(st.lists(ids, max_size=5, unique=True))
    benchmark_ids = draw(st.lists(ids, max_size=3, unique=True))
    numbers = draw(
        st.lists(st.integers(1, 10**9), min_size=len(model_ids), max_size=len(model_ids), unique=True)
    )
    listed = [
        draw(
            st.builds(
                Model,
                number=st.just(number),
                model_id=st.just(id_),
                display_name=words,
                provider=words,
                aliases=st.lists(words, max_size=3).map(tuple),
                release_date=some(
                    st.builds(lambda day, length: day.isoformat()[:length], days, st.sampled_from((4, 7, 10)))
                ),
                open_weights=some(st.booleans()),
                license=some(words),
                context_window_tokens=some(st.integers(0, 2**40)),
                max_output_tokens=some(st.integers(0, 2**40)),
                price=some(st.builds(Price, input=exact, output=exact, source_url=words, as_of=days)),
                modalities=some(words),
                family=some(words),
                parameters_b=some(exact),
                reasoning=some(st.booleans()),
                speed_tps=some(exact),
                ttft_s=some(exact),
            )
        )
        for id_, number in zip(model_ids, numbers, strict=True)
    ]
    tests = [
        draw(
            st.builds(
                Benchmark,
                benchmark_id=st.just(id_),
                display_name=words,
                category=st.sampled_from(Category),
                description=words,
                unit=words,
                higher_is_better=st.booleans(),
                max_score=some(exact),
                weight=some(exact),
            )
        )
        for id_ in benchmark_ids
    ]
    one_score = st.builds(
        Score,
        model_id=st.sampled_from(model_ids or ["none"]),
        benchmark_id=st.sampled_from(benchmark_ids or ["none"]),
        value=exact | exact.map(lambda value: -value),
        source_url=words,
        self_reported=some(st.booleans()),
        as_of=days,
        variant=words,
        effort=some(words),
        tools=some(st.booleans()),
        harness=some(words),
    )
    found = (
        draw(st.lists(one_score, max_size=8, unique_by=lambda s: s.key))
        if model_ids and benchmark_ids
        else []
    )
    return Tables(tuple(listed), tuple(tests), tuple(found))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=any_tables(), second=any_tables())
async def test_whatever_is_loaded_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, first: Tables, second: Tables
) -> None:
    async with await Store.open(tmp_path_factory.mktemp("store") / "m.db") as store:
        one = await load(store, first)
        before = await store.catalog()
        assert content(before) == content(first.catalog())
        # The second goes on with numbers of its own, as a file of the same house would.
        free = max((m.number for m in first.models), default=0)
        had = {m.model_id: m.number for m in first.models}
        going_on = tuple(
            m.model_copy(update={"number": had.get(m.model_id, free + n)})
            for n, m in enumerate(second.models, 1)
        )
        second = Tables(going_on, second.benchmarks, second.scores)
        two = await load(store, second)
        assert content(await store.catalog()) == content(second.catalog())
        assert content(await store.catalog(one.snapshot)) == content(before)
        assert two.changed == (content(second.catalog()) != content(before))


async def test_a_new_store_knows_nothing(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "new" / "folder" / "m.db") as store:
        assert (await store.catalog()).snapshot == 0
        assert await store.snapshot() is None
        assert content(await store.catalog()) == ({}, {}, {})
        with pytest.raises(KeyError):
            await store.catalog(1)


async def test_the_same_data_again_changes_nothing(tmp_path: Path) -> None:
    what = read_tables(packaged_tables())
    async with await Store.open(tmp_path / "m.db") as store:
        first = await load(store, what)
        assert first == LoadResult(True, 1, Counts(584, 206, 3119))
    before = (tmp_path / "m.db").read_bytes()
    async with await Store.open(tmp_path / "m.db") as store:
        again = await load(store, what, now=NOW + timedelta(days=1))
        assert again == LoadResult(False, 1, Counts(584, 206, 3119))
        shuffled = Tables(what.models[::-1], what.benchmarks[::-1], what.scores[::-1])
        assert not (await load(store, shuffled)).changed
    assert (tmp_path / "m.db").read_bytes() == before


async def test_the_same_facts_without_their_numbers_are_still_the_same(tmp_path: Path) -> None:
    with_numbers = tables(model("a", 5), model("b", 9))
    without = tables(model("a", 1), model("b", 2), unnumbered=True)
    async with await Store.open(tmp_path / "m.db") as store:
        await load(store, with_numbers)
        assert await load(store, without) == LoadResult(False, 1, Counts(2, 1, 0))
        assert (await store.catalog()).models["b"].number == 9


async def test_every_snapshot_stays_as_it_was(tmp_path: Path) -> None:
    cheap = Price(
        input=Decimal(1), output=Decimal(2), source_url="https://example.org/", as_of=date(2026, 1, 1)
    )
    moments = [
        tables(model("a", 1), scores=(score("a", "50"),)),
        tables(model("a", 1, price=cheap), model("b", 2), scores=(score("a", "50.5"), score("b"))),
        tables(model("b", 2), scores=(score("b"),)),
        tables(model("a", 1), scores=(score("a", "50"),)),
    ]
    async with await Store.open(tmp_path / "m.db") as store:
        for number, moment in enumerate(moments, 1):
            result = await load(store, moment)
            assert (result.changed, result.snapshot, (await store.catalog()).snapshot) == (
                True,
                number,
                number,
            )
        for number, moment in enumerate(moments, 1):
            catalog = await store.catalog(number)
            assert catalog.snapshot == number
            assert content(catalog) == content(moment.catalog())


async def test_a_snapshot_says_when_from_where_and_by_whom(tmp_path: Path) -> None:
    abroad = datetime(2026, 11, 24, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    what = tables(model("a", 1))
    async with await Store.open(tmp_path / "m.db") as store:
        await store.load(what, "my tables", "0.3", abroad)
        utc = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        assert await store.snapshot() == Snapshot(1, utc, what.digest, "my tables", "0.3")


async def test_decimals_stay_exact(tmp_path: Path) -> None:
    value = "0.1000000000000000055511151231257827"
    async with await Store.open(tmp_path / "m.db") as store:
        await load(store, tables(model("a", 1), scores=(score("a", value),)))
        assert (await store.catalog()).scores("a")["gpqa"][0].value == Decimal(value)


async def test_small_things_are_remembered(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "m.db") as store:
        assert await store.recall("commands") is None
        await store.remember("commands", "one")
        await store.remember("commands", "two")
    async with await Store.open(tmp_path / "m.db") as store:
        assert await store.recall("commands") == "two"


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "50% of ?, #1 & größe.db"
    async with await Store.open(path) as store:
        await load(store, tables(model("a", 1)))
    assert names_in(tmp_path) == [path.name]


async def test_a_path_may_hold_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.db"
    async with await Store.open(path) as store:
        await store.load(tables(model("a", 1)), str(path), "1.0", NOW)
        newest = await store.snapshot()
    assert newest
    assert newest.origin == f"{tmp_path}/\\udcff.db"
    assert names_in(tmp_path) == [path.name]


def test_tables_that_contradict_themselves_cannot_be_made() -> None:
    a, b = model("a", 1), model("b", 1)
    wrong: list[tuple[tuple[Model, ...], tuple[Benchmark, ...], tuple[Score, ...]]] = [
        ((a, a), (), ()),
        ((a, b), (), ()),
        ((), (benchmark(), benchmark()), ()),
        ((a,), (benchmark(),), (score("b"),)),
        ((a,), (benchmark(),), (score("a", benchmark_id="other"),)),
        ((a,), (benchmark(),), (score("a", "1"), score("a", "2"))),
    ]
    for parts in wrong:
        with pytest.raises(ValueError, match=r"more than once|not listed"):
            Tables(*parts)
