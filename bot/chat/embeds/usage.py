"""What models cost a month for somebody's own use."""

from collections.abc import Sequence
from datetime import date

import discord

from bot.analysis import figures
from bot.analysis.usage import Usage, bills
from bot.catalog.entities import Model
from bot.chat.embeds.layout import Field, bold, embed, escaped
from bot.words.costs import bill_sentences, break_even_sentences, price_notes, usage_words

COLOUR = 0x4C6FFF


def usage_embed(models: Sequence[Model], usage: Usage, today: date) -> discord.Embed:
    """The bills, the cheapest first, where two are even, and what is left out."""
    found = bills(models, usage)
    dates = [m.price.as_of for m in models if m.price]
    said = f"A month of {usage_words(usage)}, at list prices:"
    return embed(
        title=f"Cost: {' vs '.join(escaped(m.display_name, 50) for m in models)}",
        description="\n".join([said, *bill_sentences(found, bold)]),
        fields=[
            Field("Break-even", "\n".join(break_even_sentences(models, usage, bold))),
            Field("What this leaves out", "\n".join(price_notes(found, usage, bold))),
        ],
        footer=figures.dated("List prices", min(dates), today, until=max(dates)) if dates else "",
        colour=COLOUR,
    )
