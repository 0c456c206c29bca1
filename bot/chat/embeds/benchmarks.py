"""All tests of a comparison side by side, with setting, date and source."""

from collections.abc import Iterator, Sequence

import discord

from bot.analysis import figures
from bot.analysis.categories import CategoryRow
from bot.analysis.comparison import Comparison
from bot.analysis.evidence import Cell
from bot.analysis.verdict import category_sentence
from bot.chat.embeds.layout import FIELD_VALUE, Field, bold, embed, escaped, link

COLOUR = 0x4C6FFF
# A page that is read without much scrolling.
MOST_FIELDS, MOST_CHARACTERS = 8, 3600


def benchmark_pages(comparison: Comparison) -> list[discord.Embed]:
    """The tests of one category after the other, shared ones first; at least one page."""
    ordered = sorted(comparison.categories, key=lambda row: row.shared == 0)
    pages = [page for row in ordered for page in _pages(comparison, row)] or [
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


def _pages(comparison: Comparison, row: CategoryRow) -> Iterator[tuple[str, str, list[Field]]]:
    """Title, text and fields of each page of one category; only the first page says who is ahead."""
    heading = category_sentence(comparison, row, model=bold, term=escaped)
    chunks: list[list[Field]] = [[]]
    size = len(heading)
    for field in _fields(comparison, row):
        more = len(field.name) + len(field.value)
        if chunks[-1] and (len(chunks[-1]) == MOST_FIELDS or size + more > MOST_CHARACTERS):
            chunks.append([])
            size = 0
        chunks[-1].append(field)
        size += more
    for number, chunk in enumerate(chunks, start=1):
        part = f", {number} of {len(chunks)}" if len(chunks) > 1 else ""
        yield f"All tests: {figures.category(row.category)}{part}", heading * (number == 1), chunk


def _fields(comparison: Comparison, row: CategoryRow) -> Iterator[Field]:
    """A field for each test that several took, shared ones first, then one for what each took alone."""
    tests = sorted(row.tests, key=lambda t: (not t.shared, t.display_name))
    alone: dict[str, list[str]] = {m.model_id: [] for m in comparison.models}
    for test in tests:
        takers = [(m, cell) for m, cell in zip(comparison.models, test.cells, strict=True) if cell]
        notes = [] if test.higher_is_better else ["lower is better"]
        if test.unit != "percent":
            notes.append(escaped(test.unit))
        if len(takers) == 1:
            ((model, cell),) = takers
            noted = f" ({', '.join(notes)})" if notes else ""
            alone[model.model_id].append(f"{escaped(test.display_name)}{noted} {_cell(cell)}")
            continue
        notes.append("same test" if test.shared else _why_not(comparison, row, len(takers)))
        lines = [f"{bold(model.display_name)} {_cell(cell)}" for model, cell in takers]
        yield from _parts(escaped(test.display_name), [f"*{', '.join(notes)}*", *lines])
    for model in comparison.models:
        yield from _parts(f"Only {escaped(model.display_name)}", alone[model.model_id])


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
