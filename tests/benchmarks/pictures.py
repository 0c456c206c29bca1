"""(g) Pictures: time with two at once, what they do to the event loop, size, memory, and kept ones.

Run: python -m tests.benchmarks.pictures [PICTURES, by default 2,000]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

import psutil

from bot.analysis.comparison import compare
from bot.analysis.leaderboard import leaderboard
from bot.analysis.value import value
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category
from bot.charts import subjects
from bot.charts.drawings import Drawing
from bot.charts.pictures import Pictures
from tests.benchmarks.processes import Client, bot_command, running
from tests.benchmarks.wire import pairs
from tests.wire import DiscordServer, Interaction
from tests.worlds import shipped

TOKEN = "a-token"
TIMED, WATCHED = 200, 20
# Comparisons whose pictures are kept, and how many answers are asked for, so many at once.
KEPT, ASKED, AT_ONCE = 20, 1000, 50


def main() -> None:
    asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))


async def _main(count: int) -> None:
    catalog = shipped()
    await _speed(drawings(catalog))
    await _whole(catalog, count)


def drawings(catalog: Catalog) -> list[Drawing]:
    """Pictures of all kinds that need no history: half of them comparisons of four models."""
    scored = [m for m in catalog.models if len(catalog.scores(m)) > 5]
    fours = [scored[n : n + 4] for n in range(0, len(scored) - 4)]
    found: list[Drawing | None] = [subjects.comparison_drawing(compare(catalog, four)) for four in fours]
    for category in (None, *Category):
        found.append(subjects.value_drawing(value(catalog, category)))
        pages = [leaderboard(catalog, category=category, start=n) for n in range(0, 50, 10)]
        found += map(subjects.leaderboard_drawing, pages)
    return [drawing for drawing in found if drawing]


async def _speed(made_of: Sequence[Drawing]) -> None:
    pictures = Pictures()
    began = time.perf_counter()
    await pictures.png(made_of[0])
    print(f"the first picture, with the start of the process: {1000 * (time.perf_counter() - began):.0f} ms")

    took: list[float] = []
    sizes: list[int] = []

    async def timed(drawing: Drawing) -> None:
        began = time.perf_counter()
        png = await pictures.png(drawing)
        assert png
        took.append(1000 * (time.perf_counter() - began))
        sizes.append(len(png))

    chosen = made_of[-TIMED:]
    for two in zip(chosen[::2], chosen[1::2], strict=False):
        await asyncio.gather(*map(timed, two))
    print(
        f"{len(took)} pictures, two at once: median {median(took):.0f} ms, "
        f"95th percentile {quantiles(took, n=20)[-1]:.0f} ms, longest {max(took):.0f} ms"
    )
    print(f"PNG: median {median(sizes) / 1000:.0f} kB, largest {max(sizes) / 1000:.0f} kB")

    gaps: list[float] = []
    watch = asyncio.create_task(_watch(gaps))
    await asyncio.gather(*map(pictures.png, made_of[1 : WATCHED + 1]))
    watch.cancel()
    print(f"event loop while {WATCHED} pictures are made: longest stop {1000 * max(gaps):.1f} ms")
    await pictures.close()


async def _watch(gaps: list[float]) -> None:
    """Seconds by which a sleep of a millisecond was late."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        gaps.append(time.perf_counter() - began - 0.001)


async def _whole(catalog: Catalog, count: int) -> None:
    """The bot as a process of its own, asked for ``count`` different comparisons and then for kept ones."""
    async with AsyncExitStack() as opened:
        database = Path(opened.enter_context(tempfile.TemporaryDirectory())) / "matchup.db"
        server = await opened.enter_async_context(DiscordServer(TOKEN))
        bot = await opened.enter_async_context(
            running(server, bot_command(), database=database, pictures=True)
        )
        process = psutil.Process(bot.pid)
        text_only = _memory(process)
        print(f"memory, text only: {_shown(text_only)}")
        asked = pairs(catalog)
        for n, pair in enumerate(islice(asked, count), start=1):
            answer = await bot.compare(pair)
            await server.until(lambda answer=answer: _has_picture(answer), "a picture", 30)  # type: ignore[misc]
            server.interactions.clear()
            server.requests.clear()
            if n in (1, 10, 100, 500, 1000, count):
                now = _memory(process)
                more = [a - b for a, b in zip(now, text_only, strict=True)]
                print(f"memory, {n:>5} pictures: {_shown(now)}; above text only {_shown(more)}")
        await _from_kept(server, bot, [("gpt-5-5", m) for m in _others(catalog)])


def _others(catalog: Catalog) -> list[str]:
    scored = [m for m in catalog.models if len(catalog.scores(m)) > 5 and m != "gpt-5-5"]
    return scored[:KEPT]


async def _from_kept(server: DiscordServer, bot: Client, questions: Sequence[tuple[str, str]]) -> None:
    for pair in questions:
        answer = await bot.compare(pair)
        await server.until(lambda answer=answer: _has_picture(answer), "a picture", 30)  # type: ignore[misc]
    began, replies = time.perf_counter(), []
    for start in range(0, ASKED, AT_ONCE):
        batch = [questions[n % len(questions)] for n in range(start, start + AT_ONCE)]
        replies += await asyncio.gather(*map(bot.compare, batch))
    took = time.perf_counter() - began
    assert all(map(_has_picture, replies))
    waited = [1000 * reply.elapsed for reply in replies]
    print(
        f"/compare with kept pictures, {AT_ONCE} at once: {ASKED / took:.0f} a second, "
        f"95th percentile {quantiles(waited, n=20)[-1]:.0f} ms"
    )


def _has_picture(answer: Interaction) -> bool:
    return bool(answer.message and answer.message["attachments"])


def _memory(process: psutil.Process) -> tuple[float, float, float]:
    """RSS, PSS and USS of the bot and of the process that draws, in MiB."""
    found = [p.memory_full_info() for p in (process, *process.children(recursive=True))]
    return tuple(sum(getattr(f, kind) for f in found) / 2**20 for kind in ("rss", "pss", "uss"))  # type: ignore[return-value]


def _shown(memory: Sequence[float]) -> str:
    return "RSS {:.0f}, PSS {:.0f}, USS {:.0f} MiB".format(*memory)


if __name__ == "__main__":
    main()
