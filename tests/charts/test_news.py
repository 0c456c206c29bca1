"""The picture of an alert: what it says, and that it can be drawn of anything."""

import struct
from decimal import Decimal

import pytest

from bot.charts import canvas
from bot.charts.subjects import MOST_MOVES, news_drawing
from bot.charts.worker import png_of
from bot.news.kinds import Change, PriceChange
from tests.news.test_alert import CODING, CONTEXT, REMOVED, named, new, shift
from tests.worlds import price

NAME = "x" * 100


def priced(before: int, after: int, number: int = 1) -> PriceChange:
    return PriceChange(
        model=named(number), before=price(before, before), after=price(after, after), beside=None
    )


def test_a_few_changes_have_no_picture_nor_has_what_is_neither_rank_nor_price() -> None:
    assert news_drawing([priced(1, 2)] * 3) is None
    assert news_drawing([CONTEXT, REMOVED, CONTEXT, REMOVED]) is None


def test_it_shows_ranks_and_prices_before_and_now() -> None:
    drawing = news_drawing(
        [new(4), shift(9, 2, number=2), priced(10, 4), priced(1, 3, 5), shift(2, 1, CODING)]
    )
    assert drawing
    assert [(line.name.text, line.before, line.after, line.text) for line in drawing.ranks] == [
        ("model-4", None, 4, "new at 4"),
        ("model-2", 9, 2, "9 to 2"),
    ]
    assert [(line.text, line.better) for line in drawing.prices] == [("−60%", True), ("+200%", False)]
    assert "model-2: 9 to 2." in drawing.alt


def test_the_fullest_picture_is_low_enough_to_be_read_where_it_is_shown() -> None:
    drawing = news_drawing([*(new(n) for n in range(1, 40)), *(priced(1, 2, n) for n in range(1, 40))])
    assert drawing
    assert (len(drawing.ranks), len(drawing.prices)) == (MOST_MOVES, MOST_MOVES)
    wide, high = struct.unpack(">II", png_of(drawing)[16:24])
    shown = min(400 / wide, 300 / high)
    assert canvas.SMALL * canvas.SCALE * shown >= 11


@pytest.mark.parametrize(
    "changes",
    [
        [priced(0, 2), priced(2, 0), priced(3, 3), priced(1, 2)],
        [new(n) for n in range(1, 40)],
        [shift(5, 5000)] * 4,
        [
            priced(1, 2).model_copy(
                update={"model": named(1).model_copy(update={"display_name": name, "model_id": "m"})}
            )
            for name in (NAME, "نموذج", "模型", "\u202egpt", "")
        ],
        [
            PriceChange(
                model=named(1),
                before=price("0.0000001", 1).model_copy(update={"output": Decimal("0.0000001")}),
                after=price(1_000_000, 1_000_000),
                beside=None,
            )
        ]
        * 4,
    ],
)
def test_anything_is_drawn_small_enough(changes: list[Change]) -> None:
    drawing = news_drawing(changes)
    assert drawing
    png = png_of(drawing)
    assert png.startswith(b"\x89PNG")
    assert len(png) <= 150_000
