"""What the bot is measured against: a discord.py client that answers /compare with one fixed embed.

Run as a process, it takes the server's addresses and token from the variables that the bot takes, and on
stdin one line of JSON: ``embed`` and ``buttons`` of its answer, and the ``libraries`` that it imports first.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import discord
from discord import app_commands

from bot.chat.endpoint import point_at


class PlainClient(discord.AutoShardedClient):
    """The intents and options of ``MatchupClient``, and nothing to work out."""

    def __init__(self, embed: dict[str, Any], buttons: list[dict[str, Any]]) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.tree = app_commands.CommandTree(self)
        answer = discord.Embed.from_dict(embed)

        # The commands are registered already: they are those of the bot.
        @self.tree.command(name="compare", description="The same answer to everything")
        async def compare(
            interaction: discord.Interaction,
            model_a: str,
            model_b: str,
            model_c: str | None = None,
            model_d: str | None = None,
            priority: str | None = None,
            lane: str | None = None,
            private: bool = False,
        ) -> None:
            view = discord.ui.View(timeout=None)
            for button in buttons:
                view.add_item(discord.ui.Button(label=button["label"], custom_id=button["custom_id"]))
            await interaction.response.send_message(embed=answer, view=view, ephemeral=private)


def main() -> None:
    told = json.loads(sys.stdin.readline())
    for library in told["libraries"]:
        with suppress(ImportError):  # Libraries try others, and do without.
            import_module(library)
    point_at(os.environ["MATCHUP_DISCORD_API"], os.environ["MATCHUP_DISCORD_GATEWAY"])
    PlainClient(told["embed"], told["buttons"]).run(os.environ["MATCHUP_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
