"""What a picture shows: small frozen values that hold all of it, and that travel to the worker.

Nothing but the standard library is imported here, so that the worker stays small.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Name:
    """A model's name, and plain letters to show instead where the font lacks a sign of it."""

    text: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Span:
    """A figure and its 90 % interval, in the unit of the axis."""

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Drawing:
    """``alt`` says in words what is shown; ``file`` is the name of its picture."""

    file: ClassVar[str] = "picture.png"
    alt: str


@dataclass(frozen=True)
class CategoryLine:
    """A place for each model, None without scores. ``ahead`` is the place of the one called better, and
    ``sure`` the text of how sure that is; ``apart``: the models have no test in common here."""

    label: str
    spans: tuple[Span | None, ...]
    ahead: int | None
    sure: str
    apart: bool


@dataclass(frozen=True)
class ComparisonDrawing(Drawing):
    """Abilities from 0 to 100 of two to four models, overall and by category."""

    file: ClassVar[str] = "comparison.png"
    models: tuple[Name, ...]
    lines: tuple[CategoryLine, ...]
    note: str


@dataclass(frozen=True)
class RankLine:
    """A model on a leaderboard: its rank with the ranks it may really have, and its ability as text."""

    name: Name
    rank: Span
    ability: str


@dataclass(frozen=True)
class LeaderboardDrawing(Drawing):
    """A page of a leaderboard in the order of ranks; models that share one stand beside each other."""

    file: ClassVar[str] = "leaderboard.png"
    lines: tuple[RankLine, ...]


@dataclass(frozen=True)
class ValuePoint:
    """A model by price (US dollars, 0 for free) and ability."""

    price: float
    ability: float


@dataclass(frozen=True)
class BestValue:
    """A model that no other one beats in both, with its price as text."""

    name: Name
    at: ValuePoint
    price: str


@dataclass(frozen=True)
class ValueDrawing(Drawing):
    """Ability against price: those that nothing beats by name, strongest first, and all others as points."""

    file: ClassVar[str] = "value.png"
    best: tuple[BestValue, ...]
    others: tuple[ValuePoint, ...]
    note: str


@dataclass(frozen=True)
class TimeLine:
    """One line over time: a place for each moment, None where there was nothing."""

    name: Name
    spans: tuple[Span | None, ...]


@dataclass(frozen=True)
class TimeDrawing(Drawing):
    """Lines over ``days`` (counted from the year 1) with their ``dates`` as text.

    ``ranks``: 1 is at the top; else they are prices in US dollars, which hold until the next moment. From the
    moments at ``breaks`` on figures come by another method, and cannot be compared with those before.
    """

    file: ClassVar[str] = "history.png"
    title: str
    lines: tuple[TimeLine, ...]
    days: tuple[int, ...]
    dates: tuple[str, ...]
    breaks: tuple[int, ...]
    ranks: bool


@dataclass(frozen=True)
class MoveLine:
    """A rank or a price (US dollars, 0 for free) before and now; None where there was or is none. ``text``
    says it in short, ``better`` is a higher rank or a lower price."""

    name: Name
    before: float | None
    after: float | None
    text: str
    better: bool


@dataclass(frozen=True)
class NewsDrawing(Drawing):
    """What changed in ranks and in prices; one of the two may be empty."""

    file: ClassVar[str] = "news.png"
    ranks: tuple[MoveLine, ...]
    prices: tuple[MoveLine, ...]
