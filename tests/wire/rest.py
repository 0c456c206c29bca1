"""The REST side of Discord: what the bot asks and sends."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import BodyPartReader, web

from . import payloads
from .channels import Channels
from .faults import CUT, LOST, Fault, Limit, Weather, json_response, rate_headers, too_many
from .gateway import Gateway
from .happenings import Happenings
from .interactions import Interaction, Rejected
from .payloads import APPLICATION_ID, CHANNEL_ID, Json


class BodyCheck(Protocol):
    """What `openapi.DiscordSchema` offers."""

    def check(self, method: str, path: str, body: Any) -> list[str]: ...


@dataclass
class Request:
    """A request of the bot. `at` is monotonic, in seconds; `status` is 0 where there was no answer."""

    method: str
    path: str
    query: dict[str, str]
    json: Any
    files: dict[str, bytes]
    at: float
    authorization: str | None = None
    status: int = 0
    problems: list[str] = field(default_factory=list)


Handler = Callable[..., Any]


class Rest:
    """Everything under /api/v10."""

    def __init__(
        self, gateway: Gateway, token: Callable[[], str], schema: BodyCheck | None, happenings: Happenings
    ) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.limits: list[Limit] = []
        self.commands: dict[int | None, list[Json]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.channels = Channels()
        """What stands in channels; answers to interactions are with their interaction."""
        self.weather: Weather | None = None
        self._gateway = gateway
        self._token = token
        self._schema = schema
        self._happenings = happenings
        app, hook, number = r"/applications/\d+", r"/webhooks/\d+/([^/]+)", r"(\d+)"
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = [
            (method, re.compile(pattern), handler)
            for method, pattern, handler in (
                ("POST", r"/interactions/\d+/([^/]+)/callback", self._callback),
                ("POST", hook, self._follow_up),
                ("GET", f"{hook}/messages/@original", self._original),
                ("PATCH", f"{hook}/messages/@original", self._edit_original),
                ("DELETE", f"{hook}/messages/@original", self._delete_original),
                ("GET", f"{hook}/messages/{number}", self._followup),
                ("PATCH", f"{hook}/messages/{number}", self._edit_followup),
                ("DELETE", f"{hook}/messages/{number}", self._delete_followup),
                ("POST", f"/channels/{number}/messages", self._send),
                ("GET", f"/channels/{number}/messages", self._history),
                ("GET", f"/channels/{number}/messages/{number}", self._message),
                ("PATCH", f"/channels/{number}/messages/{number}", self._edit),
                ("DELETE", f"/channels/{number}/messages/{number}", self._delete),
                ("GET", f"/channels/{number}", self._channel),
                ("POST", "/users/@me/channels", self._open_dm),
                ("GET", "/gateway/bot", self._gateway_bot),
                ("GET", "/users/@me", lambda request: payloads.me()),
                ("GET", r"(?:/oauth2)?/applications/@me", lambda request: payloads.application()),
                ("GET", f"{app}(?:/guilds/{number})?/commands", self._list_commands),
                ("PUT", f"{app}(?:/guilds/{number})?/commands", self._put_commands),
                ("POST", f"{app}(?:/guilds/{number})?/commands", self._add_command),
                ("DELETE", f"{app}(?:/guilds/{number})?/commands/{number}", self._delete_command),
            )
        ]

    async def serve(self, http: web.Request) -> web.Response:
        """Record the request, then answer it: by a fault that was ordered, else as Discord would."""
        body, files = await _read(http)
        request = Request(
            http.method, f"/{http.match_info['path']}", dict(http.query), body, files, time.monotonic(),
            http.headers.get("Authorization"),
        )  # fmt: skip
        self.requests.append(request)
        if self.weather:
            await asyncio.sleep(self.weather.latency())
        response = self._answer(request)
        if self.weather:
            await asyncio.sleep(self.weather.latency())
        if response is None:
            if http.transport is not None:
                http.transport.abort()
            response = web.Response(status=500)
        else:
            request.status = response.status
        self._happenings.note()
        return response

    def _answer(self, request: Request) -> web.Response | None:
        method, path = request.method, request.path
        for fault in self.faults:
            if fault.hits(method, path):
                if fault.status == LOST:
                    self._route(request, {})
                if fault.status in (CUT, LOST):
                    return None
                if fault.status == 429:
                    wait = fault.retry_after_s
                    return too_many(wait, rate_headers(path, 5, 0, wait), everywhere=fault.everywhere)
                return _error(fault.status, 0, f"{fault.status}: ordered by the test")
        headers: dict[str, str] = {}
        for limit in self.limits:
            if limit.covers(method, path):
                wait = limit.take()
                headers = limit.headers()
                if wait:
                    return too_many(wait, headers)
        by_token_in_path = path.startswith(("/interactions/", "/webhooks/"))
        if self.weather and not by_token_in_path:
            refused, headers = self.weather.refuses(method, path)
            if isinstance(refused, int):
                if self.weather.posts_all_the_same():
                    with suppress(Rejected):
                        self._route(request, {})
                return _error(refused, 0, f"{refused}: by chance")
            if refused is not None:
                return refused
        if not by_token_in_path and request.authorization != f"Bot {self._token()}":
            return _error(401, 0, "401: Unauthorized")
        try:
            return self._route(request, headers)
        except Rejected as rejected:
            return _error(rejected.status, rejected.code, rejected.message)

    def _route(self, request: Request, headers: dict[str, str]) -> web.Response:
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(request.path) if method == request.method else None
            if match is None:
                continue
            if self._schema is not None:
                request.problems = self._schema.check(method, request.path, request.json)
                if request.problems:
                    raise Rejected(400, 50035, f"Invalid Form Body: {'; '.join(request.problems)}")
            answer = handler(request, *match.groups())
            if answer is None:
                return web.Response(status=204, headers=headers)
            return json_response(answer, headers=headers)
        raise Rejected(404, 0, "404: Not Found")

    # Interactions

    def _of_token(self, token: str) -> Interaction:
        interaction = self.interactions.get(token)
        if interaction is None:
            raise Rejected(404, 10015, "Unknown Webhook")
        return interaction

    def _callback(self, request: Request, token: str) -> Json | None:
        interaction = self.interactions.get(token)
        if interaction is None:
            raise Rejected(404, 10062, "Unknown interaction")
        interaction.respond(request.json, _attachments(request), request.at)
        wants = request.query.get("with_response", "").lower() in ("1", "true")
        return interaction.callback_resource() if wants else None

    def _follow_up(self, request: Request, token: str) -> Json | None:
        message = self._of_token(token).follow_up(request.json, _attachments(request))
        return message if request.query.get("wait") not in ("0", "false") else None

    def _original(self, request: Request, token: str) -> Json:
        return self._of_token(token).original()

    def _edit_original(self, request: Request, token: str) -> Json:
        return self._of_token(token).edit_original(request.json, _attachments(request))

    def _delete_original(self, request: Request, token: str) -> None:
        self._of_token(token).delete_original()

    def _followup(self, request: Request, token: str, message_id: str) -> Json:
        return self._of_token(token).followup(message_id)

    def _edit_followup(self, request: Request, token: str, message_id: str) -> Json:
        interaction = self._of_token(token)
        if interaction.message is not None and interaction.message["id"] == message_id:
            return interaction.edit_original(request.json, _attachments(request))
        shown = interaction.followup(message_id)
        payloads.change(shown, request.json, _attachments(request))
        return shown

    def _delete_followup(self, request: Request, token: str, message_id: str) -> None:
        interaction = self._of_token(token)
        interaction.followups.remove(interaction.followup(message_id))

    # Channels

    def _send(self, request: Request, channel_id: str) -> Json:
        return self.channels.post(channel_id, request.json, _attachments(request))

    def _channel(self, request: Request, channel_id: str) -> Json:
        return self.channels.reached(channel_id)

    def _history(self, request: Request, channel_id: str) -> list[Json]:
        return self.channels.history(channel_id, request.query)

    def _message(self, request: Request, channel_id: str, message_id: str) -> Json:
        return self.channels.message(channel_id, message_id)

    def _edit(self, request: Request, channel_id: str, message_id: str) -> Json:
        shown = self.channels.message(channel_id, message_id)
        payloads.change(shown, request.json, _attachments(request))
        return shown

    def _delete(self, request: Request, channel_id: str, message_id: str) -> None:
        self.channels.delete(channel_id, message_id)

    def _open_dm(self, request: Request) -> Json:
        return self.channels.open_dm(int(request.json["recipient_id"]))

    # The application

    def _gateway_bot(self, request: Request) -> Json:
        limits = {
            "total": 1000,
            "remaining": 999,
            "reset_after": 86_400_000,
            "max_concurrency": self._gateway.shards,
        }
        return {"url": self._gateway.url, "shards": self._gateway.shards, "session_start_limit": limits}

    def _list_commands(self, request: Request, guild: str | None) -> list[Json]:
        return self.commands.get(int(guild) if guild else None, [])

    def _put_commands(self, request: Request, guild: str | None) -> list[Json]:
        key = int(guild) if guild else None
        self.commands[key] = [_registered(command, key) for command in request.json]
        return self.commands[key]

    def _add_command(self, request: Request, guild: str | None) -> Json:
        key = int(guild) if guild else None
        others = [old for old in self.commands.get(key, []) if old["name"] != request.json["name"]]
        new = _registered(request.json, key)
        self.commands[key] = [*others, new]
        return new

    def _delete_command(self, request: Request, guild: str | None, command_id: str) -> None:
        key = int(guild) if guild else None
        left = [old for old in self.commands.get(key, []) if old["id"] != command_id]
        if len(left) == len(self.commands.get(key, [])):
            raise Rejected(404, 10063, "Unknown application command")
        self.commands[key] = left


async def _read(http: web.Request) -> tuple[Any, dict[str, bytes]]:
    """The JSON of a request (None without a body) and its files by name."""
    if not http.content_type.startswith("multipart/"):
        raw = await http.read()
        return (json.loads(raw) if raw else None), {}
    body: Any = {}
    files: dict[str, bytes] = {}
    async for part in await http.multipart():
        if isinstance(part, BodyPartReader):
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(content)
            else:
                files[part.filename or part.name or "file"] = content
    return body, files


def _attachments(request: Request) -> list[Json]:
    """The uploaded files, with what the body says about them by name."""
    body = request.json if isinstance(request.json, dict) else {}
    about = (body.get("data") or body).get("attachments") or []
    described = {each["filename"]: each.get("description") for each in about if "filename" in each}
    return [
        {
            "id": str(payloads.snowflake()),
            "filename": name,
            "size": len(content),
            "url": f"https://cdn.discordapp.com/attachments/{CHANNEL_ID}/{name}",
            "proxy_url": f"https://media.discordapp.net/attachments/{CHANNEL_ID}/{name}",
            "description": described.get(name),
        }
        for name, content in request.files.items()
    ]


def _registered(command: Json, guild_id: int | None) -> Json:
    """A command as Discord returns it.

    Where the bot does not say who may install it for, this is "servers only": what Discord does otherwise
    depends on a setting of the application that a test cannot see.
    """
    defaults: Json = {
        "type": 1,
        "description": "",
        "options": [],
        "default_member_permissions": None,
        "nsfw": False,
        "integration_types": [0],
        "contexts": [0, 1, 2] if guild_id is None else None,
        "name_localizations": None,
        "description_localizations": None,
    }
    given = {key: value for key, value in command.items() if value is not None}
    identity = {
        "id": str(payloads.snowflake()),
        "application_id": str(APPLICATION_ID),
        "version": str(payloads.snowflake()),
    }
    return defaults | given | identity | ({"guild_id": str(guild_id)} if guild_id else {})


def _error(status: int, code: int, message: str) -> web.Response:
    return json_response({"message": message, "code": code}, status=status)
