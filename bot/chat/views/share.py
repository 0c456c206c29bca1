"""Share: a private answer for everybody in the channel."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated

import discord

from bot.chat.answers import Answer, add, change
from bot.chat.context import Context, Interaction
from bot.chat.views.custom_id import VERSION, Form, Kind
from bot.chat.views.press import Button, Press
from bot.errors import MayNotWrite


class Shareable(Press):
    """A press whose answer can be shared."""

    @abstractmethod
    def shared(self, client: Context, person: int) -> Answer:
        """The answer for everybody, of which ``person`` may change what can be changed."""


def _shareable(text: str) -> Shareable:
    press = Press.of(VERSION + text)
    if not isinstance(press, Shareable):
        raise ValueError(text)
    return press


_SHAREABLE = Form(".+", lambda what: what.custom_id.removeprefix(VERSION), _shareable)


@dataclass(frozen=True)
class Share(Press):
    """Posts the answer of another press for everybody in the channel."""

    kind = Kind.SHARE
    name = "share"
    what: Annotated[Shareable, _SHAREABLE]

    async def pressed(self, interaction: Interaction) -> None:
        await post(interaction, self, self.what.shared(interaction.client, interaction.user.id))


def share_button(what: Shareable, *, row: int | None = None) -> Button:
    """The button that posts the answer of a press for everybody."""
    return Button.of(Share(what), "Share", row=row)


async def post(interaction: Interaction, share: Press, answer: Answer) -> None:
    """Posts what a button shares. Raises ``MayNotWrite`` where the person or the bot may not write."""
    _refuse_where_silent(interaction)
    message = interaction.message
    if message and not interaction.client.first_share(message.id, share.custom_id):
        await interaction.response.defer()  # A second click before the button was gone.
        return
    # The private copy loses its button, so that nobody posts the same answer twice.
    await change(interaction, answer)
    await add(interaction, answer)


def _refuse_where_silent(interaction: Interaction) -> None:
    if interaction.guild_id is None:
        return
    threads = isinstance(interaction.channel, discord.Thread)

    def may(permissions: discord.Permissions) -> bool:
        return permissions.send_messages_in_threads if threads else permissions.send_messages

    if not may(interaction.permissions):
        raise MayNotWrite("person")
    # Added to a person alone, the bot has no rights of its own in the channel.
    personal = interaction.is_user_integration() and not interaction.is_guild_integration()
    if not personal and not may(interaction.app_permissions):
        raise MayNotWrite("bot")
