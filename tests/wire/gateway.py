"""The websocket side of Discord: sessions, heartbeats, resuming, and what may go wrong there."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from . import payloads
from .happenings import Happenings
from .payloads import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = (
    0,
    1,
    2,
    6,
    7,
    9,
    10,
    11,
)


@dataclass(frozen=True)
class Login:
    """A shard came online. `identify` is what it sent: with intents and presence, or session_id and seq."""

    shard: int
    resumed: bool
    identify: Json
    at: float


@dataclass
class Session:
    shard: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    # What a shard that lost its connection may still ask for.
    events: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))


class Connection:
    """One websocket; compresses if the client asked for `zlib-stream`, as discord.py does."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.ready = False
        self._request = request
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._turn = asyncio.Lock()

    async def send(
        self, op: int, data: object, sequence: int | None = None, event: str | None = None
    ) -> None:
        text = json.dumps({"op": op, "d": data, "s": sequence, "t": event}, separators=(",", ":"))
        async with self._turn:
            try:
                if self._zlib is None:
                    await self.socket.send_str(text)
                else:
                    packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
            except ConnectionError:
                pass  # The shard is gone; it finds the event in its session when it resumes.

    def cut(self) -> None:
        """Lose the connection without a goodbye."""
        if self._request.transport is not None:
            self._request.transport.abort()


class Gateway:
    """All shards of the bot. `online` holds the live connection of each."""

    def __init__(
        self, shards: int, token: Callable[[], str], channels: list[Json], happenings: Happenings
    ) -> None:
        self.shards = shards
        self.heartbeat_s = 41.25
        self.url = ""
        self.logins: list[Login] = []
        self.online: dict[int, Connection] = {}
        self._token = token
        self._channels = channels
        self._happenings = happenings
        self._sessions: dict[str, Session] = {}
        self._latest: dict[int, Session] = {}
        self._open: set[Connection] = set()

    async def send(self, shard: int, event: str, data: Json) -> None:
        """Dispatch an event. A shard that is away gets it when it resumes."""
        if shard not in self._latest:
            raise LookupError(f"shard {shard} has never been online")
        await self._dispatch(self._latest[shard], event, data)

    async def reconnect(self, shard: int) -> None:
        await self.online[shard].send(RECONNECT, None)

    async def forget(self, shard: int, *, resumable: bool) -> None:
        """Send INVALID_SESSION; unless `resumable` the shard has to identify anew."""
        connection = self.online[shard]
        if not resumable:
            self._sessions.pop(self._latest[shard].id, None)
        await connection.send(INVALID_SESSION, resumable)

    def complete(self) -> bool:
        """Whether every shard is online and has got READY or RESUMED."""
        return sum(connection.ready for connection in self.online.values()) == self.shards

    async def close(self, code: int) -> None:
        for connection in list(self._open):
            await connection.socket.close(code=code)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, timeout=0.2, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._open.add(connection)
        try:
            await connection.send(HELLO, {"heartbeat_interval": self.heartbeat_s * 1000, "_trace": []})
            async for received in socket:
                if received.type is not WSMsgType.TEXT:
                    await socket.close(code=4002, message=b"Decode error.")
                    break
                packet = json.loads(received.data)
                await self._handle(connection, packet["op"], packet["d"])
        finally:
            self._open.discard(connection)
            session = connection.session
            if session and self.online.get(session.shard) is connection:
                del self.online[session.shard]
            self._happenings.note()
        return socket

    async def _handle(self, connection: Connection, op: int, data: Json) -> None:
        if op == HEARTBEAT:
            await connection.send(HEARTBEAT_ACK, None)
        elif op not in (IDENTIFY, RESUME):
            if connection.session is None:
                await connection.socket.close(code=4003, message=b"Not authenticated.")
        elif data["token"] != self._token():
            await connection.socket.close(code=4004, message=b"Authentication failed.")
        elif connection.session is not None:
            await connection.socket.close(code=4005, message=b"Already authenticated.")
        elif op == IDENTIFY:
            await self._identify(connection, data)
        else:
            await self._resume(connection, data)

    async def _identify(self, connection: Connection, data: Json) -> None:
        shard, count = data.get("shard", (0, 1))
        if count != self.shards or not 0 <= shard < count:
            await connection.socket.close(code=4010, message=b"Invalid shard.")
            return
        session = Session(shard)
        self._sessions[session.id] = self._latest[shard] = session
        self._attach(connection, session)
        here = shard == self.shard_of(payloads.GUILD_ID)
        ready = {
            "v": 10,
            "user": payloads.me(),
            "user_settings": {},
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": [{"id": str(payloads.GUILD_ID), "unavailable": True}] if here else [],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "application": {"id": str(payloads.APPLICATION_ID), "flags": 0},
            "shard": [shard, count],
            "_trace": [],
        }
        await self._dispatch(session, "READY", ready)
        if here:
            await self._dispatch(session, "GUILD_CREATE", payloads.guild(self._channels))
        self._came_online(connection, session, data, resumed=False)

    async def _resume(self, connection: Connection, data: Json) -> None:
        session = self._sessions.get(data["session_id"])
        seen = data["seq"]
        if session is None or session.sequence - seen > len(session.events):
            await connection.send(INVALID_SESSION, False)
            return
        # Events that come while it catches up wait their turn: only then is it online.
        while missed := [event for event in session.events if event["s"] > seen]:
            for event in missed:
                await connection.send(DISPATCH, event["d"], event["s"], event["t"])
            seen = missed[-1]["s"]
        self._attach(connection, session)
        await self._dispatch(session, "RESUMED", {"_trace": []})
        self._came_online(connection, session, data, resumed=True)

    def _attach(self, connection: Connection, session: Session) -> None:
        connection.session = session
        self.online[session.shard] = connection

    def _came_online(
        self, connection: Connection, session: Session, identify: Json, *, resumed: bool
    ) -> None:
        connection.ready = True
        self.logins.append(Login(session.shard, resumed, identify, time.monotonic()))
        self._happenings.note()

    async def _dispatch(self, session: Session, event: str, data: Json) -> None:
        session.sequence += 1
        session.events.append({"s": session.sequence, "t": event, "d": data})
        connection = self.online.get(session.shard)
        if connection is not None and connection.session is session:
            await connection.send(DISPATCH, data, session.sequence, event)

    def shard_of(self, guild_id: int | None) -> int:
        """Direct messages live on shard 0."""
        return 0 if guild_id is None else (guild_id >> 22) % self.shards
