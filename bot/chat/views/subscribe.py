"""Subscribe here: what changes about the models of a comparison, told to the channel where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.answers import Answer, reply
from bot.chat.context import Interaction
from bot.chat.rights import desk_of, to_post_in
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Press
from bot.chat.views.question import Compared, listed_models
from bot.chat.views.watch import watch_answer
from bot.news.alert import Subscription, Taste


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
            answer = await self._subscribed(interaction, interaction.guild_id)
        await reply(interaction, answer, private=True)

    async def _subscribed(self, interaction: Interaction, guild: int) -> Answer:
        place = interaction.channel_id or 0
        to_post_in(interaction, place)
        taste = Taste(board="every", models=self.numbers)
        wanted = Subscription(guild=guild, place=place, person=interaction.user.id, taste=taste)
        kept = await desk_of(interaction).subscribe(wanted)
        return confirmation(interaction.client.catalog, kept)
