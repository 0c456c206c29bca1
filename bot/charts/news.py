"""The picture of an alert: where models stand now and stood before, and what they cost now and before."""

import math
from collections.abc import Sequence

from bot.charts.canvas import (
    BAND,
    BIG,
    COLOURS,
    FAINT,
    INK,
    MARGIN,
    SMALL,
    SOFT,
    WIDTH,
    Canvas,
    Scale,
)
from bot.charts.drawings import MoveLine, NewsDrawing

LEFT, RIGHT, TEXT = 178.0, WIDTH - 96.0, WIDTH - MARGIN
TITLE, ROW, GAP = 26.0, 25.0, 10.0
BETTER, WORSE = COLOURS[2], COLOURS[1]


def draw(drawing: NewsDrawing) -> bytes:
    """The PNG."""
    parts = [
        (title, lines)
        for title, lines in (("Overall rank", drawing.ranks), ("Price", drawing.prices))
        if lines
    ]
    canvas = Canvas(sum(TITLE + ROW * len(lines) + GAP for _, lines in parts))
    top = 0.0
    for title, lines in parts:
        _draw_part(canvas, top, title, lines)
        top += TITLE + ROW * len(lines) + GAP
    return canvas.png()


def _draw_part(canvas: Canvas, top: float, title: str, lines: Sequence[MoveLine]) -> None:
    known = [at for line in lines for at in (line.before, line.after) if at]
    low, high = math.log(min(known, default=1)), math.log(max(known, default=1))
    # Both are told apart by ratio: from rank 2 to 1 is as far as from 20 to 10.
    scale = Scale(low, max(high, low + 0.1), LEFT, RIGHT)
    canvas.text(MARGIN, top + TITLE / 2 + 2, title, SMALL, SOFT)
    if any(line.before is not None for line in lines):
        canvas.text(TEXT, top + TITLE / 2 + 2, "grey: before", SMALL, SOFT, "right")
    for n, line in enumerate(lines):
        y = top + TITLE + ROW * (n + 0.5)
        if n % 2 == 0:
            canvas.bar(0, WIDTH, y, ROW, BAND)
        canvas.text(MARGIN, y, line.name, BIG, INK, room=LEFT - MARGIN - 14)
        _draw_move(canvas, y, line, scale)
        canvas.text(TEXT, y, line.text, BIG, BETTER if line.better else WORSE, "right", room=84)


def _draw_move(canvas: Canvas, y: float, line: MoveLine, scale: Scale) -> None:
    colour = BETTER if line.better else WORSE
    # What is free stands at the cheap end.
    places = [
        None if at is None else scale.at(math.log(at)) if at else LEFT for at in (line.before, line.after)
    ]
    before, after = places
    canvas.line([(LEFT, y), (RIGHT, y)], FAINT, 0.6)
    if before is not None and after is not None:
        canvas.bar(min(before, after), max(before, after), y, 5, colour, 0.5)
    if before is not None:
        canvas.mark(before, y, "o", SOFT, 7)
    if after is not None:
        canvas.mark(after, y, "D" if line.better else "s", colour, 9)
