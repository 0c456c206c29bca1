"""Answer: what a person gets to see, and the three ways to show it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.utils import MISSING

from bot.chat.context import Interaction
from bot.chat.gallery import Subject
from bot.chat.views.press import Control, view_of

# Seconds for which an answer that takes a while is waited for before it is announced.
SOON = 1.0
# Lines of a description that stay above the picture: what is longer is a list.
GLANCE = 6


@dataclass(frozen=True)
class Answer:
    """A message: ``content`` (at most 2,000 characters), an embed, buttons and menus, and what its picture
    shows; ``drawn`` are the fields that say the same and are left out beside it."""

    content: str = ""
    embed: discord.Embed | None = None
    buttons: Sequence[Control] = ()
    picture: Subject = None
    drawn: Collection[str] = ()


async def reply(interaction: Interaction, answer: Answer, *, private: bool) -> None:
    """A new message; ``private`` is for the eyes of the person alone."""
    gallery = interaction.client.gallery
    picture = await gallery.picture(answer.picture)
    sent = await interaction.response.send_message(
        answer.content or MISSING,
        **_shown(answer, picture.file),
        view=view_of(answer.buttons) or MISSING,
        ephemeral=private,
    )
    gallery.attach_later(sent.message_id, picture, _attach(answer, interaction.edit_original_response))


async def reply_soon(interaction: Interaction, coming: Coroutine[Any, Any, Answer]) -> None:
    """A new message for everybody; where the answer takes a while, Discord says meanwhile that it comes."""
    task = asyncio.create_task(coming)
    await asyncio.wait({task}, timeout=SOON)
    if task.done():
        await reply(interaction, await task, private=False)
        return
    await interaction.response.defer(thinking=True)
    answer = await task
    picture = await interaction.client.gallery.picture(answer.picture)
    message = await interaction.edit_original_response(
        content=answer.content or None,
        **_shown(answer, picture.file, "attachments"),
        view=view_of(answer.buttons),
    )
    attach = _attach(answer, interaction.edit_original_response)
    interaction.client.gallery.attach_later(message.id, picture, attach)


async def change(interaction: Interaction, answer: Answer) -> None:
    """The message whose button was pressed becomes the answer; its picture goes with what it showed."""
    gallery = interaction.client.gallery
    message_id = interaction.message.id if interaction.message else None
    picture = await gallery.picture(answer.picture)
    await gallery.turn_page(message_id)
    file = picture.file
    await interaction.response.edit_message(
        content=answer.content or None,
        embeds=_embeds(answer, file),
        view=view_of(answer.buttons),
        attachments=[file] if file else [],
    )
    gallery.attach_later(message_id, picture, _attach(answer, interaction.edit_original_response))


async def add(interaction: Interaction, answer: Answer) -> None:
    """One more message for everybody, after the interaction has been answered."""
    gallery = interaction.client.gallery
    picture = await gallery.picture(answer.picture)
    message = await interaction.followup.send(
        answer.content or MISSING,
        **_shown(answer, picture.file),
        view=view_of(answer.buttons) or MISSING,
        wait=True,
    )
    gallery.attach_later(message.id, picture, _attach(answer, message.edit))


async def ask_back(interaction: Interaction, answer: Answer) -> None:
    """A question instead of an answer, for the person alone, so that no channel fills with them."""
    interaction.extras["outcome"] = "asked back"
    await reply(interaction, answer, private=True)


def _shown(answer: Answer, file: discord.File | None, files: str = "files") -> dict[str, Any]:
    """Embeds and file of a message, as far as it has any."""
    return {"embeds": _embeds(answer, file) or MISSING, files: [file] if file else MISSING}


def _attach(answer: Answer, edit: Callable[..., Awaitable[Any]]) -> Callable[[discord.File], Awaitable[Any]]:
    """Edits a message that shows the answer so that it has the picture too."""
    return lambda file: edit(embeds=_embeds(answer, file), attachments=[file])


def _embeds(answer: Answer, file: discord.File | None) -> list[discord.Embed]:
    """The embed; with a picture it is two, so that what is read at a glance comes first: the title, a short
    description and the picture, then everything else."""
    if answer.embed is None:
        return []
    if file is None:
        return [answer.embed]
    whole = answer.embed
    glance = discord.Embed(title=whole.title, colour=whole.colour)
    glance.set_image(url=f"attachment://{file.filename}")
    rest = discord.Embed(description=whole.description, colour=whole.colour)
    if whole.footer.text:
        rest.set_footer(text=whole.footer.text)
    for field in whole.fields:
        if field.name not in answer.drawn:
            rest.add_field(name=field.name, value=field.value, inline=False)
    if len((whole.description or "").splitlines()) <= GLANCE:
        glance.description, rest.description = whole.description, None
    return [glance, rest] if rest.description or rest.fields or rest.footer else [glance]
