"""BenchLM: prices, speeds, scores of tests, and its own overall scores and ranks as a board.

Five files of one shape: ``{schemaVersion, generatedAt, counts, items}``. The fields of the items are those of
its export of 2026-08-15 (schema 1.0), as a public copy of it shows them; another schema is refused. It is a
collection from elsewhere, so it is trusted least: a price is the last that is believed, a speed or a score
only fills what nobody else states. ``items`` of the leaderboard are the overall board; what it has by
category is left where it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from bot.catalog.entities import Place
from bot.errors import SourceRefused
from bot.sources.makers import maker_of
from bot.sources.offers import (
    Dollars,
    Figure,
    LeftOut,
    Measured,
    Offer,
    Rank,
    Reading,
    Rows,
    Shape,
    Source,
    Text,
    checked,
    exact,
    per_million,
    sound,
)

BOARD = "BenchLM overall"
PATHS = tuple(f"/data/{name}.json" for name in ("models", "leaderboard", "benchmarks", "pricing", "speed"))

# Written as 0 where nothing was measured.
Speed = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Address = Annotated[str, Field(pattern=r"^https?://[\x21-\x7e]{1,400}$")]


class Named(Shape):
    """``slug`` is the row's own key, ``canonicalModelKey`` the model it is a version of."""

    slug: Text
    canonicalModelKey: Text  # noqa: N815, as it is sent
    model: Text
    creator: Text
    url: Address


class Listed(Named):
    benchmarks: dict[Text, dict[Text, Figure | None]]


class Interval(Shape):
    lower: Figure
    upper: Figure


class Ranked(Named):
    rank: Rank
    score: Figure
    scoreInterval90: Interval | None = None  # noqa: N815
    category: Text | None


class Defined(Shape):
    benchmarkKey: Text  # noqa: N815
    name: Text
    fullName: Text | None = None  # noqa: N815


class Priced(Named):
    inputPrice: Dollars | None  # noqa: N815
    outputPrice: Dollars | None  # noqa: N815


class Timed(Named):
    tokensPerSecond: Speed | None  # noqa: N815
    ttft: Speed | None


Item = TypeVar("Item", bound=Shape)
Row = TypeVar("Row", bound=Named)


class File(Shape):
    schemaVersion: Literal["1.0"]  # noqa: N815
    generatedAt: Annotated[datetime, Field(strict=False)]  # noqa: N815
    items: Annotated[tuple[Any, ...], Field(min_length=1)]


def more(texts: Sequence[str]) -> str | None:
    """The path of the next file, None once all are read."""
    return PATHS[len(texts)] if len(texts) < len(PATHS) else None


def read(texts: Sequence[str], address: str, today: date) -> Reading:
    """One offer for each listed model. Raises ``SourceRefused``, naming the file."""
    left_out: list[LeftOut] = []
    models, _ = _items(Listed, texts, 0, left_out)
    board, day = _items(Ranked, texts, 1, left_out)
    tests, _ = _items(Defined, texts, 2, left_out)
    pricing, _ = _items(Priced, texts, 3, left_out)
    speeds, _ = _items(Timed, texts, 4, left_out)
    names = {each.benchmarkKey: tuple(filter(None, (each.name, each.fullName))) for each in tests}
    ranked = _by_slug([each for each in board if each.category is None])
    priced, timed = _by_slug(pricing), _by_slug(speeds)
    known = _by_slug([*models, *ranked.values(), *priced.values(), *timed.values()])
    rows = Rows(Named)
    offers = rows.offers(
        known.items(),
        lambda slug, named: _offer(
            slug, named, ranked.get(slug), priced.get(slug), timed.get(slug), names, day, today
        ),
    )
    return Reading(offers, (*left_out, *rows.left_out))


def _items(
    item: type[Item], texts: Sequence[str], which: int, left_out: list[LeftOut]
) -> tuple[list[Item], date]:
    """The rows of a file that fit, and its day; the others are added to ``left_out``."""
    name = PATHS[which].removeprefix("/data/")
    try:
        file: File = checked(File, texts[which])
    except SourceRefused as error:
        raise SourceRefused(f"{name}: {error}") from None
    rows = Rows(item)
    fitting = rows.all((f"items.{n}", each) for n, each in enumerate(file.items))
    if not fitting:
        first = rows.left_out[0]
        raise SourceRefused(f"{name}: its shape changed at {first.place}: {first.reason} (no row fits)")
    left_out += (LeftOut(place=f"{name}: {each.place}", reason=each.reason) for each in rows.left_out)
    return [row for _, row in fitting], file.generatedAt.date()


def _by_slug(rows: Sequence[Row]) -> dict[str, Row]:
    """The first row of each."""
    return {row.slug: row for row in reversed(rows)}


def _offer(
    slug: str,
    named: Named,
    ranked: Ranked | None,
    priced: Priced | None,
    timed: Timed | None,
    names: Mapping[str, tuple[str, ...]],
    day: date,
    today: date,
) -> Offer:
    return Offer(
        key=slug,
        names=(named.canonicalModelKey, named.model),
        name=named.model,
        maker=maker_of(named.creator),
        source_url=named.url,
        price_input=per_million(priced.inputPrice) if priced else None,
        price_output=per_million(priced.outputPrice) if priced else None,
        own=False,
        speed_tps=exact(timed.tokensPerSecond or None) if timed else None,
        ttft_s=exact(timed.ttft or None) if timed else None,
        places=(sound(_place(ranked, day), today),) if ranked else (),
        scores=_scores(named, names, today) if isinstance(named, Listed) else (),
    )


def _place(ranked: Ranked, day: date) -> Place:
    interval = ranked.scoreInterval90
    return Place(
        board=BOARD,
        listed=ranked.model,
        rank=ranked.rank,
        score=Decimal(str(ranked.score)),
        low=exact(interval.lower) if interval else None,
        high=exact(interval.upper) if interval else None,
        source_url=ranked.url,
        as_of=day,
    )


def _scores(listed: Listed, names: Mapping[str, tuple[str, ...]], today: date) -> tuple[Measured, ...]:
    """Each test once, although some stand in two categories."""
    found: dict[str, Measured] = {}
    for results in listed.benchmarks.values():
        for test, stated in results.items():
            value = exact(stated)
            if value is not None and test not in found:
                found[test] = Measured(test=test, names=names.get(test, ()), value=value, day=today)
    return tuple(found.values())


SOURCE = Source("benchlm", "BenchLM", PATHS[0], read, more)
