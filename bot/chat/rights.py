"""Who may manage which alerts: those with Manage Channels in its channel; of a direct message, its reader."""

from __future__ import annotations

import discord

from bot.alerts.access import Place, missing
from bot.alerts.desk import Desk
from bot.chat.context import Interaction
from bot.errors import (
    CannotPost,
    NoAlerts,
    NoMessagesThere,
    NoSuchAlert,
    NotAllowed,
    NotInServer,
    NotMentionable,
    OutdatedCommand,
)
from bot.news.alert import Subscription


def desk_of(interaction: Interaction) -> Desk:
    """Raises ``NoAlerts`` where none are kept."""
    if interaction.client.desk is None:
        raise NoAlerts
    return interaction.client.desk


def server_of(interaction: Interaction) -> discord.Guild:
    """The server with its channels. Raises ``NotInServer`` where the bot is no member of it."""
    if interaction.guild_id is None:
        raise OutdatedCommand
    guild = interaction.client.get_guild(interaction.guild_id)
    if guild is None or guild.unavailable or guild.me is None:
        raise NotInServer(interaction.client.install_link)
    return guild


def place_of(interaction: Interaction, place: int) -> Place | None:
    """A channel or thread of the server, None where the bot does not know it (any more)."""
    found = server_of(interaction).get_channel_or_thread(place)
    if found is None and interaction.channel_id == place and isinstance(interaction.channel, discord.Thread):
        return interaction.channel
    return found


def allowed(interaction: Interaction, place: int) -> discord.Permissions:
    """What whoever asks may do in a channel; in the whole server where the channel is not known."""
    if interaction.channel_id == place:
        return interaction.permissions
    member, found = interaction.user, place_of(interaction, place)
    if not isinstance(member, discord.Member):
        return discord.Permissions.none()
    if found is None or (isinstance(found, discord.Thread) and found.parent is None):
        return member.guild_permissions
    return found.permissions_for(member)


def manages(interaction: Interaction, held: Subscription) -> bool:
    """Whether whoever asks may change an alert: their own, or one of a channel that they may manage."""
    if held.guild is None:
        return held.place == interaction.user.id
    return held.guild == interaction.guild_id and allowed(interaction, held.place).manage_channels


async def managed(interaction: Interaction, number: int) -> Subscription:
    """An alert that whoever asks may manage. Raises ``NoSuchAlert``, also for one that is kept for another
    server or person, and ``NotAllowed``."""
    held = await desk_of(interaction).one(number)
    there = held is not None and (
        held.guild == interaction.guild_id if held.guild is not None else held.place == interaction.user.id
    )
    if held is None or not there:
        raise NoSuchAlert(number)
    if not manages(interaction, held):
        raise NotAllowed(f"<#{held.place}>")
    return held


def to_post_in(interaction: Interaction, place: int) -> Place:
    """The channel, if whoever asks may manage alerts there and the bot can post. Raises ``NotAllowed``,
    ``NoMessagesThere``, ``CannotPost``."""
    shown, found = f"<#{place}>", place_of(interaction, place)
    if not allowed(interaction, place).manage_channels:
        raise NotAllowed(shown)
    if isinstance(found, discord.ForumChannel | discord.CategoryChannel):
        raise NoMessagesThere(shown, forum=isinstance(found, discord.ForumChannel))
    if found is None:
        raise CannotPost(shown, ("View Channel",))
    if lacking := missing(found):
        raise CannotPost(shown, lacking)
    return found


def to_mention(interaction: Interaction, place: int, role: discord.Role) -> int:
    """The id of a role that the bot may mention in a channel, and whoever asks as well. Raises
    ``NotMentionable``."""
    if role.is_default():
        raise NotMentionable(role.name, everyone=True, bot=True)
    found = place_of(interaction, place)
    if not role.mentionable:
        if found is None or not found.permissions_for(found.guild.me).mention_everyone:
            raise NotMentionable(role.name, everyone=False, bot=True)
        if not allowed(interaction, place).mention_everyone:
            raise NotMentionable(role.name, everyone=False, bot=False)
    return role.id
