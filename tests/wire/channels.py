"""Channels and direct messages: what stands there, who may post and read, which nonces are known."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from . import payloads
from .interactions import Rejected
from .payloads import GUILD_ID, Json

VIEW, SEND, EMBED, READ_HISTORY = 1 << 10, 1 << 11, 1 << 14, 1 << 16
NONCES_KNOWN_S = 300.0


@dataclass
class Channels:
    """`nonces_known_s` is how long Discord remembers a nonce; `refusing` are people who take no messages."""

    known: dict[int, Json] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    nonces_known_s: float = NONCES_KNOWN_S
    refusing: set[int] = field(default_factory=set)
    anywhere: bool = False
    """Whether every id is a channel."""
    _of_channel: dict[int, list[Json]] = field(default_factory=dict)
    _nonces: dict[tuple[int, str], tuple[float, Json]] = field(default_factory=dict)

    def add_text(self, name: str, channel_id: int | None = None) -> Json:
        channel = payloads.text_channel(channel_id or payloads.snowflake(), GUILD_ID, name)
        self.known[int(channel["id"])] = channel
        return channel

    def let_pass(self, seconds: float) -> None:
        """Nonces are older by so much."""
        self._nonces = {key: (at - seconds, message) for key, (at, message) in self._nonces.items()}

    def allow_all_but(self, channel_id: int, denied: int) -> Json:
        """Everybody has all permissions in the channel but these; returns it."""
        channel = self.known[channel_id]
        overwrite = {"id": str(GUILD_ID), "type": 0, "allow": "0", "deny": str(denied)}
        channel["permission_overwrites"] = [overwrite] if denied else []
        return channel

    def post(self, channel_id: str, sent: Json, files: list[Json]) -> Json:
        channel = self.reached(channel_id, SEND | (EMBED if sent.get("embeds") else 0))
        number = int(channel["id"])
        if any(int(person["id"]) in self.refusing for person in channel.get("recipients", ())):
            raise Rejected(403, 50007, "Cannot send messages to this user")
        key = (number, str(sent.get("nonce")))
        if sent.get("nonce") is not None and sent.get("enforce_nonce") and key in self._nonces:
            at, earlier = self._nonces[key]
            if time.monotonic() - at < self.nonces_known_s:
                return earlier
        message = payloads.message(number, sent, files)
        if sent.get("nonce") is not None:
            self._nonces[key] = (time.monotonic(), message)
        self.messages.append(message)
        self._of_channel.setdefault(number, []).append(message)
        return message

    def history(self, channel_id: str, query: dict[str, str]) -> list[Json]:
        """The newest first: all, those before an id, or the oldest of those after one."""
        number = int(self.reached(channel_id, READ_HISTORY)["id"])
        limit = int(query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise Rejected(400, 50035, "Invalid Form Body: limit")
        found = self._of_channel.get(number, [])
        if "after" in query:
            return [m for m in found if int(m["id"]) > int(query["after"])][:limit][::-1]
        if "before" in query:
            found = [m for m in found if int(m["id"]) < int(query["before"])]
        return found[-limit:][::-1]

    def reached(self, channel_id: str, needed: int = 0) -> Json:
        """Raises `Rejected` where the bot may not look, or may not do what it asks for."""
        number = int(channel_id)
        if number in (payloads.GROUP_ID, payloads.OTHER_CHANNEL_ID):
            raise Rejected(403, 50001, "Missing Access")
        if self.anywhere and number not in self.known:
            self.add_text("a channel", number)
        if number not in self.known:
            raise Rejected(404, 10003, "Unknown Channel")
        channel = self.known[number]
        denied = sum(int(each["deny"]) for each in channel.get("permission_overwrites", ()))
        if denied & VIEW:
            raise Rejected(403, 50001, "Missing Access")
        if denied & needed:
            raise Rejected(403, 50013, "Missing Permissions")
        return channel

    def message(self, channel_id: str, message_id: str) -> Json:
        self.reached(channel_id)
        for message in self.messages:
            if message["id"] == message_id and message["channel_id"] == channel_id:
                return message
        raise Rejected(404, 10008, "Unknown Message")

    def delete(self, channel_id: str, message_id: str) -> None:
        message = self.message(channel_id, message_id)
        self.messages.remove(message)
        self._of_channel[int(channel_id)].remove(message)

    def open_dm(self, person: int) -> Json:
        channel = payloads.dm_channel(payloads.User("someone", person))
        return self.known.setdefault(int(channel["id"]), channel)
