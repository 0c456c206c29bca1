"""The picture of what one gets for the money: ability against price, and by name what nothing beats.

Prices differ by a factor of a thousand, so that their axis is logarithmic. A price of 0 has no place on that:
such models stand in a column of their own.
"""

import math

from bot.charts.canvas import (
    BAND,
    COLOURS,
    FAINT,
    GROUND,
    INK,
    MARGIN,
    SMALL,
    SOFT,
    WIDTH,
    Canvas,
    Scale,
    whole_ticks,
)
from bot.charts.drawings import ValueDrawing, ValuePoint

LEFT, RIGHT, TOP, BOTTOM = 34.0, WIDTH - 16.0, 26.0, 164.0
FREE = 34.0
ROW, KEY, TEXT = 19.0, 36.0, 14.0
DISC = 14.0


def draw(drawing: ValueDrawing) -> bytes:
    """The PNG."""
    first = BOTTOM + KEY
    canvas = Canvas(first + ROW * len(drawing.best) + (22 if drawing.note else 6))
    points = [*drawing.others, *(b.at for b in drawing.best)]
    free = any(point.price == 0 for point in points)
    left = LEFT + FREE if free else LEFT
    low, high = min(p.ability for p in points), max(p.ability for p in points)
    up = Scale(max(0, low - 4), min(100, high + 4), BOTTOM, TOP, whole_ticks(low, high))
    across = _prices([p.price for p in points if p.price > 0], left + (26 if free else 8))
    _draw_axes(canvas, across, up, left if free else None)

    def place(point: ValuePoint) -> tuple[float, float]:
        x = across.at(math.log10(point.price)) if point.price > 0 else LEFT + FREE / 2 - 2
        return x, up.at(point.ability)

    for point in drawing.others:
        canvas.mark(*place(point), "o", SOFT, 5)
    best = [place(each.at) for each in drawing.best]
    canvas.line(_stairs(best[::-1]), COLOURS[0], 1.5)
    for n, (x, y) in reversed([*enumerate(best, start=1)]):
        canvas.mark(x, y, "o", COLOURS[0], DISC)
        canvas.text(x, y, str(n), 11, GROUND, "center")
    for n, each in enumerate(drawing.best, start=1):
        y = first + ROW * (n - 0.5)
        if n % 2:
            canvas.bar(0, WIDTH, y, ROW, BAND)
        canvas.mark(MARGIN + 8, y, "o", COLOURS[0], DISC)
        canvas.text(MARGIN + 8, y, str(n), 11, GROUND, "center")
        canvas.text(MARGIN + 24, y, each.name, TEXT, INK, room=196)
        canvas.text(WIDTH - 66, y, each.price, TEXT, INK, "right")
        canvas.text(WIDTH - MARGIN, y, str(math.floor(each.at.ability + 0.5)), TEXT, INK, "right")
    canvas.text(WIDTH - 66, first - 8, "price", SMALL, SOFT, "right")
    canvas.text(WIDTH - MARGIN, first - 8, "ability", SMALL, SOFT, "right")
    if drawing.note:
        y = first + ROW * len(drawing.best) + 12
        canvas.text(MARGIN, y, drawing.note, SMALL, SOFT, room=WIDTH - 2 * MARGIN)
    return canvas.png()


def _prices(prices: list[float], left: float) -> Scale:
    """The logarithms of the prices, with ticks at powers of ten, and between these where there are few."""
    if not prices:
        return Scale(0, 1, left, RIGHT)
    low, high = math.log10(min(prices)), math.log10(max(prices))
    if high - low < 0.3:
        low, high = low - 0.3, high + 0.3
    steps = (1,) if high - low > 2 else (1, 3) if high - low > 1 else (1, 2, 5)
    powers = range(math.floor(low), math.ceil(high) + 1)
    ticks = sorted(math.log10(step) + power for power in powers for step in steps)
    return Scale(low, high, left, RIGHT - 8, tuple(t for t in ticks if low <= t <= high))


def _draw_axes(canvas: Canvas, across: Scale, up: Scale, free: float | None) -> None:
    canvas.text(MARGIN, TOP - 14, "Ability", SMALL, SOFT)
    canvas.text(RIGHT, TOP - 14, "dollars per million tokens", SMALL, SOFT, "right")
    for tick in up.ticks:
        canvas.line([(LEFT, up.at(tick)), (RIGHT, up.at(tick))], FAINT, 0.8)
        canvas.text(LEFT - 6, up.at(tick), f"{tick:.0f}", SMALL, SOFT, "right")
    for tick in across.ticks:
        canvas.line([(across.at(tick), TOP), (across.at(tick), BOTTOM)], FAINT, 0.8)
        canvas.text(across.at(tick), BOTTOM + 12, _dollars(10**tick), SMALL, SOFT, "center")
    if free is not None:
        canvas.line([(free, TOP), (free, BOTTOM)], SOFT, 1, dashed=True)
        canvas.text(LEFT + FREE / 2 - 2, BOTTOM + 12, "free", SMALL, SOFT, "center")


def _dollars(price: float) -> str:
    return f"${price:.2f}" if 0.0099 < price < 0.9 else f"${round(price, 6):,g}"


def _stairs(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """What can be had for a price: as much as the one below it until the next one can be paid."""
    steps = points[:1]
    for x, y in points[1:]:
        steps += [(x, steps[-1][1]), (x, y)]
    return steps
