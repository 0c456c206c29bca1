"""Subscribe here: what changes about the models of a comparison, told to the channel where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.chat.answers import Answer, reply
from bot.chat.context import Interaction
from bot.chat.rights import desk_of, to_post_in
from bot.chat.views import custom_id
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.press import Press
from bot.chat.views.question import listed_models, model_numbers
from bot.chat.views.watch import watch_answer
from bot.news.alert import Subscription, Taste


@dataclass(frozen=True)
class SubscribeHere(Press):
    """Sets up an alert for the channel, or in direct messages watches the models."""

    kind: ClassVar[str] = "A"
    name: ClassVar[str] = "subscribe here"
    numbers: tuple[int, ...]

    def fields(self) -> Sequence[str]:
        return (".".join(map(custom_id.base36, self.numbers)),)

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        (numbers,) = fields
        return cls(model_numbers(numbers))

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
