"""The picture of a leaderboard: for each model its rank, and as a bar the ranks that it may really have."""

from itertools import groupby

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
    whole_ticks,
    width,
)
from bot.charts.drawings import LeaderboardDrawing

RANK, NAME, RIGHT = 36.0, 46.0, WIDTH - 62.0
# Where the bars begin: farther right for longer names.
LEFT, FARTHEST = 196.0, 236.0
TOP, ROW = 28.0, 25.0


def draw(drawing: LeaderboardDrawing) -> bytes:
    """The PNG."""
    bottom = TOP + ROW * len(drawing.lines)
    canvas = Canvas(bottom + 10)
    low = min(line.rank.low for line in drawing.lines)
    high = max(max(line.rank.high for line in drawing.lines), low + 1)
    longest = max(min(width(line.name, BIG), max(width(line.name, SMALL), 160)) for line in drawing.lines)
    left = min(max(NAME + longest + 14, LEFT), FARTHEST)
    scale = Scale(low, high, left, RIGHT, whole_ticks(low, high))
    _draw_groups(canvas, drawing)
    canvas.text(MARGIN, TOP - 12, "Rank", SMALL, SOFT)
    canvas.text(WIDTH - MARGIN, TOP - 12, "ability", SMALL, SOFT, "right")
    for tick in scale.ticks:
        canvas.line([(scale.at(tick), TOP), (scale.at(tick), bottom)], FAINT, 0.8)
        canvas.text(scale.at(tick), TOP - 12, f"{tick:.0f}", SMALL, SOFT, "center")
    for n, line in enumerate(drawing.lines):
        y = TOP + ROW * (n + 0.5)
        canvas.text(NAME, y, line.name, BIG, INK, room=left - NAME - 10)
        canvas.bar(scale.at(line.rank.low), scale.at(line.rank.high), y, 7, COLOURS[0], 0.5)
        canvas.mark(scale.at(line.rank.at), y, "o", COLOURS[0], 9)
        canvas.text(WIDTH - MARGIN, y, line.ability, BIG, INK, "right")
    return canvas.png()


def _draw_groups(canvas: Canvas, drawing: LeaderboardDrawing) -> None:
    """Models that share a rank lie on one band, with the rank once."""
    start = 0
    for n, (rank, group) in enumerate(groupby(drawing.lines, key=lambda line: line.rank.at)):
        count = len(list(group))
        top, middle = TOP + ROW * start, TOP + ROW * (start + count / 2)
        if n % 2 == 0:
            canvas.bar(0, WIDTH, middle, ROW * count, BAND)
        canvas.text(RANK, middle, f"{rank:.0f}", BIG, COLOURS[0], "right")
        if count > 1:
            canvas.line([(RANK + 5, top + 5), (RANK + 5, top + ROW * count - 5)], COLOURS[0], 1.5)
        start += count
