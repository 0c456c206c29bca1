"""What an alert would have sent lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from discord.utils import format_dt

from bot.chat.answers import Answer, change, reply
from bot.chat.context import Interaction
from bot.chat.embeds.alert import alert_embed
from bot.chat.rights import desk_of, managed
from bot.chat.views import custom_id
from bot.chat.views.paging import page_buttons
from bot.chat.views.press import NumberPress, Press
from bot.news.alert import Subscription
from bot.words.alerts import preview_words


async def preview_answer(interaction: Interaction, number: int, page: int = 0) -> Answer:
    """The messages of the last 30 days, the newest first; of number 0 those of an alert with no options.

    Raises as ``managed``.
    """
    if number:
        held = await managed(interaction, number)
    else:
        held = Subscription(guild=interaction.guild_id, place=interaction.channel_id or 0, person=None)
    sent = await desk_of(interaction).preview(held)
    page = min(page, max(0, len(sent) - 1))
    if not sent:
        return Answer(preview_words(0, 0, ""))
    shown = sent[-1 - page]
    return Answer(
        preview_words(len(sent), page, format_dt(shown.at, "D")),
        embed=alert_embed(shown.changes, held, shown.since),
        buttons=page_buttons(lambda to: PreviewPage(number, to), page, len(sent)),
    )


@dataclass(frozen=True)
class Preview(NumberPress):
    """Opens the preview for the eyes of whoever asks."""

    kind: ClassVar[str] = "v"
    name: ClassVar[str] = "alert preview"

    async def pressed(self, interaction: Interaction) -> None:
        await reply(interaction, await preview_answer(interaction, self.number), private=True)


@dataclass(frozen=True)
class PreviewPage(Press):
    """Turns to a page of it, from 0 on."""

    kind: ClassVar[str] = "q"
    name: ClassVar[str] = "alert preview page"
    number: int
    page: int

    def fields(self) -> Sequence[str]:
        return custom_id.base36(self.number), custom_id.base36(self.page)

    @classmethod
    def read(cls, fields: Sequence[str]) -> Self:
        number, page = map(custom_id.number, fields)
        return cls(number, page)

    async def pressed(self, interaction: Interaction) -> None:
        await change(interaction, await preview_answer(interaction, self.number, self.page))
