"""What pictures show, also of bad input: always the truth, or nothing, and never an exception."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings

from bot.analysis.comparison import compare
from bot.analysis.history import Moment
from bot.analysis.leaderboard import leaderboard
from bot.analysis.value import value
from bot.analysis.workload import read_workload
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane, Model
from bot.charts import canvas, subjects
from bot.charts.drawings import Drawing, Name, Span
from bot.charts.worker import png_of
from tests.worlds import benchmark, catalog, model, price, score, shipped, suppose, worlds

LARGEST = 150_000
LONG = "Extraordinarily Long Model Name With Many Words And A Number At Its Very End Turbo Preview 2026-09-01"
HOSTILE = {
    "a hundred signs": LONG[:100],
    "right to left": "دليل النماذج الذكية 7",
    "hebrew": "מודל שפה גדול",
    "a change of direction": "abc\u202edef",
    "chinese": "通义千问 3",
    "emoji": "Model \U0001f680",
    "formula": "$x^2$ \\frac{1}{2} $",
    "line break": "one\ntwo",
    "nothing visible": "\u200b\u200b",
    "unassigned": "\U000e0fff\uffff",
}
DAYS = (date(2026, 4, 15), date(2026, 6, 15), date(2026, 8, 22))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def is_good(drawing: Drawing | None) -> bytes:
    """A picture that Discord takes, as wide as all, no higher than a screen shows, and told in words."""
    assert drawing
    assert 0 < len(drawing.alt) <= 1024
    png = png_of(drawing)
    width, height = size(png)
    assert width == canvas.WIDTH * canvas.SCALE
    assert 0.1 < height / width <= 1.15
    assert len(png) <= LARGEST
    return png


@pytest.fixture(scope="module")
def world() -> Catalog:
    return shipped()


def named(names: Sequence[str], scored: bool = True, **facts: object) -> Catalog:
    """Models of these names; each took a test of its own in every category."""
    models = [model(f"m{n}", display_name=name, **facts) for n, name in enumerate(names)]
    tests = [benchmark(f"{c}-{n}", c) for c, n in product(Category, range(len(names)))]
    scores = [score(f"m{n}", f"{c}-{n}", 50 + n) for c, n in product(Category, range(len(names)))]
    made = catalog(models, tests, scores if scored else [])
    return suppose(made, {f"m{n}": 0.5 * n for n in range(len(names))})


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("asked", [None, "coding", "70 coding, 30 agentic", "cheapest good enough"])
@pytest.mark.parametrize("lane", list(Lane))
def test_a_comparison_is_drawn(world: Catalog, count: int, asked: str | None, lane: Lane) -> None:
    models = ("gpt-5-5", "claude-opus-4-8", "gemma-4-31b", "kimi-k2-6")[:count]
    workload = read_workload(asked) if asked else None
    is_good(subjects.comparison_drawing(compare(world, models, workload, lane)))


@pytest.mark.parametrize("category", [None, *Category])
@pytest.mark.parametrize("lane", list(Lane))
def test_every_page_of_a_leaderboard_is_drawn(world: Catalog, category: Category | None, lane: Lane) -> None:
    board = leaderboard(world, lane, category)
    for start in range(0, board.total, 30):
        is_good(subjects.leaderboard_drawing(leaderboard(world, lane, category, start=start)))


@pytest.mark.parametrize("category", [None, *Category])
def test_value_is_drawn(world: Catalog, category: Category | None) -> None:
    is_good(subjects.value_drawing(value(world, category)))


def test_tests_that_differ_are_striped_and_the_picture_says_so(world: Catalog) -> None:
    drawing = subjects.comparison_drawing(compare(world, ("gpt-5-5", "gemma-4-12b")))
    assert drawing
    assert [line.label for line in drawing.lines if line.apart] == ["Agentic", "Coding", "Reasoning", "Math"]
    assert drawing.note == subjects.APART
    assert "Striped, because they took different tests: agentic, coding, reasoning and math." in drawing.alt


def test_four_models_without_a_common_category_are_drawn_as_such() -> None:
    tests = [benchmark(c.value, c) for c in list(Category)[:4]]
    scores = [score(f"m{n}", test.benchmark_id, 50) for n, test in enumerate(tests)]
    made = suppose(catalog([f"m{n}" for n in range(4)], tests, scores), {})

    drawing = subjects.comparison_drawing(compare(made, [f"m{n}" for n in range(4)]))

    is_good(drawing)
    assert drawing
    overall, *categories = drawing.lines
    assert all(overall.spans)
    assert [sum(span is not None for span in line.spans) for line in categories] == [1, 1, 1, 1]
    assert [line.sure for line in categories] == [""] * 4


def test_without_any_scores_there_is_nothing_to_draw() -> None:
    made = named("abcd", scored=False)
    assert subjects.comparison_drawing(compare(made, ("m0", "m1", "m2", "m3"))) is None
    assert subjects.leaderboard_drawing(leaderboard(made)) is None
    assert subjects.value_drawing(value(made)) is None


def test_without_abilities_there_is_nothing_to_draw() -> None:
    made = named("ab").with_fit(None)
    assert subjects.comparison_drawing(compare(made, ("m0", "m1"))) is None
    assert subjects.leaderboard_drawing(leaderboard(made)) is None


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_name_is_drawn(name: str) -> None:
    made = named([name, "b", name + "!", "d"], price=price(1, 2))
    ids = ("m0", "m1", "m2", "m3")
    is_good(subjects.comparison_drawing(compare(made, ids)))
    is_good(subjects.leaderboard_drawing(leaderboard(made)))
    is_good(subjects.value_drawing(value(made)))
    is_good(subjects.ranks_over_time(list(moments(made)), [made.models[m] for m in ids], None))


def test_a_name_in_signs_that_no_font_has_becomes_the_id() -> None:
    assert canvas.drawable(Name("通义千问 3", "qwen-3")) == "qwen-3"
    assert canvas.drawable(Name("", "unnamed")) == "unnamed"
    assert canvas.drawable(Name("مودل", "model")) == "مودل"
    assert canvas.drawable(Name("GPT-5.5", "gpt-5-5")) == "GPT-5.5"
    assert canvas.drawable("通 1") == "? 1"


def test_long_names_keep_the_end_that_tells_versions_apart() -> None:
    cut = canvas.fitted(Name(LONG, "long"), canvas.BIG, 150)
    assert cut.endswith("26-09-01")
    assert "…" in cut
    assert canvas.width(cut, canvas.BIG) <= 150


def test_a_price_of_nothing_stands_apart_and_an_unknown_one_nowhere() -> None:
    costs = {"m0": price(0, 0), "m1": price(1, 1), "m2": None, "m3": price("0.0001", "0.0001")}
    made = named(["free", "dear", "unknown", "tiny"])
    made = Catalog(
        [m.model_copy(update={"price": costs[m.model_id]}) for m in made.models.values()],
        made.benchmarks.values(),
        [s for m in made.models for each in made.scores(m).values() for s in each],
        fit=made.fit,
    )

    drawing = subjects.value_drawing(value(made))

    is_good(drawing)
    assert drawing
    assert sorted(p.price for p in (*drawing.others, *(b.at for b in drawing.best))) == [0, 0.0001, 1]
    assert [b.price for b in drawing.best if b.at.price == 0] == ["free"]
    assert drawing.note == "Not shown: 1 of unknown price."


def test_the_note_below_a_chart_of_values_is_not_cut() -> None:
    found = value(shipped(), Category.CODING)
    drawing = subjects.value_drawing(found)
    assert drawing
    assert drawing.note.startswith(f"Not named: {len(found.frontier) - subjects.MOST_NAMED} cheaper ones. ")
    room = canvas.WIDTH - 2 * canvas.MARGIN
    assert canvas.fitted(drawing.note, canvas.SMALL, room) == drawing.note


@pytest.mark.parametrize("costs", [(0, 0), (5, 5)])
def test_models_of_one_price_are_drawn(costs: tuple[int, int]) -> None:
    is_good(subjects.value_drawing(value(named("abcd", price=price(*costs)))))


def test_a_board_with_a_single_model_is_drawn() -> None:
    is_good(subjects.leaderboard_drawing(leaderboard(named("a"))))


def moments(made: Catalog, methods: Sequence[int] = (1, 1, 1)) -> Iterator[Moment]:
    """Three days on which the models had ranks, as listed."""
    numbers = [m.number for m in made.models.values()]
    for snapshot, (day, method) in enumerate(zip(DAYS, methods, strict=True), start=1):
        ranks = {None: {n: (n + snapshot, n, n + snapshot + 3) for n in numbers}}
        prices = {n: (Decimal(4 - snapshot), Decimal(10)) for n in numbers}
        yield Moment(snapshot, day, (1, method), ranks, prices)


def listed(made: Catalog) -> list[Model]:
    return list(made.models.values())


def test_ranks_over_time_are_drawn_and_told() -> None:
    made = named("abcd")
    drawing = subjects.ranks_over_time(list(moments(made)), listed(made), None)
    is_good(drawing)
    assert drawing
    assert drawing.lines[0].spans == (Span(2, 1, 5), Span(3, 1, 6), Span(4, 1, 7))
    assert "a: 2 on 15 Apr 2026, 4 on 22 Aug 2026." in drawing.alt
    assert drawing.breaks == ()


def test_a_change_of_method_is_marked_and_told() -> None:
    made = named("ab")
    drawing = subjects.ranks_over_time(list(moments(made, (1, 2, 2))), listed(made), None)
    is_good(drawing)
    assert drawing
    assert drawing.breaks == (1,)
    assert "The method changed by 15 Jun 2026." in drawing.alt


def test_a_model_that_came_later_begins_later() -> None:
    made = named("ab")
    first, *rest = moments(made)
    first.ranks[None].pop(2)  # type: ignore[attr-defined]
    drawing = subjects.ranks_over_time([first, *rest], listed(made), None)
    is_good(drawing)
    assert drawing
    assert [span is None for span in drawing.lines[1].spans] == [True, False, False]


def test_one_moment_is_no_history_nor_are_models_without_ranks() -> None:
    made = named("ab")
    three = list(moments(made))
    assert subjects.ranks_over_time(three[:1], listed(made), None) is None
    assert subjects.ranks_over_time([], listed(made), None) is None
    assert subjects.ranks_over_time(three, listed(made), Category.MATH) is None
    assert subjects.prices_over_time(three[:1], listed(made)[0]) is None
    assert subjects.prices_over_time([], listed(made)[0]) is None


def test_prices_are_drawn_where_there_was_more_than_one() -> None:
    made = named("a")
    drawing = subjects.prices_over_time(list(moments(made)), listed(made)[0])
    is_good(drawing)
    assert drawing
    assert [line.name.text for line in drawing.lines] == ["Output", "Input"]
    assert "In: $3 then, $1 now." in drawing.alt


def test_a_price_that_became_nothing_is_drawn_as_nothing() -> None:
    made = named("a")
    days = [Moment(n, day, (1, 1), {}, {1: (Decimal(0), Decimal(n))}) for n, day in enumerate(DAYS[::-1])]
    drawing = subjects.prices_over_time(days[::-1], listed(made)[0])
    is_good(drawing)
    assert drawing
    assert [span.at for span in drawing.lines[0].spans if span] == [2, 1, 0]


@pytest.mark.parametrize("most", [Decimal("0.000000000001"), Decimal(999_999_999_999)])
def test_any_price_that_the_tables_may_hold_is_drawn(most: Decimal) -> None:
    made = named("a")
    days = [Moment(n, day, (1, 1), {}, {1: (Decimal(n), most)}) for n, day in enumerate(DAYS)]
    is_good(subjects.prices_over_time(days, listed(made)[0]))


@settings(max_examples=40)
@given(worlds(hostile=True))
def test_whatever_the_catalog_holds_is_drawn_or_left(made: Catalog) -> None:
    drawings = [subjects.comparison_drawing(compare(made, list(made.models), None, lane)) for lane in Lane]
    drawings.append(subjects.leaderboard_drawing(leaderboard(made)))
    if made.fit:
        drawings.append(subjects.value_drawing(value(made)))
    for drawing in filter(None, drawings):
        is_good(drawing)


def test_equal_content_gives_equal_pictures(world: Catalog) -> None:
    one, two = (subjects.comparison_drawing(compare(world, ("gpt-5-5", "gemma-4-12b"))) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert is_good(one) == is_good(two)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ground", [canvas.GROUND, canvas.BAND])
@pytest.mark.parametrize("colour", [canvas.INK, canvas.SOFT, *canvas.COLOURS])
def test_text_can_be_told_from_its_ground(colour: str, ground: str) -> None:
    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_picture_has_signs_in_it(world: Catalog) -> None:
    """A picture of the ground alone would be as right in all other tests."""
    png = is_good(subjects.comparison_drawing(compare(world, ("gpt-5-5", "gemma-4-12b"))))
    data = b"".join(part for name, part in chunks(png) if name == b"IDAT")
    assert len(set(zlib.decompress(data))) > 100


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length
