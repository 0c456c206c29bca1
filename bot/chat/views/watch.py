"""Watching a model: the answer, and the buttons where its name is not sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import discord

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Model
from bot.catalog.resolve import Open
from bot.chat.answers import Answer, change
from bot.chat.context import Interaction
from bot.chat.embeds.layout import bold
from bot.chat.failures import quoted
from bot.chat.rights import store_of
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.press import Button, NumberPress
from bot.errors import NoDirectMessages, OutdatedButton
from bot.store.alerts import watch, watch_of
from bot.words.names import not_sure

FEW = 5


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


def which_to_watch(catalog: Catalog, name: Open) -> Answer:
    """The question for a name that is not sure."""
    candidates = name.candidates[:FEW]
    return Answer(
        not_sure(name.typed, name.reason, len(candidates), quoted),
        buttons=[Button.of(WatchModel(m.number), catalog.names.label(m)) for m in candidates],
    )


@dataclass(frozen=True)
class WatchModel(NumberPress):
    """Settles the name of /watch."""

    kind: ClassVar[str] = "g"
    name: ClassVar[str] = "watch model"

    async def pressed(self, interaction: Interaction) -> None:
        model = interaction.client.catalog.by_number(self.number)
        if model is None:
            raise OutdatedButton
        await change(interaction, await watch_answer(interaction, model))
