"""The options that several commands offer, and where all of them can be used."""

from collections.abc import Callable
from typing import Any, TypeVar

from discord import app_commands
from discord.app_commands import Choice

from bot.catalog.entities import Category, Lane
from bot.chat.errors import OutdatedCommand

Command = TypeVar("Command", bound=app_commands.Command[Any, ..., Any])

CATEGORIES = [Choice(name=c.value.replace("-", " ").capitalize(), value=c.value) for c in Category]
LANES = [
    Choice(name="Provisional: all scores", value=Lane.PROVISIONAL.value),
    Choice(name="Verified: independent scores only", value=Lane.VERIFIED.value),
]


def everywhere(command: Command) -> Command:
    """In servers, direct messages and group chats, added to a server or to a person."""
    anywhere: Callable[[Command], Command] = app_commands.allowed_contexts(
        guilds=True, dms=True, private_channels=True
    )
    return app_commands.allowed_installs(guilds=True, users=True)(anywhere(command))


def category(value: str | None) -> Category | None:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return Category(value) if value else None
    except ValueError as error:
        raise OutdatedCommand from error


def lane(value: str | None) -> Lane:
    """Raises ``OutdatedCommand`` for a choice that is not offered."""
    try:
        return Lane(value) if value else Lane.PROVISIONAL
    except ValueError as error:
        raise OutdatedCommand from error
