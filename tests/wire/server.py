"""A small Discord on loopback: what tests of the whole bot, and benchmarks, talk to."""

from __future__ import annotations

import asyncio
import copy
import secrets
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from . import payloads
from .channels import Channels
from .commands import NotOffered, command_data, component_of, form_data
from .faults import CUT, LOST, Fault, Limit, Weather
from .gateway import Gateway, Login
from .happenings import Happenings
from .interactions import DEFERRED_MESSAGE, Interaction, NoAnswer
from .payloads import ADA, CHANNEL_ID, GUILD_ID, Context, Json, User
from .rest import BodyCheck, Request, Rest


class DiscordServer:
    """Gateway and REST API for one bot with one server, `GUILD_ID`, and its channel `CHANNEL_ID`.

    `patience_s` is how long an interaction may stay without an answer (on Discord 3 s). With a `schema`,
    a body that it refuses is refused here too, as Discord does (400, code 50035).
    """

    def __init__(
        self, token: str, *, shards: int = 1, patience_s: float = 3.0, schema: BodyCheck | None = None
    ) -> None:
        self.token = token
        self.patience_s = patience_s
        self.interactions: list[Interaction] = []
        self._happenings = Happenings()
        self._guild_channels: list[Json] = []
        self._gateway = Gateway(shards, self._current_token, self._guild_channels, self._happenings)
        self._rest = Rest(self._gateway, self._current_token, schema, self._happenings)
        self._runner: web.AppRunner | None = None
        self.add_channel("general", CHANNEL_ID)

    def _current_token(self) -> str:
        return self.token

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get("/", self._gateway.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._gateway.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    # Where it is, what it has seen

    @property
    def gateway(self) -> str:
        return self._gateway.url

    @property
    def api(self) -> str:
        return f"{self._gateway.url.replace('ws:', 'http:')}api/v10"

    @property
    def environment(self) -> dict[str, str]:
        """What a `matchup run` needs to come here."""
        return {
            "MATCHUP_TOKEN": self.token,
            "MATCHUP_DISCORD_API": self.api,
            "MATCHUP_DISCORD_GATEWAY": self.gateway,
        }

    @property
    def requests(self) -> list[Request]:
        """Every REST request, oldest first."""
        return self._rest.requests

    @property
    def logins(self) -> list[Login]:
        """Every IDENTIFY and RESUME that succeeded, oldest first."""
        return self._gateway.logins

    @property
    def messages(self) -> list[Json]:
        """What the bot has posted in channels, oldest first."""
        return self.channels.messages

    @property
    def commands(self) -> dict[int | None, list[Json]]:
        """The registered commands: under None the global ones, else by guild. May be set beforehand."""
        return self._rest.commands

    def seen(self, method: str, pattern: str) -> list[Request]:
        """The requests so far, by method and path (`/webhooks/*`, relative to /api/v10)."""
        return [r for r in self.requests if r.method == method and fnmatchcase(r.path, pattern)]

    async def until(
        self, condition: Callable[[], object], what: str = "the condition", timeout_s: float = 60
    ) -> None:
        """Wait for something that a request, a login or a lost connection brings about."""
        await self._happenings.until(condition, what, timeout_s)

    async def ready(self, timeout_s: float = 60) -> None:
        """Wait until every shard is online."""
        await self.until(self._gateway.complete, "all shards online", timeout_s)

    @property
    def channels(self) -> Channels:
        return self._rest.channels

    def add_channel(self, name: str, channel_id: int | None = None) -> int:
        """A text channel more in the server; before the bot logs in. Returns its id."""
        channel = self.channels.add_text(name, channel_id)
        self._guild_channels.append(channel)
        return int(channel["id"])

    async def deny(self, channel_id: int, denied: int) -> None:
        """The bot has all permissions in the channel but these; the gateway tells it."""
        channel = self.channels.allow_all_but(channel_id, denied)
        await self._gateway.send(self._gateway.shard_of(GUILD_ID), "CHANNEL_UPDATE", channel)

    def delete_channel(self, channel_id: int) -> None:
        """It is gone; the bot finds out when it posts there."""
        self._guild_channels.remove(self.channels.known.pop(channel_id))

    # What a person does

    async def slash(
        self, name: str, options: Mapping[str, Any] | None = None, *, user: User = ADA,
        context: Context = Context.GUILD, timeout_s: float = 15,
    ) -> Interaction:  # fmt: skip
        """Use the slash command `name` and wait for its answer; after a deferral, for the content.

        Raises NotOffered if the bot has no such command here, NoAnswer if it does not answer in time.
        """
        data = command_data(self._offered(context), name, options or {}, context)
        return await self._interact(f"/{name}", 2, data, user, context, timeout_s)

    async def autocomplete(
        self, name: str, option: str, typed: str, options: Mapping[str, Any] | None = None, *,
        user: User = ADA, context: Context = Context.GUILD,
    ) -> Interaction:  # fmt: skip
        """Type into `option` while `options` are filled in; the result has `.choices`."""
        data = command_data(self._offered(context), name, options or {}, context, (option, typed))
        return await self._interact(f"completion of /{name} {option}", 4, data, user, context)

    async def click(
        self, message: Json, custom_id: str, *, user: User = ADA, values: Sequence[str] | None = None,
        timeout_s: float = 15,
    ) -> Interaction:  # fmt: skip
        """Press a button (or choose `values` of a select) below `message`.

        `message` is one of an Interaction (`.message`, `.followups`) or of `messages`. Raises NotOffered if
        there is no such component, or if the message is shown to someone else only.
        """
        component = component_of(message, custom_id)
        context, owner = self._home(message)
        if message["flags"] & payloads.EPHEMERAL and user != owner:
            raise NotOffered(f"only {owner.name} sees this message, not {user.name}")
        data: Json = {"id": component["id"], "custom_id": custom_id, "component_type": component["type"]}
        if values is not None:
            data["values"] = list(values)
        return await self._interact(f"a press of {custom_id}", 3, data, user, context, timeout_s, message)

    async def send_form(
        self, opened: Interaction, filled: Mapping[str, str], *, timeout_s: float = 15
    ) -> Interaction:
        """Fill in the form that a press has opened, by the ids of its parts, and send it."""
        data = form_data(opened.data, filled)
        what = f"the form {data['custom_id']}"
        return await self._interact(what, 5, data, opened.user, opened.context, timeout_s, opened.message)

    def _offered(self, context: Context) -> list[Json]:
        own = self.commands.get(GUILD_ID, []) if context is Context.GUILD else []
        return own + self.commands.get(None, [])

    def _home(self, message: Json) -> tuple[Context, User]:
        for interaction in reversed(self.interactions):
            held = [*interaction.followups, *([interaction.message] if interaction.message else [])]
            if any(shown["id"] == message["id"] for shown in held):
                return interaction.context, interaction.user
        return (Context.GUILD if int(message["channel_id"]) in self._guild_ids() else Context.BOT_DM), ADA

    def _guild_ids(self) -> set[int]:
        return {int(channel["id"]) for channel in self._guild_channels}

    async def _interact(
        self, what: str, kind: int, data: Json, user: User, context: Context, timeout_s: float = 15,
        message: Json | None = None,
    ) -> Interaction:  # fmt: skip
        payload = payloads.place(user, context) | {
            "id": str(payloads.snowflake()),
            "type": kind,
            "token": secrets.token_urlsafe(48),
            "data": data,
        }
        sent = dict(payload)
        if message is not None:
            # The bot gets the message as it is now; the interaction holds the one that may change.
            payload["message"], sent["message"] = message, copy.deepcopy(message)
        shard = self._gateway.shard_of(int(payload["guild_id"])) if context is Context.GUILD else 0
        interaction = Interaction(what, payload, user, context, self.patience_s, self._happenings)
        self.interactions.append(interaction)
        self._rest.interactions[payload["token"]] = interaction
        await self._gateway.send(shard, "INTERACTION_CREATE", sent)
        try:
            left = interaction.patience_s - interaction.since_sent()
            await asyncio.wait_for(interaction.answered.wait(), max(left, 0))
        except TimeoutError:
            raise NoAnswer(interaction) from None
        if interaction.type == DEFERRED_MESSAGE:
            await self.until(lambda: interaction.settled_after is not None, f"content for {what}", timeout_s)
        return interaction

    # What goes wrong

    def fail_next(
        self, method: str, pattern: str, *, status: int = 429, times: int = 1, retry_after: float = 0.1,
        everywhere: bool = False,
    ) -> None:  # fmt: skip
        """The next `times` matching requests get `status`: 429 (`everywhere`: the global limit), 500, ..."""
        self._rest.faults.append(Fault(method, pattern, status, times, retry_after, everywhere))

    def cut_next(self, method: str, pattern: str, *, times: int = 1) -> None:
        """The next `times` requests that match lose their connection instead of getting an answer."""
        self._rest.faults.append(Fault(method, pattern, CUT, times))

    def lose_next(self, method: str, pattern: str) -> None:
        """The next request that matches is carried out, and its answer is lost with the connection."""
        self._rest.faults.append(Fault(method, pattern, LOST, 1))

    def weather(self, weather: Weather | None) -> None:
        """Discord's real limits, and faults by chance, from now on."""
        self._rest.weather = weather

    def limit(self, method: str, pattern: str, *, requests: int, per_s: float) -> None:
        """A rate limit with its headers: at most `requests` in `per_s` seconds over all matching paths."""
        self._rest.limits.append(Limit(method, pattern, requests, per_s))

    def drop_connection(self, shard: int = 0) -> None:
        """Lose the gateway connection without a goodbye."""
        self._gateway.online[shard].cut()

    async def close_connection(self, code: int, shard: int = 0) -> None:
        """Close the gateway connection with this code."""
        await self._gateway.online[shard].socket.close(code=code)

    async def ask_reconnect(self, shard: int = 0) -> None:
        """Ask the shard to reconnect, as Discord does before it restarts a machine."""
        await self._gateway.reconnect(shard)

    async def invalidate_session(self, shard: int = 0, *, resumable: bool = False) -> None:
        """Tell the shard that its session is over; unless `resumable` it has to identify anew."""
        await self._gateway.forget(shard, resumable=resumable)

    async def revoke_token(self) -> None:
        """The token is no longer valid: REST answers 401, the gateway closes with 4004."""
        self.token = secrets.token_hex(16)
        await self._gateway.close(4004)
