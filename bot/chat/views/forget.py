"""Deleting all alerts of a server, once that was confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analysis.figures import counted
from bot.chat.answers import Answer, change
from bot.chat.context import Interaction
from bot.chat.rights import desk_of, manages, server_of
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Press


@dataclass(frozen=True)
class ForgetServer(Press):
    """Deletes all alerts of the server that whoever presses may manage."""

    kind = Kind.FORGET_SERVER
    name = "forget server"

    async def pressed(self, interaction: Interaction) -> None:
        desk = desk_of(interaction)
        mine = [e for e in await desk.of_guild(server_of(interaction).id) if manages(interaction, e)]
        gone = sum([await desk.remove(each.number) for each in mine])
        await change(
            interaction, Answer(f"{counted(gone, 'alert')} deleted, with all that was kept of them.")
        )
