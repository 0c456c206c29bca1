"""Compare models mentioned here: the models that a message names, set side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import discord
from discord import app_commands

from bot.analysis.comparison import FEWEST, MOST
from bot.catalog.entities import Lane, Model
from bot.catalog.names.mentions import mentioned
from bot.catalog.resolve import Open
from bot.chat.answers import ask_back, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.embeds.layout import bold
from bot.chat.failures import quoted
from bot.chat.views.comparison import WhichToCompare, comparison_answer
from bot.chat.views.model import model_answer
from bot.chat.views.question import Question
from bot.errors import NothingMentioned
from bot.words.names import left_out, only_one, only_perhaps


@options.everywhere
@app_commands.context_menu(name="Compare models mentioned here")
async def compare_mentioned(interaction: Interaction, message: discord.Message) -> None:
    """Compare the models that a message names, or ask which ones it means. Raises ``NothingMentioned``."""
    client = interaction.client
    catalog = client.catalog
    found = mentioned("\n".join(_texts(message)), catalog.names)
    models = found.models
    unclear = [Open(name.text, name.found.reason, name.found.candidates) for name in found.unclear]
    if not models:
        # Whoever asks this of a message takes it to be about models.
        models = tuple(dict.fromkeys(n.candidates[0] for n in unclear if len(n.candidates) == 1))
        unclear = [name for name in unclear if len(name.candidates) > 1]
    names: list[Model | Open] = [*models, *unclear]
    if not names:
        raise NothingMentioned
    if len(models) >= FEWEST:
        numbers = tuple(model.number for model in models[:MOST])
        question = Question(numbers, None, Lane.PROVISIONAL, True, interaction.user.id)
        note = left_out([bold(m.display_name) for m in models[MOST:]], [quoted(n.typed) for n in unclear])
        answer = replace(comparison_answer(client, question), content=note)
    elif len(names) >= FEWEST:
        which = WhichToCompare((), None, Lane.PROVISIONAL, True)
        await ask_back(interaction, which.asked(catalog, names[:MOST]))
        return
    elif models:
        note = (only_one if found.models else only_perhaps)(bold(models[0].display_name))
        answer = replace(model_answer(client, models[0]), content=note)
    else:
        (name,) = unclear
        raise NothingMentioned(name.typed, name.nearest(catalog))
    # The message is someone else's, and nobody asked the channel: it is shared with a button, or not at all.
    await reply(interaction, answer, private=True)


def _texts(message: discord.Message) -> Iterator[str]:
    """What can be read in the message: its text, what it forwards, and its embeds."""
    messages: tuple[discord.Message | discord.MessageSnapshot, ...] = (message, *message.message_snapshots)
    for each in messages:
        yield each.content
        for embed in each.embeds:
            yield from (embed.title or "", embed.description or "")
            yield from (text or "" for field in embed.fields for text in (field.name, field.value))
