"""The objects of Discord's API, in the shape in which Discord sends them."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

Json = dict[str, Any]

_counter = itertools.count()
_DISCORD_EPOCH_MS = 1_420_070_400_000

APPLICATION_ID = 900_000_000_000_000_000
OWNER_ID = 900_000_000_000_000_016
GUILD_ID = 900_000_000_000_000_032
CHANNEL_ID = 900_000_000_000_000_048
OTHER_GUILD_ID = 900_000_000_000_000_064
OTHER_CHANNEL_ID = 900_000_000_000_000_080
GROUP_ID = 900_000_000_000_000_096

EPHEMERAL = 1 << 6
LOADING = 1 << 7
ADMINISTRATOR = 1 << 3
ALL_PERMISSIONS = str((1 << 53) - 1)
ATTACHMENT_LIMIT = 10 * 1024 * 1024


def snowflake() -> int:
    """A new id, later ones larger; always even, so that `dm_channel_id` cannot meet another."""
    return (int(time.time() * 1000) - _DISCORD_EPOCH_MS << 22) + 2 * next(_counter)


def dm_channel_id(user_id: int) -> int:
    return user_id + 1


@dataclass(frozen=True)
class User:
    """A person at the keyboard."""

    name: str
    id: int = field(default_factory=snowflake)
    locale: str = "en-US"


ADA = User("ada")
BEN = User("ben")


class Context(Enum):
    """Where a person uses the app."""

    GUILD = "a server that added the app"
    BOT_DM = "the direct messages with the bot"
    PRIVATE_CHANNEL = "a group chat without the bot, by a person who installed the app"
    OTHER_GUILD = "a server without the bot, by a person who installed the app"

    @property
    def number(self) -> int:
        """Discord's interaction context type."""
        return {Context.BOT_DM: 1, Context.PRIVATE_CHANNEL: 2}.get(self, 0)

    @property
    def installed_to_user(self) -> bool:
        return self in (Context.PRIVATE_CHANNEL, Context.OTHER_GUILD)


def user(person: User, *, bot: bool = False) -> Json:
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None if bot else person.name.title(),
        "discriminator": "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "clan": None,
        "primary_guild": None,
        "collectibles": None,
        "display_name_styles": None,
        "public_flags": 0,
        "bot": bot,
        "system": False,
    }


BOT = User("matchup", APPLICATION_ID)


def me() -> Json:
    """The bot's own user, as READY and GET /users/@me give it."""
    return {**user(BOT, bot=True), "verified": True, "mfa_enabled": False, "email": None, "flags": 0}


def application() -> Json:
    return {
        "id": str(APPLICATION_ID),
        "name": BOT.name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "is_monetized": False,
        "is_verified": False,
        "is_discoverable": False,
        "bot": user(BOT, bot=True),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "verify_key": "0" * 64,
        "flags": 0,
        "hook": True,
        "storefront_available": False,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "owner": user(User("owner", OWNER_ID)),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 1,
        "interactions_event_types": [],
        "interactions_version": 1,
        "explicit_content_filter": 0,
        "rpc_application_state": 0,
        "team": None,
    }


def member(person: User, *, bot: bool = False) -> Json:
    return {
        "user": user(person, bot=bot),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [],
        "joined_at": "2024-01-01T00:00:00.000000+00:00",
        "premium_since": None,
        "communication_disabled_until": None,
        "unusual_dm_activity_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def text_channel(channel_id: int, guild_id: int, name: str) -> Json:
    return {
        "id": str(channel_id),
        "type": 0,
        "guild_id": str(guild_id),
        "name": name,
        "topic": None,
        "position": 0,
        "nsfw": False,
        "parent_id": None,
        "permission_overwrites": [],
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "last_pin_timestamp": None,
        "flags": 0,
    }


def dm_channel(person: User) -> Json:
    return {
        "id": str(dm_channel_id(person.id)),
        "type": 1,
        "recipients": [user(person)],
        "last_message_id": None,
        "flags": 0,
    }


def group_channel(person: User) -> Json:
    return {
        "id": str(GROUP_ID),
        "type": 3,
        "name": "a group chat",
        "icon": None,
        "owner_id": str(person.id),
        "recipients": [user(person), user(BEN)],
        "last_message_id": None,
        "flags": 0,
    }


def guild(channels: list[Json]) -> Json:
    """GUILD_CREATE of the one server that has added the bot."""
    everyone = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0,
        "permissions": str(int(ALL_PERMISSIONS) & ~ADMINISTRATOR),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    empty = ("emojis", "stickers", "features", "threads", "presences", "voice_states", "stage_instances")
    absent = (
        "icon",
        "splash",
        "discovery_splash",
        "banner",
        "description",
        "vanity_url_code",
        "rules_channel_id",
    )
    return {
        "id": str(GUILD_ID),
        "name": "a server",
        "owner_id": str(OWNER_ID),
        "roles": [everyone],
        "channels": channels,
        "members": [member(BOT, bot=True)],
        "member_count": 3,
        "joined_at": "2024-01-01T00:00:00.000000+00:00",
        "large": False,
        "unavailable": False,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "application_id": None,
        "system_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "system_channel_flags": 0,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        **{key: [] for key in empty},
        **dict.fromkeys(absent),
    }


def place(person: User, context: Context) -> Json:
    """The part of an interaction that says who asks where, and by whose installation."""
    common: Json = {
        "application_id": str(APPLICATION_ID),
        "version": 1,
        "context": context.number,
        "locale": person.locale,
        "app_permissions": ALL_PERMISSIONS,
        "entitlements": [],
        "attachment_size_limit": ATTACHMENT_LIMIT,
    }
    if context.number == 0:
        guild_id, channel_id = (
            (OTHER_GUILD_ID, OTHER_CHANNEL_ID) if context.installed_to_user else (GUILD_ID, CHANNEL_ID)
        )
        channel = text_channel(channel_id, guild_id, "general")
        channel["permissions"] = ALL_PERMISSIONS
        owners = {"1": str(person.id)} if context.installed_to_user else {"0": str(guild_id)}
        return common | {
            "guild_id": str(guild_id),
            "guild": {"id": str(guild_id), "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "channel_id": str(channel_id),
            "channel": channel,
            "member": {**member(person), "permissions": ALL_PERMISSIONS},
            "authorizing_integration_owners": owners,
        }
    channel = dm_channel(person) if context is Context.BOT_DM else group_channel(person)
    return common | {
        "channel_id": channel["id"],
        "channel": channel,
        "user": user(person),
        "authorizing_integration_owners": {"0": "0"} if context is Context.BOT_DM else {"1": str(person.id)},
    }


def message(channel_id: int, sent: Json, files: list[Json], *, flags: int = 0) -> Json:
    """A message of the bot with what it `sent`, as Discord would show it."""
    new: Json = {
        "id": str(snowflake()),
        "type": 0,
        "channel_id": str(channel_id),
        "author": user(BOT, bot=True),
        "application_id": str(APPLICATION_ID),
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "content": "",
        "embeds": [],
        "components": [],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": bool(sent.get("tts")),
        "flags": flags | (sent.get("flags") or 0),
    }
    if "nonce" in sent:
        new["nonce"] = sent["nonce"]
    change(new, sent, files)
    return new


def change(shown: Json, sent: Json, files: list[Json]) -> None:
    """Edit the message `shown` by what the bot `sent`: a key that is not there leaves its part alone."""
    if "content" in sent:
        shown["content"] = sent["content"] or ""
    if "embeds" in sent:
        shown["embeds"] = [{"type": "rich", **embed} for embed in sent["embeds"] or []]
    if "components" in sent:
        ids = itertools.count(1)
        shown["components"] = [_numbered(component, ids) for component in sent["components"] or []]
    if "attachments" in sent or files:
        kept = {str(attachment["id"]) for attachment in sent.get("attachments") or []}
        shown["attachments"] = [old for old in shown["attachments"] if old["id"] in kept] + files


def _numbered(component: Json, ids: itertools.count[int]) -> Json:
    """Discord gives each component a number of its own within the message."""
    numbered = {"id": next(ids), **component}
    if "components" in component:
        numbered["components"] = [_numbered(part, ids) for part in component["components"]]
    if "accessory" in component:
        numbered["accessory"] = _numbered(component["accessory"], ids)
    return numbered
