"""The reply to /compare: the pick, then gaps, prices and context windows, then why."""

from collections.abc import Callable, Sequence
from datetime import date

import discord

from bot.analysis import figures
from bot.analysis.categories import Basis, Call, CategoryRow
from bot.analysis.comparison import Comparison, Contender
from bot.analysis.pick import Sureness
from bot.analysis.verdict import footer, standing_words, verdict
from bot.catalog.entities import Category, Lane
from bot.chat.embeds.layout import (
    Field,
    bold,
    code,
    embed,
    escaped,
    left,
    right,
    short_names,
)
from bot.chat.errors import one_line

COLOURS = {Sureness.CLEAR: 0x2E9E6B, Sureness.NARROW: 0xD9A514, Sureness.NONE: 0x7A8290}
SHORT = {Category.INSTRUCTION_FOLLOWING: "Instruction", Category.MULTILINGUAL: "Languages"}
LABEL = 11
LETTERS = "ABCD"
# Between the two sides of a row: ahead on either side, too close to call, and no call.
LEFT_AHEAD, RIGHT_AHEAD, TIE, NO_CALL = ">", "<", "=", "?"


def comparison_embed(comparison: Comparison, today: date) -> discord.Embed:
    """The whole answer as one embed, within Discord's limits for any names."""
    said = verdict(comparison, model=bold, term=escaped)
    shared = [row for row in comparison.categories if row.basis in (Basis.SAME, Basis.SHARED)]
    different = [row for row in comparison.categories if row.basis is Basis.DIFFERENT]
    fields = [
        Field("By category, on the tests they share", _shared_table(comparison, shared)),
        Field("Different tests, not comparable", _different_table(comparison, different)),
        Field("Price, context and more", _facts_table(comparison)),
        Field("Why", said.reason),
    ]
    return embed(
        title=_title(comparison),
        description="\n".join(filter(None, (said.pick, said.otherwise, _letters(comparison)))),
        fields=fields,
        footer=footer(comparison, today, term=one_line),
        colour=COLOURS[comparison.pick.sureness],
    )


def _title(comparison: Comparison) -> str:
    names = [m.display_name for m in comparison.models]
    most = (250 - 4 * len(names)) // len(names) // 2
    return " vs ".join(escaped(n, most) for n in names)


def _column(comparison: Comparison) -> int:
    """Width of a model's column: what a phone leaves after the label and the gap."""
    return {2: 7, 3: 6, 4: 5}[len(comparison.models)]


def _shared_table(comparison: Comparison, rows: Sequence[CategoryRow]) -> str:
    """One line a category: the means over shared tests alone, and the gap of the leader."""
    judged = [row for row in rows if row.averaged]
    without = [bold(m.display_name) for m in comparison.models if not m.benchmarks]
    unknown = f"No {_kind(comparison)} scores yet for {figures.listed(without)}." if without else ""
    if not judged:
        return unknown or "They have no test in common that could be compared."
    two = len(comparison.models) == 2
    lines = [_heading(comparison, "gap" if two else "")]
    lines += [_pair_line(row) if two else _many_line(comparison, row) for row in judged]
    counts = ", ".join(f"{label(row).lower()} {row.averaged}" for row in judged)
    notes = [f"Tests behind each mean: {counts}."]
    calls = {row.call for row in judged}
    marks = []
    if Call.TIE in calls:
        marks.append(f"{TIE} too close to call" if two else "no star: too close to call")
    if Call.NO_CALL in calls:
        marks.append(f"{NO_CALL} the tests disagree")
    if not two:
        marks.insert(0, "* ahead of the others")
    if any(row.weakened for row in judged):
        marks.append("~ measured at different effort")
    notes += [f"{'; '.join(marks)}."] if marks else []
    return code(lines) + "\n".join([*notes, unknown]).strip()


def _kind(comparison: Comparison) -> str:
    return "benchmark" if comparison.lane is Lane.PROVISIONAL else "independently measured benchmark"


def _heading(comparison: Comparison, last: str) -> str:
    """The names over the columns; letters where three or four names would be cut to nothing."""
    width = _column(comparison)
    if len(comparison.models) == 2:
        one, other = short_names([m.display_name for m in comparison.models], width)
        return " " * LABEL + right(one, width) + "  " + right(other, width) + right(last, 6)
    return " " * LABEL + "".join(right(LETTERS[n], width) + " " for n in range(len(comparison.models)))


def _letters(comparison: Comparison) -> str:
    """What the letters over the columns stand for."""
    if len(comparison.models) == 2:
        return ""
    names = [f"{LETTERS[n]} {bold(m.display_name)}" for n, m in enumerate(comparison.models)]
    return f"In the tables: {', '.join(names)}."


def _pair_line(row: CategoryRow) -> str:
    one, other = (figures.fixed(side.shared_mean) for side in row.sides)
    if row.call is Call.AHEAD:
        mark = LEFT_AHEAD if row.leader == row.sides[0].model_id else RIGHT_AHEAD
    else:
        mark = TIE if row.call is Call.TIE else NO_CALL
    gap = figures.fixed(row.gap) + ("~" if row.weakened else "")
    return left(label(row), LABEL) + right(one, 7) + f" {mark}" + right(other, 7) + right(gap, 6)


def _many_line(comparison: Comparison, row: CategoryRow) -> str:
    width = _column(comparison)
    line = left(label(row), LABEL)
    for side in row.sides:
        star = "*" if row.call is Call.AHEAD and side.model_id == row.leader else " "
        line += right(figures.fixed(side.shared_mean), width) + star
    return line + ("?" if row.call is Call.NO_CALL else "") + ("~" if row.weakened else "")


def _different_table(comparison: Comparison, rows: Sequence[CategoryRow]) -> str:
    """Each model's own average, side by side only to be looked up."""
    shown = [row for row in rows if any(side.average for side in row.sides)]
    if not shown:
        return ""
    width, two = _column(comparison), len(comparison.models) == 2
    lines = [_heading(comparison, "")]
    for row in shown:
        cells = [figures.fixed(side.average.value if side.average else None) for side in row.sides]
        if two:
            lines.append(left(label(row), LABEL) + right(cells[0], width) + " /" + right(cells[1], width))
        else:
            lines.append(left(label(row), LABEL) + "".join(right(c, width) + " " for c in cells))
    return code(lines) + "Each model's own average, over tests that the others did not take."


def _facts_table(comparison: Comparison) -> str:
    """Price, context, weights, date and rank; a figure that nobody has is left out, a missing one a dash."""
    lane, width, two = comparison.lane, _column(comparison), len(comparison.models) == 2
    rows: list[tuple[str, Callable[[Contender], str | None]]] = [
        ("Price in", lambda m: figures.usd(m.price.input) if m.price else None),
        ("Price out", lambda m: figures.usd(m.price.output) if m.price else None),
        ("Context", lambda m: figures.tokens(m.context_window_tokens) if m.context_window_tokens else None),
        ("Open-weight", lambda m: None if m.open_weights is None else "yes" if m.open_weights else "no"),
        ("Reasoning", lambda m: None if m.reasoning is None else "yes" if m.reasoning else "no"),
        ("Tokens/s", lambda m: None if m.speed_tps is None else figures.points(m.speed_tps)),
        ("First token", lambda m: None if m.ttft_s is None else f"{figures.points(m.ttft_s)}s"),
        ("Released", lambda m: m.release_date[: 7 if two else 4] if m.release_date else None),
        ("Rank", lambda m: _rank(m, lane)),
        ("Evidence", lambda m: _dots(m, lane)),
    ]
    lines = [_heading(comparison, "")]
    for name, figure in rows:
        cells = [figure(m) for m in comparison.models]
        if any(cells):
            gap = "  " if two else " "
            lines.append(left(name, LABEL) + gap.join(right(c or figures.MISSING, width) for c in cells))
    notes = ["Prices in US dollars per million tokens."]
    missing = [m for m in comparison.models if m.price is None]
    if missing and len(missing) < len(comparison.models):
        notes.append(f"No list price is known for {figures.listed([bold(m.display_name) for m in missing])}.")
    elif missing:
        notes = ["No list prices are known."]
    notes += [
        f"{bold(m.display_name)} is {standing_words(m, lane)}."
        for m in comparison.models
        if m.benchmarks and (m.provisional if lane is Lane.PROVISIONAL else m.verified).rank is None
    ]
    return code(lines) + " ".join(notes)


def _rank(model: Contender, lane: Lane) -> str | None:
    place = model.provisional if lane is Lane.PROVISIONAL else model.verified
    return f"#{place.rank}" if place.rank else None


def _dots(model: Contender, lane: Lane) -> str | None:
    dots = (model.provisional if lane is Lane.PROVISIONAL else model.verified).dots
    return "●" * dots + "○" * (4 - dots)


def label(row: CategoryRow) -> str:
    """A category's name in a column of ``LABEL`` characters."""
    return SHORT.get(row.category, row.category.value.capitalize())
