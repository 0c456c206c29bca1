"""Subscribe here: what changes about the models of a comparison, told to the channel where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.answers import Answer, reply
from bot.chat.context import Interaction
from bot.chat.rights import require_channel, store_of
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Press
from bot.chat.views.question import Compared, listed_models
from bot.chat.views.watch import watch_answer
from bot.news.alert import Alert, Taste
from bot.store.alerts import subscribe


@dataclass(frozen=True)
class SubscribeHere(Press):
    """Sets up an alert for the channel, or in direct messages watches the models."""

    kind = Kind.SUBSCRIBE_HERE
    name = "subscribe here"
    numbers: Compared

    async def pressed(self, interaction: Interaction) -> None:
        models = listed_models(interaction.client.catalog, self.numbers)
        if interaction.guild_id is None:
            for model in models:
                answer = await watch_answer(interaction, model)
        else:
            answer = await self._subscribe(interaction, interaction.guild_id)
        await reply(interaction, answer, private=True)

    async def _subscribe(self, interaction: Interaction, guild: int) -> Answer:
        channel = interaction.channel_id or 0
        require_channel(interaction, channel)
        taste = Taste(board="every", models=self.numbers)
        wanted = Alert(guild=guild, channel=channel, person=interaction.user.id, taste=taste)
        alert = await subscribe(store_of(interaction), wanted, interaction.client.now())
        return confirmation(interaction.client.catalog, alert)
