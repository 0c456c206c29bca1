"""Subscribe here: what changes about the models of a comparison, told to the channel where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.chat.answers import Answer, reply
from bot.chat.context import Interaction
from bot.chat.rights import require_channel, store_of
from bot.chat.views import custom_id
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.press import Press
from bot.chat.views.question import listed_models, model_numbers
from bot.chat.views.watch import watch_answer
from bot.news.alert import Alert, Taste
from bot.store.alerts import subscribe


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
            answer = await self._subscribe(interaction, interaction.guild_id)
        await reply(interaction, answer, private=True)

    async def _subscribe(self, interaction: Interaction, guild: int) -> Answer:
        channel = interaction.channel_id or 0
        require_channel(interaction, channel)
        taste = Taste(board="every", models=self.numbers)
        wanted = Alert(guild=guild, channel=channel, person=interaction.user.id, taste=taste)
        alert = await subscribe(store_of(interaction), wanted, interaction.client.now())
        return confirmation(interaction.client.catalog, alert)
