"""What is drawn of what the analysis found: its values in, drawings out, each with its alt text."""

import unicodedata
from collections.abc import Iterable

from bot.analysis import figures
from bot.analysis.calls import Call
from bot.analysis.categories import Basis, CategoryRow
from bot.analysis.comparison import Comparison
from bot.catalog.abilities import Ability
from bot.catalog.entities import Category, Model
from bot.charts.drawings import CategoryLine, ComparisonDrawing, Name, Span

# What Discord takes, in characters.
LONGEST_ALT = 1024
APART = "Striped: no test in common, linked through other models."


def compared(comparison: Comparison) -> ComparisonDrawing | None:
    """A line for the workload (or overall) and for each category with abilities; None without any."""
    if not any(comparison.abilities):
        return None
    ids = [m.model_id for m in comparison.models]
    rows = [row for row in comparison.categories if any(row.abilities)]
    lines = [_line(_workload(comparison), comparison.abilities, comparison.pick.call, ids, apart=False)]
    lines += [
        _line(label(row.category), row.abilities, row.call, ids, apart=_apart(row))
        for row in rows
        if row.category is not comparison.priority
    ]
    return ComparisonDrawing(
        alt=_compared_words(comparison, rows),
        models=tuple(map(named, comparison.models)),
        lines=tuple(lines),
        note=APART if any(line.apart for line in lines) else "",
    )


def _apart(row: CategoryRow) -> bool:
    return row.basis is Basis.DIFFERENT


def _workload(comparison: Comparison) -> str:
    workload = comparison.workload
    if workload is None or workload.cheapest:
        return "Overall"
    return label(workload.only) if workload.only else "Your mix"


def _line(
    name: str, abilities: Iterable[Ability | None], call: Call | None, ids: list[str], *, apart: bool
) -> CategoryLine:
    leader = call.leader if call else None
    sure = "" if call is None else f"{figures.percent(call.probability)}%" if leader else "close"
    ahead = ids.index(leader) if leader else None
    return CategoryLine(name, tuple(map(_span, abilities)), ahead, sure, apart)


def _compared_words(comparison: Comparison, rows: list[CategoryRow]) -> str:
    """Each model's ability, who is ahead where, and what that rests on."""
    about = _workload(comparison)
    sentences = ["A chart of abilities from 0 to 100 with their 90 % ranges."]
    sentences += [
        f"{plain(model.display_name)}: {about.lower()} {figures.interval(ability)}."
        for model, ability in zip(comparison.models, comparison.abilities, strict=True)
        if ability
    ]
    for model in comparison.models:
        led = [figures.category(r.category) for r in rows if r.leader == model.model_id]
        if led:
            sentences.append(f"{plain(model.display_name)} is ahead in {figures.listed(led)}.")
    close = [figures.category(r.category) for r in rows if r.call and not r.leader]
    if close:
        sentences.append(f"Too close to call in {figures.listed(close)}.")
    apart = [figures.category(r.category) for r in rows if _apart(r)]
    if apart:
        sentences.append(f"Striped, because they took different tests: {figures.listed(apart)}.")
    return alt(sentences)


def label(category: Category) -> str:
    """A category at the beginning of a line."""
    return figures.category(category).capitalize()


def named(model: Model) -> Name:
    """A model's name for a picture; its id is always in plain letters."""
    return Name(plain(model.display_name), model.model_id)


def plain(name: str) -> str:
    """On one line, without signs that would turn or hide what is around it; no longer than anybody reads."""
    kept = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in name[:200])
    return " ".join("".join(kept).split())


def alt(sentences: Iterable[str]) -> str:
    """As many whole sentences as an alt text has room for."""
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if len(longer) > LONGEST_ALT:
            break
        text = longer
    return text


def _span(ability: Ability | None) -> Span | None:
    return Span(ability.points, ability.low, ability.high) if ability else None
