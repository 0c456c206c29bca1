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
