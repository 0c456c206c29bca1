"""No source leads into somebody's own network. Names resolve to loopback, and nothing else is reached."""

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import SourceFailed, SourceRefused
from bot.sources.addresses import is_public
from bot.sources.fetch import Fetcher, Limits
from tests.sources.live import Live, no_sleep, serving

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Loopback(AbstractResolver):
    """Every name is this machine."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with serving() as live:
        live.say("/text", "{}")
        yield live


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(lambda: NOW, no_sleep, lambda: 0.5, Limits(tries=2), Loopback()) as fetcher:
        yield fetcher


def led_to(live: Live, address: str) -> None:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": address})

    live.faults["/a"] = redirect


async def test_a_host_that_was_set_up_may_be_of_one_s_own_network(live: Live, fetcher: Fetcher) -> None:
    port = live.origin.rsplit(":", 1)[1]
    assert (await fetcher.get(f"http://mirror.example:{port}/text")).text == "{}"


@pytest.mark.parametrize(
    "host",
    ["other.example", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "0.0.0.0"],  # noqa: S104
)
async def test_a_redirect_to_it_is_refused_before_anything_connects(
    live: Live, fetcher: Fetcher, host: str
) -> None:
    port = live.origin.rsplit(":", 1)[1]
    led_to(live, f"http://{host}:{port}/text")
    with pytest.raises(SourceRefused, match="not a public address"):
        await fetcher.get(f"http://mirror.example:{port}/a")
    assert live.statuses("/a") == 1
    assert live.statuses("/text") == 0


async def test_what_one_source_may_reach_another_may_not(live: Live, fetcher: Fetcher) -> None:
    port = live.origin.rsplit(":", 1)[1]
    await fetcher.get(f"http://mirror.example:{port}/text")
    led_to(live, f"http://elsewhere.example:{port}/text")
    with pytest.raises(SourceRefused, match=r"elsewhere\.example"):
        await fetcher.get(f"http://mirror.example:{port}/a")


@pytest.mark.parametrize("zone", ["+9999", "-9959", "+2400"])
async def test_a_time_of_no_clock_is_no_more_than_a_failure(live: Live, fetcher: Fetcher, zone: str) -> None:
    async def busy(request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": f"Fri, 31 Dec 9999 23:59:59 {zone}"})

    live.faults["/text"] = busy
    with pytest.raises(SourceFailed, match="answered 429"):
        await fetcher.get(f"{live.origin}/text")


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("8.8.8.8", True),
        ("models.dev", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("2002:7f00:1::", False),
        ("2606:4700::1111", True),
    ],
)
def test_which_addresses_everybody_can_reach(host: str, public: bool) -> None:
    assert is_public(host) is public
