"""What the bot has to be allowed in a channel to tell it something."""

import discord

Channel = discord.abc.GuildChannel | discord.Thread


def missing_permissions(channel: Channel) -> tuple[str, ...]:
    """The permissions that the bot lacks to post there, as Discord names them; empty if it can."""
    me, thread = channel.guild.me, isinstance(channel, discord.Thread)
    try:
        allowed = channel.permissions_for(me)
    except discord.ClientException:
        return ("View Channel",)
    wanted = ["view_channel", "send_messages_in_threads" if thread else "send_messages", "embed_links"]
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        wanted.append("connect")
    if isinstance(channel, discord.Thread) and channel.is_private() and channel.me is None:
        # Into a private thread only those come who were added to it, or who may manage all.
        wanted.append("manage_threads")
    return tuple(
        name.replace("_", " ").title().replace(" In ", " in ")
        for name in wanted
        if not getattr(allowed, name)
    )
