"""/value: which models give most for the money."""

from __future__ import annotations

from discord import app_commands

from bot.analysis.value import value as valued
from bot.charts.subjects import value_drawing
from bot.chat.answers import Answer, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.embeds.value import value_embed


@options.everywhere
@app_commands.command(description="The best AI models for every price, overall or in one category")
@app_commands.describe(category="What the models are measured by")
@app_commands.choices(category=options.CATEGORIES)
async def value(interaction: Interaction, category: str | None = None) -> None:
    """Answer with the models that are worth their price."""
    client = interaction.client
    found = valued(client.catalog, options.category(category))
    answer = Answer(embed=value_embed(found, client.today()), picture=value_drawing(found))
    await reply(interaction, answer, private=False)
