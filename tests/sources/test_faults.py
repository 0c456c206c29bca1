"""Every source, and every part that it comes in, from a server that misbehaves: the last good stays."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web

from bot.sources.fetch import Limits
from tests.sources.bench import CLAUDE, GPT, Bench
from tests.sources.live import (
    ARENA,
    ARENA_2,
    BENCHLM,
    GENAI,
    MODELSDEV,
    OPENROUTER,
    Handler,
    crowd,
    listed,
    priced,
    row_of,
    voted,
)

LIMITS = Limits(seconds=0.5, bytes=1_000_000, tries=2)


async def slow(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b" ")
        await asyncio.sleep(0.02)


async def truncated(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"data": [')
    assert request.transport
    request.transport.close()
    return answer


async def half(request: web.Request) -> web.StreamResponse:
    return web.Response(text='{"data": [', content_type="application/json")


async def page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>We are back soon</html>", content_type="text/html")


async def wrong_type(request: web.Request) -> web.StreamResponse:
    return web.json_response("a text")


async def unasked(request: web.Request) -> web.StreamResponse:
    return web.Response(status=404 if "If-None-Match" in request.headers else 304)


async def busy(request: web.Request) -> web.StreamResponse:
    return web.Response(status=429, headers={"Retry-After": "1"})


async def broken(request: web.Request) -> web.StreamResponse:
    return web.Response(status=500)


async def loop(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": str(request.url)})


async def flood(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(5000):
        await answer.write(b" " * 100_000)
    return answer


async def latin(request: web.Request) -> web.StreamResponse:
    return web.Response(body='{"data": "grüß"}'.encode("latin-1"), content_type="application/json")


FAULTS = [
    (slow, "failed", "no whole answer within 0.5 seconds"),
    (truncated, "failed", "the connection failed"),
    (half, "quarantined", "its shape changed at the beginning"),
    (page, "quarantined", "its shape changed at the beginning"),
    (wrong_type, "quarantined", "its shape changed at the beginning"),
    (unasked, "failed", "the server answered"),
    (busy, "failed", "the server answered 429"),
    (broken, "failed", "the server answered 500"),
    (loop, "quarantined", "more than 3 redirects"),
    (flood, "quarantined", "larger than 1,000,000 bytes"),
    (latin, "quarantined", "no UTF-8"),
]
SHAPE = (wrong_type, "quarantined", "its shape changed at the beginning")
CASES = [
    # Every fault, where all is in one part: what fetches does not know which source it is.
    *(("openrouter", OPENROUTER, *fault) for fault in FAULTS),
    # Every shape that a reader of its own expects.
    ("modelsdev", MODELSDEV, *SHAPE),
    ("genai", GENAI, *SHAPE),
    ("arena", ARENA, *SHAPE),
    *(("benchlm", path, *SHAPE) for path in BENCHLM),
    # One of several parts is not there: the second page of a board, a file between others, the last file.
    ("arena", ARENA_2, broken, "failed", "the server answered 500"),
    ("benchlm", BENCHLM[2], unasked, "failed", "the server answered"),
    ("benchlm", BENCHLM[-1], truncated, "failed", "the connection failed"),
]


def say_all(bench: Bench, dollars: float) -> None:
    """All five sources are well and state this price."""
    live = bench.live
    live.openrouter({**GPT, "pricing": {"prompt": f"{dollars / 1e6:f}", "completion": "0.00003"}}, CLAUDE)
    live.modelsdev(openai=[listed("gpt-5.5", "GPT-5.5", (dollars, 30))])
    live.genai(openai=[priced("gpt-5.5", "gpt 5.5", {"input_mtok": dollars, "output_mtok": 30})])
    live.arena(voted("gpt-5.5", 3, 1400 + dollars), *crowd(150))
    gpt = row_of("gpt-5-5", "GPT-5.5")
    live.benchlm(
        models=[{**gpt, "benchmarks": {}}],
        leaderboard=[{**gpt, "rank": 2, "score": 80 + dollars, "category": None}],
        pricing=[{**gpt, "inputPrice": dollars, "outputPrice": 30}],
        speed=[{**gpt, "tokensPerSecond": 100 + dollars, "ttft": 1.5}],
    )


@contextmanager
def faulty(bench: Bench, path: str, fault: Handler) -> Iterator[None]:
    bench.live.faults[path] = fault
    yield
    del bench.live.faults[path]


@pytest.mark.parametrize(
    ("source", "path", "fault", "state", "reason"),
    CASES,
    ids=[f"{source}{path}-{fault.__name__}" for source, path, fault, _, _ in CASES],
)
async def test_the_last_good_stays_the_others_go_on_and_it_recovers(
    bench: Bench, source: str, path: str, fault: Handler, state: str, reason: str
) -> None:
    other = "genai" if source == "openrouter" else "openrouter"
    bench.sources, bench.limits = (source, other), LIMITS
    say_all(bench, 6)
    await bench.sync()
    held = await bench.memory(source)
    say_all(bench, 7)
    with faulty(bench, path, fault):
        report = await bench.sync()
    [now] = [each for each in report.sources if each.name == source]
    [beside] = [each for each in report.sources if each.name == other]
    assert now.state == state
    assert reason in now.reason
    assert now.items == len(held.kept)
    assert beside.state == "good"
    after = await bench.memory(source)
    assert (after.kept, after.seen) == (held.kept, held.seen)
    assert (await bench.memory(other)).kept[0].offer.price_input == 7
    recovered = await bench.sync()
    assert {each.state for each in recovered.sources} == {"good"}
    assert (await bench.memory(source)).kept != held.kept


@pytest.mark.parametrize("source", ["openrouter", "modelsdev", "genai", "arena", "benchlm"])
async def test_what_was_seen_is_not_sent_again(bench: Bench, source: str) -> None:
    bench.sources = (source,)
    say_all(bench, 6)
    await bench.sync()
    bench.live.asked.clear()
    report = await bench.sync()
    assert (report.new, report.sources[0].state) == (False, "good")
    assert all("If-None-Match" in request.headers for request in bench.live.asked)
    assert len(bench.live.asked) == {"arena": 2, "benchlm": 5}.get(source, 1)


async def test_if_one_part_is_new_all_are_read(bench: Bench) -> None:
    bench.sources = ("benchlm",)
    say_all(bench, 6)
    await bench.sync()
    bench.live.say(BENCHLM[3], bench.live.texts[BENCHLM[3]].replace("6.0", "4.0").replace(": 6,", ": 4,"))
    await bench.sync()
    assert [kept.offer.price_input for kept in (await bench.memory("benchlm")).kept][:1] == [4]


async def test_all_parts_together_are_not_larger_than_allowed(bench: Bench) -> None:
    say_all(bench, 6)
    whole = sum(len(bench.live.texts[path]) for path in (ARENA, ARENA_2))
    assert max(len(bench.live.texts[path]) for path in (ARENA, ARENA_2)) < whole - 1
    bench.sources, bench.limits = ("arena",), Limits(bytes=whole - 1)
    assert (await bench.sync()).sources[0].state == "quarantined"
    bench.limits = Limits(bytes=whole)
    assert (await bench.sync()).sources[0].state == "good"


async def test_a_source_in_slow_parts_ends_too(bench: Bench) -> None:
    async def late(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.json_response(text=bench.live.texts[ARENA])

    say_all(bench, 6)
    bench.live.faults[ARENA] = bench.live.faults[ARENA_2] = late
    bench.sources, bench.limits = ("arena",), Limits(whole=0.5)
    [state] = (await bench.sync()).sources
    assert (state.state, state.reason) == ("failed", "not all was read within 0.5 seconds")


async def test_an_endless_board_ends(bench: Bench) -> None:
    async def again(request: web.Request) -> web.StreamResponse:
        return web.json_response(text=bench.live.texts[ARENA].replace(": 151,", ": 1000000,"))

    say_all(bench, 6)
    for offset in range(0, 10_000, 100):
        bench.live.faults[f"/rows {offset}"] = again
    bench.sources, bench.limits = ("arena",), Limits(bytes=100_000_000)
    [state] = (await bench.sync()).sources
    assert (state.state, state.reason) == ("quarantined", "it comes in more than 60 parts")
