"""The boards of Epoch AI's bundle that are known: a table that ships with ours, ``epoch.csv``.

A file of the bundle that is not in the table is not read; one that is there with a reason in ``left_out`` is
known and left out for it. Two boards may stand in one file.
"""

from decimal import Decimal
from functools import cached_property
from pathlib import Path

from bot.catalog.entities import Benchmark, Category, Value
from bot.sources.archive import records
from bot.sources.makers import maker_of

FILE = "epoch.csv"


class Board(Value):
    """How to read one board, and which benchmark it is.

    ``scale`` makes a score in ``unit`` of a field of ``column``. ``noise_column`` holds a standard error,
    or two columns, the ends of an interval; ``noise_scale`` makes a standard error in ``unit`` of it.
    ``only`` is a column and what it must hold. ``harness``, ``effort``, ``variant``, ``day`` and
    ``submitter`` are columns too. ``owner`` is the maker of models who runs the board, ``sources`` what its
    own pages are called in its rows. ``licence`` is empty where none is stated that allows to ship a copy.
    ``display_name`` is empty where the benchmark is one of our tables.
    """

    file: str
    column: str
    noise_column: str
    noise_scale: Decimal
    scale: Decimal
    benchmark_id: str
    display_name: str
    category: str
    description: str
    unit: str
    higher_is_better: bool
    max_score: Decimal | None
    only: str
    harness: str
    effort: str
    variant: str
    day: str
    submitter: str
    owner: str
    sources: tuple[str, ...]
    page: str
    licence: str
    left_out: str

    @property
    def own(self) -> bool:
        """Whether Epoch ran it itself."""
        return not self.file.endswith("_external.csv")

    @cached_property
    def owning_maker(self) -> str | None:
        """The owner of the board as a maker's name, None where it has no owner."""
        return maker_of(self.owner) or self.owner or None

    @property
    def credit(self) -> str:
        """Whom to name beside a figure."""
        return "Epoch AI, AI Benchmarking Hub" + ("" if self.own else f" from {self.page}")

    def benchmark(self) -> Benchmark | None:
        """The benchmark that the board brings; None where it is one of our tables."""
        if not self.display_name:
            return None
        return Benchmark(
            benchmark_id=self.benchmark_id,
            display_name=self.display_name,
            category=Category(self.category),
            description=self.description,
            unit=self.unit,
            higher_is_better=self.higher_is_better,
            max_score=self.max_score,
        )


def read_boards(folder: Path) -> tuple[Board, ...]:
    """The boards of the folder's table. Raises ``ValueError`` for a table that is not ours."""
    return tuple(
        Board.model_validate(
            {
                **row,
                "scale": row["scale"] or 1,
                "noise_scale": row["noise_scale"] or 1,
                "max_score": row["max_score"] or None,
                "higher_is_better": row["higher_is_better"] != "no",
                "sources": tuple(filter(None, row["sources"].casefold().split("|"))),
            }
        )
        for row in records((folder / FILE).read_bytes())
    )
