"""Fetching from a server that misbehaves: bounded in time, size, redirects and tries, and told in words."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.errors import SourceFailed, SourceRefused
from bot.sources.fetch import Fetcher, Limits, Seen
from tests.sources.live import Handler, Live, serving

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
QUICK = Limits(seconds=5, bytes=1_000_000, tries=3, backoff=1, patience=60)


class Slept:
    """Remembers what was waited for, and waits for nothing."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with serving() as live:
        live.say("/text", '{"text": "grüß"}')
        yield live


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
async def fetcher(slept: Slept) -> AsyncIterator[Fetcher]:
    async with Fetcher(lambda: NOW, slept, lambda: 0.5, QUICK) as fetcher:
        yield fetcher


async def test_a_text_comes_with_what_to_know_it_by(live: Live, fetcher: Fetcher) -> None:
    fetched = await fetcher.get(f"{live.origin}/text")
    assert fetched.text == '{"text": "grüß"}'
    assert fetched.seen.etag


async def test_a_text_that_was_seen_is_not_sent_again(live: Live, fetcher: Fetcher) -> None:
    first = await fetcher.get(f"{live.origin}/text")
    again = await fetcher.get(f"{live.origin}/text", first.seen)
    assert (again.text, again.seen) == (None, first.seen)
    live.say("/text", "{}")
    assert (await fetcher.get(f"{live.origin}/text", first.seen)).text == "{}"


async def test_last_modified_is_asked_with_too(live: Live, fetcher: Fetcher) -> None:
    day = "Wed, 25 Nov 2026 00:00:00 GMT"

    async def dated(request: web.Request) -> web.Response:
        if request.headers.get("If-Modified-Since") == day:
            return web.Response(status=304)
        return web.Response(text="{}", headers={"Last-Modified": day})

    live.faults["/text"] = dated
    first = await fetcher.get(f"{live.origin}/text")
    assert first.seen == Seen(f"{live.origin}/text", "", day)
    assert (await fetcher.get(f"{live.origin}/text", first.seen)).text is None


async def test_a_304_that_nobody_asked_for_is_no_text(live: Live, fetcher: Fetcher) -> None:
    live.faults["/text"] = _status(304)
    with pytest.raises(SourceFailed, match="304"):
        await fetcher.get(f"{live.origin}/text")


def _status(status: int, **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    return answer


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_a_server_in_trouble_is_asked_again_with_growing_patience(
    live: Live, fetcher: Fetcher, slept: Slept, status: int
) -> None:
    live.faults["/text"] = _status(status)
    with pytest.raises(SourceFailed, match=f"answered {status}"):
        await fetcher.get(f"{live.origin}/text")
    assert live.statuses("/text") == 3
    assert slept.seconds == [1, 2]


async def test_it_is_well_again_at_the_second_try(live: Live, fetcher: Fetcher) -> None:
    async def once(request: web.Request) -> web.Response:
        del live.faults["/text"]
        return web.Response(status=500)

    live.faults["/text"] = once
    assert (await fetcher.get(f"{live.origin}/text")).text


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7), ("Wed, 25 Nov 2026 12:00:09 GMT", 9), ("Wed, 25 Nov 2026 11:00:00 GMT", 0), ("soon", 1)],
)
async def test_a_server_that_names_a_time_gets_it(
    live: Live, fetcher: Fetcher, slept: Slept, asked: str, waited: float
) -> None:
    live.faults["/text"] = _status(429, **{"Retry-After": asked})
    with pytest.raises(SourceFailed):
        await fetcher.get(f"{live.origin}/text")
    assert slept.seconds[0] == waited


async def test_nobody_waits_an_hour(live: Live, fetcher: Fetcher, slept: Slept) -> None:
    live.faults["/text"] = _status(429, **{"Retry-After": "3600"})
    with pytest.raises(SourceFailed, match="3600 seconds"):
        await fetcher.get(f"{live.origin}/text")
    assert slept.seconds == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_a_refusal_is_not_asked_again(live: Live, fetcher: Fetcher, status: int) -> None:
    live.faults["/text"] = _status(status)
    with pytest.raises(SourceFailed, match=f"answered {status}"):
        await fetcher.get(f"{live.origin}/text")
    assert live.statuses("/text") == 1


async def test_a_slow_server_is_given_up(live: Live, slept: Slept) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b" ")
            await asyncio.sleep(0.01)

    live.faults["/text"] = drip
    limits = Limits(seconds=0.1, tries=2)
    async with Fetcher(lambda: NOW, slept, lambda: 0.5, limits) as fetcher:
        with pytest.raises(SourceFailed, match=r"within 0\.1 seconds"):
            await fetcher.get(f"{live.origin}/text")
    assert live.statuses("/text") == 2


async def test_a_text_that_breaks_off_is_no_text(live: Live, fetcher: Fetcher) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b'{"data": [')
        assert request.transport
        request.transport.close()
        return answer

    live.faults["/text"] = cut
    with pytest.raises(SourceFailed, match="the connection failed"):
        await fetcher.get(f"{live.origin}/text")
    assert live.statuses("/text") == 3


async def test_a_server_that_is_not_there_is_a_failure(fetcher: Fetcher) -> None:
    with pytest.raises(SourceFailed, match="no connection to the server; check the network and the address"):
        await fetcher.get("http://127.0.0.1:1/text")


async def test_of_500_megabytes_no_more_than_allowed_is_read(live: Live, fetcher: Fetcher) -> None:
    written = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal written
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(5000):
            await answer.write(b" " * 100_000)
            written += 100_000
        return answer

    live.faults["/text"] = flood
    tracemalloc.start()
    with pytest.raises(SourceRefused, match="larger than 1,000,000 bytes"):
        await fetcher.get(f"{live.origin}/text")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written < 50_000_000
    assert peak < 20_000_000


async def test_a_length_that_is_too_much_is_not_read_at_all(live: Live, fetcher: Fetcher) -> None:
    async def large(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b" " * 1_000_001)

    live.faults["/text"] = large
    with pytest.raises(SourceRefused, match="larger than"):
        await fetcher.get(f"{live.origin}/text")


async def test_a_packed_text_counts_unpacked(live: Live, fetcher: Fetcher) -> None:
    body = gzip.compress(b" " * 200_000_000)

    async def packed(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    live.faults["/text"] = packed
    tracemalloc.start()
    with pytest.raises(SourceRefused, match="larger than"):
        await fetcher.get(f"{live.origin}/text")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
    assert live.statuses("/text") == 1


async def test_what_is_no_utf_8_is_refused(live: Live, fetcher: Fetcher) -> None:
    async def latin(request: web.Request) -> web.StreamResponse:
        return web.Response(body='{"text": "grüß"}'.encode("latin-1"), content_type="application/json")

    live.faults["/text"] = latin
    with pytest.raises(SourceRefused, match="no UTF-8 "):
        await fetcher.get(f"{live.origin}/text")


async def test_a_few_redirects_are_followed(live: Live, fetcher: Fetcher) -> None:
    live.faults["/a"] = _status(301, Location="/b")
    live.faults["/b"] = _status(307, Location=f"{live.origin}/text")
    assert (await fetcher.get(f"{live.origin}/a")).text == '{"text": "grüß"}'


async def test_a_loop_of_redirects_ends(live: Live, fetcher: Fetcher) -> None:
    live.faults["/a"] = _status(302, Location="/a")
    with pytest.raises(SourceRefused, match="more than 3 redirects"):
        await fetcher.get(f"{live.origin}/a")
    assert live.statuses("/a") == 4


@pytest.mark.parametrize("to", ["https://127.0.0.1/text", "file:///etc/passwd", "ftp://127.0.0.1/text"])
async def test_no_redirect_leads_to_another_scheme(live: Live, fetcher: Fetcher, to: str) -> None:
    live.faults["/a"] = _status(302, Location=to)
    with pytest.raises(SourceRefused, match="a redirect leads from http to"):
        await fetcher.get(f"{live.origin}/a")
