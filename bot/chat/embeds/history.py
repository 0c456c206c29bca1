"""The reply to /history: where models stood on the leaderboard, then and now."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.analysis import figures, history
from bot.analysis.history import Moment, Rank
from bot.analysis.provenance import Provenance
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model
from bot.chat.embeds.layout import Field, bold, embed, escaped
from bot.words.footer import footer

COLOUR = 0x4C6FFF


def history_embed(
    catalog: Catalog,
    moments: Sequence[Moment],
    models: Sequence[Model],
    category: Category | None,
    today: date,
) -> discord.Embed:
    """A line for each model, and what a change of rank means."""
    about = figures.category(category) if category else "overall"
    names = figures.listed([escaped(model.display_name, 100) for model in models])
    return embed(
        title=f"Rank {about if category is None else f'in {about}'} over time: {names}",
        description="\n".join(_line(moments, model, category) for model in models),
        fields=[Field("How to read it", _reading(moments))],
        footer=footer(Provenance.of(catalog, Lane.PROVISIONAL, catalog.data_date), today),
        colour=COLOUR,
    )


def _line(moments: Sequence[Moment], model: Model, category: Category | None) -> str:
    ranks = history.ranks(moments, model.number, category)
    known = [(m.day, rank) for m, rank in zip(moments, ranks, strict=True) if rank]
    name = bold(model.display_name)
    if not known:
        return f"{name}: never ranked here."
    (first, old), (last, new) = known[0], known[-1]
    if len(known) == 1:
        return f"{name}: {_rank(new)} on {figures.day(last)}."
    end = "" if ranks[-1] else ", not ranked since"
    if old == new:
        return f"{name}: {_rank(new)} on {figures.day(first)} and on {figures.day(last)}{end}."
    return f"{name}: {_rank(old)} on {figures.day(first)}, {_rank(new)} on {figures.day(last)}{end}."


def _rank(rank: Rank) -> str:
    place, best, worst = rank
    return f"#{place}" if best == worst else f"#{place} ({best} to {worst})"


def _reading(moments: Sequence[Moment]) -> str:
    if not moments:
        return "No earlier data is kept here, so there is no history."
    if len(moments) == 1:
        return (
            f"There is only one state of the data so far, of {figures.day(moments[0].day)}: a history begins "
            "with the next one."
        )
    said = [
        "In brackets the ranks that a model may really have. A rank changes with the model's own scores and "
        "with other models that come."
    ]
    for n in history.method_changes(moments):
        said.append(
            f"The method changed by {figures.day(moments[n].day)}: ranks before and after cannot be compared."
        )
    return " ".join(said)
