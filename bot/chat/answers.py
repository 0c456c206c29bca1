"""Answer: what a person gets to see, and the three ways to show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
from discord.utils import MISSING

from bot.chat.views.press import Button, Menu, view_of

if TYPE_CHECKING:
    from bot.chat.client import Interaction


@dataclass(frozen=True)
class Answer:
    """A message: ``content`` (at most 2,000 characters), an embed, buttons and menus."""

    content: str = ""
    embed: discord.Embed | None = None
    buttons: Sequence[Button | Menu] = ()


async def reply(interaction: Interaction, answer: Answer, *, private: bool) -> None:
    """A new message; ``private`` is for the eyes of the person alone."""
    await interaction.response.send_message(
        answer.content or MISSING,
        embed=answer.embed or MISSING,
        view=view_of(answer.buttons) or MISSING,
        ephemeral=private,
    )


async def change(interaction: Interaction, answer: Answer) -> None:
    """The message whose button was pressed becomes the answer."""
    await interaction.response.edit_message(
        content=answer.content or None,
        embeds=[answer.embed] if answer.embed else [],
        view=view_of(answer.buttons),
    )


async def add(interaction: Interaction, answer: Answer) -> None:
    """One more message for everybody, after the interaction has been answered."""
    await interaction.followup.send(
        answer.content or MISSING,
        embed=answer.embed or MISSING,
        view=view_of(answer.buttons) or MISSING,
    )


async def ask_back(interaction: Interaction, answer: Answer) -> None:
    """A question instead of an answer, for the person alone, so that no channel fills with them."""
    interaction.extras["outcome"] = "asked back"
    await reply(interaction, answer, private=True)
