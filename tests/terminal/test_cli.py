"""The ``matchup`` command as a person uses it: whole processes, real files."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.sources.folder import packaged_tables

PAIR = ("GPT-5.5", "Gemma 4 12B")
# Seconds: far more than anything takes, so that a busy machine fails nothing.
PATIENCE = 300
SCORED = ("gpt-5-5,", "gemma-4-12b,", "claude-opus-4-8,", "kimi-k2-6,")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the first command of this module fills."""
    return tmp_path_factory.mktemp("store") / "deep" / "matchup.db"


def matchup(store: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHUP_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**kept, "MATCHUP_DATABASE": str(store), "COLUMNS": "100", **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def own_tables(folder: Path, name: str, other: str) -> Path:
    """The shipped tables with another name of a model, and scores of few models, so that they are fitted at
    once."""
    shutil.copytree(packaged_tables(), folder)
    models = (folder / "models.csv").read_text(encoding="utf-8")
    (folder / "models.csv").write_text(models.replace(f",{name},", f",{other},"), encoding="utf-8")
    header, *scores = (folder / "scores.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    few = [row for row in scores if row.startswith(SCORED)]
    (folder / "scores.csv").write_text("".join([header, *few]), encoding="utf-8")
    return folder


def answer(store: Path, *arguments: str) -> Any:
    done = matchup(store, *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_first_comparison_fills_the_store_and_answers(store: Path) -> None:
    done = matchup(store, "compare", *PAIR)
    assert (done.returncode, done.stderr) == (0, "")
    assert "GPT-5.5 is the stronger model, over 99 % sure." in done.stdout
    assert "Choose Gemma 4 12B for open weights." in done.stdout
    assert store.exists()


def test_json_has_the_whole_typed_result(store: Path) -> None:
    data = answer(store, "compare", "openai/gpt-5.5", "gemma4 12b")
    assert [m["model_id"] for m in data["models"]] == ["gpt-5-5", "gemma-4-12b"]
    assert {c["category"]: c["basis"] for c in data["categories"]}["knowledge"] == "shared tests"
    assert data["pick"]["model_id"] == "gpt-5-5"
    assert data["swing"]["difference"] == 36.2
    assert data["snapshot"] == 1


def test_priority_and_lane_are_taken(store: Path) -> None:
    data = answer(store, "compare", *PAIR, "--priority", "coding", "--lane", "verified")
    assert (data["priority"], data["lane"], data["pick"]["model_id"]) == ("coding", "verified", None)


def test_a_name_that_needs_a_choice_exits_with_3_and_offers_models(store: Path) -> None:
    done = matchup(store, "compare", "gpt-5.5", "gemma 4 27b")
    assert (done.returncode, done.stdout) == (3, "")
    assert "“gemma 4 27b” is not in the list of models." in done.stderr
    assert "Gemma 4 26B A4B" in done.stderr
    as_json = matchup(store, "compare", "gpt-5.5", "gemma 4 27b", "--json")
    assert as_json.returncode == 3
    candidates = json.loads(as_json.stdout)["candidates"]
    assert {"model_id", "display_name"} <= candidates[0].keys()
    assert "gemma-4-12b" in [c["model_id"] for c in candidates]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("compare", "gpt-5.5"), "1 model cannot be compared. Choose 2 to 4."),
        (("compare", "o3", "o1", "o3-mini", "o4-mini", "gpt-5"), "5 models are too many to compare."),
        (("compare", "gpt-5.5", "GPT 5.5"), "“GPT-5.5” is named twice."),
        (("leaderboard", "--provider", "Opne AI"), "No provider is called “Opne AI”. Did you mean “OpenAI”"),
        (("compare", *PAIR, "--lane", "fast"), "Invalid value for '--lane'"),
        (("leaderboard", "--max-price", "-1"), "Invalid value for '--max-price'"),
        (("dance",), "No such command 'dance'"),
    ],
)
def test_wrong_use_exits_with_2_and_a_sentence(
    store: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = matchup(store, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_hostile_names_are_answered_in_words(store: Path) -> None:
    for name in (
        "",
        "'; DROP TABLE models; --",
        "@everyone",
        "🦙" * 200,
        "x" * 6000,
        "[bold red]x[/]",
        "שלום",
    ):
        done = matchup(store, "compare", "gpt-5.5", name)
        assert done.returncode == 3, name
        assert "Traceback" not in done.stderr
        assert len(done.stderr) < 2000
    assert matchup(store, "model", "gpt-5.5").returncode == 0


@pytest.mark.parametrize(
    "names", [("GPT-5.5 vs Gemma 4 12B",), ("GPT-5.5", "vs", "Gemma 4 12B"), ("gpt-5.5, gemma 4 12b",)]
)
def test_names_may_be_typed_as_a_question(store: Path, names: tuple[str, ...]) -> None:
    data = answer(store, "compare", *names, "--priority", "Coding")
    assert [m["model_id"] for m in data["models"]] == ["gpt-5-5", "gemma-4-12b"]


def test_all_names_that_need_a_choice_are_asked_for_at_once(store: Path) -> None:
    done = matchup(store, "compare", "gemma 4 27b", "opus", "gpt-5.5")
    assert "“gemma 4 27b” is not in the list of models." in done.stderr
    assert "“opus” is in the names of several models." in done.stderr
    candidates = json.loads(matchup(store, "compare", "gemma 4 27b", "opus", "--json").stdout)["candidates"]
    assert {c["typed"] for c in candidates} == {"gemma 4 27b", "opus"}


def test_json_is_the_data_and_nothing_else(store: Path, tmp_path: Path) -> None:
    folder = own_tables(tmp_path / "emoji", "GPT-5.5", "GPT :smile: [b]5.5")
    data = answer(store, "model", "gpt-5-5", "--data", str(folder))
    assert data["model"]["display_name"] == "GPT :smile: [b]5.5"
    assert "GPT :smile: [b]5.5" in matchup(store, "model", "gpt-5-5", "--data", str(folder)).stdout


def test_a_full_disk_or_a_plain_terminal_is_no_traceback(store: Path) -> None:
    plain = matchup(store, "leaderboard", PYTHONIOENCODING="ascii")
    assert (plain.returncode, plain.stderr) == (0, "")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "bot", "leaderboard"],
                env={**os.environ, "MATCHUP_DATABASE": str(store)},
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr == "The answer could not be written: No space left on device.\n"


def test_the_leaderboard_filters(store: Path) -> None:
    data = answer(store, "leaderboard", "--category", "coding", "--open", "--max-price", "3", "--limit", "4")
    assert (data["category"], len(data["entries"])) == ("coding", 4)
    for entry in data["entries"]:
        assert entry["model"]["open_weights"] is True
        assert entry["blended_usd_per_mtok"] <= 3
    assert [e["rank"] for e in data["entries"]] == sorted(e["rank"] for e in data["entries"])
    for typed, provider in (("openai", "OpenAI"), ("mistral", "Mistral AI")):
        only = answer(store, "leaderboard", "--provider", typed)
        assert {e["model"]["provider"] for e in only["entries"]} == {provider}
    assert "Claude Opus 5 " in matchup(store, "leaderboard").stdout


def test_a_workload_is_taken_and_not_beside_a_priority(store: Path) -> None:
    data = answer(store, "compare", *PAIR, "--workload", "2 coding, 1 agents")
    assert data["workload"]["shares"] == [["coding", 67], ["agentic", 33]]
    assert data["priority"] is None
    both = matchup(store, "compare", *PAIR, "--workload", "coding", "--priority", "math")
    assert (both.returncode, both.stdout) == (2, "")
    assert both.stderr.startswith("Give one category or a workload, not both")
    unknown = matchup(store, "compare", *PAIR, "--workload", "70 cooking")
    assert unknown.returncode == 2
    assert "“cooking” in the workload is no category" in unknown.stderr


def test_a_model_is_shown_with_every_test(store: Path) -> None:
    data = answer(store, "model", "opus 4.8")
    assert data["model"]["model_id"] == "claude-opus-4-8"
    assert data["model"]["newer"]["model_id"] == "claude-opus-5-5"
    assert "SWE-bench Verified" in matchup(store, "model", "opus 4.8").stdout


def test_a_folder_given_with_data_leaves_the_store_alone(tmp_path: Path) -> None:
    missing = tmp_path / "matchup.db"
    done = matchup(missing, "compare", *PAIR, "--data", str(packaged_tables()), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["snapshot"] == 0
    assert not missing.exists()


def test_load_takes_a_snapshot_once_and_refuses_bad_tables(store: Path, tmp_path: Path) -> None:
    folder = own_tables(tmp_path / "mine", "GPT-5.5", "GPT-5.5 Renamed")
    models = (folder / "models.csv").read_text(encoding="utf-8")
    own = tmp_path / "own.db"
    assert "as snapshot 1." in matchup(own, "load", str(folder)).stdout
    assert "Nothing new: snapshot 1" in matchup(own, "load", str(folder)).stdout
    assert "GPT-5.5 Renamed" in matchup(own, "model", "gpt-5-5").stdout
    (folder / "scores.csv").write_text("model_id,score\n", encoding="utf-8")
    (folder / "models.csv").write_text(models.replace("2026-04-23", "2026-13-23", 1), encoding="utf-8")
    refused = matchup(own, "load", str(folder))
    assert refused.returncode == 1
    assert "models.csv" in refused.stderr
    assert "scores.csv" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "GPT-5.5 Renamed" in matchup(own, "model", "gpt-5-5").stdout


def test_settings_and_stores_that_cannot_be_used_are_one_sentence(store: Path, tmp_path: Path) -> None:
    wrong = matchup(store, "run", MATCHUP_HEALTH_PORT="web")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "MATCHUP_HEALTH_PORT" in wrong.stderr
    tokenless = matchup(store, "run")
    assert (tokenless.returncode, tokenless.stderr.count("\n")) == (2, 1)
    assert "MATCHUP_TOKEN" in tokenless.stderr
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database" * 1000)
    damaged = matchup(broken, "compare", *PAIR)
    assert damaged.returncode == 1
    assert str(broken) in damaged.stderr
    assert broken.read_bytes() == b"not a database" * 1000


def test_version_and_help(store: Path) -> None:
    assert matchup(store, "--version").stdout == f"matchup {__version__}\n"
    assert "compare" in matchup(store, "--help").stdout
