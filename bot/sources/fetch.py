"""Texts from the network: bounded in time, size, redirects and retries, and only if it is new."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot import __version__
from bot.errors import SourceFailed, SourceRefused
from bot.sources.addresses import NotPublic, PublicOnly, is_public, set_up

AGENT = f"matchup/{__version__}"
MAX_REDIRECTS = 3
# Texts that one source may come in.
MOST_TEXTS = 60
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """``seconds`` for one try and ``whole`` for all texts of a source, ``bytes`` of a body (or of them
    all) when unpacked, ``tries`` for each, ``backoff`` seconds before the second try (doubled each time), and
    the longest ``patience`` in seconds for a server that names a time.
    """

    seconds: float = 60.0
    whole: float = 900.0
    bytes: int = 32_000_000
    tries: int = 4
    backoff: float = 1.0
    patience: float = 120.0


@dataclass(frozen=True)
class Seen:
    """What a server said to know the text at an address by; both may be empty."""

    address: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """A text of so many bytes, or None where it is still the one that was seen."""

    text: str | None
    seen: Seen
    size: int = 0


@dataclass(frozen=True)
class Whole:
    """All texts of a source, or none where every one is still the one that was seen."""

    texts: tuple[str, ...]
    seen: tuple[Seen, ...]


class _Again(Exception):
    """This try failed, another may not; ``wait`` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Fetcher:
    """Fetches over one session, which is open inside ``async with``.

    ``now``, ``sleep`` (seconds), ``chance`` (a number from 0 to 1, for the jitter) and ``resolver`` (of names
    of hosts) come from outside. Only public addresses are connected to, and the hosts that are asked for.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        chance: Callable[[], float],
        limits: Limits | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._chance = chance
        self._limits = limits or Limits()
        self._given = resolver

    async def __aenter__(self) -> Self:
        # What one server sets is of no use to another, and there is nobody to be signed in.
        resolver = PublicOnly(self._given or aiohttp.DefaultResolver())
        self._session = aiohttp.ClientSession(
            # What was resolved for one source holds for no other.
            connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": AGENT, "Accept": "application/json"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def whole(
        self, address: str, more: Callable[[Sequence[str]], str | None], seen: Sequence[Seen]
    ) -> Whole:
        """All texts of a source, one after the other, unless each is still the ``seen`` one.

        ``more`` gives the address of the next after those that were read, None at the end. If one cannot be
        had none is. Raises as ``get``.
        """
        try:
            async with asyncio.timeout(self._limits.whole):
                return await self._whole(address, more, seen)
        except TimeoutError:
            raise SourceFailed(f"not all was read within {self._limits.whole:g} seconds") from None

    async def _whole(
        self, address: str, more: Callable[[Sequence[str]], str | None], seen: Sequence[Seen]
    ) -> Whole:
        changed: Fetched | None = None
        if seen and seen[0].address == address:
            for each in seen:
                changed = await self.get(each.address, each)
                if changed.text is not None:
                    break
            else:
                return Whole((), tuple(seen))
        following: str | None = address
        texts: list[str] = []
        now: list[Seen] = []
        left = self._limits.bytes
        while following is not None:
            if len(texts) == MOST_TEXTS:
                raise SourceRefused(f"it comes in more than {MOST_TEXTS} parts")
            # What has just been read needs not be read again.
            known = changed is not None and changed.seen.address == following
            got = changed if changed is not None and known else await self.get(following, most=left)
            texts.append(got.text or "")
            now.append(got.seen)
            left -= got.size
            following = more(texts)
        return Whole(tuple(texts), tuple(now))

    async def get(self, address: str, seen: Seen | None = None, most: int | None = None) -> Fetched:
        """The text at an address, unless it is still the ``seen`` one; ``most`` are the bytes it may have.

        Raises ``SourceFailed`` if it could not be had, ``SourceRefused`` if it is not to be believed: too
        large, no UTF-8, or led elsewhere.
        """
        wait = self._limits.backoff
        most = self._limits.bytes if most is None else most
        for left in reversed(range(self._limits.tries)):
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await self._once(address, seen or Seen(), most)
            except TimeoutError:
                failed = _Again(f"no whole answer within {self._limits.seconds:g} seconds")
            except _Again as error:
                failed = error
            except NotPublic as error:
                raise SourceRefused(str(error)) from None
            except aiohttp.ClientConnectorError as error:
                if isinstance(error.os_error, NotPublic):
                    raise SourceRefused(str(error.os_error)) from None
                failed = _Again("no connection to the server; check the network and the address")
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

    async def _once(self, asked_for: str, seen: Seen, most: int) -> Fetched:
        address = URL(asked_for)
        asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.modified}
        headers = {name: value for name, value in asked.items() if value}
        scheme, host = address.scheme, address.raw_host
        set_up.set(host)
        for _ in range(MAX_REDIRECTS + 1):
            # A literal address is not resolved, so nothing else would look at it.
            if address.raw_host != host and not is_public(address.raw_host or ""):
                raise NotPublic(address.raw_host or "")
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
                body = await self._body(answer, most)
                said_of_it = (answer.headers.get(name, "") for name in ("ETag", "Last-Modified"))
                return Fetched(_text(body), Seen(asked_for, *said_of_it), len(body))
        raise SourceRefused(f"more than {MAX_REDIRECTS} redirects")

    async def _body(self, answer: aiohttp.ClientResponse, most: int) -> bytes:
        """Counted unpacked while it comes, so that neither a long nor a packed body fills the memory."""
        too_large = SourceRefused(f"the answer is larger than {self._limits.bytes:,} bytes")
        if (answer.content_length or 0) > most:
            raise too_large
        body = bytearray()
        async for part in answer.content.iter_chunked(65_536):
            body += part
            if len(body) > most:
                raise too_large
        return bytes(body)

    def _asked(self, value: str) -> float | None:
        """Seconds of a Retry-After, which is a number or a date; None for anything else."""
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            when = parsedate_to_datetime(value)
            when = when if when.tzinfo else when.replace(tzinfo=UTC)
            return max(0.0, (when - self._now()).total_seconds())
        except (ValueError, OverflowError):  # A zone can lie so far off that no clock reaches it.
            return None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceRefused(f"the answer is no UTF-8 (byte {error.start:,})") from None


def _led(here: URL, to: str, scheme: str) -> URL:
    try:
        address = here.join(URL(to))
    except ValueError:
        raise SourceRefused("a redirect leads to something that is no address") from None
    if address.scheme != scheme or not address.host:
        raise SourceRefused(f"a redirect leads from {scheme} to {address.scheme or 'nowhere'}")
    return address
