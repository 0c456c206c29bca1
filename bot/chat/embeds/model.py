"""The reply to /model: all that is known about one model."""

from datetime import date

import discord

from bot.analysis import figures
from bot.analysis.profile import Profile, profile
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Model, Quote
from bot.chat.embeds.comparison import LABEL, label
from bot.chat.embeds.layout import Field, code, embed, escaped, left, link, right
from bot.words.costs import price_day, price_remarks, whose
from bot.words.footer import footer
from bot.words.text import one_line
from bot.words.verdict import standing_words

COLOUR = 0x4C6FFF
# Columns of the table beside the label.
ABILITY, AVERAGE = 11, 10


def model_embed(catalog: Catalog, model: Model, today: date) -> discord.Embed:
    """What it is, what it costs, where it stands and on what that rests."""
    known = profile(catalog, model.model_id)
    return embed(
        title=escaped(model.display_name),
        description=_about(known),
        fields=[
            Field("Price", "\n".join([_price(model), *map(_quote, known.quotes)])),
            Field("Context window", _context(model)),
            Field("Speed", _speed(model)),
            Field("Where it stands", _standing(known)),
            Field("By category", _categories(known)),
            Field("On other boards", _places(known)),
        ],
        footer=f"{footer(known.provenance, today)} · id {one_line(model.model_id)}",
        colour=COLOUR,
    )


def _about(known: Profile) -> str:
    model = known.model
    weights = {True: "open weights", False: "closed weights", None: None}[model.open_weights]
    license_ = f" ({escaped(model.license)})" if model.open_weights and model.license else ""
    parts = [
        f"By {escaped(model.provider)}",
        f"released {figures.released(model.release_date)}" if model.release_date else "",
        f"{weights}{license_}" if weights else "",
        "reasoning model" if model.reasoning else "",
        {"deprecated": "being retired by its maker", "removed": "no longer offered by its maker"}.get(
            model.status or "", ""
        ),
        f"{figures.points(model.parameters_b)} billion parameters" if model.parameters_b else "",
    ]
    said = f"{', '.join(p for p in parts if p)}."
    if model.newer:
        said += f"\nA newer version is listed: **{escaped(model.newer.display_name)}**."
    return said


def _price(model: Model) -> str:
    if model.price is None:
        return "No list price is known."
    price = model.price
    source = link(escaped(whose(price)) or "source", price.source_url)
    said = (
        f"{figures.usd(price.input)} in, {figures.usd(price.output)} out per million tokens "
        f"({price_day(price)}, {source})"
    )
    return "\n".join([said, *price_remarks(price)])


def _quote(quote: Quote) -> str:
    price = quote.price
    source = link("source", price.source_url)
    return (
        f"{escaped(quote.source)} says {figures.usd(price.input)} in, {figures.usd(price.output)} out "
        f"({figures.day(price.as_of)}, {source})."
    )


def _places(known: Profile) -> str:
    if not known.places:
        return ""
    lines = [
        f"{link(escaped(place.board), place.source_url)}: {figures.placed(place, known.model, escaped)}"
        for place in known.places
    ]
    return "\n".join([*lines, "Ranked by those sites in their own way. Nothing here counts it."])


def _context(model: Model) -> str:
    if model.context_window_tokens is None:
        return "Not known."
    said = f"{figures.tokens(model.context_window_tokens)} tokens"
    most = model.max_output_tokens
    # Some sources give a larger output than window: then one of the two is wrong, and the window is kept.
    if most is None or most > model.context_window_tokens:
        return said
    return f"{said}, of which it can write up to {figures.tokens(most)}"


def _speed(model: Model) -> str:
    parts = [
        f"{figures.points(model.speed_tps)} tokens a second" if model.speed_tps is not None else "",
        f"first token after {figures.points(model.ttft_s)} s" if model.ttft_s is not None else "",
    ]
    return ", ".join(p for p in parts if p)


def _standing(known: Profile) -> str:
    lines = [f"Ability {figures.interval(known.ability)} of 100."] if known.ability else []
    for lane in Lane:
        place = known.model.standing(lane)
        score = f", average {figures.points(place.overall)} of 100" if place.overall is not None else ""
        words = standing_words(known.model, lane)
        lines.append(f"{lane.value.capitalize()} lane ({figures.lane(lane)}): {words}{score}")
    return "\n".join(lines)


def _categories(known: Profile) -> str:
    if not known.categories:
        return "No benchmark scores yet."
    lines = [" " * LABEL + right("ability", ABILITY) + right("average", AVERAGE)]
    for row in known.categories:
        ((side,), (ability,)) = row.sides, row.abilities
        points = figures.MISSING
        if ability:
            low, high = figures.whole(ability.low), figures.whole(ability.high)
            points = f"{figures.whole(ability.points)} ({low}–{high})"
        average = figures.MISSING
        if side.average:
            average = f"{figures.fixed(side.average.value)} ({len(side.average.benchmarks)})"
        lines.append(left(label(row), LABEL) + right(points, ABILITY) + right(average, AVERAGE))
    notes = [
        f"Ability from 0 to 100 with its 90 % range, {figures.rests(known.lane)}. Average as on published "
        "leaderboards, over as many of its own tests as stand in brackets; another model's average rests on "
        "other tests."
    ]
    if any(side.average is None for row in known.categories for side in row.sides):
        notes.append(f"{figures.MISSING} means that none of these tests is in percent.")
    return code(lines) + " ".join(notes)
