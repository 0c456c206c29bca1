"""What the bot has to be allowed in a channel to tell it something."""

import discord

Place = discord.abc.GuildChannel | discord.Thread


def missing(place: Place) -> tuple[str, ...]:
    """The permissions that the bot lacks to post there, as Discord names them; empty if it can."""
    me, thread = place.guild.me, isinstance(place, discord.Thread)
    try:
        allowed = place.permissions_for(me)
    except discord.ClientException:
        return ("View Channel",)
    wanted = ["view_channel", "send_messages_in_threads" if thread else "send_messages", "embed_links"]
    if isinstance(place, discord.VoiceChannel | discord.StageChannel):
        wanted.append("connect")
    if isinstance(place, discord.Thread) and place.is_private() and place.me is None:
        # Into a private thread only those come who were added to it, or who may manage all.
        wanted.append("manage_threads")
    return tuple(
        name.replace("_", " ").title().replace(" In ", " in ")
        for name in wanted
        if not getattr(allowed, name)
    )
