"""The message that a channel or a person gets when something changed."""

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.alerts.editions import headline, left_out, line, source_of, span
from bot.analysis import figures
from bot.analysis.change_kinds import Change, importance
from bot.analysis.subscription import MOST_TOLD, Subscription
from bot.chat.embeds.layout import bold, embed, escaped, link

COLOUR = 0xF0B232


def alert_embed(told: Sequence[Change], subscription: Subscription, since: datetime) -> discord.Embed:
    """The most important changes first; one alone is the title."""
    ordered = sorted(told, key=importance, reverse=True)
    top = subscription.taste.top
    if len(ordered) == 1:
        change = ordered[0]
        return embed(
            title=headline(change, escaped, escaped, top),
            description=_body(change),
            footer=span(since, subscription.frequency, single=True),
            colour=COLOUR,
        )
    entries = [
        f"**{headline(change, escaped, escaped, top)}**\n{_body(change)}" for change in ordered[:MOST_TOLD]
    ]
    more = left_out(len(ordered) - MOST_TOLD)
    return embed(
        title=f"{figures.counted(len(ordered), 'change')} in AI models",
        description="\n\n".join([*entries, *([more] if more else [])]),
        footer=span(since, subscription.frequency, single=False),
        colour=COLOUR,
    )


def _body(change: Change) -> str:
    url = source_of(change)
    source = f" ({link('source', url)})" if url else ""
    return f"{line(change, bold, escaped)}{source}"
