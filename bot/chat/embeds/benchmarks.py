"""All tests of a comparison side by side, with setting, date and source."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import discord

from bot.analysis import figures
from bot.analysis.categories import BenchmarkRow, CategoryRow
from bot.analysis.comparison import Comparison, Contender
from bot.analysis.records import Cell
from bot.chat.embeds.layout import FIELD_VALUE, Field, bold, embed, escaped, link
from bot.words.verdict import category_sentence

COLOUR = 0x4C6FFF
# A page that is read without much scrolling.
MOST_FIELDS, MOST_CHARACTERS = 8, 3600

Page = tuple[str, str, list[Field]]


class Order(StrEnum):
    """In which order the tests are listed."""

    CATEGORY = "category"
    GAP = "gap"
    DATE = "date"


_ORDERED = {Order.GAP: "largest gaps first", Order.DATE: "newest scores first"}


def benchmark_pages(comparison: Comparison, order: Order = Order.CATEGORY) -> list[discord.Embed]:
    """The tests of one category after the other, shared ones first, or all by gap or date.

    At least one page.
    """
    pages = list(_by_category(comparison) if order is Order.CATEGORY else _sorted(comparison, order)) or [
        ("All tests", "None of these models has benchmark scores yet.", [])
    ]
    return [
        embed(
            title=title,
            description=text,
            fields=fields,
            footer=f"Page {number} of {len(pages)} · {comparison.lane.value} lane",
            colour=COLOUR,
        )
        for number, (title, text, fields) in enumerate(pages, start=1)
    ]


def _by_category(comparison: Comparison) -> Iterator[Page]:
    for row in sorted(comparison.categories, key=lambda row: row.shared == 0):
        heading = category_sentence(comparison, row, model=bold, term=escaped)
        yield from _pages(figures.category(row.category), heading, _fields(comparison, row))


def _sorted(comparison: Comparison, order: Order) -> Iterator[Page]:
    """All tests in one list; by gap only those that all took, because the others have none."""
    tests = [(row, test) for row in comparison.categories for test in row.tests]
    if not tests:
        return
    if order is Order.DATE:
        heading = "All tests by the date of their newest score."
        tests.sort(key=lambda each: max(c.as_of for c in each[1].cells if c), reverse=True)
    else:
        shared = [(row, test) for row, test in tests if test.difference is not None]
        heading = "The tests that they share, by how far the best is ahead of the next."
        if any(test.unit != "percent" for _, test in shared):
            heading += " Those with another unit than percent come last."
        if more := len(tests) - len(shared):
            heading += f" Left out: {figures.counted(more, 'test')} that not all took in the same way."
        tests = sorted(shared, key=lambda each: (each[1].unit != "percent", -(each[1].difference or 0)))
    fields = (field for row, test in tests for field in _test(comparison, row, test, named=True))
    yield from _pages(_ORDERED[order], heading, fields)


def _pages(title: str, heading: str, fields: Iterable[Field]) -> Iterator[Page]:
    """Title, text and fields of each page; only the first page has the heading."""
    chunks: list[list[Field]] = [[]]
    size = len(heading)
    for field in fields:
        more = len(field.name) + len(field.value)
        if chunks[-1] and (len(chunks[-1]) == MOST_FIELDS or size + more > MOST_CHARACTERS):
            chunks.append([])
            size = 0
        chunks[-1].append(field)
        size += more
    for number, chunk in enumerate(chunks, start=1):
        part = f", {number} of {len(chunks)}" if len(chunks) > 1 else ""
        yield f"All tests: {title}{part}", heading * (number == 1), chunk


def _fields(comparison: Comparison, row: CategoryRow) -> Iterator[Field]:
    """A field for each test that several took, shared ones first, then one for what each took alone."""
    alone: dict[str, list[str]] = {m.model_id: [] for m in comparison.models}
    for test in sorted(row.tests, key=lambda t: (not t.shared, t.display_name)):
        takers = _takers(comparison, test)
        if len(takers) > 1:
            yield from _test(comparison, row, test)
            continue
        ((model, cell),) = takers
        notes = _notes(test)
        noted = f" ({', '.join(notes)})" if notes else ""
        alone[model.model_id].append(f"{escaped(test.display_name)}{noted} {_cell(cell)}")
    for model in comparison.models:
        yield from _parts(f"Only {escaped(model.display_name)}", alone[model.model_id])


def _test(
    comparison: Comparison, row: CategoryRow, test: BenchmarkRow, named: bool = False
) -> Iterator[Field]:
    """One test with the score of each that took it; ``named``: with its category and the gap."""
    takers = _takers(comparison, test)
    notes = [figures.category(row.category)] if named else []
    notes += _notes(test)
    if len(takers) > 1 or named:
        notes.append("same test" if test.shared else _why_not(comparison, row, len(takers)))
    if named and test.difference is not None:
        notes.append(f"gap {figures.points(test.difference)}")
    lines = [f"{bold(model.display_name)} {_cell(cell)}" for model, cell in takers]
    yield from _parts(escaped(test.display_name), [f"*{', '.join(notes)}*", *lines])


def _takers(comparison: Comparison, test: BenchmarkRow) -> list[tuple[Contender, Cell]]:
    return [(m, cell) for m, cell in zip(comparison.models, test.cells, strict=True) if cell]


def _notes(test: BenchmarkRow) -> list[str]:
    """What has to be known to read its figures."""
    notes = [] if test.higher_is_better else ["lower is better"]
    return notes if test.unit == "percent" else [*notes, escaped(test.unit)]


def _why_not(comparison: Comparison, row: CategoryRow, takers: int) -> str:
    """A test that several took is not shared for one of two reasons."""
    present = sum(side.tests > 0 for side in row.sides)
    return "not comparable: run with and without tools" if takers == present else "not taken by all"


def _parts(name: str, lines: Sequence[str]) -> Iterator[Field]:
    """The lines in as few fields as have room for them."""
    value = ""
    for line in lines:
        if value and len(value) + len(line) >= FIELD_VALUE:
            yield Field(name, value)
            value = ""
        value = f"{value}\n{line}".strip()
    if value:
        yield Field(name, value)


def _cell(cell: Cell) -> str:
    measured = {True: "by its maker", False: "independent", None: ""}[cell.self_reported]
    facts = [
        escaped(cell.setting, 60),
        measured,
        figures.day(cell.as_of),
        link(escaped(figures.host(cell.source_url), 40), cell.source_url),
    ]
    said = f"{figures.points(cell.value)} · {' · '.join(f for f in facts if f)}"
    if cell.others:
        others = figures.listed([figures.points(s.value) for s in cell.others[:5]])
        said += f" · also reported: {others}"
    return said
