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
    "`/recommend` the best models for what you do and what you want to pay, and what you give up with each\n"
    "`/leaderboard` the best models, overall or in one category, by provider, price or open weights\n"
    "`/model` what is known about one model: price, context window, ranks and averages"
)
READ = (
    "Models are compared only on tests that all of them took under comparable conditions. A leader is named "
    "only past a margin of 3 to 5 points, by the number of tests; another test of the kind then agrees about "
    "9 times in 10. Otherwise the answer says that it is too close to call.\n"
    "The **provisional** lane counts all scores, the **verified** lane only those measured independently "
    "of the model's maker.\n"
    "**Rank** goes by each model's own tests, so it can differ from the comparison. **Evidence** has one to "
    "four dots: the more tests in the more categories, the more dots."
)
BUTTONS = "**All tests** lists every score with its setting, date and source."


@options.everywhere
@app_commands.command(name="help", description="What you can ask, and how to read the answers")
async def help_(interaction: Interaction) -> None:
    embed = discord.Embed(title="Which AI model to use", description=ASK)
    embed.add_field(name="How to read an answer", value=READ, inline=False)
    embed.add_field(name="Buttons", value=BUTTONS, inline=False)
    await reply(interaction, Answer(embed=embed), private=True)
