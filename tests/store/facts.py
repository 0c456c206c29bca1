"""Small tables for these tests."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Benchmark, Category, Model, Score
from bot.catalog.tables import Tables

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def model(model_id: str, number: int, **more: Any) -> Model:
    return Model(number=number, model_id=model_id, display_name=model_id.upper(), provider="Maker", **more)


def benchmark(benchmark_id: str = "gpqa") -> Benchmark:
    return Benchmark(
        benchmark_id=benchmark_id,
        display_name=benchmark_id,
        category=Category.KNOWLEDGE,
        description="Questions",
        unit="percent",
        higher_is_better=True,
    )


def score(model_id: str, value: str = "50", benchmark_id: str = "gpqa") -> Score:
    return Score(
        model_id=model_id,
        benchmark_id=benchmark_id,
        value=Decimal(value),
        source_url="https://example.org/",
        self_reported=False,
        as_of=date(2026, 8, 22),
    )


def tables(*models: Model, scores: tuple[Score, ...] = (), unnumbered: bool = False) -> Tables:
    """The models with one benchmark; ``unnumbered``: the numbers are only proposals."""
    open_ = frozenset(m.model_id for m in models) if unnumbered else frozenset()
    return Tables(models, (benchmark(),), scores, open_)


def unnumbered(*model_ids: str) -> Tables:
    """Models as a file without a number column lists them."""
    return tables(*(model(id_, n) for n, id_ in enumerate(sorted(model_ids), 1)), unnumbered=True)


def scores_of(catalog: Catalog) -> list[Score]:
    """Every score of a catalog."""
    return [s for m in catalog.models for found in catalog.scores(m).values() for s in found]
