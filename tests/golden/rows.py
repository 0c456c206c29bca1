"""Rows as a store keeps them: alerts and what they told, what sources said, and facts.

``written`` makes a store of each and notes its rows with what is read from them.
"""

import asyncio
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.catalog.entities import Benchmark, Category, Lane, Model, Place, Price, Quote, Score
from bot.catalog.tables import Tables
from bot.news.alert import Alert, Event, Frequency, Pause, Taste
from bot.news.editions import Edition, Plan
from bot.news.kinds import (
    Beside,
    Board,
    Change,
    ContextChange,
    MethodChange,
    ModelRemoved,
    Named,
    NewModel,
    Overtaking,
    PriceChange,
    RankShift,
    Spot,
)
from bot.sources.fetch import Seen
from bot.sources.merge import Kept
from bot.sources.offers import Measured, Offer
from bot.sources.sync import SOURCES, Memory, merge_again, states, unmatched
from bot.store import alerts as kept_alerts
from bot.store import deliveries
from bot.store.connection import prepare
from bot.store.editions import keep_plan, read_agenda, read_edition
from bot.store.store import Store
from tests.golden.files import plain
from tests.sources.bench import FOLDER

FILE = "rows.json"
FIRST = datetime(2026, 8, 22, 12, tzinfo=UTC)
# A Monday, when briefs are due.
LAST = datetime(2026, 8, 31, 14, 30, 0, 250_000, tzinfo=UTC)
DAY = date(2026, 8, 22)
PAGE = "https://example.org/prices?a=1&b=\u00fc"
MOST = 2**63 - 1
ALERTS = ("subscriptions", "editions", "held", "deliveries", "memory")
FACTS = ("snapshots", "numbers", "models", "benchmarks", "scores", "boards", "quotes")

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def written(folder: Path) -> Iterator[list[Any]]:
    """A line for each row: the kind of store, ``row``, table and row; or ``read``, what and value."""
    subscriptions, changes = alerts()
    yield from _noted("alerts", write_alerts(folder / "alerts.db", subscriptions, changes), folder, ALERTS)
    yield from _noted("sources", write_sources(folder / "sources.db", memories()), folder, ("memory",))
    yield from _noted("facts", write_facts(folder / "facts.db", tables()), folder, FACTS)


def _noted(kind: str, store: Path, folder: Path, names: Sequence[str]) -> Iterator[list[Any]]:
    held = rows(store, names)
    for table, found in held.items():
        for row in found:
            yield [kind, "row", table, row]
    for what, value in READ[kind](restored(folder / f"{kind} again.db", held)):
        yield [kind, "read", what, plain(value)]


# Columns that scores got after the golden rows were kept; they are empty in all of those.
ADDED_LATER = ("budget_tokens", "noise")


def rows(store: Path, names: Iterable[str]) -> Rows:
    """What is in the tables, packed texts unpacked. Facts are written in no order, and their numbers as rows
    mean nothing."""
    found: Rows = {}
    with closing(sqlite3.connect(store)) as file:
        file.row_factory = sqlite3.Row
        for name in names:
            held = [dict(each) for each in file.execute(f"SELECT * FROM {name}")]
            for row in held:
                row.pop("row", None)
                for column in ADDED_LATER:
                    if row.get(column, 0) is None:
                        del row[column]
                for column, value in row.items():
                    if isinstance(value, bytes):
                        row[column] = zlib.decompress(value).decode()
            found[name] = sorted(held, key=lambda row: json.dumps(row)) if name in FACTS else held
    return found


def restored(store: Path, held: Mapping[str, Sequence[Row]]) -> Path:
    """A new store with these rows, written past the program."""
    prepare(store, 5.0)
    with closing(sqlite3.connect(store)) as file:
        for name, found in held.items():
            for row in found:
                values = [
                    zlib.compress(value.encode()) if (name, column) == ("editions", "changes") else value
                    for column, value in row.items()
                ]
                columns, places = ", ".join(f'"{c}"' for c in row), ", ".join("?" * len(row))
                file.execute(f"INSERT INTO {name} ({columns}) VALUES ({places})", values)
        file.commit()
    return store


# Alerts: subscriptions, editions with every kind of change, changes that wait, and messages.


def _named(number: int, **more: Any) -> Named:
    id_ = f"model-{number}"
    known = {
        "display_name": f"Model {number} \u00fc\U0001f680",
        "provider": "Maker",
        "was": id_,
        "rank": number,
    }
    return Named(number=number, model_id=id_, **{**known, **more})


def _price(given: str, taken: str) -> Price:
    return Price(input=Decimal(given), output=Decimal(taken), source_url=PAGE, as_of=DAY)


def all_changes() -> tuple[Change, ...]:
    """Every kind, with all that may be missing there and missing."""
    one, other = _named(1), _named(2, was="earlier-2", rank=None, provider='Other "maker"')
    overall = Board(lane=Lane.PROVISIONAL, category=None)
    boards = [overall, *(Board(lane=lane, category=c) for lane in Lane for c in Category)]
    spots = tuple((board, Spot(rank=n, best=1, worst=n + 9)) for n, board in enumerate(boards, 1))
    beside = Beside(number=3, display_name="Model 3", times=Decimal("3.141592653589793238462643383"))
    bare = {"spots": (), "price": None, "context_window_tokens": None, "beside": None, "past": None}
    whole = {
        "spots": spots,
        "price": _price("0.000000000001", "999999999999"),
        "context_window_tokens": 2_000_000,
        "beside": beside,
        "past": other,
    }
    spot = Spot(rank=9, best=8, worst=12)
    return (
        MethodChange(abilities=(1, 2)),
        NewModel(model=one, **bare, ahead_of=()),
        NewModel(model=_named(MOST, rank=None), **whole, ahead_of=(one, other)),
        ModelRemoved(model=other, spots=()),
        ModelRemoved(model=one, spots=spots),
        PriceChange(model=one, before=_price("5", "30.10"), after=_price("2.5", "15"), beside=beside),
        PriceChange(model=other, before=None, after=_price("0", "0"), beside=None),
        PriceChange(model=_named(4), before=_price("0.1", "0.2"), after=None, beside=None),
        ContextChange(model=one, before=128_000, after=1_000_000),
        *(
            RankShift(
                model=one,
                board=board,
                before=spot,
                after=Spot(rank=1, best=1, worst=2),
                entered=-2,
                alongside=3,
                past=other,
            )
            for board in boards
        ),
        RankShift(model=_named(5), board=overall, before=None, after=spot, entered=0, alongside=0, past=None),
        RankShift(model=_named(6), board=overall, before=spot, after=None, entered=1, alongside=0, past=None),
        *(
            Overtaking(model=one, other=other, board=board, before=spot, after=Spot(rank=2, best=1, worst=3))
            for board in (boards[0], boards[-1])
        ),
    )


def alerts() -> tuple[list[Alert], tuple[Change, ...]]:
    """Each setting at least once, and every reason to be silent."""
    server, person = 800_000_000_000_000_000, 700_000_000_000_000_000
    tastes = [
        Taste(),
        *(Taste(board=board) for board in ("every", *Category)),
        *(Taste(events=(event,)) for event in Event),
        Taste(top=1, models=(1,)),
        Taste(top=100, models=tuple(range(1, 26))),
        Taste(board="every", models=(MOST, 0), provider='Other "maker"'),
        Taste(provider="\u00dcber \U0001f680"),
        Taste(events=()),
    ]
    found = [
        Alert(guild=server + n, channel=person + n, person=person, taste=taste, frequency=frequency)
        for n, (taste, frequency) in enumerate((t, f) for t in tastes for f in Frequency)
    ]
    brief = {"frequency": Frequency.WEEKLY, "hour": 23, "timezone": "America/Argentina/ComodRivadavia"}
    more = [
        Alert(guild=None, channel=person, person=person, taste=Taste(board="every", models=(1, 2))),
        Alert(guild=MOST, channel=MOST, person=None, role=MOST, **brief),
        Alert(guild=1, channel=2, person=3, hour=0, frequency=Frequency.DAILY, timezone="Asia/Kolkata"),
        *(Alert(guild=10 + n, channel=n, person=n, paused=why) for n, why in enumerate(Pause, 1)),
    ]
    return [*found, *more], all_changes()


def write_alerts(
    path: Path,
    wanted: Sequence[Alert],
    changes: Sequence[Change],
    waiting: Sequence[Change] | None = None,
) -> Path:
    """A store with these subscriptions, half of which were made before the second of three snapshots, that
    has planned and claimed what is due after the third."""
    asyncio.run(_write_alerts(path, wanted, tuple(changes), tuple(changes if waiting is None else waiting)))
    return path


async def _write_alerts(
    path: Path, wanted: Sequence[Alert], changes: tuple[Change, ...], waiting: tuple[Change, ...]
) -> None:
    prepare(path, 5.0)
    half = len(wanted) // 2
    async with await Store.open(path) as store:
        for number, some in enumerate((wanted[:half], wanted[half:], ())):
            at = FIRST + timedelta(hours=number)
            model = FOLDER.models[0].model_copy(update={"context_window_tokens": 1000 + number})
            await store.load(Tables((model,), (), ()), "a folder", "1.0", at)
            for each in some:
                speaking = each.model_copy(update={"paused": None})
                added = await kept_alerts.subscribe(store, speaking, at, 10**6)
                if each.paused:
                    await kept_alerts.pause(store, added.number, LAST - timedelta(days=1), each.paused)
        editions = {
            before: Edition(0, news, before, 3, FIRST + timedelta(hours=before), LAST, method, changes)
            for before, news, method in ((2, True, 7), (1, False, None))
        }
        summaries = {1: editions[1], 2: Edition(**{**vars(editions[2]), "regular": False})}
        await keep_plan(store, Plan(0, 3, editions[2], summaries, waiting), LAST)
        # Of what is due some is under way.
        await deliveries.take_turn(store, "a publisher", (), (), LAST, 7, 5.0, timedelta(minutes=5))


def read_alerts(path: Path) -> list[tuple[str, Any]]:
    """What the program reads from such a store."""
    return asyncio.run(_read_alerts(path))


async def _read_alerts(path: Path) -> list[tuple[str, Any]]:
    with closing(sqlite3.connect(path)) as file:
        numbers, editions = (
            [each for (each,) in file.execute(f"SELECT number FROM {table} ORDER BY number")]
            for table in ("subscriptions", "editions")
        )
    async with await Store.open(path) as store:
        # A snapshot that is news, so that there is something to plan.
        await store.load(FOLDER, "a folder", "1.0", LAST)
        agenda = await read_agenda(store, LAST)
        assert agenda
        return [
            *[("subscription", await kept_alerts.find(store, number)) for number in numbers],
            *[("edition", await read_edition(store, number)) for number in editions],
            *[("held", each) for each in agenda.held],
            ("newest news", agenda.last),
            ("followed", sorted(agenda.followed)),
            ("counts", await deliveries.count(store)),
        ]


# Sources: what each gave last, in the memory of a store with a folder's tables.


def memories() -> dict[str, str]:
    """By key, as texts."""
    bare = Offer(key="openai/gpt-5.5", names=("gpt-5.5",), name="GPT-5.5", maker="OpenAI", source_url=PAGE)
    whole = Offer(
        key="anthropic/claude-opus-4.8",
        names=("claude-opus-4.8", "Claude Opus 4.8"),
        name="Anthropic: Claude Opus 4.8 \u00fc\U0001f680",
        maker="Anthropic",
        source_url=PAGE,
        released=DAY,
        listed=date(2026, 8, 1),
        price_input=Decimal("4.5"),
        price_output=Decimal("22.50"),
        since=date(2026, 11, 23),
        context=1_000_000,
        max_output=64_000,
        open_weights=False,
        modalities="text|image->text",
        speed_tps=Decimal("81.25"),
        ttft_s=Decimal("0.75"),
        places=(_place("Arena text", "1450.25", "1440", "1460.5"), _place("Arena code", "9", None, None)),
        scores=(Measured(test="gpqa", names=("GPQA", "gpqa-diamond"), value=Decimal("91.30"), day=DAY),),
    )
    new = bare.model_copy(
        update={
            "key": "openai/gpt-7",
            "names": ("gpt-7",),
            "name": "GPT-7",
            "released": date(2026, 8, 30),
            "price_input": Decimal("0.000000000001"),
            "price_output": Decimal(100_000),
        }
    )
    nameless = bare.model_copy(update={"key": "someone/thing", "names": ("thing",), "maker": None})
    kept = tuple(Kept(offer=o, price_day=DAY, context_day=LAST.date()) for o in (bare, whole, new, nameless))
    seen = (Seen("https://example.org/a", 'W/"x"', "Sat, 22 Aug 2026 12:00:00 GMT"), Seen())
    good = Memory(
        address="https://example.org/all",
        seen=seen,
        state="good",
        tried_at=LAST,
        success_at=LAST,
        kept=kept,
    )
    # Only one source has boards.
    placeless = kept[1].model_copy(update={"offer": whole.model_copy(update={"places": ()})})
    failed = {
        "state": "failed",
        "reason": "no answer \u2026",
        "success_at": FIRST,
        "kept": (kept[0], placeless),
    }
    doubted = {"state": "quarantined", "reason": "half of it is gone", "kept": (placeless,)}
    found = (good, good.model_copy(update=failed), good.model_copy(update=doubted), Memory())
    unused = Memory(used=False, tried_at=FIRST, state="failed", reason="gone", kept=kept[2:])
    return {
        f"source {name}": memory.model_dump_json()
        for name, memory in zip(SOURCES, (*found, unused, Memory()), strict=True)
    }


def _place(board: str, score: str, low: str | None, high: str | None) -> Place:
    return Place(
        board=board,
        listed="claude-opus-4.8-thinking",
        rank=3,
        score=Decimal(score),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        source_url=PAGE,
        as_of=DAY,
    )


def write_sources(path: Path, remembered: Mapping[str, str]) -> Path:
    """A store that remembers these texts and has put into its tables what they say."""
    asyncio.run(_write_sources(path, remembered))
    return path


async def _write_sources(path: Path, remembered: Mapping[str, str]) -> None:
    prepare(path, 5.0)
    async with await Store.open(path) as store:
        await store.load(FOLDER, "a folder", "1.0", FIRST)
        for key, text in remembered.items():
            await store.remember(key, text)
        await merge_again(store, "1.0", LAST)


def read_sources(path: Path) -> list[tuple[str, Any]]:
    """What the program reads from such a memory, and the tables that it makes of it."""
    return asyncio.run(_read_sources(path))


async def _read_sources(path: Path) -> list[tuple[str, Any]]:
    async with await Store.open(path) as store:
        texts = [await store.recall(f"source {name}") for name in SOURCES]
        found: list[tuple[str, Any]] = [
            ("memory", Memory.model_validate_json(text)) for text in texts if text
        ]
        addresses = dict.fromkeys(SOURCES, "https://example.org")
        found += [("state", each) for each in await states(store, addresses)]
        found += [("unmatched", each) for each in await unmatched(store)]
        await store.load(FOLDER, "a folder", "1.0", FIRST)
        await merge_again(store, "1.0", LAST)
        return [*found, *_of_tables(Tables.of(await store.catalog()))]


def remembered(path: Path) -> dict[str, str]:
    """The sources' texts by key."""
    held = {row["key"]: row["value"] for row in rows(path, ("memory",))["memory"]}
    return {key: text for key, text in held.items() if key.startswith("source ")}


# Facts: all columns of the tables that are part of snapshots.


def tables() -> Tables:
    """Models, benchmarks, scores, places and quotes with all figures and with none."""
    whole = Model(
        number=1,
        model_id="whole",
        display_name="Whole \u00fc\U0001f680",
        provider="Maker",
        aliases=("maker/whole", 'a "b"', "\u4e00"),
        release_date="2026-08",
        open_weights=True,
        license="MIT",
        context_window_tokens=2_000_000,
        max_output_tokens=64_000,
        price=_price("0.000000000001", "999999999999.5"),
        modalities="text|image->text",
        family="Whole",
        parameters_b=Decimal("27.50"),
        reasoning=False,
        speed_tps=Decimal("81.2"),
        ttft_s=Decimal("0.003"),
    )
    bare = Model(number=999_999_999, model_id="bare", display_name="Bare", provider="Maker")
    tests = [
        Benchmark(
            benchmark_id=f"test-{category}",
            display_name=category.value,
            category=category,
            description="Questions",
            unit="points" if n else "percent",
            higher_is_better=not n,
            max_score=None if n else Decimal(100),
            weight=None if n else Decimal("0.250"),
        )
        for n, category in enumerate(Category)
    ]
    settings = ({}, {"variant": "v2", "effort": "high", "tools": True, "harness": "Own"}, {"tools": False})
    scores = [
        Score(
            model_id=id_,
            benchmark_id=tests[n].benchmark_id,
            value=Decimal(value),
            source_url=PAGE,
            self_reported=told,
            as_of=DAY,
            **settings[n],
        )
        for n, (id_, value, told) in enumerate(
            (("whole", "91.30", None), ("whole", "-0.5", True), ("bare", "1234567.25", False))
        )
    ]
    return Tables(
        models=(whole, bare),
        benchmarks=tuple(tests),
        scores=tuple(scores),
        places={"whole": (_place("Arena code", "9", None, None), _place("Arena text", "1.50", "1", "2"))},
        quotes={"bare": (Quote(source="OpenRouter", price=_price("1", "2.50")),)},
    )


def write_facts(path: Path, stated: Tables) -> Path:
    """A store with one snapshot of these tables."""

    async def load() -> None:
        async with await Store.open(path) as store:
            await store.load(stated, "a folder", "1.0", FIRST)

    prepare(path, 5.0)
    asyncio.run(load())
    return path


def read_facts(path: Path) -> list[tuple[str, Any]]:
    """What the program reads from such a store."""

    async def read() -> list[tuple[str, Any]]:
        async with await Store.open(path) as store:
            newest, held = await store.snapshot(), Tables.of(await store.catalog())
            return [("snapshot", newest), *_of_tables(held)]

    return asyncio.run(read())


def stated(path: Path) -> Tables:
    """The tables that such a store was made of."""

    async def read() -> Tables:
        async with await Store.open(path) as store:
            return Tables.of(await store.catalog())

    return asyncio.run(read())


def _of_tables(held: Tables) -> list[tuple[str, Any]]:
    named = ("model", "benchmark", "score"), (held.models, held.benchmarks, held.scores)
    found = [(name, each) for name, several in zip(*named, strict=True) for each in several]
    # The store gives them in no order.
    found.sort(key=lambda each: (each[0], json.dumps(plain(each[1]))))
    return [
        *found,
        ("places", dict(sorted(held.places.items()))),
        ("quotes", dict(sorted(held.quotes.items()))),
    ]


READ = {"alerts": read_alerts, "sources": read_sources, "facts": read_facts}
