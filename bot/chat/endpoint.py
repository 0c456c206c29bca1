"""Points discord.py at a Discord-compatible server. The one place that sets its process-wide switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from yarl import URL

if TYPE_CHECKING:
    # These modules of discord.py import each other in a circle; they are for type checkers only.
    from discord.types.gateway import SessionStartLimit

_DISCORDS_API = Route.BASE
_DISCORDS_GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY
_ask_for_gateway = HTTPClient.get_bot_gateway


def point_at(api: str | None, gateway: str | None) -> None:
    """Send everything discord.py does to `api` and `gateway`; None stands for Discord's own address.

    `api` ends with the version (`http://host/api/v10`), `gateway` is a ws:// or wss:// address. Call it
    before login: an open connection stays where it is. Interaction responses and webhooks follow `api`,
    because discord.py builds those addresses from the same `Route.BASE`.
    """
    Route.BASE = _DISCORDS_API if api is None else api.rstrip("/")
    # A shard that starts a new session after a failure goes here without asking the API again.
    DiscordWebSocket.DEFAULT_GATEWAY = _DISCORDS_GATEWAY if gateway is None else URL(gateway)
    chosen = _ask_for_gateway if gateway is None else _prefer_default_gateway
    HTTPClient.get_bot_gateway = chosen  # type: ignore[method-assign, assignment]


async def _prefer_default_gateway(http: HTTPClient) -> tuple[int, str, SessionStartLimit]:
    """The first login of each shard uses the address that the API names; ours overrules it."""
    shards, _, limits = await _ask_for_gateway(http)
    return shards, str(DiscordWebSocket.DEFAULT_GATEWAY), limits
