"""Requests that go wrong on demand, and rate limits."""

from __future__ import annotations

import json
import math
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

CUT = 0
"""In place of a status: the connection is lost before an answer."""
LOST = -1
"""In place of a status: what was asked is done, then the connection is lost."""


@dataclass
class Fault:
    """The next `times` requests that match get `status` instead of an answer."""

    method: str
    pattern: str
    status: int
    times: int
    retry_after_s: float = 0.1
    everywhere: bool = False

    def hits(self, method: str, path: str) -> bool:
        if self.times > 0 and method == self.method and fnmatchcase(path, self.pattern):
            self.times -= 1
            return True
        return False


@dataclass
class Limit:
    """At most `requests` in each `per_s` seconds, over all paths that match."""

    method: str
    pattern: str
    requests: int
    per_s: float
    window_started: float = field(default=-math.inf)
    used: int = 0

    def covers(self, method: str, path: str) -> bool:
        return method == self.method and fnmatchcase(path, self.pattern)

    def take(self) -> float:
        """Use one request: 0 if it was free, else the seconds to wait."""
        now = time.monotonic()
        if now >= self.window_started + self.per_s:
            self.window_started, self.used = now, 0
        if self.used >= self.requests:
            return self.resets_in()
        self.used += 1
        return 0.0

    def resets_in(self) -> float:
        return max(0.0, self.window_started + self.per_s - time.monotonic())

    def headers(self) -> dict[str, str]:
        return rate_headers(
            f"{self.method} {self.pattern}", self.requests, self.requests - self.used, self.resets_in()
        )


@dataclass
class Weather:
    """Discord's limits, and what goes wrong there by chance.

    In each second of the clock `a_second` requests over all paths but answers to interactions, each channel
    `a_channel` messages in `per_s` seconds; a share `too_many` of requests gets 429, a share `broken` 5xx, of
    which half did what was asked. A request takes twice 0 to `slowness` seconds.
    """

    chance: random.Random
    a_second: int = 50
    a_channel: int = 5
    per_s: float = 5.0
    too_many: float = 0.01
    broken: float = 0.01
    slowness: float = 0.1
    retry_after_s: tuple[float, float] = (0.2, 1.0)
    met: Counter[str] = field(default_factory=Counter)
    """How often the bot met a limit or a fault."""

    def __post_init__(self) -> None:
        self._this_second = Counter[int]()
        self._channels: dict[str, Limit] = {}

    def latency(self) -> float:
        return self.chance.uniform(0, self.slowness)

    def posts_all_the_same(self) -> bool:
        return self.chance.random() < 0.5

    def refuses(self, method: str, path: str) -> tuple[web.Response | int | None, dict[str, str]]:
        """What the request gets instead of an answer (a status: of a fault), and the headers of an answer."""
        self.met["requests"] += 1
        now = time.monotonic()
        if self._this_second[int(now)] >= self.a_second:
            self.met["global limit"] += 1
            return too_many(1 - now % 1, {}, everywhere=True), {}
        self._this_second = Counter({int(now): self._this_second[int(now)] + 1})
        headers: dict[str, str] = {}
        if method == "POST" and fnmatchcase(path, "/channels/*/messages"):
            channel = self._channels.setdefault(
                path, Limit(method, "/channels/*/messages", self.a_channel, self.per_s)
            )
            wait = channel.take()
            headers = channel.headers()
            if wait:
                self.met["limit of a channel"] += 1
                return too_many(wait, headers), headers
        drawn = self.chance.random()
        if drawn < self.too_many:
            self.met["429"] += 1
            return too_many(self.chance.uniform(*self.retry_after_s), headers), headers
        if drawn < self.too_many + self.broken:
            self.met["5xx"] += 1
            return self.chance.choice((500, 502, 503, 504)), headers
        return None, headers


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON as Discord sends it: discord.py reads it only if the content type has no charset."""
    head = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=head)


def rate_headers(bucket: str, limit: int, remaining: int, reset_after_s: float) -> dict[str, str]:
    return {
        "X-RateLimit-Bucket": bucket.encode().hex()[:32],
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + reset_after_s:.3f}",
        "X-RateLimit-Reset-After": f"{reset_after_s:.3f}",
    }


def too_many(retry_after_s: float, headers: dict[str, str], *, everywhere: bool = False) -> web.Response:
    """429 as Discord words it. Without `Via` discord.py takes it for a ban by the proxy in front."""
    headers = headers | {
        "Via": "1.1 google",
        "Retry-After": str(math.ceil(retry_after_s)),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": everywhere}
    return json_response(body, status=429, headers=headers)
