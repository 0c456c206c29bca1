"""A canvas: text, bars and marks at places given in pixels, drawn at more than twice that size.

The only module that knows Matplotlib. It is imported in the worker alone.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from bot.charts.drawings import Name

WIDTH = 360
# Pixels of the picture for each one of the canvas, so that it is twice the 400 that a desktop shows;
# Matplotlib counts 72 points to the inch.
SCALE, POINTS = 2.25, 72
GROUND, BAND = "#2b2d31", "#35383e"
INK, SOFT, FAINT = "#f2f3f5", "#b5bac1", "#4e5058"
# Okabe and Ito's palette for all kinds of colour vision, the darker ones lightened for a dark ground.
COLOURS = ("#56b4e9", "#f0a830", "#3fcf9f", "#e59ac2")
# Each with a shape of its own, so that colour is never alone in telling them apart.
SHAPES = ("o", "s", "D", "^")
BIG, SMALL = 15.0, 13.0
# At the left and right edge, and the height of a line of a legend.
MARGIN, LEGEND = 10.0, 23.0
# Characters at the end of a name that stay.
LAST = 9
# Height of a capital letter for a size of 1.
CAPITAL = 0.71

_FONT = Path(__file__).parent / "fonts" / "RobotoCondensed-Regular.ttf"
# Comes with Matplotlib and knows more scripts, Hebrew and Arabic among them.
_WIDER_FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"

Points = Sequence[tuple[float, float]]
Align = Literal["left", "center", "right"]
# Whatever this computer prefers: pictures are the same everywhere.
mpl.rcdefaults()
mpl.rcParams["hatch.linewidth"] = 1.4


@dataclass(frozen=True)
class Scale:
    """Figures from ``low`` to ``high`` stand at pixels from ``first`` to ``last``; ``ticks`` are figures."""

    low: float
    high: float
    first: float
    last: float
    ticks: tuple[float, ...] = ()

    def at(self, figure: float) -> float:
        """The pixel of a figure; of one beyond the end, the end."""
        share = (figure - self.low) / (self.high - self.low)
        return self.first + (self.last - self.first) * min(max(share, 0.0), 1.0)


class Canvas:
    """``WIDTH`` wide and ``height`` high; y counts from the top."""

    def __init__(self, height: float) -> None:
        self.height = height
        inches = (WIDTH / POINTS, height / POINTS)
        self._figure = Figure(figsize=inches, dpi=POINTS * SCALE, facecolor=GROUND)
        self._agg = FigureCanvasAgg(self._figure)

    def text(
        self,
        x: float,
        y: float,
        text: str | Name,
        size: float = BIG,
        colour: str = INK,
        align: Align = "left",
        room: float = WIDTH,
    ) -> float:
        """A line of text, the middle of its capitals at ``y``; returns how wide it is.

        What is wider than ``room`` is set smaller, then cut with an ellipsis.
        """
        if width(text, size) > room:
            size = min(size, SMALL)
        shown = fitted(text, size, room)
        self._add(
            Text(
                *self._at(x, y + CAPITAL * size / 2),
                shown,
                color=colour,
                fontproperties=_font(shown, size),
                ha=align,
                va="baseline",
                parse_math=False,
                transform=self._figure.transFigure,
            )
        )
        return width(shown, size)

    def line(
        self, points: Sequence[tuple[float, float]], colour: str, thick: float, dashed: bool = False
    ) -> None:
        """Straight from point to point."""
        xs, ys = zip(*(self._at(*point) for point in points), strict=True)
        style: Any = (0, (4, 3)) if dashed else "-"
        self._add(Line2D(xs, ys, color=colour, lw=thick, ls=style, transform=self._figure.transFigure))

    def bar(
        self, left: float, right: float, y: float, high: float, colour: str, strength: float = 1.0,
        hatched: bool = False,
    ) -> None:  # fmt: skip
        """A bar with its middle at ``y``; hatched it is an outline filled with strokes."""
        x, bottom = self._at(left, y + high / 2)
        style: dict[str, Any] = {"facecolor": colour, "alpha": strength, "lw": 0}
        if hatched:
            style = {"facecolor": "none", "edgecolor": colour, "alpha": strength, "lw": 0.8, "hatch": "/" * 7}
        size = ((right - left) / WIDTH, high / self.height)
        self._add(Rectangle((x, bottom), *size, transform=self._figure.transFigure, **style))

    def area(self, points: Points, colour: str, strength: float) -> None:
        """A filled shape."""
        corners = [self._at(*point) for point in points]
        self._add(
            Polygon(corners, facecolor=colour, alpha=strength, lw=0, transform=self._figure.transFigure)
        )

    def mark(self, x: float, y: float, shape: str, colour: str, size: float = 8.0) -> None:
        """A shape with its middle there, rimmed so that it stands out where others lie."""
        self._add(
            Line2D(
                *zip(self._at(x, y), strict=True),
                marker=shape,
                ms=size,
                mfc=colour,
                mec=GROUND,
                mew=1.0,
                ls="none",
                transform=self._figure.transFigure,
            )
        )

    def legend(self, names: Sequence[Name], top: float) -> None:
        """The names with the colour and shape of each, two to a line, or one where two have no room."""
        for row, places in enumerate(_legend(names)):
            y, room = top + LEGEND * (row + 0.5), (WIDTH - 2 * MARGIN) / len(places)
            for column, n in enumerate(places):
                x = MARGIN + column * room
                self.mark(x + 7, y, SHAPES[n], COLOURS[n], 10)
                self.text(x + 20, y, names[n], BIG, COLOURS[n], room=room - 26)

    def png(self) -> bytes:
        """The picture as drawn so far."""
        out = io.BytesIO()
        self._agg.print_png(out, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return out.getvalue()

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x / WIDTH, 1 - y / self.height

    def _add(self, artist: Any) -> None:
        # What comes later lies above.
        artist.set_zorder(len(self._figure.get_children()))
        self._figure.add_artist(artist)


def legend_height(names: Sequence[Name]) -> float:
    """The room that a legend takes."""
    return LEGEND * len(_legend(names))


def _legend(names: Sequence[Name]) -> list[list[int]]:
    """The places of the names in each line; more than two would take the room of what is drawn."""
    half, count = (WIDTH - 2 * MARGIN) / 2 - 26, len(names)
    if count > 2 or (count == 2 and all(width(name, BIG) <= half for name in names)):
        return [[*range(n, min(n + 2, count))] for n in range(0, count, 2)]
    return [[n] for n in range(count)]


def fitted(text: str | Name, size: float, room: float) -> str:
    """The text in signs that can be drawn, with an ellipsis where it is wider than the room: in a name before
    its end, which tells versions apart."""
    shown = drawable(text)
    if width(shown, size) <= room:
        return shown
    end = shown[-min(LAST, len(shown) // 3) :].lstrip() if isinstance(text, Name) else ""
    shown = shown[: len(shown) - len(end)]
    while shown and width(f"{shown}…{end}", size) > room:
        shown = shown[:-1]
    return f"{shown.rstrip()}…{end}"


def drawable(text: str | Name) -> str:
    """The text in signs that a font has: of a name, if need be, what stands there otherwise."""
    if isinstance(text, Name):
        text = text.text if text.text and _font_file(text.text) else text.otherwise
    return text if _font_file(text) else "".join(sign if _font_file(sign) else "?" for sign in text)


def width(text: str | Name, size: float) -> float:
    """How wide a line of text is, in pixels of the canvas."""
    return _width(drawable(text), size)


@lru_cache(maxsize=4096)
def _width(text: str, size: float) -> float:
    file = _font_file(text) or _FONT
    font = get_font(str(file))
    font.set_size(size * 8, POINTS)
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64 / 8


def _font(text: str, size: float) -> FontProperties:
    return FontProperties(fname=_font_file(text) or _FONT, size=size)


def _font_file(text: str) -> Path | None:
    """The first font that has every sign of the text; None if none has."""
    return next((file for file in (_FONT, _WIDER_FONT) if _signs(file).issuperset(map(ord, text))), None)


@cache
def _signs(file: Path) -> frozenset[int]:
    return frozenset(get_font(str(file)).get_charmap())


def whole_ticks(low: float, high: float) -> tuple[float, ...]:
    """Whole numbers in round steps from one to the other, at most six."""
    span = max(high - low, 1)
    step = next(
        base * 10**power for power in range(6) for base in (1, 2, 5) if span / (base * 10**power) <= 5
    )
    first = math.ceil(low / step) * step
    ticks = [first + step * n for n in range(int((high - first) // step) + 1)]
    # A board begins at its first rank, not at a round one.
    return tuple(ticks) if not ticks or ticks[0] - low < step * 0.6 or low != int(low) else (low, *ticks)
