"""Deleting all alerts of a server, once that was confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.analysis.figures import counted
from bot.chat.answers import Answer, change
from bot.chat.context import Interaction
from bot.chat.rights import may_manage, server_of, store_of
from bot.chat.views.custom_id import Kind
from bot.chat.views.press import Press
from bot.store.alerts import of_server, remove


@dataclass(frozen=True)
class ForgetServer(Press):
    """Deletes all alerts of the server that whoever presses may manage."""

    kind = Kind.FORGET_SERVER
    name = "forget server"

    async def pressed(self, interaction: Interaction) -> None:
        store = store_of(interaction)
        alerts = await of_server(store, server_of(interaction).id)
        deleted = sum([await remove(store, each.number) for each in alerts if may_manage(interaction, each)])
        await change(
            interaction, Answer(f"{counted(deleted, 'alert')} deleted, with all that was kept of them.")
        )
