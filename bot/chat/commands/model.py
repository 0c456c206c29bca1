"""/model: what is known about one model."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands

from bot.catalog.entities import Model
from bot.catalog.resolve import resolve, settings_of
from bot.chat import completion
from bot.chat.answers import ask_back, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.failures import quoted
from bot.chat.views.model import WhichModel, model_answer
from bot.words.names import settings_typed


@options.everywhere
@app_commands.command(description="Prices, context window, scores and rank of one AI model")
@app_commands.describe(name="A model")
@app_commands.autocomplete(name=completion.models("name"))
async def model(interaction: Interaction, name: str) -> None:
    """Answer with what is known of a model, or ask which one is meant."""
    client = interaction.client
    found = resolve(client.catalog, name)
    if isinstance(found, Model):
        said = settings_typed(settings_of(client.catalog, [name]), quoted)
        await reply(interaction, replace(model_answer(client, found), content=said), private=False)
    else:
        await ask_back(interaction, WhichModel(()).asked(client.catalog, [found]))
