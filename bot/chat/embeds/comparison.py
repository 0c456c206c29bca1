"""The reply to /compare: the pick, then gaps, prices and context windows, then why."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import discord

from bot.analysis import figures
from bot.analysis.calls import Call, Sureness
from bot.analysis.categories import Basis, CategoryRow
from bot.analysis.comparison import MOST, Comparison, Contender
from bot.catalog.abilities import Ability
from bot.catalog.entities import Category, Lane
from bot.chat.embeds.layout import (
    LETTERS,
    NBSP,
    Field,
    beginning,
    bold,
    code,
    embed,
    escaped,
    left,
    right,
)
from bot.words.costs import condition, context_sentence, ratio_sentence
from bot.words.footer import footer
from bot.words.scale import linked
from bot.words.text import one_line
from bot.words.verdict import standing_words, verdict

COLOURS = {Sureness.CLEAR: 0x2E9E6B, Sureness.LEANING: 0xD9A514, Sureness.NONE: 0x7A8290}
LABELS = {c: c.value.capitalize() for c in Category} | {
    Category.INSTRUCTION_FOLLOWING: "Instruct",
    Category.MULTILINGUAL: "Languages",
}
FACTS = (
    "Average",
    "Rank",
    "Verified",
    "Price in",
    "Price out",
    "Context",
    "Weights",
    "Reasoning",
    "Tokens/s",
    "1st token",
    "Released",
    "Evidence",
)
# What a picture shows at a glance, in figures.
FIGURES = (
    "How good they are, from 0 to 100",
    "Means over the tests they share",
    "Averages over each one's own tests",
)
DOTS = ("○○○○", "●○○○", "●●○○", "●●●○", "●●●●")
# Columns of a table: the label, and a model's cell for two, three and four models.
LABEL, CELL = 10, {2: 7, 3: 7, 4: 5}
GAP = 5
# Between the two sides of a row: ahead on either side, and too close to call.
LEFT_AHEAD, RIGHT_AHEAD, TIE = ">", "<", "="


def comparison_embed(comparison: Comparison, today: date) -> discord.Embed:
    """The whole answer as one embed, within Discord's limits for any names."""
    said = verdict(comparison, model=bold, term=escaped)
    headings = _headings(comparison)
    rows = sorted(comparison.categories, key=lambda row: row.category is not comparison.priority)
    letters = _letters(comparison, headings)
    tables = (
        _ability_table(comparison, headings, rows),
        _shared_table(comparison, headings, rows),
        _own_table(comparison, headings, rows),
    )
    first = next((text for text in tables if text), "")
    # Two have letters in all tables; of more only those behind the picture have them.
    many = letters if len(headings) > 2 else ""
    lettered = [f"{many}\n{text}" if many and text is first else text for text in tables]
    fields = [
        *(Field(name, text) for name, text in zip(FIGURES, lettered, strict=True)),
        Field("Price, context and more", _facts(comparison, headings)),
        Field("Why", said.reason),
    ]
    return embed(
        title=_title(comparison),
        description="\n".join(filter(None, (said.pick, said.otherwise, "" if many else letters))),
        fields=fields,
        footer=footer(comparison.provenance, today, comparison.outdated, one_line),
        colour=COLOURS[comparison.pick.sureness],
    )


def _title(comparison: Comparison) -> str:
    names = [m.display_name for m in comparison.models]
    most = (250 - 4 * len(names)) // len(names) // 2
    return " vs ".join(escaped(n, most) for n in names)


def _ability_table(comparison: Comparison, headings: Sequence[str], rows: Sequence[CategoryRow]) -> str:
    """One line a category that several have scores in: their abilities, and how sure the better one is."""
    without = [bold(m.display_name) for m in comparison.models if not m.benchmarks]
    unknown = f"No {_kind(comparison)} scores yet for {figures.listed(without)}." if without else ""
    called = [row for row in rows if row.call]
    if not any(comparison.abilities):
        return unknown
    two = len(comparison.models) == 2
    lines = [_heading(headings, "sure" if two else "")]
    lines.append(_ability_line(_workload_label(comparison), comparison.abilities, comparison.pick.call))
    lines += [
        _ability_line(label(row), row.abilities, row.call)
        for row in called
        if row.category is not comparison.priority
    ]
    return code(lines) + " ".join([*_ability_notes(comparison, called), unknown]).strip()


def _workload_label(comparison: Comparison) -> str:
    workload = comparison.workload
    if workload is None or workload.cheapest:
        return "Overall"
    return LABELS[workload.only] if workload.only else "Your mix"


def _ability_line(name: str, abilities: Sequence[Ability | None], call: Call | None) -> str:
    four = len(abilities) == MOST  # There is no room for more than the points.
    cells = [figures.MISSING if a is None else figures.about(a, interval=not four) for a in abilities]
    if len(cells) > 2:
        return left(name, LABEL) + "".join(right(cell, CELL[len(cells)]) for cell in cells)
    one, other = cells
    sure, mark = "", " "
    if call and (first := abilities[0]):
        mark = TIE if not call.leader else LEFT_AHEAD if call.leader == first.model_id else RIGHT_AHEAD
        sure = figures.chance_in_short(call.probability)
    return left(name, LABEL) + right(one, CELL[2]) + f" {mark}" + right(other, CELL[2]) + right(sure, GAP)


def _ability_notes(comparison: Comparison, called: Sequence[CategoryRow]) -> Iterator[str]:
    """What the figures rest on, and what the marks say."""
    rests = linked(comparison.lane).capitalize()
    if len(comparison.models) < MOST:
        rests += ". ± is the 90 % range"
    if len(comparison.models) > 2:
        yield f"{rests}."
        yield _ahead(comparison, called)
        return
    calls = [*(row.call for row in called), comparison.pick.call]
    yield f"{rests}, {TIE} is too close to call." if any(c and not c.leader for c in calls) else f"{rests}."


def _shared_table(comparison: Comparison, headings: Sequence[str], rows: Sequence[CategoryRow]) -> str:
    """One line a category: the means over shared tests alone, and the gap between the best two."""
    judged = [row for row in rows if row.averaged and row.basis is not Basis.ONE_SIDE]
    if not judged:
        scored = [m for m in comparison.models if m.benchmarks]
        return "They have no test in common that could be compared." if len(scored) > 1 else ""
    two = len(comparison.models) == 2
    lines = [_heading(headings, "gap" if two else "")]
    lines += [_pair_line(row) if two else _many_line(row) for row in judged]
    return code(lines) + " ".join(_notes(judged))


def _notes(rows: Sequence[CategoryRow]) -> list[str]:
    """How many tests are behind a mean, and what weakens it."""
    counts = ", ".join(f"{figures.category(row.category)} {row.averaged}" for row in rows)
    notes = [f"Tests behind each mean: {counts}."]
    if weakened := [figures.category(row.category) for row in rows if row.weakened]:
        notes.append(f"Measured with different effort settings: {figures.listed(weakened)}.")
    return notes


def _ahead(comparison: Comparison, rows: Sequence[CategoryRow]) -> str:
    """Who is ahead of the two or three others, in words: a mark beside a narrow cell reads as a figure."""
    led: dict[str, list[str]] = {}
    for row in rows:
        if row.call and row.call.leader:
            shown = f"{figures.category(row.category)} ({figures.chance(row.call.probability)})"
            led.setdefault(row.call.leader, []).append(shown)
    said = [
        f"{bold(comparison.model(m).display_name)} in {figures.listed(where)}" for m, where in led.items()
    ]
    ahead = f"Ahead of all others: {'; '.join(said)}." if said else "No model is ahead of all others in any."
    if any(row.call and row.call.leader and None in row.abilities for row in rows):
        ahead += f" A model with {figures.MISSING} took no test there and is estimated from its other scores."
    return ahead


def _kind(comparison: Comparison) -> str:
    return "benchmark" if comparison.lane is Lane.PROVISIONAL else "independently measured benchmark"


def _heading(headings: Sequence[str], last: str = "") -> str:
    """The line over the columns."""
    width = CELL[len(headings)]
    if len(headings) == 2:
        one, other = headings
        return " " * LABEL + right(one, width) + "  " + right(other, width) + right(last, GAP)
    return " " * LABEL + "".join(right(heading, width) for heading in headings)


def _headings(comparison: Comparison) -> list[str]:
    """The names of two models or how they begin, if that tells them apart; letters for all others."""
    letters = list(LETTERS[: len(comparison.models)])
    if len(letters) > 2:
        return letters
    short = [_short(m.display_name) for m in comparison.models]
    told_apart = all(short) and len({name.split()[0].casefold() for name in short}) == len(short)
    return short if told_apart else letters


def _short(name: str) -> str:
    """The beginning of a name that fits a column. A part of a version or size would be another model's."""
    words = beginning(name, CELL[2]).split()
    while words != one_line(name).split() and words and any(map(str.isdigit, words[-1])):
        words.pop()
    return " ".join(words)


def _letters(comparison: Comparison, headings: Sequence[str]) -> str:
    """What the letters over the columns stand for."""
    if headings != list(LETTERS[: len(headings)]):
        return ""
    names = [f"{h} {bold(m.display_name)}" for h, m in zip(headings, comparison.models, strict=True)]
    return f"In the table: {', '.join(names)}."


def _pair_line(row: CategoryRow) -> str:
    one, other = (figures.fixed(side.shared_mean) for side in row.sides)
    gap = right(figures.fixed(row.gap), GAP)
    return left(label(row), LABEL) + right(one, CELL[2]) + "  " + right(other, CELL[2]) + gap


def _many_line(row: CategoryRow) -> str:
    width = CELL[len(row.sides)]
    line = left(label(row), LABEL)
    return line + "".join(right(_narrow(side.shared_mean, width), width) for side in row.sides)


def _narrow(value: Decimal | None, width: int) -> str:
    """One decimal where there is room for it and a space before it: for 100 there may be none."""
    shown = figures.fixed(value)
    return shown if value is None or len(shown) < width else figures.points(value)


def _own_table(comparison: Comparison, headings: Sequence[str], rows: Sequence[CategoryRow]) -> str:
    """Averages as published leaderboards take them, with how many tests are the same ones."""
    shown = [r for r in rows if r.basis is not Basis.ONE_SIDE and any(side.average for side in r.sides)]
    width, two = CELL[len(comparison.models)], len(comparison.models) == 2
    lines = [_heading(headings, "same" if two else "")]
    for row in shown:
        cells = [_narrow(side.average.value if side.average else None, width) for side in row.sides]
        if two:
            same = right(f"{row.shared}/{row.total}", GAP)
            cells = [right(cells[0], width), " /", right(cells[1], width), same]
        else:
            cells = [right(cell, width) for cell in cells]
        lines.append(left(label(row), LABEL) + "".join(cells))
    notes = []
    if shown:
        notes.append("As on published leaderboards: not comparable where the tests are not the same ones.")
    alone: dict[str, list[str]] = {}
    for row in rows:
        if row.basis is Basis.ONE_SIDE:
            only = next(side.model_id for side in row.sides if side.tests)
            alone.setdefault(only, []).append(figures.category(row.category))
    scored = [m for m in comparison.models if m.benchmarks]
    if len(scored) > 1:
        notes += [
            f"Only {bold(m.display_name)} has scores in {figures.listed(alone[m.model_id])}."
            for m in scored
            if m.model_id in alone
        ]
    return (code(lines) if shown else "") + " ".join(notes)


def _facts(comparison: Comparison, headings: Sequence[str]) -> str:
    """Price, context, weights, date and rank: a table for two models, a line each for more."""
    if len(comparison.models) == 2:
        shown = code([_heading(headings), *_facts_lines(comparison)])
    else:
        shown = "\n".join(_facts_line(m, comparison.lane) for m in comparison.models) + "\n"
    return shown + " ".join(filter(None, _facts_notes(comparison)))


def _facts_notes(comparison: Comparison) -> Iterator[str]:
    missing = [bold(m.display_name) for m in comparison.models if m.price is None]
    if len(missing) == len(comparison.models):
        yield "No list prices are known."
    else:
        yield "Prices in US dollars per million tokens."
        yield f"No list price is known for {figures.listed(missing)}." if missing else ""
        for m in comparison.models:
            if m.price and (said := condition(m.price)):
                yield f"{bold(m.display_name)}:{said}."
        yield ratio_sentence(comparison, bold)
    if len(comparison.models) == 2:
        yield context_sentence(comparison, bold)
    lane = comparison.lane
    ranked = {m.model_id for m in comparison.models if _rank(m, lane)}
    for m in comparison.models:
        if m.benchmarks and m.model_id not in ranked:
            yield f"{bold(m.display_name)} is {standing_words(m, lane)}."


def _facts_lines(comparison: Comparison) -> Iterator[str]:
    """A figure that neither has is left out, one that only one has is a dash for the other."""
    columns = [_column(m, comparison.lane) for m in comparison.models]
    for name, *cells in zip(FACTS, *columns, strict=True):
        if any(cells):
            yield left(name, LABEL) + "  ".join([right(c or figures.MISSING, CELL[2]) for c in cells])


def _column(model: Contender, lane: Lane) -> tuple[str | None, ...]:
    """The figures of one model in the order of ``FACTS``."""
    price, window, overall = model.price, model.context_window_tokens, model.standing(lane).overall
    return (
        None if overall is None else figures.fixed(overall),
        _rank(model, Lane.PROVISIONAL),
        _rank(model, Lane.VERIFIED),
        figures.usd(price.input) if price else None,
        figures.usd(price.output) if price else None,
        figures.tokens(window) if window else None,
        {True: "open", False: "closed", None: None}[model.open_weights],
        {True: "yes", False: "no", None: None}[model.reasoning],
        None if model.speed_tps is None else figures.points(model.speed_tps),
        None if model.ttft_s is None else f"{figures.points(model.ttft_s)}s",
        model.release_date[:7] if model.release_date else None,
        DOTS[model.standing(lane).dots],
    )


def _facts_line(model: Contender, lane: Lane) -> str:
    price = (
        f"{figures.usd(model.price.input)} in, {figures.usd(model.price.output)} out" if model.price else ""
    )
    tokens = model.context_window_tokens
    window = f"{figures.tokens(tokens)} context" if tokens else "unknown context"
    weights = {True: "open weights", False: "closed weights", None: ""}[model.open_weights]
    speed = f"{figures.points(model.speed_tps)} tokens/s" if model.speed_tps is not None else ""
    first = f"first token after {figures.points(model.ttft_s)} s" if model.ttft_s is not None else ""
    rank, verified = _rank(model, Lane.PROVISIONAL), _rank(model, Lane.VERIFIED)
    known = [price, window, weights, speed, first]
    known += [f"rank {rank}" if rank else "", f"verified {verified}" if verified else ""]
    known.append(f"evidence {model.standing(lane).dots} of 4")
    shown = " · ".join(k.replace(" ", NBSP) for k in known if k)
    return f"{bold(model.display_name)}: {shown}"


def _rank(model: Contender, lane: Lane) -> str | None:
    place = model.standing(lane)
    return f"#{place.rank}" if place.rank else None


def label(row: CategoryRow) -> str:
    """A category's name in a column of ``LABEL`` characters."""
    return LABELS[row.category]
