"""All tests of a comparison side by side, with setting, date and source."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import discord

from bot.analysis import figures
from bot.analysis.categories import Basis, BenchmarkRow, CategoryRow, Cell
from bot.analysis.comparison import Comparison
from bot.analysis.verdict import category_sentence
from bot.chat.embeds.layout import bold, embed, escaped, fitted, link

COLOUR = 0x4C6FFF
# A page that is read without much scrolling.
MOST_TESTS, MOST_CHARACTERS = 5, 3600


def benchmark_pages(comparison: Comparison) -> list[discord.Embed]:
    """The tests of one category after the other, shared ones first; at least one page."""
    ordered = sorted(comparison.categories, key=lambda row: row.shared == 0)
    pages = [page for row in ordered for page in _parted(comparison, row)] or [
        ("", "None of these models has benchmark scores yet.")
    ]
    return [
        embed(
            title=f"All tests{part}",
            description=text,
            footer=f"Page {number} of {len(pages)} · {comparison.lane.value} lane",
            colour=COLOUR,
        )
        for number, (part, text) in enumerate(pages, start=1)
    ]


def _parted(comparison: Comparison, row: CategoryRow) -> Iterator[tuple[str, str]]:
    """Of each page of a category: which part it is, and its text."""
    heading = category_sentence(comparison, row, model=bold, term=escaped)
    tests = sorted(row.tests, key=lambda t: (not t.shared, t.display_name))
    chunks: list[list[str]] = [[]]
    for test in tests:
        text = _test(comparison, row, test)
        size = sum(len(t) for t in chunks[-1]) + len(heading) + len(text)
        if chunks[-1] and (len(chunks[-1]) == MOST_TESTS or size > MOST_CHARACTERS):
            chunks.append([])
        chunks[-1].append(text)
    for number, chunk in enumerate(chunks, start=1):
        part = f": {figures.category(row.category)}"
        part += f", {number} of {len(chunks)}" if len(chunks) > 1 else ""
        yield part, "\n\n".join([heading, *chunk] if number == 1 else chunk)


def _test(comparison: Comparison, row: CategoryRow, test: BenchmarkRow) -> str:
    notes = [] if test.higher_is_better else ["lower is better"]
    if test.unit != "percent":
        notes.append(escaped(test.unit))
    if row.basis is not Basis.ONE_SIDE:
        notes.append("same test" if test.shared else "not comparable")
    title = f"**{escaped(test.display_name)}**" + (f" ({', '.join(notes)})" if notes else "")
    lines = [
        f"{bold(model.display_name)} {_cell(cell)}"
        for model, cell in zip(comparison.models, test.cells, strict=True)
        if cell
    ]
    return "\n".join([title, *lines])


def _cell(cell: Cell) -> str:
    measured = {True: "by its maker", False: "independent", None: ""}[cell.self_reported]
    facts = [
        escaped(cell.setting),
        measured,
        figures.day(cell.as_of),
        link(escaped(fitted(urlsplit(cell.source_url).hostname or "source", 40)), cell.source_url),
    ]
    said = f"{figures.points(cell.value)} · {' · '.join(f for f in facts if f)}"
    if cell.others:
        others = figures.listed([figures.points(s.value) for s in cell.others[:5]])
        said += f" · also reported: {others}"
    return said
