"""Who may manage which alerts: those with Manage Channels in its channel; of a direct message, its reader."""

from __future__ import annotations

import discord

from bot.alerts.access import Channel, missing_permissions
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
from bot.news.alert import Alert
from bot.store.alerts import find
from bot.store.store import Store


def store_of(interaction: Interaction) -> Store:
    """Where alerts are kept. Raises ``NoAlerts`` where none are."""
    if interaction.client.store is None:
        raise NoAlerts
    return interaction.client.store


def server_of(interaction: Interaction) -> discord.Guild:
    """The server with its channels. Raises ``NotInServer`` where the bot is no member of it."""
    if interaction.guild_id is None:
        raise OutdatedCommand
    guild = interaction.client.get_guild(interaction.guild_id)
    if guild is None or guild.unavailable or guild.me is None:
        raise NotInServer(interaction.client.install_link)
    return guild


def channel_of(interaction: Interaction, number: int) -> Channel | None:
    """A channel or thread of the server, None where the bot does not know it (any more)."""
    channel = server_of(interaction).get_channel_or_thread(number)
    if (
        channel is None
        and interaction.channel_id == number
        and isinstance(interaction.channel, discord.Thread)
    ):
        return interaction.channel
    return channel


def permissions_in(interaction: Interaction, number: int) -> discord.Permissions:
    """What whoever asks may do in a channel; in the whole server where the channel is not known."""
    if interaction.channel_id == number:
        return interaction.permissions
    member, channel = interaction.user, channel_of(interaction, number)
    if not isinstance(member, discord.Member):
        return discord.Permissions.none()
    if channel is None or (isinstance(channel, discord.Thread) and channel.parent is None):
        return member.guild_permissions
    return channel.permissions_for(member)


def may_manage(interaction: Interaction, alert: Alert) -> bool:
    """Whether whoever asks may change and end the alert."""
    return _is_within_reach(interaction, alert) and (
        alert.guild is None or permissions_in(interaction, alert.channel).manage_channels
    )


def _is_within_reach(interaction: Interaction, alert: Alert) -> bool:
    """Whether it belongs to the server of the interaction, or is a watch of whoever asks."""
    if alert.guild is None:
        return alert.channel == interaction.user.id
    return alert.guild == interaction.guild_id


async def alert_to_manage(interaction: Interaction, number: int) -> Alert:
    """An alert that whoever asks may manage. Raises ``NoSuchAlert``, also for one that is kept for another
    server or person, and ``NotAllowed``."""
    alert = await find(store_of(interaction), number)
    if alert is None or not _is_within_reach(interaction, alert):
        raise NoSuchAlert(number)
    if not may_manage(interaction, alert):
        raise NotAllowed(f"<#{alert.channel}>")
    return alert


def require_channel(interaction: Interaction, number: int) -> Channel:
    """The channel, if whoever asks may manage alerts there and the bot can post. Raises ``NotAllowed``,
    ``NoMessagesThere``, ``CannotPost``."""
    shown, channel = f"<#{number}>", channel_of(interaction, number)
    if not permissions_in(interaction, number).manage_channels:
        raise NotAllowed(shown)
    if isinstance(channel, discord.ForumChannel | discord.CategoryChannel):
        raise NoMessagesThere(shown, forum=isinstance(channel, discord.ForumChannel))
    if channel is None:
        raise CannotPost(shown, ("View Channel",))
    if lacking := missing_permissions(channel):
        raise CannotPost(shown, lacking)
    return channel


def require_role(interaction: Interaction, number: int, role: discord.Role) -> int:
    """The id of a role that the bot may mention in a channel, and whoever asks as well. Raises
    ``NotMentionable``."""
    if role.is_default():
        raise NotMentionable(role.name, everyone=True, bot=True)
    channel = channel_of(interaction, number)
    if not role.mentionable:
        if channel is None or not channel.permissions_for(channel.guild.me).mention_everyone:
            raise NotMentionable(role.name, everyone=False, bot=True)
        if not permissions_in(interaction, number).mention_everyone:
            raise NotMentionable(role.name, everyone=False, bot=False)
    return role.id
