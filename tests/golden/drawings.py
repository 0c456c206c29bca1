"""A drawing of each kind, of fixed subjects in the shipped tables and in what they were earlier."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from bot.analysis.comparison import compare
from bot.analysis.leaderboard import leaderboard
from bot.analysis.value import value
from bot.analysis.workload import read_workload
from bot.catalog.entities import Category, Lane
from bot.charts.drawings import Drawing
from bot.charts.subjects import (
    comparison_drawing,
    leaderboard_drawing,
    news_drawing,
    prices_over_time,
    ranks_over_time,
    value_drawing,
)
from bot.news.changes import changes
from bot.news.kinds import Interest, importance
from bot.store.past import Past
from bot.store.store import Store

FILE = "drawings.json"
KINDS = ("comparison", "leaderboard", "value", "history", "news")
_PAIR = ("gpt-5-5", "gemma-4-12b")
_FOUR = ("gpt-5-5", "claude-opus-4-8", "gemma-4-31b", "kimi-k2-6")
_COMPARED: tuple[tuple[tuple[str, ...], str | None, Lane], ...] = (
    (_PAIR, None, Lane.PROVISIONAL),
    (_FOUR, None, Lane.PROVISIONAL),
    (_FOUR[:3], None, Lane.VERIFIED),
    (_FOUR[:2], "coding", Lane.PROVISIONAL),
    (_FOUR, "70 coding, 30 agentic", Lane.PROVISIONAL),
    (_PAIR, "cheapest good enough", Lane.PROVISIONAL),
    (("gpt-6-sol", "claude-opus-5-5"), None, Lane.PROVISIONAL),
)
_WATCHED = ("claude-opus-4-6", "gpt-5", "o3")


def drawings(path: Path) -> Iterator[tuple[str, str, Drawing | None]]:
    """Kind, subject and drawing, from a store that has seen three days."""
    old, june, now = asyncio.run(_catalogs(path))
    moments = asyncio.run(Past(path)())
    for models, typed, lane in _COMPARED:
        mix = read_workload(typed) if typed else None
        subject = f"{', '.join(models)} for {typed}, {lane}"
        yield "comparison", subject, comparison_drawing(compare(now, models, mix, lane))
    for lane in Lane:
        for category in (None, *Category):
            yield "leaderboard", f"{category}, {lane}", leaderboard_drawing(leaderboard(now, lane, category))
    yield "leaderboard", "from 30 on", leaderboard_drawing(leaderboard(now, start=30))
    for category in (None, *Category):
        yield "value", f"{category}", value_drawing(value(now, category))
    for category in (None, Category.CODING, Category.MATH):
        some = [now.models[each] for each in (*_FOUR[:3], "o3")]
        yield "history", f"ranks of four, {category}", ranks_over_time(moments, some, category)
    yield "history", "ranks of one", ranks_over_time(moments, [now.models["gpt-5"]], None)
    for model_id in ("claude-mythos-preview", "gpt-5-5", "kimi-k2-6"):
        yield "history", f"prices of {model_id}", prices_over_time(moments, now.models[model_id])
    for name, before, after in (("June", old, june), ("now", june, now), ("both", old, now)):
        for top in (3, 10):
            interest = Interest(top=top, watched=frozenset(_WATCHED))
            found = [each for each in changes(before, after, _WATCHED) if interest.wants(each)]
            yield (
                "news",
                f"to {name}, the first {top}",
                news_drawing(sorted(found, key=importance, reverse=True)),
            )


async def _catalogs(path: Path) -> list:
    async with await Store.open(path) as store:
        return [await store.catalog(each.number) for each in await store.snapshots()]
