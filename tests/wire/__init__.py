"""A small Discord-compatible gateway and REST server on loopback, and a check of what is sent to it."""

from .commands import NotOffered, buttons, components
from .faults import Weather
from .interactions import Interaction, NoAnswer
from .openapi import DiscordSchema
from .payloads import ADA, BEN, CHANNEL_ID, GUILD_ID, Context, User
from .server import DiscordServer

__all__ = [
    "ADA",
    "BEN",
    "CHANNEL_ID",
    "GUILD_ID",
    "Context",
    "DiscordSchema",
    "DiscordServer",
    "Interaction",
    "NoAnswer",
    "NotOffered",
    "User",
    "Weather",
    "buttons",
    "components",
]
