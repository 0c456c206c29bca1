"""Watching a model: the answer, and the buttons where its name is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.catalog.entities import Model
from bot.chat.answers import Answer, change
from bot.chat.context import Interaction
from bot.chat.embeds.layout import bold
from bot.chat.rights import desk_of
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.choice import One, Which
from bot.chat.views.custom_id import Kind
from bot.errors import NoDirectMessages


async def watch_answer(interaction: Interaction, model: Model) -> Answer:
    """From now on whoever asks is told of the model. Raises ``NoDirectMessages``, ``TooManyWatched``."""
    desk, person = desk_of(interaction), interaction.user
    held = await desk.watched(person.id)
    if (held is None or held.paused) and not interaction.context.dm_channel:
        # Whether Discord lets the bot write to somebody shows only when it does.
        try:
            await person.send(
                f"Here you will be told when something about {bold(model.display_name)} changes."
            )
        except discord.Forbidden as error:
            raise NoDirectMessages from error
    held = await desk.watch(person.id, model.number)
    return confirmation(interaction.client.catalog, held)


@dataclass(frozen=True)
class WhichToWatch(Which):
    """Settles the name of /watch."""

    kind = Kind.WHICH_TO_WATCH
    name = "watch model"
    slots: One

    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        (model,) = models
        await change(interaction, await watch_answer(interaction, model))
