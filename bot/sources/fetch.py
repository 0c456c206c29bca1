"""One text from the network: bounded in time, size, redirects and retries, and only if it is new."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import aiohttp
from yarl import URL

from bot import __version__
from bot.catalog.errors import SourceFailed, SourceRefused

AGENT = f"matchup/{__version__}"
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """``seconds`` for one try, ``bytes`` of a body when unpacked, ``tries`` in all, ``backoff`` seconds
    before the second try (doubled each time), and the longest ``patience`` in seconds for a server that names
    a time.
    """

    seconds: float = 60.0
    bytes: int = 32_000_000
    tries: int = 4
    backoff: float = 1.0
    patience: float = 120.0


@dataclass(frozen=True)
class Seen:
    """What a server said to know a text by; both may be empty."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """A text, or None where it is still the one that was seen."""

    text: str | None
    seen: Seen


class _Again(Exception):
    """This try failed, another may not; ``wait`` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Fetcher:
    """Fetches over one session, which is open inside ``async with``.

    ``now``, ``sleep`` (seconds) and ``chance`` (a number from 0 to 1, for the jitter) come from outside.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        chance: Callable[[], float],
        limits: Limits | None = None,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._chance = chance
        self._limits = limits or Limits()

    async def __aenter__(self) -> Self:
        # What one server sets is of no use to another, and there is nobody to be signed in.
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": AGENT, "Accept": "application/json"}
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, address: str, seen: Seen | None = None) -> Fetched:
        """The text at an address, unless it is still the ``seen`` one.

        Raises ``SourceFailed`` if it could not be had, ``SourceRefused`` if it is not to be believed: too
        large, no UTF-8, or led elsewhere.
        """
        wait = self._limits.backoff
        for left in reversed(range(self._limits.tries)):
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await self._once(URL(address), seen or Seen())
            except TimeoutError:
                failed = _Again(f"no whole answer within {self._limits.seconds:g} seconds")
            except _Again as error:
                failed = error
            except aiohttp.ClientError as error:
                failed = _Again(f"the connection failed ({type(error).__name__})")
            if not left:
                raise SourceFailed(failed.reason)
            if failed.wait is not None and failed.wait > self._limits.patience:
                raise SourceFailed(f"{failed.reason}, and asks for {failed.wait:.0f} seconds of patience")
            # Half of it is left to chance, so that many bots do not come back at the same moment.
            await self._sleep(failed.wait if failed.wait is not None else wait * (0.5 + self._chance()))
            wait *= 2
        raise SourceFailed("no try was allowed")

    async def _once(self, address: URL, seen: Seen) -> Fetched:
        asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.modified}
        headers = {name: value for name, value in asked.items() if value}
        scheme = address.scheme
        for _ in range(MAX_REDIRECTS + 1):
            async with self._session.get(address, headers=headers, allow_redirects=False) as answer:
                if answer.status in _REDIRECTS and "Location" in answer.headers:
                    address = _led(answer.url, answer.headers["Location"], scheme)
                    continue
                if answer.status == 304 and headers:
                    return Fetched(None, seen)
                if answer.status in _TRY_AGAIN:
                    said = f"the server answered {answer.status}"
                    raise _Again(said, self._asked(answer.headers.get("Retry-After", "")))
                if answer.status != 200:
                    raise SourceFailed(f"the server answered {answer.status}")
                text = await self._text(answer)
                said_of_it = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
                return Fetched(text, Seen(*said_of_it))
        raise SourceRefused(f"more than {MAX_REDIRECTS} redirects")

    async def _text(self, answer: aiohttp.ClientResponse) -> str:
        """Counted unpacked while it comes, so that neither a long nor a packed body fills the memory."""
        most = self._limits.bytes
        too_large = SourceRefused(f"the answer is larger than {most:,} bytes")
        if (answer.content_length or 0) > most:
            raise too_large
        body = bytearray()
        async for part in answer.content.iter_chunked(65_536):
            body += part
            if len(body) > most:
                raise too_large
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceRefused(f"the answer is no UTF-8 (byte {error.start:,})") from None

    def _asked(self, value: str) -> float | None:
        """Seconds of a Retry-After, which is a number or a date; None for anything else."""
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - self._now()).total_seconds())


def _led(here: URL, to: str, scheme: str) -> URL:
    try:
        address = here.join(URL(to))
    except ValueError:
        raise SourceRefused("a redirect leads to something that is no address") from None
    if address.scheme != scheme or not address.host:
        raise SourceRefused(f"a redirect leads from {scheme} to {address.scheme or 'nowhere'}")
    return address
