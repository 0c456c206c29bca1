"""What an alert would have sent lately."""

from __future__ import annotations

from dataclasses import dataclass

from discord.utils import format_dt

from bot.chat.answers import Answer, change, reply
from bot.chat.context import Interaction
from bot.chat.embeds.alert import alert_embed
from bot.chat.rights import alert_to_manage, store_of
from bot.chat.views.custom_id import Kind
from bot.chat.views.paging import page_buttons
from bot.chat.views.press import Press
from bot.news.alert import Alert
from bot.news.editions import LOOK_BACK, preview
from bot.store.editions import regular_since
from bot.words.alerts import preview_words


async def preview_answer(interaction: Interaction, number: int, page: int = 0) -> Answer:
    """The messages of the last 30 days, the newest first; of number 0 those of an alert with no options.

    Raises as ``alert_to_manage``.
    """
    if number:
        alert = await alert_to_manage(interaction, number)
    else:
        alert = Alert(guild=interaction.guild_id, channel=interaction.channel_id or 0, person=None)
    now = interaction.client.now()
    messages = preview(alert, await regular_since(store_of(interaction), now - LOOK_BACK), now)
    page = min(page, max(0, len(messages) - 1))
    if not messages:
        return Answer(preview_words(0, 0, ""))
    message = messages[-1 - page]
    return Answer(
        preview_words(len(messages), page, format_dt(message.at, "D")),
        embed=alert_embed(message.changes, alert, message.since),
        buttons=page_buttons(lambda to: PreviewPage(number, to), page, len(messages)),
    )


@dataclass(frozen=True)
class Preview(Press):
    """Opens the preview for the eyes of whoever asks."""

    kind = Kind.PREVIEW
    name = "alert preview"
    number: int

    async def pressed(self, interaction: Interaction) -> None:
        await reply(interaction, await preview_answer(interaction, self.number), private=True)


@dataclass(frozen=True)
class PreviewPage(Press):
    """Turns to a page of it, from 0 on."""

    kind = Kind.PREVIEW_PAGE
    name = "alert preview page"
    number: int
    page: int

    async def pressed(self, interaction: Interaction) -> None:
        await change(interaction, await preview_answer(interaction, self.number, self.page))
