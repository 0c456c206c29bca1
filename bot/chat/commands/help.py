"""/help: what can be asked, and how to read an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.chat.answers import Answer, reply
from bot.chat.commands import options

if TYPE_CHECKING:
    from bot.chat.client import Interaction

ASK = (
    "`/compare` two to four models: which one to use, how sure that is, and for which needs it is another\n"
    "`/leaderboard` the best models, overall or in one category, by provider, price or open weights\n"
    "`/model` everything known about one model"
)
READ = (
    "Two models are compared only on tests that both took under comparable conditions. A leader is named "
    "only where the difference is too large to be chance; otherwise the answer says so.\n"
    "The **provisional** lane counts all scores, the **verified** lane only those measured independently "
    "of the model's maker."
)
BUTTONS = "**All tests** lists every score with its setting, date and source."


@options.everywhere
@app_commands.command(name="help", description="What you can ask, and how to read the answers")
async def help_(interaction: Interaction) -> None:
    embed = discord.Embed(title="Which AI model to use", description=ASK)
    embed.add_field(name="How to read an answer", value=READ, inline=False)
    embed.add_field(name="Buttons", value=BUTTONS, inline=False)
    await reply(interaction, Answer(embed=embed), private=True)
