"""Epoch's bundle: both shapes, everything that must not be believed, and the real one where it is there."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.catalog.entities import Category, Setting
from bot.errors import SourceRefused
from bot.sources.archive import Bounds
from bot.sources.epoch import Bundle, Result, read
from bot.sources.epoch_boards import Board, read_boards
from bot.sources.epoch_models import identify, scores
from bot.sources.folder import packaged_tables
from tests.sources.epoch import COPY, NEAR, SAME, bundle, compared
from tests.worlds import shipped

TODAY = date(2026, 11, 27)
STANDARD = "Release date,Organization,Country"
OWN = f"Model version,mean_score,{STANDARD},stderr,Started at"
MAKER = "2026-04-16,Anthropic,United States of America"
BOARDS = read_boards(packaged_tables())
ROWS = Path(__file__).with_name("epoch_rows.csv")
real = pytest.mark.skipif(not COPY.exists(), reason="the copy of the bundle is not there")


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def found(files: Mapping[str, str | bytes], bounds: Bounds | None = None) -> Bundle:
    return read(zipped(files), BOARDS, TODAY, bounds or Bounds())


def table(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def results(bundle: Bundle, benchmark_id: str) -> list[Result]:
    return [r for board, each in bundle.results.items() if board.benchmark_id == benchmark_id for r in each]


def only(bundle: Bundle, benchmark_id: str) -> Result:
    (result,) = results(bundle, benchmark_id)
    return result


def gpqa(*rows: str) -> dict[str, str]:
    return {"gpqa_diamond.csv": table(OWN, *rows)}


def one(value: str, version: str = "claude-opus-4-7_max", maker: str = MAKER) -> str:
    return f"{version},{value},{maker},0.02,2026-04-18T10:00:00.000Z"


def test_a_run_by_epoch_has_value_noise_day_effort_and_credit() -> None:
    result = only(found(gpqa(one("0.8900000000000001"))), "gpqa-diamond")
    assert (result.version, result.names, result.makers) == (
        "claude-opus-4-7",
        ("claude-opus-4-7",),
        ("Anthropic",),
    )
    assert (result.value, result.noise, result.day) == (Decimal(89), Decimal(2), date(2026, 4, 18))
    assert result.setting == Setting(effort="max")
    assert result.self_reported is False
    assert result.source_url == "https://epoch.ai/benchmarks"


def test_the_metadata_gives_names_and_dates_and_its_quirks_do_no_harm() -> None:
    models = table(
        "model_version,model_group,date,display_name,organization",
        ",,,,",
        "claude-opus-4-7_max,Claude Opus 4.7,2026-04-16,Claude Opus 4.7 (max),Anthropic",
        "claude-opus-4-7_max,Another,2020-01-01,Another,OpenAI",
    )
    row = one("0.89", maker=",,")
    result = only(found({**gpqa(row), "model_metadata.csv": models}), "gpqa-diamond")
    assert result.names == ("claude-opus-4-7", "Claude Opus 4.7")
    assert (result.makers, result.released) == (("Anthropic",), date(2026, 4, 16))


def test_the_metadata_says_which_column_and_scale_a_table_has() -> None:
    files = {
        "arc_agi_2_external.csv": table(
            f"Model version,Semi-private score,{STANDARD}", f"kimi-k3_max,41,{MAKER}"
        ),
        "benchmark_metadata.csv": table(
            "benchmark,source_file,score_column,scale",
            "ARC-AGI-2,arc_agi_2_external.csv,Semi-private score,0.01",
        ),
    }
    assert only(found(files), "arc-agi-2").value == 41


def test_damaged_metadata_is_done_without() -> None:
    damaged: dict[str, str | bytes] = {
        "model_metadata.csv": b"\xff\xfe\x00",
        "benchmark_metadata.csv": 'a,b\n"',
    }
    files = {**damaged, **gpqa(one("0.89"))}
    assert only(found(files), "gpqa-diamond").value == 89


def test_columns_are_found_by_name_and_notes_hold_line_breaks() -> None:
    header = "Organization,Training compute notes,stderr,mean_score,Release date,Started at,Model version"
    row = 'Anthropic,"first line\nsecond, line",0.02,0.5,2026-04-16,,claude-opus-4-7_16K'
    result = only(found({"gpqa_diamond.csv": table(header, row)}), "gpqa-diamond")
    assert result.setting == Setting(budget_tokens=16_000)
    assert result.day == date(2026, 4, 16)


@pytest.mark.parametrize(
    ("version", "name", "setting"),
    [
        ("gpt-5-2025-08-07_medium", "gpt-5-2025-08-07", Setting(effort="medium")),
        ("kimi-k3_unknown", "kimi-k3", Setting()),
        ("gpt-5.2-2025-12-11_none", "gpt-5.2-2025-12-11", Setting(effort="none")),
        ("Qwen-1_8B", "Qwen-1_8B", Setting()),
        ("gpt-5.6-sol_promax", "gpt-5.6-sol-pro", Setting(effort="max")),
        ("fireworks/kimi-k2p5", "kimi-k2.5", Setting()),
        ("zai-org/GLM-4.7", "GLM-4.7", Setting()),
        (" Llama-2-70b-hf ", "Llama-2-70b-hf", Setting()),
    ],
)
def test_what_stands_behind_a_version_is_how_it_was_run(version: str, name: str, setting: Setting) -> None:
    result = only(found(gpqa(one("0.5", version))), "gpqa-diamond")
    assert (result.names[0], result.setting) == (name, setting)


def test_a_boards_own_word_for_the_effort_goes_before_epochs() -> None:
    header = f"Model version,Main score,Harness,Reasoning effort,{STANDARD},Source"
    page = "https://cognition.com/frontiercode"
    files = {
        "frontiercode_external.csv": table(
            header,
            f"claude-opus-5_max,0.5,claude-code,medium,{MAKER},{page}",
            f"glm-5.2_none,0.2,mini-swe-agent,none,2026-06-16,Z.ai (Zhipu AI),China,{page}",
        )
    }
    opus, glm = results(found(files), "frontiercode")
    assert opus.setting == Setting(effort="medium", harness="claude-code")
    assert (glm.setting, glm.makers) == (Setting(harness="mini-swe-agent"), ("Z.ai",))


def test_the_same_agent_in_another_spelling_is_one_and_another_agent_is_another() -> None:
    header = f"Model version,Agent,Accuracy mean,Accuracy SE,Agent Org,Run date,Source,{STANDARD}"
    page = "https://www.tbench.ai/leaderboard/terminal-bench/2.0"
    files = {
        "terminalbench_external.csv": table(
            header,
            f"claude-opus-4-7,Terminus 2,0.52,0.02,Stanford,2026-04-20,{page},{MAKER}",
            f"claude-opus-4-7, Terminus  2   ,0.50,0.02, Stanford ,2026-04-19,{page},{MAKER}",
            f"claude-opus-4-7,Claude Code,0.60,0.03,Anthropic,2026-04-20,{page},{MAKER}",
            f"claude-opus-4-7,Droid,0.61,0.03,Factory,2026-04-20,,{MAKER}",
        )
    }
    read_ = found(files)
    by_agent = {r.setting.harness: r for r in results(read_, "terminal-bench-2-0")}
    assert {agent: r.value for agent, r in by_agent.items()} == {
        "Terminus 2": 52,
        "Claude Code": 60,
        "Droid": 61,
    }
    assert [by_agent[a].self_reported for a in ("Terminus 2", "Claude Code", "Droid")] == [False, True, None]
    assert read_.rows == {"the same model and setting again": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (one("0.5", version=""), "it names no model"),
        (one(""), "it has no value"),
        (one("n/a"), "its value is not a number"),
        (one("NaN"), "its value is not a number"),
        (one("1e999999999"), "its value is not a number"),
        (one("1.2"), "its value is out of scale"),
        (one("-0.5"), "its value is out of scale"),
    ],
)
def test_a_row_that_cannot_be_right_is_left_out_by_reason(row: str, reason: str) -> None:
    good = [one(f"0.{n}", f"gpt-5-{n}") for n in range(10, 20)]
    read_ = found(gpqa(row, *good))
    assert read_.rows == {reason: 1}
    assert len(results(read_, "gpqa-diamond")) == 10


@pytest.mark.parametrize(
    ("file", "column", "values", "reason"),
    [
        ("gpqa_diamond.csv", "mean_score", "89 74 55 32", "it is in percent where it was in fractions"),
        (
            "aider_polyglot_external.csv",
            "Percent correct",
            ".89 .7 .5 .3",
            "it is in fractions where it was in",
        ),
        ("vending_bench_2_external.csv", "Score", "-900 -5 -3 20", "most of its values are below 0"),
        ("gpqa_diamond.csv", "Score", ".1 .2 .3 .4", "it has no column mean_score"),
    ],
)
def test_a_table_of_another_scale_sign_or_shape_is_left_out_by_name(
    file: str, column: str, values: str, reason: str
) -> None:
    rows = [f"model-{n},0{v}".replace("0-", "-") + f",{MAKER}" for n, v in enumerate(values.split())]
    read_ = found({file: table(f"Model version,{column},{STANDARD}", *rows)})
    assert read_.results == {}
    assert read_.tables[file].startswith(reason)


def test_dollars_may_be_negative() -> None:
    rows = [f"model-{n},{v},{MAKER}" for n, v in enumerate(("-31.18", "4000", "8000", "12"))]
    read_ = found({"vending_bench_2_external.csv": table(f"Model version,Score,{STANDARD}", *rows)})
    assert next(r.value for r in results(read_, "vending-bench-2")) == Decimal("-31.18")


def test_unknown_saturated_derived_and_foreign_tables_are_named_and_not_unpacked() -> None:
    read_ = found(
        {
            "new_board.csv": "a",
            "piqa_external.csv": "a",
            "scicode_external.csv": "a",
            "critpt_external.csv": "a",
            "eci_benchmarks.csv": "a",
            "README.md": "a",
            "epoch_capabilities_index/bootstraps.json": "a" * 1000,
        },
        Bounds(unpacked=0),
    )
    assert read_.results == {}
    assert read_.tables == {
        "new_board.csv": "it is not known",
        "piqa_external.csv": "saturated",
        "scicode_external.csv": "Artificial Analysis",
        "critpt_external.csv": "Artificial Analysis",
        "eci_benchmarks.csv": "derived",
    }


def test_a_row_from_artificial_analysis_is_left_out_of_any_table() -> None:
    header = f"Model version,Score,{STANDARD},Source"
    rows = [
        f"claude-opus-4-7,0.5,{MAKER},https://artificialanalysis.ai/evaluations/arc",
        f"claude-opus-4-8,0.5,{MAKER},Artificial Analysis",
    ]
    read_ = found({"arc_agi_external.csv": table(header, *rows)})
    assert read_.rows == {"its source is Artificial Analysis": 2}


def test_only_one_edition_of_a_board_is_read() -> None:
    header = f"Model version,Time horizon,{STANDARD},METR version"
    rows = [f"claude-opus-4-7,300.5,{MAKER},METR-Horizon-v1.1", f"claude-opus-4-6,200,{MAKER},"]
    read_ = found({"metr_time_horizons_external.csv": table(header, *rows)})
    assert only(read_, "metr-time-horizon-1-1").value == Decimal("300.5")
    assert read_.rows == {"another edition of the board, or none stated": 1}


@pytest.mark.parametrize(
    ("file", "column", "source", "organization", "expected"),
    [
        ("cybench_external.csv", "Unguided % Solved", "Cybench leaderboard", "Anthropic", False),
        ("cybench_external.csv", "Unguided % Solved", "Opus 4.6 System Card", "Anthropic", None),
        (
            "cybench_external.csv",
            "Unguided % Solved",
            "https://www-cdn.anthropic.com/0.pdf",
            "Anthropic",
            True,
        ),
        ("cybench_external.csv", "Unguided % Solved", "", "Anthropic", None),
        ("cybench_external.csv", "Unguided % Solved", "Cybench leaderboard", "Nobody Known", None),
        ("gdpval_external.csv", "Win + tie rate (%)", "", "OpenAI", True),
        (
            "gbaeval_external.csv",
            "Overall score",
            "https://gbaeval.com/model/gemini-3",
            "Google DeepMind",
            False,
        ),
        ("arc_agi_external.csv", "Score", "https://elsewhere.example/", "Google DeepMind", None),
    ],
)
def test_who_measured_is_known_or_counts_as_self_reported(
    file: str, column: str, source: str, organization: str, expected: bool | None
) -> None:
    row = f"model-1,0.5,2026-04-16,{organization},China,{source}"
    (result,) = next(
        iter(found({file: table(f"Model version,{column},{STANDARD},Source", row)}).results.values())
    )
    assert result.self_reported is expected


def test_a_day_in_the_future_is_no_day_and_an_undated_row_has_the_day_of_its_board() -> None:
    rows = [
        "claude-opus-4-7,0.5,2026-04-16,Anthropic,,0.02,2099-01-01",
        "claude-opus-4-8,0.6,2026-05-28,Anthropic,,0.02,",
    ]
    read_ = found({"gpqa_diamond.csv": table(OWN, *rows)})
    assert {r.day for r in results(read_, "gpqa-diamond")} == {date(2026, 5, 28)}


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Bounds(packed=50), "over 50 bytes"),
        (Bounds(file=100), "gpqa_diamond.csv unpacks to over 100 bytes"),
        (Bounds(unpacked=100), "gpqa_diamond.csv unpacks to over 100 bytes"),
        (Bounds(entries=0), "has 1 entries"),
    ],
)
def test_a_bundle_over_its_limits_is_refused(bounds: Bounds, reason: str) -> None:
    with pytest.raises(SourceRefused, match=reason):
        found(gpqa(one("0.5")), bounds)


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size() -> None:
    bomb = zipped({"gpqa_diamond.csv": b"0" * 20_000_000})
    assert len(bomb) < 30_000
    lied = bomb.replace((20_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    for packed in (bomb, lied):
        with pytest.raises(SourceRefused):
            read(packed, BOARDS, TODAY)


def test_too_many_rows_leave_the_table_out() -> None:
    read_ = found(gpqa(*[one("0.5", f"model-{n}") for n in range(5)]), Bounds(rows=3))
    assert read_.tables == {"gpqa_diamond.csv": "it has over 3 rows"}


@pytest.mark.parametrize("packed", [b"", b"PK\x03\x04", b"<html>busy</html>", zipped(gpqa(one("0.5")))[:-30]])
def test_what_is_no_zip_is_refused(packed: bytes) -> None:
    with pytest.raises(SourceRefused):
        read(packed, BOARDS, TODAY)


def test_a_damaged_entry_is_refused() -> None:
    packed = bytearray(zipped(gpqa(one("0.5"))))
    packed[60] ^= 0xFF
    with pytest.raises(SourceRefused):
        read(bytes(packed), BOARDS, TODAY)


def test_a_file_that_is_there_twice_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("gpqa_diamond.csv", "a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("gpqa_diamond.csv", "b")
    with pytest.raises(SourceRefused, match="more than once"):
        read(packed.getvalue(), BOARDS, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe",
        "",
        "Model version,mean_score,mean_score\n",
        'Model version,mean_score\n"a',
        "Model version,mean_score\na,0.5,9\n",
    ],
)
def test_a_damaged_table_is_named_and_the_others_are_read(text: str | bytes) -> None:
    chess = table(OWN, one("0.25"))
    read_ = found({"gpqa_diamond.csv": text, "chess_puzzles.csv": chess})
    assert set(read_.tables) == {"gpqa_diamond.csv"}
    assert only(read_, "chess-puzzles").value == 25


def test_every_board_is_a_benchmark_of_ours_or_brings_one() -> None:
    ours = shipped().benchmarks
    for board in BOARDS:
        brought = board.benchmark() if not board.left_out else None
        if board.left_out:
            assert not board.column
        elif brought is None:
            assert board.unit == ours[board.benchmark_id].unit, board.benchmark_id
        else:
            assert brought.benchmark_id not in ours
            assert brought.category in set(Category)
        assert not board.own or board.left_out or board.licence == "CC BY 4.0"


def test_a_dated_version_is_the_model_that_came_out_then_and_no_other() -> None:
    def version(name: str, maker: str = "OpenAI", released: str = "2025-08-07") -> str | None:
        row = f"{name},0.5,{released},{maker},China,0.02,"
        read_ = found({"gpqa_diamond.csv": table(OWN, row)})
        (model, *_) = [*identify(read_, shipped().names).models.values(), None]
        return model

    assert version("gpt-5-2025-08-07_high") == "gpt-5"
    assert version("gpt-5-2025-08-07_high", maker="Anthropic") is None
    assert version("gpt-5-2024-01-01") is None
    assert version("gpt-4o-2024-05-13") == "gpt-4o-2024-05-13"
    assert version("grok-4-0709", "xAI", "2025-07-09") == "grok-4"
    assert version("grok-4-0709", "xAI", "2025-02-09") is None


@real
def test_the_real_bundle_is_read_without_exceptions() -> None:
    read_ = bundle()
    assert len(read_.results) >= 50
    assert sum(map(len, read_.results.values())) >= 2_700
    assert set(read_.tables.values()) == {
        "Artificial Analysis",
        "derived",
        "read from its own source",
        "saturated",
        "without models of the last year",
    }
    for board, each in read_.results.items():
        assert len(each) >= 5, board.file
        if board.max_score is not None:
            assert all(0 <= r.value <= board.max_score for r in each)
        if board.own:
            assert sum(r.noise is not None for r in each) > 0.8 * len(each)


@real
def test_no_labelled_row_is_given_to_a_wrong_model_or_has_a_wrong_value() -> None:
    read_ = bundle()
    models = identify(read_, shipped().names).models
    by_key: dict[tuple[str, str], list[tuple[Board, Result]]] = {}
    for board, each in read_.results.items():
        for r in each:
            by_key.setdefault((r.version, board.benchmark_id), []).append((board, r))
    with ROWS.open(encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    assert len(labelled) >= 100
    wrong, found_models = [], 0
    for row in labelled:
        taken = models.get(row["version"], "")
        found_models += bool(taken)
        values = [r.value for _, r in by_key[row["version"], row["benchmark_id"]]]
        kept = Decimal(row["value"]) in values  # Of rows for the same model and setting only one is.
        if taken not in ("", row["model_id"]) or kept == bool(row["repeated"]):
            wrong.append((row, taken, values))
    assert wrong == []
    assert found_models >= 60


@real
def test_where_both_have_a_boards_figure_they_are_near() -> None:
    world, read_ = shipped(), bundle()
    models = identify(read_, world.names)
    same = [pair for pair in compared(world, read_, models) if pair.kind == SAME]
    assert len(same) >= 80
    assert sum(pair.apart <= NEAR for pair in same) >= 0.9 * len(same)
    assert len(scores(read_, models.models, world)) >= 1_500
