"""/watch, /unwatch and /forget: what a person is told in direct messages, and what is stored about them."""

from __future__ import annotations

from discord import app_commands

from bot.catalog.entities import Model
from bot.catalog.resolve import resolve
from bot.chat import completion
from bot.chat.answers import Answer, ask_back, reply
from bot.chat.commands import options
from bot.chat.context import Interaction
from bot.chat.rights import store_of
from bot.chat.views.alert_settings import confirmation
from bot.chat.views.watch import WhichToWatch, watch_answer
from bot.errors import NotWatched, UnsureModel
from bot.store import alerts

FORGOTTEN = (
    "All that was stored about you is deleted: the models that you watched, and your id at alerts that you "
    "set up for a server. Those alerts go on; whoever may manage their channel can end them."
)
NOTHING = "Nothing is stored about you."
NONE_LEFT = "You are told of no models any more."


@options.everywhere
@app_commands.command(description="Get a direct message when something about an AI model changes")
@app_commands.describe(model="A model")
@app_commands.autocomplete(model=completion.models("model"))
async def watch(interaction: Interaction, model: str) -> None:
    """Watch a model, or ask which one is meant. Raises as ``watch_answer``."""
    found = resolve(interaction.client.catalog, model)
    if isinstance(found, Model):
        await reply(interaction, await watch_answer(interaction, found), private=True)
    else:
        await ask_back(interaction, WhichToWatch(()).asked(interaction.client.catalog, [found]))


@options.everywhere
@app_commands.command(description="No more direct messages about an AI model, or about any")
@app_commands.describe(model="A model that you watch (if left out: all of them)")
@app_commands.autocomplete(model=completion.watched)
async def unwatch(interaction: Interaction, model: str | None = None) -> None:
    """Watch a model no more, or none at all. Raises ``NotWatched``, ``UnsureModel``."""
    store, catalog, person = store_of(interaction), interaction.client.catalog, interaction.user.id
    alert = await alerts.watch_of(store, person)
    if alert is None:
        raise NotWatched(None)
    number = None
    if model is not None:
        found = resolve(catalog, model)
        if not isinstance(found, Model):
            raise UnsureModel(found.typed, found.reason, found.nearest(catalog))
        if found.number not in alert.taste.models:
            raise NotWatched(found.display_name)
        number = found.number
    left = await alerts.unwatch(store, person, number, interaction.client.now())
    await reply(interaction, confirmation(catalog, left) if left else Answer(NONE_LEFT), private=True)


@options.everywhere
@app_commands.command(description="Delete what is stored about you: watched models, your id at alerts")
async def forget(interaction: Interaction) -> None:
    """Delete what is stored about the person."""
    rows = await alerts.forget(store_of(interaction), interaction.user.id)
    await reply(interaction, Answer(FORGOTTEN if rows else NOTHING), private=True)
