"""All tests of a comparison side by side, with setting, date and source."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import discord

from bot.analysis import figures
from bot.analysis.categories import Basis, BenchmarkRow, CategoryRow
from bot.analysis.comparison import Comparison
from bot.analysis.evidence import Cell
from bot.analysis.verdict import category_sentence
from bot.chat.embeds.layout import FIELD_VALUE, Field, bold, embed, escaped, link

COLOUR = 0x4C6FFF
# A page that is read without much scrolling.
MOST_TESTS, MOST_CHARACTERS = 5, 3600


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
    tests, size = 0, len(heading)
    for test in sorted(row.tests, key=lambda t: (not t.shared, t.display_name)):
        fields = _test(comparison, row, test)
        more = sum(len(f.name) + len(f.value) for f in fields)
        if chunks[-1] and (tests == MOST_TESTS or size + more > MOST_CHARACTERS):
            chunks.append([])
            tests, size = 0, 0
        chunks[-1] += fields
        tests, size = tests + 1, size + more
    for number, chunk in enumerate(chunks, start=1):
        part = f", {number} of {len(chunks)}" if len(chunks) > 1 else ""
        yield f"All tests: {figures.category(row.category)}{part}", heading * (number == 1), chunk


def _test(comparison: Comparison, row: CategoryRow, test: BenchmarkRow) -> list[Field]:
    """One field, or several where long addresses need more room than one has."""
    notes = [] if test.higher_is_better else ["lower is better"]
    if test.unit != "percent":
        notes.append(escaped(test.unit))
    takers = [m for m, cell in zip(comparison.models, test.cells, strict=True) if cell]
    if row.basis is not Basis.ONE_SIDE:
        alone = f"only {escaped(takers[0].display_name)}" if len(takers) == 1 else "not comparable"
        notes.append("same test" if test.shared else alone)
    values = [f"*{', '.join(notes)}*" if notes else ""]
    for model, cell in zip(comparison.models, test.cells, strict=True):
        if cell:
            line = f"{bold(model.display_name)} {_cell(cell)}"
            if len(values[-1]) + len(line) >= FIELD_VALUE:
                values.append("")
            values[-1] = f"{values[-1]}\n{line}".strip()
    return [Field(escaped(test.display_name), value) for value in values]


def _cell(cell: Cell) -> str:
    measured = {True: "by its maker", False: "independent", None: ""}[cell.self_reported]
    facts = [
        escaped(cell.setting, 60),
        measured,
        figures.day(cell.as_of),
        link(escaped(urlsplit(cell.source_url).hostname or "source", 40), cell.source_url),
    ]
    said = f"{figures.points(cell.value)} · {' · '.join(f for f in facts if f)}"
    if cell.others:
        others = figures.listed([figures.points(s.value) for s in cell.others[:5]])
        said += f" · also reported: {others}"
    return said
