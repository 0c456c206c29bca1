"""Arena and BenchLM: boards are kept apart, prices are trusted least, scores only fill what is missing."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.catalog.entities import Place, Price, Quote
from bot.catalog.names.index import NameIndex
from bot.sources.arena import PAGE
from bot.sources.arena import read as read_arena
from bot.sources.folder import packaged_tables, read_tables
from bot.sources.matching import match
from tests.sources.bench import Bench
from tests.sources.live import ARENA, BENCHLM, crowd, listed, row_of, voted

GPT_ROW = row_of("gpt-5-5", "GPT-5.5")
OPUS_ROW = row_of("claude-opus-4-8", "Claude Opus 4.8", "Anthropic")
DAY = date(2026, 11, 20)


@pytest.fixture
def arena(bench: Bench) -> Bench:
    bench.sources = ("arena",)
    return bench


@pytest.fixture
def benchlm(bench: Bench) -> Bench:
    bench.sources = ("benchlm",)
    return bench


async def test_a_place_is_kept_with_interval_day_and_source_and_changes_nothing_else(arena: Bench) -> None:
    before = await arena.catalog()
    arena.live.arena(voted("gpt-5.5", 3, 1450.25))
    report = await arena.sync()
    assert (report.new, report.changes, report.places) == (True, (), 1)
    catalog = await arena.catalog()
    assert catalog.places == {
        "gpt-5-5": (
            Place(
                board="Arena text",
                listed="gpt-5.5",
                rank=3,
                score=Decimal("1450.25"),
                low=Decimal("1443.25"),
                high=Decimal("1457.25"),
                source_url=PAGE,
                as_of=DAY,
            ),
        )
    }
    assert catalog.models == before.models
    assert catalog.scores("gpt-5-5") == before.scores("gpt-5-5")
    assert not (await arena.store.catalog(1)).places
    assert not (await arena.sync()).new


async def test_a_new_edition_with_the_same_figures_is_no_change(arena: Bench) -> None:
    arena.live.arena(voted("gpt-5.5", 3, 1450))
    await arena.sync()
    arena.live.arena(voted("gpt-5.5", 3, 1450, leaderboard_publish_date="2026-11-22"))
    assert not (await arena.sync()).new
    arena.live.arena(voted("gpt-5.5", 2, 1451, leaderboard_publish_date="2026-11-22"))
    assert (await arena.sync()).new
    [place] = (await arena.catalog()).places["gpt-5-5"]
    assert (place.rank, place.as_of) == (2, date(2026, 11, 22))


async def test_reading_goes_on_as_long_as_the_board_does(arena: Bench) -> None:
    rows = [*crowd(120), voted("gpt-5.5", 3, 1450), *crowd(200, "chinese")]
    arena.live.arena(*rows)
    report = await arena.sync()
    assert report.places == 1
    assert report.sources[0].items == 121
    assert [request.query["offset"] for request in arena.live.asked] == ["0", "100", "200"]
    assert arena.live.asked[0].query["config"] == "text_style_control"


@pytest.mark.parametrize(
    ("rows", "listed_as"),
    [
        ([voted("gpt-5.5-high", 3, 1450), voted("gpt-5.5", 9, 1400)], "gpt-5.5-high"),
        ([voted("gpt-5.5", 9, 1400), voted("gpt-5.5-high", 3, 1450)], "gpt-5.5-high"),
        ([voted("gpt-5.5", 9, 1400), voted("gpt-5.5-xhigh", 30, 1300)], "gpt-5.5"),
        ([voted("claude-opus-4-8-thinking-32k", 1, 1500, "anthropic")], "claude-opus-4-8-thinking-32k"),
        ([voted("claude-opus-4-8-max", 1, 1500, "Anthropic")], "claude-opus-4-8-max"),
        ([voted("gpt-5.5-max", 1, 1500)], "gpt-5.5-max"),
    ],
)
async def test_a_model_at_several_efforts_is_the_one_that_is_placed_best(
    arena: Bench, rows: list[dict[str, Any]], listed_as: str
) -> None:
    arena.live.arena(*rows)
    await arena.sync()
    [[place]] = (await arena.catalog()).places.values()
    assert place.listed == listed_as


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (voted("gpt-5.5-turbo", 1, 1500), None),
        (voted("gpt-5.5-chat-latest", 1, 1500), None),
        (voted("gpt-5.5", 1, 1500, "anthropic"), "that model is made by OpenAI"),
        (voted("gpt-5.5", 1, 1500, ""), "its maker is not known"),
        (voted("mistral-medium", 1, 1500, "mistral"), None),
        (voted("gpt-6", 1, 1500), "no such model is listed, and it has no date"),
    ],
)
async def test_a_name_that_is_not_sure_is_on_no_model_s_page(
    arena: Bench, row: dict[str, Any], reason: str | None
) -> None:
    arena.live.arena(row)
    assert not (await arena.sync()).new
    [said] = (await arena.reasons()).values()
    assert reason in (None, said)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rating": "1450"}, "its shape changed at rows.0.row.rating"),
        ({"rating": None}, "its shape changed at rows.0.row.rating"),
        ({"rank": 1.5}, "its shape changed at rows.0.row.rank"),
        ({"rank": 0}, "its shape changed at rows.0.row.rank"),
        ({"leaderboard_publish_date": "soon"}, "its shape changed at rows.0.row.leaderboard_publish_date"),
        ({"leaderboard_publish_date": "2027-11-20"}, "it is dated 2027-11-20, in the future"),
        ({"rating_lower": 1500}, "the interval of gpt-5.5 does not hold its score"),
    ],
)
async def test_a_row_of_another_shape_is_not_believed(
    arena: Bench, change: dict[str, Any], reason: str
) -> None:
    arena.live.arena({**voted("gpt-5.5", 3, 1450), **change})
    [state] = (await arena.sync()).sources
    assert state.state == "quarantined"
    assert reason in state.reason


async def test_what_is_cut_off_or_missing_is_not_believed(arena: Bench) -> None:
    arena.live.arena(voted("gpt-5.5", 3, 1450), *crowd(150))
    arena.live.say(ARENA, arena.live.texts[ARENA].replace('"truncated_cells": []', '"truncated_cells": [1]'))
    assert "cut off" in (await arena.sync()).sources[0].reason
    arena.live.arena(voted("gpt-5.5", 3, 1450))
    arena.live.say(ARENA, arena.live.texts[ARENA].replace('"num_rows_total": 1', '"num_rows_total": 300'))
    assert "a page of 100 rows has only 1" in (await arena.sync()).sources[0].reason


async def test_a_board_without_intervals_is_one_too(arena: Bench) -> None:
    row = voted("gpt-5.5", 3, 1450, rating_lower=None, rating_upper=None)
    del row["category"]
    arena.live.arena(row)
    await arena.sync()
    [place] = (await arena.catalog()).places["gpt-5-5"]
    assert (place.low, place.high) == (None, None)


async def test_a_board_that_loses_most_of_its_models_is_not_believed(arena: Bench) -> None:
    arena.live.arena(voted("gpt-5.5", 3, 1450), *crowd(20))
    await arena.sync()
    arena.live.arena(voted("gpt-5.5", 3, 1450))
    assert (await arena.sync()).sources[0].reason == "20 of the 21 models it gave last time are gone"


async def test_benchlm_has_a_board_of_its_own(benchlm: Bench) -> None:
    ranked = {
        "rank": 2,
        "score": 83.07,
        "scoreInterval90": {"lower": 78.88, "upper": 87.25},
        "category": None,
    }
    by_category = {"rank": 1, "score": 99, "category": "coding"}
    benchlm.live.benchlm(leaderboard=[{**GPT_ROW, **ranked}, {**OPUS_ROW, **by_category}])
    await benchlm.sync()
    [(id_, [place])] = (await benchlm.catalog()).places.items()
    assert id_ == "gpt-5-5"
    assert (place.board, place.rank, place.score, place.low) == (
        "BenchLM overall", 2, Decimal("83.07"), Decimal("78.88"),
    )  # fmt: skip
    assert (place.source_url, place.as_of) == ("https://benchlm.ai/models/gpt-5-5", DAY)


async def test_a_board_of_benchlm_that_contradicts_itself_or_the_calendar_is_not_believed(
    benchlm: Bench,
) -> None:
    ranked = {**GPT_ROW, "rank": 2, "score": 83.0, "category": None}
    upside_down = {"scoreInterval90": {"lower": 90.0, "upper": 70.0}}
    benchlm.live.benchlm(leaderboard=[{**ranked, **upside_down}])
    assert "does not hold its score" in (await benchlm.sync()).sources[0].reason
    benchlm.live.benchlm(leaderboard=[ranked])
    board = benchlm.live.texts["/data/leaderboard.json"]
    benchlm.live.say("/data/leaderboard.json", board.replace("2026-11-20T", "9999-11-20T"))
    assert "it is dated 9999-11-20, in the future" in (await benchlm.sync()).sources[0].reason
    assert not (await benchlm.catalog()).places


async def test_its_price_is_the_last_that_is_believed_and_told_beside(benchlm: Bench) -> None:
    benchlm.live.benchlm(
        pricing=[
            {**GPT_ROW, "inputPrice": 4, "outputPrice": 24},
            {**OPUS_ROW, "inputPrice": 5, "outputPrice": 25},
        ]
    )
    report = await benchlm.sync()
    catalog = await benchlm.catalog()
    price = catalog.models["gpt-5-5"].price
    assert price
    assert (price.input, price.output) == (5, 30)
    told = Price(
        input=Decimal(4),
        output=Decimal(24),
        source_url="https://benchlm.ai/models/gpt-5-5",
        as_of=benchlm.now.date(),
        source="benchlm",
        listing="gpt-5-5",
        read=benchlm.now.date(),
    )
    assert catalog.quotes == {"gpt-5-5": (Quote(source="BenchLM", price=told),)}
    assert report.quotes == 1
    assert not (await benchlm.sync()).new


async def test_several_other_prices_are_all_told(bench: Bench) -> None:
    bench.sources = ("modelsdev", "benchlm", "openrouter")
    bench.live.modelsdev(openai=[listed("gpt-5.5", "GPT-5.5", (4.5, 25))])
    bench.live.benchlm(pricing=[{**GPT_ROW, "inputPrice": 4, "outputPrice": 24}])
    await bench.sync()
    catalog = await bench.catalog()
    assert [(q.source, q.price.input) for q in catalog.quotes["gpt-5-5"]] == [
        ("BenchLM", 4),
        ("models.dev", Decimal("4.5")),
    ]


async def test_speeds_fill_what_nobody_else_states(benchlm: Bench) -> None:
    benchlm.live.benchlm(
        speed=[
            {**GPT_ROW, "tokensPerSecond": 81.5, "ttft": 0.75},
            {**OPUS_ROW, "tokensPerSecond": 0, "ttft": None},
        ]
    )
    report = await benchlm.sync()
    models = (await benchlm.catalog()).models
    assert (models["gpt-5-5"].speed_tps, models["gpt-5-5"].ttft_s) == (Decimal("81.5"), Decimal("0.75"))
    assert models["claude-opus-4-8"].speed_tps is None
    assert [(c.what, c.after) for c in report.changes] == [
        ("speed", "81.5 tokens a second, first token after 0.75 s")
    ]


def defined(key: str, name: str, full: str | None = None) -> dict[str, Any]:
    return {"category": "knowledge", "benchmarkKey": key, "name": name, "fullName": full}


async def test_a_score_is_added_only_where_we_have_none_of_a_test_that_is_surely_ours(benchlm: Bench) -> None:
    benchlm.live.benchlm(
        models=[
            {**GPT_ROW, "benchmarks": {"knowledge": {"gpqa": 91.5, "hle": 44}}},
            {**OPUS_ROW, "benchmarks": {"knowledge": {"gpqa": 93.6}, "math": {"gpqa": 93.6, "odd": None}}},
        ],
        benchmarks=[defined("gpqa", "GPQA"), defined("hle", "HLE", "Humanity's Last Exam")],
    )
    report = await benchlm.sync()
    catalog = await benchlm.catalog()
    assert [s.value for s in catalog.scores("gpt-5-5")["gpqa"]] == [80]
    [added] = catalog.scores("claude-opus-4-8")["gpqa"]
    assert (added.value, added.self_reported, added.as_of) == (Decimal("93.6"), None, benchlm.now.date())
    assert added.source_url == "https://benchlm.ai/models/claude-opus-4-8"
    assert (report.scores, report.changes) == (1, ())
    assert (await benchlm.reasons())["test hle"] == "no test of ours is surely that one"
    benchlm.now += timedelta(days=2)
    benchlm.live.say(BENCHLM[0], benchlm.live.texts[BENCHLM[0]] + " ")
    assert not (await benchlm.sync()).new


@pytest.mark.parametrize(
    ("tests", "value", "reason"),
    [
        (
            [defined("gpqa", "GPQA"), defined("gpqa2", "GPQA")],
            91,
            "several tests there have the name of one of ours",
        ),
        ([defined("gpqa", "GPQA")], 0.91, "its scores are no percentages"),
        ([defined("gpqa", "GPQA")], 1400, "its scores are no percentages"),
        ([defined("gpqa", "GPQA (vals)")], 91, "no test of ours is surely that one"),
        ([defined("other", "GPQA")], 91, "no test of ours is surely that one"),
    ],
)
async def test_a_score_that_may_be_of_another_test_is_added_to_no_model(
    benchlm: Bench, tests: list[dict[str, Any]], value: float, reason: str
) -> None:
    measured = {"knowledge": {"gpqa": value, "gpqa2": value}}
    benchlm.live.benchlm(models=[{**OPUS_ROW, "benchmarks": measured}], benchmarks=tests)
    assert not (await benchlm.sync()).new
    assert (await benchlm.reasons())["test gpqa"] == reason


@pytest.mark.parametrize(
    ("file", "items", "reason"),
    [
        (
            0,
            [{**GPT_ROW, "benchmarks": {"math": {"aime": "91"}}}],
            "models.json: its shape changed at items.0",
        ),
        (0, [], "models.json: its shape changed at items"),
        (
            1,
            [{**GPT_ROW, "score": 1, "category": None}],
            "leaderboard.json: its shape changed at items.0.rank",
        ),
        (2, [{"id": "gpqa"}], "benchmarks.json: its shape changed at items.0.benchmarkKey"),
        (3, [{**GPT_ROW, "input": 1, "output": 2}], "pricing.json: its shape changed at items.0.inputPrice"),
        (3, [{**GPT_ROW, "inputPrice": "5", "outputPrice": 2}], "pricing.json: its shape changed at items.0"),
        (4, [{"slug": "gpt-5-5"}], "speed.json: its shape changed at items.0.canonicalModelKey"),
    ],
)
async def test_another_shape_is_quarantined_with_its_file(
    benchlm: Bench, file: int, items: list[dict[str, Any]], reason: str
) -> None:
    name = BENCHLM[file].removeprefix("/data/").removesuffix(".json")
    benchlm.live.benchlm(**{name: items})
    [state] = (await benchlm.sync()).sources
    assert state.state == "quarantined"
    assert state.reason.startswith(reason)


async def test_another_schema_is_not_guessed_at(benchlm: Bench) -> None:
    benchlm.live.benchlm(pricing=[{**GPT_ROW, "inputPrice": 4, "outputPrice": 24}])
    benchlm.live.say(BENCHLM[3], benchlm.live.texts[BENCHLM[3]].replace('"1.0"', '"2.0"'))
    [state] = (await benchlm.sync()).sources
    assert "pricing.json: its shape changed at schemaVersion" in state.reason


async def test_no_model_is_added_for_what_only_a_board_lists(benchlm: Bench) -> None:
    row = row_of("gpt-6", "GPT-6")
    benchlm.live.benchlm(
        models=[{**row, "releaseDate": "2026-11-01", "benchmarks": {}}],
        leaderboard=[{**row, "rank": 1, "score": 90, "category": None}],
    )
    assert not (await benchlm.sync()).new


def test_no_shipped_model_loses_a_part_of_its_name_to_an_effort() -> None:
    """Every model as Arena might list it, by itself and at an effort: it is found as itself or not at all."""
    models = read_tables(packaged_tables()).models
    rows = [voted(m.model_id, n + 1, 1400, m.provider) for n, m in enumerate(models)]
    efforts = [voted(f"{m.model_id}-high", n + 1, 1400, m.provider) for n, m in enumerate(models)]
    for asked in (rows, efforts):
        cells = [{"row": row, "truncated_cells": []} for row in asked]
        pages = [
            json.dumps({"rows": cells[at : at + 100], "num_rows_total": len(cells)})
            for at in range(0, len(cells), 100)
        ]
        offers = read_arena(pages, "", DAY).offers
        found = match("arena", offers, NameIndex(models)).models
        for offer in offers:
            if offer.key in found:
                listed_as = offer.places[0].listed
                assert found[offer.key].model_id in (listed_as, listed_as.removesuffix("-high"))
        assert len(found) > (150 if asked is efforts else 500)
