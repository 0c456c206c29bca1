"""The shipped history, or a longer one of models, scores and first-party prices, told to 1,000 channels:
deliveries against a naive re-computation. FOLDER holds benchmarks.csv and history/ with models_DAY.csv,
scores_DAY.csv and prices_first_party.csv, from which all prices are taken.
Run: python -m tests.benchmarks.replay [FOLDER]
"""

import asyncio
import csv
import shutil
import sys
import tempfile
from pathlib import Path

from bot.sources.fits import read_fitted
from tests.alerts.replay import channels, expected, told
from tests.news.test_changes_replay import FOLDERS, rows

CHANNELS = 1000


def main(folder: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as made:
        days = sorted(_days(folder, Path(made))) if folder else FOLDERS
        tables, states = [rows(day) for day in days], [read_fitted(day) for day in days]
        wanted = channels(CHANNELS, tables[0])
        right = list(expected(tables, states, wanted))
        found = asyncio.run(told(Path(made) / "store.db", states, wanted))
    for day, naive, told_ in zip(days[1:], right, found, strict=True):
        equal = sum(a == b for a, b in zip(naive, told_, strict=True))
        print(
            f"{day.name}: {sum(map(bool, naive))} of {CHANNELS} channels are told "
            f"{sum(map(len, naive))} facts; equal to the re-computation in {equal}"
        )


def _days(folder: Path, made: Path) -> list[Path]:
    """A folder of tables for each day with prices; models and scores are the newest until then."""
    with (folder / "history" / "prices_first_party.csv").open(encoding="utf-8", newline="") as file:
        prices = list(csv.DictReader(file))
    found = []
    for day in sorted({row["date"] for row in prices}):
        there = made / day
        there.mkdir()
        shutil.copy(folder / "benchmarks.csv", there)
        known = {row["model_id"]: row for row in prices if row["date"] == day}
        models = max(f for f in (folder / "history").glob("models_*.csv") if f.stem[7:] <= day)
        shutil.copy(models.with_name(models.name.replace("models", "scores")), there / "scores.csv")
        with models.open(encoding="utf-8", newline="") as file:
            listed = list(csv.DictReader(file))
        with (there / "models.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, listed[0].keys())
            writer.writeheader()
            for row in listed:
                price = known.get(row["model_id"], {})
                figures = ("input_usd_per_mtok", "output_usd_per_mtok")
                row.update({column: price.get(column, "") for column in figures})
                row["price_source_url"] = price.get("source_url", "")
                row["price_as_of"] = price.get("date", "")
                writer.writerow(row)
        found.append(there)
    return found


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
