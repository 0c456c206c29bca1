"""The message that a channel or a person gets when something changed."""

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.analysis import figures
from bot.chat.embeds.layout import DESCRIPTION, bold, embed, escaped, link
from bot.news.alert import MOST_TOLD, Alert
from bot.news.kinds import Change, NewModel, PriceChange, importance
from bot.words.news import headline, left_out, line, short_line, source_of, span

COLOUR = 0xF0B232
# Characters for how many changes more there are.
LAST_LINE = 40


def alert_embed(changes: Sequence[Change], alert: Alert, since: datetime) -> discord.Embed:
    """The most important changes first; one alone is the title."""
    ordered = sorted(changes, key=importance, reverse=True)
    top = alert.taste.top
    if len(ordered) == 1:
        change = ordered[0]
        return embed(
            title=headline(change, escaped, escaped, top),
            description=_sourced(line(change, bold, escaped), change),
            footer=span(since, alert.frequency, single=True),
            colour=COLOUR,
        )
    entries: list[str] = []
    room = DESCRIPTION - LAST_LINE
    for change in ordered[:MOST_TOLD]:
        said = _sourced(short_line(change, bold, escaped), change)
        entry = f"**{headline(change, escaped, escaped, top)}**\n{said}\n\n"
        room -= len(entry)
        if room < 0:
            break
        entries.append(entry)
    priced = any(isinstance(change, NewModel | PriceChange) for change in ordered[: len(entries)])
    return embed(
        title=f"{figures.counted(len(ordered), 'change')} in AI models",
        description="".join([*entries, left_out(len(ordered) - len(entries))]).rstrip(),
        footer=span(since, alert.frequency, single=False, prices=priced),
        colour=COLOUR,
    )


def _sourced(said: str, change: Change) -> str:
    url = source_of(change)
    return f"{said} ({link('source', url)})" if url else said
