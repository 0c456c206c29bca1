"""The picture of a history: ranks or prices over time, and where the method changed."""

from collections.abc import Sequence
from itertools import pairwise

from bot.charts.canvas import (
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
    whole_ticks,
    width,
)
from bot.charts.drawings import Span, TimeDrawing

LEFT, RIGHT, TOP, TITLE, PLOT, DATES = 44.0, WIDTH - 20.0, 8.0, 26.0, 160.0, 30.0

Points = list[tuple[float, Span]]


def draw(drawing: TimeDrawing) -> bytes:
    """The PNG."""
    names = [line.name for line in drawing.lines]
    top = TOP + legend_height(names) + TITLE
    bottom = top + PLOT
    canvas = Canvas(bottom + DATES)
    canvas.legend(names, TOP)
    canvas.text(MARGIN, top - 14, drawing.title, SMALL, SOFT, room=WIDTH - 2 * MARGIN)
    across = Scale(drawing.days[0], max(drawing.days[-1], drawing.days[0] + 1), LEFT + 6, RIGHT)
    up = _up(drawing, top, bottom)
    for tick in up.ticks:
        canvas.line([(LEFT, up.at(tick)), (RIGHT, up.at(tick))], FAINT, 0.8)
        shown = f"{tick:.0f}" if drawing.ranks else f"${round(tick, 6):,g}"
        canvas.text(LEFT - 6, up.at(tick), shown, SMALL, SOFT, "right")
    _draw_dates(canvas, drawing, across, bottom + 17)
    for n in drawing.breaks:
        x = (across.at(drawing.days[n - 1]) + across.at(drawing.days[n])) / 2
        canvas.line([(x, top), (x, bottom)], SOFT, 1.2, dashed=True)
        right = x > (LEFT + RIGHT) / 2
        canvas.text(
            x - 5 if right else x + 5, top + 8, "new method", SMALL, INK, "right" if right else "left"
        )
    for n, line in enumerate(drawing.lines):
        for part in _parts(drawing, [across.at(day) for day in drawing.days], line.spans):
            _draw_part(canvas, up, part, COLOURS[n], steps=not drawing.ranks)
            for x, span in part if drawing.ranks else _turns(part):
                canvas.mark(x, up.at(span.at), SHAPES[n], COLOURS[n], 8 if len(drawing.days) <= 12 else 5)
    return canvas.png()


def _up(drawing: TimeDrawing, top: float, bottom: float) -> Scale:
    spans = [span for line in drawing.lines for span in line.spans if span]
    if not drawing.ranks:
        high = max(span.high for span in spans) or 1.0
        return Scale(0, high * 1.1, bottom, top, _price_ticks(high))
    low, high = min(s.low for s in spans), max(max(s.high for s in spans), min(s.low for s in spans) + 4)
    return Scale(low - (high - low) * 0.06, high + (high - low) * 0.06, top, bottom, whole_ticks(low, high))


def _price_ticks(high: float) -> tuple[float, ...]:
    """From 0 on in round steps, at most five."""
    step = next(
        base * 10.0**power
        for power in range(-12, 13)
        for base in (1, 2, 5)
        if high / (base * 10.0**power) <= 4
    )
    return tuple(step * n for n in range(int(high / step) + 1))


def _parts(drawing: TimeDrawing, places: Sequence[float], spans: Sequence[Span | None]) -> list[Points]:
    """What hangs together: without what is not known, and not across a change of method."""
    parts: list[Points] = [[]]
    for n, (x, span) in enumerate(zip(places, spans, strict=True)):
        if span is None or n in drawing.breaks:
            parts.append([])
        if span is not None:
            parts[-1].append((x, span))
    return [part for part in parts if part]


def _turns(part: Points) -> Points:
    """The first and the last price, and each new one."""
    return [at for n, at in enumerate(part) if n in (0, len(part) - 1) or at[1] != part[n - 1][1]]


def _draw_part(canvas: Canvas, up: Scale, part: Points, colour: str, *, steps: bool) -> None:
    if len(part) < 2:
        ((x, span),) = part
        if span.low < span.high:
            canvas.line([(x, up.at(span.low)), (x, up.at(span.high))], colour, 2)
        return
    line = [(x, up.at(span.at)) for x, span in part]
    if steps:
        line = [line[0], *(p for (_, y), (x, new) in pairwise(line) for p in ((x, y), (x, new)))]
    else:
        edge = [(x, up.at(span.low)) for x, span in part]
        canvas.area([*edge, *((x, up.at(span.high)) for x, span in reversed(part))], colour, 0.16)
    canvas.line(line, colour, 2)


def _draw_dates(canvas: Canvas, drawing: TimeDrawing, across: Scale, y: float) -> None:
    """The first and the last date, and of the others those that have room."""
    taken: list[tuple[float, float]] = []
    last = len(drawing.days) - 1
    for n in dict.fromkeys((0, last, *range(last))):
        wide = width(drawing.dates[n], SMALL)
        middle = min(max(across.at(drawing.days[n]), MARGIN + wide / 2), WIDTH - MARGIN - wide / 2)
        left, right = middle - wide / 2, middle + wide / 2
        if all(right + 12 < one or other + 12 < left for one, other in taken):
            canvas.text(middle, y, drawing.dates[n], SMALL, SOFT, "center")
            taken.append((left, right))
