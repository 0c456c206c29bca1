"""Epoch's bundle beside our tables: what it brings, and where both have a figure, how near they are.

Run: python -m tests.sources.epoch [bundle.zip]
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Score, Setting
from bot.sources.epoch import Bundle, Result, read
from bot.sources.epoch_boards import Board, read_boards
from bot.sources.epoch_models import Identified, identify, reasons_counted, scores
from bot.sources.folder import packaged_tables
from tests.worlds import shipped

COPY = Path(__file__).parents[2].parent / "shared" / "payloads" / "epoch" / "benchmark_data-2026-07-31.zip"
TODAY = date(2026, 11, 27)
NEAR = Decimal(2)


@dataclass(frozen=True)
class Both:
    """A cell that our tables and the bundle have with settings alike, and why they may differ."""

    model_id: str
    ours: Score
    theirs: Result
    kind: str

    @property
    def apart(self) -> Decimal:
        return abs(self.ours.value - self.theirs.value)


def bundle(path: Path = COPY) -> Bundle:
    return read(path.read_bytes(), read_boards(packaged_tables()), TODAY)


def alike(ours: Score, theirs: Setting) -> bool:
    """Whether both state the same effort, or neither states one, and agree on harness and tools."""
    if ours.tools:
        return False
    budget = f"{theirs.budget_tokens // 1000}k thinking" if theirs.budget_tokens else None
    return (ours.level or None) == (theirs.effort or budget) and ours.harness in (None, theirs.harness)


def compared(world: Catalog, found: Bundle, models: Identified) -> Iterator[Both]:
    """For each cell of both a pair of rows whose settings are alike: our first, and their newest.

    Which pair it is never depends on how near the two are.
    """
    for board, results in found.results.items():
        by_model: dict[str, list[Result]] = {}
        for result in results:
            if result.version in models.models:
                by_model.setdefault(models.models[result.version], []).append(result)
        for model_id, theirs in by_model.items():
            pairs = [
                Both(model_id, ours, each, kind(board, ours, each))
                for ours in world.scores(model_id).get(board.benchmark_id, ())
                for each in theirs
                if alike(ours, each.setting)
            ]
            if pairs:
                yield min(pairs, key=lambda p: (p.kind != SAME, -p.theirs.day.toordinal(), repr(p.theirs)))


SAME = "both from the board"


def kind(board: Board, ours: Score, theirs: Result) -> str:
    """Whether both are figures of one measurement, else what tells them apart."""
    if ours.self_reported is not False:
        return "ours is the maker's own run" if board.own else "ours is the maker's own word"
    if theirs.setting.harness:
        return "theirs is with an agent"
    return SAME


def main() -> None:
    found, world = bundle(Path(sys.argv[1]) if sys.argv[1:] else COPY), shipped()
    models = identify(found, world.names)
    cells = scores(found, models.models, world)
    ours = {(m, b) for m in world.models for b in world.scores(m)}
    rows = sum(map(len, found.results.values()))
    print(f"{len(found.results)} boards, {rows:,} rows; left out: {dict(found.rows)}")
    print(f"tables not read: {dict(Counter(found.tables.values()))}")
    versions = len(models.models) + len(models.reasons)
    print(f"{len(models.models)} of {versions} versions are {len(set(models.models.values()))} of our models")
    print(f"the others: {dict(reasons_counted(models))}")
    new = [s for s in cells if (s.model_id, s.benchmark_id) not in ours]
    independent = sum(s.self_reported is False for s in new)
    on_ours = sum(s.benchmark_id in world.benchmarks for s in new)
    print(
        f"{len(cells):,} cells, {len(new):,} new ({on_ours} on our benchmarks, {independent:,} independent)"
    )
    print(f"{len({s.model_id for s in cells} - {m for m, _ in ours})} models get their first score")
    pairs = list(compared(world, found, models))
    for name in sorted({pair.kind for pair in pairs}):
        mine = [pair for pair in pairs if pair.kind == name]
        near = sum(pair.apart <= NEAR for pair in mine)
        print(f"\n{name}: {near} of {len(mine)} within {NEAR} points ({near / len(mine):.0%})")
        for pair in sorted(mine, key=lambda pair: -pair.apart):
            if pair.apart > NEAR:
                said = f"{pair.ours.value} and {pair.theirs.value} ({pair.theirs.version}"
                print(f"  {pair.model_id} {pair.ours.benchmark_id}: {said}, {pair.theirs.source_url[:60]})")


if __name__ == "__main__":
    main()
