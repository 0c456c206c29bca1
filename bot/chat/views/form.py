"""Forms that Discord opens over a message, and what people typed or chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from bot.chat.context import Interaction
from bot.chat.views.press import Press
from bot.errors import OutdatedButton
from bot.words.text import fitted

LONGEST_LABEL, LONGEST_NOTE, LONGEST_HINT = 45, 100, 100


async def ask(interaction: Interaction, press: Press, title: str, *fields: discord.ui.Label[Any]) -> None:
    """Opens a form, which is answered by ``press`` once it is sent."""
    form = discord.ui.Modal(title=fitted(title, LONGEST_LABEL), custom_id=press.custom_id)
    for field in fields:
        form.add_item(field)
    # What is sent reaches ``press`` by its custom id. A form that listens would be forgotten at a restart.
    form.stop()
    await interaction.response.send_modal(form)


def text(
    key: str, label: str, *, hint: str = "", note: str = "", most: int, held: str = "", needed: bool = True
) -> discord.ui.Label[Any]:
    """A line to type in: ``hint`` stands in it while it is empty, ``held`` is there from the start."""
    line: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=key,
        placeholder=fitted(hint, LONGEST_HINT) or None,
        default=held[:most] or None,
        required=needed,
        max_length=most,
    )
    return discord.ui.Label(
        text=fitted(label, LONGEST_LABEL), description=fitted(note, LONGEST_NOTE) or None, component=line
    )


def choice(key: str, label: str, options: Sequence[discord.SelectOption]) -> discord.ui.Label[Any]:
    """One of at most 25 options."""
    menu: discord.ui.Select[Any] = discord.ui.Select(custom_id=key, options=list(options), required=True)
    return discord.ui.Label(text=fitted(label, LONGEST_LABEL), component=menu)


def sent(interaction: Interaction) -> Mapping[str, str]:
    """Key to what was typed or chosen. Raises ``OutdatedButton`` where no form was sent."""
    match interaction.data:
        case {"components": [*components]}:
            return dict(_filled(components))
    raise OutdatedButton


def _filled(components: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for component in components:
        match component:
            case {"component": inner}:
                yield from _filled([inner])
            case {"custom_id": str(key), "value": str(value)}:
                yield key, value
            case {"custom_id": str(key), "values": [str(value)]}:
                yield key, value
