"""``matchup recommend`` as a person uses it: whole processes, the tables that ship with the program."""

import json
from pathlib import Path

import pytest

from bot.sources.folder import packaged_tables
from tests.terminal.test_cli import matchup

TABLES = ("--data", str(packaged_tables()))


def test_it_names_the_picks_with_why_and_what_one_gives_up(tmp_path: Path) -> None:
    done = matchup(tmp_path / "unused.db", "recommend", "coding assistant", "--budget", "5", *TABLES)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Recommendation: coding assistant")
    assert done.stdout.count("Why: ") == done.stdout.count("You give up: ") == 3
    assert "The best for the money" in done.stdout
    assert not (tmp_path / "unused.db").exists()


def test_every_option_reaches_the_typed_result(tmp_path: Path) -> None:
    options = (
        "--budget",
        "2.5",
        "--context",
        "200000",
        "--open",
        "--modality",
        "image",
        "--modality",
        "VIDEO",
    )
    done = matchup(
        tmp_path / "unused.db",
        "recommend",
        "2 coding 1 math",
        *options,
        "--lane",
        "verified",
        "--json",
        *TABLES,
    )
    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads(done.stdout)
    assert data["workload"]["shares"] == [["coding", 67], ["math", 33]]
    assert data["limits"] == {
        "budget": 2.5,
        "context": 200_000,
        "open_weights": True,
        "modalities": ["image", "video"],
    }
    assert data["lane"] == "verified"
    assert data["picks"]
    for pick in data["picks"]:
        assert pick["cost"] <= 2.5
        assert pick["model"]["open_weights"] is True
        assert pick["ability"]["low"] < pick["ability"]["points"] < pick["ability"]["high"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("70 poetry",), 2, "“poetry” in the workload is no category and no preset. Write shares, such as"),
        (("math", "--budget", "0"), 1, "No ranked model fits. With a budget of $0.0"),
        (("math", "--budget", "-1"), 2, "--budget"),
        (("math", "--budget", "nan"), 2, "--budget"),
        (("math", "--budget", "inf"), 2, "--budget"),
        (("math", "--context", "0"), 2, "--context"),
        (("math", "--modality", "smell"), 2, "--modality"),
    ],
)
def test_what_cannot_be_answered_says_why(
    tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = matchup(tmp_path / "unused.db", "recommend", *arguments, *TABLES)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
