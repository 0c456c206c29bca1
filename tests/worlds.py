"""Small catalogs for tests: made by hand, from the reference pair, or drawn by hypothesis."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bot.catalog.abilities import Abilities, Fit
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Lane, Model, Place, Price, Quote, Score

REFERENCE = Path(__file__).parent / "analysis" / "reference.json"
DAY = date(2026, 8, 22)
SOURCE = "https://example.org/card"


def model(model_id: str, number: int = 1, **facts: Any) -> Model:
    facts.setdefault("display_name", model_id)
    facts.setdefault("provider", "Maker")
    return Model(model_id=model_id, number=number, **facts)


def price(input_: str | int, output: str | int) -> Price:
    return Price(input=Decimal(input_), output=Decimal(output), source_url=SOURCE, as_of=DAY)


def benchmark(benchmark_id: str, category: Category = Category.CODING, **facts: Any) -> Benchmark:
    facts.setdefault("display_name", benchmark_id)
    facts.setdefault("unit", "percent")
    facts.setdefault("higher_is_better", True)
    if facts["unit"] == "percent":
        facts.setdefault("max_score", Decimal(100))
    return Benchmark(benchmark_id=benchmark_id, category=category, description="A test", **facts)


def score(model_id: str, benchmark_id: str, value: str | float | Decimal, **facts: Any) -> Score:
    facts.setdefault("source_url", SOURCE)
    facts.setdefault("self_reported", True)
    facts.setdefault("as_of", DAY)
    return Score(model_id=model_id, benchmark_id=benchmark_id, value=Decimal(str(value)), **facts)


def catalog(
    models: Iterable[Model | str], benchmarks: Iterable[Benchmark], scores: Iterable[Score]
) -> Catalog:
    """Models may be given by id alone; numbers follow the order."""
    made = [m if isinstance(m, Model) else model(m) for m in models]
    numbered = [m.model_copy(update={"number": n}) for n, m in enumerate(made, start=1)]
    return Catalog(numbered, benchmarks, scores)


def suppose(
    world: Catalog, abilities: Mapping[str, float | Mapping[Category, float]], spread: float = 0.1
) -> Catalog:
    """The world with abilities as given (on the linked scale), each unsure by ``spread``: the same in all its
    categories, and independent of the others.

    A model is then better than one that lies ``gap`` lower with P = Phi(gap / (spread * sqrt(2))): 3 spreads
    apart are 98 %, 1.5 are 86 %, 0.5 are 64 %.
    """
    lanes = {}
    for lane in Lane:
        scored = [m for m in world.models if world.scores(m, lane)]
        counts = np.zeros((len(scored), len(Category)), dtype=np.int64)
        for n, m in enumerate(scored):
            for b in world.scores(m, lane):
                counts[n, list(Category).index(world.benchmarks[b].category)] += 1
        given = [abilities.get(m, 0.0) for m in scored]
        lanes[lane] = Abilities(
            models=tuple(scored),
            names=tuple(world.models[m].display_name for m in scored),
            mean=np.array(
                [[g if isinstance(g, float | int) else g.get(c, 0.0) for c in Category] for g in given]
            ).reshape(len(scored), len(Category)),
            own=np.array([np.full((len(Category), len(Category)), spread**2) for _ in scored]).reshape(
                len(scored), len(Category), len(Category)
            ),
            shared=np.zeros((len(scored), len(Category), 1)),
            counts=counts,
        )
    return world.with_fit(Fit(method=1, digest="", lanes=lanes))


def table(rows: Sequence[tuple[Category, str, float | None, float | None]], **facts: Any) -> Catalog:
    """Two models, "a" and "b", with one benchmark a row; None where a model did not take it."""
    benchmarks = [benchmark(name, category) for category, name, _, _ in rows]
    scores = [
        score(m, name, value)
        for _, name, *values in rows
        for m, value in zip("ab", values, strict=True)
        if value is not None
    ]
    return catalog([model("a", **facts), model("b", **facts)], benchmarks, scores)


def reference() -> Catalog:
    """Gemma 4 12B and GPT-5.5 as on the published page: scores, weights, prices and context windows.

    GPT-5.5 is surely better, as the shipped tables say.
    """
    page = json.loads(REFERENCE.read_text(encoding="utf-8"))
    ids = ("gemma-4-12b", "gpt-5-5")
    costs = zip(*page["price_usd_per_mtok"].values(), strict=True)
    models = [
        model(
            model_id,
            display_name=name,
            price=price(*cost) if None not in cost else None,
            context_window_tokens=window,
            open_weights=model_id == "gemma-4-12b",
        )
        for model_id, name, cost, window in zip(
            ids, page["models"], costs, page["context_window_tokens"], strict=True
        )
    ]
    benchmarks, scores = [], []
    for category, name, weight, *values in page["rows"]:
        slug = name.lower().replace(" ", "-")
        benchmarks.append(
            benchmark(
                slug,
                Category(category),
                display_name=name,
                weight=Decimal(str(weight)) if weight else None,
            )
        )
        scores += [score(m, slug, v) for m, v in zip(ids, values, strict=True) if v is not None]
    return suppose(catalog(models, benchmarks, scores), {"gpt-5-5": 1.0, "gemma-4-12b": 0.0})


def shipped() -> Catalog:
    """The tables that ship with the program."""
    from bot.sources.fits import read_fitted
    from bot.sources.folder import packaged_tables

    return read_fitted(packaged_tables())


def elsewhere(board: str = "Arena text", listed: str = "gpt-5.5-high") -> Place:
    """A place on another site's board."""
    return Place(
        board=board,
        listed=listed,
        rank=3,
        score=Decimal("1449.5"),
        low=Decimal("1442.6"),
        high=Decimal("1456.7"),
        source_url="https://example.org/board",
        as_of=DAY,
    )


MARKS = "*_`~|[]()<>@#\\\u202e\u05d0\u4e2d\U0001f600 -.:/abcXYZ0189"


@st.composite
def worlds(draw: st.DrawFn, hostile: bool = False, models: tuple[int, int] = (2, 4)) -> Catalog:
    """Catalogs of a few models with few benchmarks, so that shared, different and missing all occur.

    The abilities are drawn by themselves, whatever the scores are, and are sometimes missing.
    """
    count = draw(st.integers(*models))
    names = draw(
        st.lists(
            st.text(MARKS, min_size=1, max_size=100).filter(str.strip) if hostile else st.sampled_from(NAMES),
            min_size=count,
            max_size=count,
            unique=True,
        )
    )
    figure = st.decimals(0, 100, places=2)
    cost = st.none() | st.tuples(st.decimals(0, 1000, places=3), st.decimals(0, 1000, places=3))
    made = []
    for n, name in enumerate(names):
        paid = draw(cost)
        made.append(
            model(
                f"m{n}",
                display_name=name,
                price=price(*paid) if paid else None,
                context_window_tokens=draw(st.none() | st.integers(256, 20_000_000)),
                open_weights=draw(st.none() | st.booleans()),
                ttft_s=draw(st.none() | st.decimals("0.01", 60, places=2)),
                speed_tps=draw(st.none() | st.decimals(1, 3000, places=1)),
                release_date=draw(st.sampled_from([None, "2025", "2025-03", "2026-04-23"])),
            )
        )
    benchmarks = [
        benchmark(
            f"b{n}",
            draw(st.sampled_from([Category.CODING, Category.KNOWLEDGE, Category.INSTRUCTION_FOLLOWING])),
            display_name=draw(st.text(MARKS, min_size=1, max_size=100)) if hostile else f"Test {n}",
            unit=draw(st.sampled_from(["percent", "percent", "percent", "elo"])),
            higher_is_better=draw(st.sampled_from([True, True, True, False])),
            weight=draw(st.sampled_from([None, Decimal("0.1"), Decimal("0.38")])),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    scores = [
        score(
            m.model_id,
            b.benchmark_id,
            draw(figure),
            self_reported=draw(st.booleans()),
            effort=draw(st.sampled_from([None, None, "high", "low"])),
            tools=draw(st.sampled_from([None, None, False, True])),
            as_of=draw(st.dates(date(2025, 1, 1), DAY)),
        )
        for m in made
        for b in benchmarks
        if draw(st.sampled_from([True, True, False]))
    ]
    made_of = catalog(made, benchmarks, scores)
    if hostile:
        called = st.text(MARKS, min_size=1, max_size=100)
        made_of.places = {m.model_id: (elsewhere(draw(called), draw(called)),) for m in made[:2]}
        made_of.quotes = {m.model_id: (Quote(source=draw(called), price=price(1, 2)),) for m in made[1:]}
    if not draw(st.sampled_from([True, True, True, True, False])):
        return made_of
    apart = st.floats(-0.4, 0.4)
    return suppose(made_of, {m.model_id: {c: draw(apart) for c in Category} for m in made})


NAMES = ["GPT-5.5", "Gemma 4 12B", "Claude Opus 4.8", "Kimi K2.6", "o3", "Qwen 3 235B A22B Thinking 2507"]
