"""Watching a model: the answer, and the buttons where its name is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.catalog.entities import Model
from bot.chat.answers import Answer, change
from bot.chat.context import Interaction
from bot.chat.embeds.layout import bold
from bot.chat.rights import store_of
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.choice import One, Which
from bot.chat.views.custom_id import Kind
from bot.errors import NoDirectMessages
from bot.store.alerts import watch, watch_of


async def watch_answer(interaction: Interaction, model: Model) -> Answer:
    """From now on whoever asks is told of the model. Raises ``NoDirectMessages``, ``TooManyWatched``."""
    store, person = store_of(interaction), interaction.user
    earlier = await watch_of(store, person.id)
    if (earlier is None or earlier.paused) and not interaction.context.dm_channel:
        # Whether Discord lets the bot write to somebody shows only when it does.
        try:
            await person.send(
                f"Here you will be told when something about {bold(model.display_name)} changes."
            )
        except discord.Forbidden as error:
            raise NoDirectMessages from error
    alert = await watch(store, person.id, model.number, interaction.client.now())
    return confirmation(interaction.client.catalog, alert)


@dataclass(frozen=True)
class WhichToWatch(Which):
    """Settles the name of /watch."""

    kind = Kind.WHICH_TO_WATCH
    name = "watch model"
    slots: One

    async def complete(self, interaction: Interaction, models: Sequence[Model]) -> None:
        (model,) = models
        await change(interaction, await watch_answer(interaction, model))
