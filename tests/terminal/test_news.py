"""``matchup news`` as a person uses it: whole processes, real files."""

from pathlib import Path

from bot.sources.folder import packaged_tables
from tests.terminal.test_cli import answer, matchup

JUNE = packaged_tables() / "history" / "2026-06-15"


def test_what_changed_between_two_snapshots_is_told_most_important_first(tmp_path: Path) -> None:
    store = tmp_path / "matchup.db"
    alone = matchup(store, "news")
    assert (alone.returncode, alone.stdout) == (1, "")
    assert "There is only one snapshot so far" in alone.stderr
    assert matchup(store, "load", str(JUNE)).returncode == 0
    assert matchup(store, "load", str(packaged_tables())).returncode == 0

    done = matchup(store, "news", "--limit", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        "What changed: snapshot 2 (scores of 15 Jun 2026) to snapshot 3 (scores of 22 Aug 2026)"
        in done.stdout
    )
    assert "New: Claude Opus 5 from Anthropic, rank 1 overall" in done.stdout
    assert "more changes: see --limit." in done.stdout

    told = answer(store, "news", "--since", "2")["changes"]
    mythos = next(
        c for c in told if c["kind"] == "price" and c["model"]["model_id"] == "claude-mythos-preview"
    )
    assert (mythos["before"]["input"], mythos["after"]["input"]) == (25, 10)
    assert mythos["headline"] == "Claude Mythos Preview is 60 % cheaper"
    assert mythos["line"].startswith("Input $25 to $10 (down 60 %), output $125 to $50 (down 60 %)")

    # All were taken today, so that the last by the end of a day long past is the oldest: the same tables.
    nothing = matchup(store, "news", "--since", "2020-01-01")
    assert "Nothing worth telling changed between snapshot 1" in nothing.stdout
    assert answer(store, "news", "--since", "1") == {"changes": []}

    unknown = matchup(store, "news", "--since", "soon")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "“soon” is no snapshot. Give a number from 1 to 3, or a date" in unknown.stderr


def test_two_folders_are_compared_without_a_store(tmp_path: Path) -> None:
    store = tmp_path / "matchup.db"
    done = matchup(store, "news", "--data", str(packaged_tables()), str(packaged_tables()), "--watch", "o3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing worth telling changed" in done.stdout
    assert not store.exists()
    both = matchup(store, "news", "--data", str(JUNE), str(JUNE), "--since", "1")
    assert both.returncode == 2
    assert "Give --since or --data, not both." in both.stderr
