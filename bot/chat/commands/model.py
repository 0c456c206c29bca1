"""/model: what is known about one model."""

from __future__ import annotations

from discord import app_commands

from bot.catalog.entities import Model
from bot.catalog.resolve import resolve
from bot.chat import completion
from bot.chat.answers import ask_back, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.views.model import WhichModel, model_answer


@options.everywhere
@app_commands.command(description="Prices, context window, scores and rank of one AI model")
@app_commands.describe(name="A model")
@app_commands.autocomplete(name=completion.models("name"))
async def model(interaction: Interaction, name: str) -> None:
    """Answer with what is known of a model, or ask which one is meant."""
    client = interaction.client
    found = resolve(client.catalog, name)
    if isinstance(found, Model):
        await reply(interaction, model_answer(client, found), private=False)
    else:
        await ask_back(interaction, WhichModel(()).asked(client.catalog, [found]))
