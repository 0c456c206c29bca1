"""The picture of a comparison: a line for each category, with a mark and a 90 % interval for each model.

No radar: the area that it fills depends on the order of the categories, and it has no room for intervals,
without which a difference of two points looks like one.
"""

import math
from collections.abc import Sequence

from bot.charts.canvas import (
    BAND,
    BIG,
    COLOURS,
    FAINT,
    INK,
    MARGIN,
    SHAPES,
    SMALL,
    SOFT,
    WIDTH,
    Canvas,
    Scale,
    legend_height,
)
from bot.charts.drawings import CategoryLine, ComparisonDrawing, Span

LEFT, RIGHT = 142.0, WIDTH - 64.0
TOP, AXIS, NOTE = 8.0, 22.0, 24.0
MARK = {2: 8.0, 3: 7.5, 4: 7.0}
# Pixels between the marks of two models in one line, by the number of models.
STEP = {2: 10.0, 3: 8.0, 4: 6.6}
# Pixels of a line beside those.
AROUND = 13
# Points beyond the intervals at either end, in which there is room for figures.
BEYOND = 4


def draw(drawing: ComparisonDrawing) -> bytes:
    """The PNG."""
    step = STEP[len(drawing.models)]
    high = step * (len(drawing.models) - 1) + AROUND
    top = TOP + legend_height(drawing.models) + AXIS
    bottom = top + high * len(drawing.lines)
    canvas = Canvas(bottom + (NOTE if drawing.note else 0) + 6)
    scale = _scale([span for line in drawing.lines for span in line.spans if span])
    middles = [top + high * (n + 0.5) for n in range(len(drawing.lines))]
    canvas.legend(drawing.models, TOP)
    for y in middles[::2]:
        canvas.bar(0, WIDTH, y, high, BAND)
    for tick in scale.ticks:
        canvas.line([(scale.at(tick), top), (scale.at(tick), bottom)], FAINT, 0.8)
        canvas.text(scale.at(tick), top - 10, f"{tick:.0f}", SMALL, SOFT, "center")
    canvas.text(MARGIN, top - 10, "Ability", SMALL, SOFT)
    canvas.text(WIDTH - MARGIN, top - 10, "sure", SMALL, SOFT, "right")
    for line, y in zip(drawing.lines, middles, strict=True):
        _draw_words(canvas, line, y)
        _draw_marks(canvas, scale, line, y, step)
    if drawing.note:
        canvas.text(MARGIN, bottom + NOTE / 2 + 2, drawing.note, SMALL, SOFT, room=WIDTH - 2 * MARGIN)
    return canvas.png()


def _scale(spans: Sequence[Span]) -> Scale:
    """The part of 0 to 100 in which there is something to see."""
    low = max(0, math.floor((min(s.low for s in spans) - BEYOND) / 10) * 10)
    high = min(100, math.ceil((max(s.high for s in spans) + BEYOND) / 10) * 10)
    every = 10 if high - low <= 40 else 20 if high - low <= 80 else 25
    return Scale(low, high, LEFT, RIGHT, tuple(range(-(-low // every) * every, high + 1, every)))


def _draw_words(canvas: Canvas, line: CategoryLine, y: float) -> None:
    canvas.text(MARGIN, y, line.label, BIG, INK, room=LEFT - MARGIN - 8)
    colour = SOFT if line.ahead is None else COLOURS[line.ahead]
    wide = canvas.text(WIDTH - MARGIN, y, line.sure, BIG, colour, "right")
    if line.ahead is not None:
        canvas.mark(WIDTH - MARGIN - wide - 8, y, SHAPES[line.ahead], colour, 8)


def _draw_marks(canvas: Canvas, scale: Scale, line: CategoryLine, y: float, step: float) -> None:
    first = y - step * (len(line.spans) - 1) / 2
    for n, span in enumerate(line.spans):
        if span is None:
            continue
        at = first + step * n
        left, right = scale.at(span.low), scale.at(span.high)
        canvas.bar(
            left,
            right,
            at,
            step - 2.5 if step < 8 else 6,
            COLOURS[n],
            0.9 if line.apart else 0.55,
            line.apart,
        )
        canvas.mark(scale.at(span.at), at, SHAPES[n], COLOURS[n], MARK[len(line.spans)])
        if len(line.spans) == 2:
            _draw_figure(canvas, span, line.spans[1 - n], left, right, at, COLOURS[n])


def _draw_figure(
    canvas: Canvas, span: Span, other: Span | None, left: float, right: float, y: float, colour: str
) -> None:
    """The points of one of two models, on the side away from the other one."""
    figure = str(math.floor(span.at + 0.5))
    if other and other.at > span.at:
        canvas.text(min(left, right - 8) - 4, y, figure, SMALL, colour, "right")
    else:
        canvas.text(max(right, left + 8) + 4, y, figure, SMALL, colour)
