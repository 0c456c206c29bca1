"""The evaluation: figures as worked out by hand, and no way for a hidden score to reach a caller."""

import csv
import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from bot.ability.callers import SIMPLE, category_mean, published_mean, shared_difference
from bot.ability.evaluate import OURS, evaluate, evaluate_by_date, figures, judge, split
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category
from bot.sources.rows import BenchmarkRow, ModelRow, ScoreRow
from tests.ability.test_ability import synthetic
from tests.worlds import benchmark, catalog, model, score


def test_figures_of_five_pairs_by_hand() -> None:
    """Three calls right, one wrong, one not made."""
    better = np.array([True, True, False, True, True])
    said = np.array([0.99, 0.7, 0.2, 0.4, np.nan])
    f = figures(better, said)
    assert f.pairs == 5
    assert f.called == pytest.approx(0.8)
    assert f.accuracy == pytest.approx(0.75)
    assert f.accuracy_all == pytest.approx(3.5 / 5)
    assert f.log_loss == pytest.approx(-np.log([0.99, 0.7, 0.8, 0.4]).mean())
    # The bins hold 0.99 (right), 0.7 (right), 0.8 (right) and 0.6 (wrong), one each.
    assert f.calibration_error == pytest.approx((0.01 + 0.3 + 0.2 + 0.6) / 4)
    assert f.accuracy_at_95 == 1
    assert f.called_at_95 == pytest.approx(0.2)


def test_no_pair_gives_no_figure() -> None:
    f = figures(np.zeros(0, dtype=bool), np.zeros(0))
    assert (f.pairs, f.accuracy, f.called, f.calibration_error) == (0, None, 0.0, None)


def test_simple_callers_on_a_table_checked_by_hand() -> None:
    world = catalog(
        ["a", "b", "c"],
        [
            benchmark("x", weight=Decimal("0.5")),
            benchmark("y"),
            benchmark("z", higher_is_better=False),
            benchmark("new"),
        ],
        [
            score("a", "x", 60),
            score("a", "y", 80),
            score("b", "x", 50),
            score("b", "z", 30),
            score("c", "y", 75),
        ],
    )
    pairs = [("a", "b", "new"), ("a", "c", "new"), ("b", "c", "new")]
    # Means: a (60 + 80) / 2 = 70, b (50 + 100 - 30) / 2 = 60, c 75.
    assert category_mean(world)(pairs).tolist() == [10, -5, -15]
    # Only x has a weight, and c has not taken it.
    assert published_mean(world)(pairs)[0] == 10
    assert np.isnan(published_mean(world)(pairs)[1:]).all()
    # a and b share x, a and c share y, b and c share none.
    gaps = shared_difference(world)(pairs)
    assert gaps[:2].tolist() == [10, 5]
    assert np.isnan(gaps[2])


def test_every_caller_judges_the_same_pairs() -> None:
    world, _ = synthetic(3, models=20, tests=9, share=0.7)
    result = evaluate(world, holdout=0.3, seeds=2)
    assert set(result.callers) == {*SIMPLE, OURS}
    assert {f.pairs for f in result.callers.values()} == {result.pairs}
    assert sum(each[OURS].pairs for each in result.by_category.values()) == result.pairs
    assert sum(each[OURS].pairs for each in result.by_margin.values()) == result.pairs
    assert result.callers[OURS].called == 1
    assert result.callers[OURS].accuracy is not None
    assert result.callers[OURS].accuracy > 0.8


def test_the_json_has_the_promised_shape() -> None:
    world, _ = synthetic(3, models=12, tests=6, share=0.7)
    data = json.loads(evaluate(world, seeds=1).model_dump_json())
    assert {"pairs", "callers", "by_category", "by_margin", "interval_coverage"} <= data.keys()
    wanted = {"accuracy", "called", "log_loss", "calibration_error", "accuracy_at_95", "called_at_95"}
    assert wanted <= data["callers"]["ours"].keys()


def test_hidden_values_reach_no_caller() -> None:
    """Garbage in the hidden scores changes what counts as right, never what is said."""
    world, _ = synthetic(4, models=18, tests=9, share=0.6)
    known, hidden = split(world, 0.25, seed=0)
    assert all(b not in known.scores(m) for m, b in hidden)
    garbage = {
        cell: s.model_copy(update={"value": Decimal(n) / 7 % 100})
        for n, (cell, s) in enumerate(sorted(hidden.items()))
    }
    honest, _ = judge(known, hidden, 0)
    fooled, _ = judge(known, garbage, 0)
    both = sorted(set(honest.pairs) & set(fooled.pairs))
    assert len(both) > 20
    for name in honest.said:
        first = dict(zip(honest.pairs, honest.said[name].tolist(), strict=True))
        second = dict(zip(fooled.pairs, fooled.said[name].tolist(), strict=True))
        assert [first[p] for p in both] == pytest.approx([second[p] for p in both], nan_ok=True)


def test_the_known_part_is_the_same_whatever_the_hidden_values_are() -> None:
    world, _ = synthetic(4, models=18, tests=9, share=0.6)
    known, hidden = split(world, 0.25, seed=0)
    scores = [
        s.model_copy(update={"value": Decimal(1)}) if (m, b) in hidden else s
        for m in world.models
        for b, each in world.scores(m).items()
        for s in each
    ]
    again, hidden_again = split(Catalog(world.models.values(), world.benchmarks.values(), scores), 0.25, 0)
    assert hidden_again.keys() == hidden.keys()
    assert {m: dict(again.scores(m)) for m in world.models} == {
        m: dict(known.scores(m)) for m in world.models
    }


def test_siblings_are_hidden_together() -> None:
    tests = [benchmark(f"b{k}", Category.REASONING, display_name=f"MRCR {k}k") for k in (8, 16, 32)]
    models = [f"m{n}" for n in range(20)]
    world = catalog(models, tests, [score(m, t.benchmark_id, 50) for m in models for t in tests])
    _, hidden = split(world, 0.3, seed=1)
    assert len(hidden) == 18
    assert all((m, t.benchmark_id) in hidden for m, _ in hidden for t in tests)


def test_a_date_judges_only_later_scores_of_models_known_then() -> None:
    tests = [benchmark(f"t{n}") for n in range(5)]
    models = [f"m{n}" for n in range(6)]
    first = [score(m, f"t{n}", 30 + 8 * i + n) for i, m in enumerate(models) for n in range(4)]
    later = [score(m, "t4", 20 + 9 * i) for i, m in enumerate(models)]
    newcomer = [score("new", "t4", 99)]
    before = catalog(models, tests, first)
    after = catalog([*models, model("new")], tests, first + later + newcomer)
    (cut,) = evaluate_by_date([(date(2026, 4, 15), before), (date(2026, 8, 22), after)])
    assert (cut.pairs, cut.models_left_out) == (15, 1)
    assert cut.callers[OURS].accuracy == 1
    assert cut.callers["category mean"].accuracy_all == 1


def written(folder: Path, world: Catalog) -> Path:
    """The catalog as a folder of tables."""
    folder.mkdir(parents=True)
    tables = {
        "models": (sorted(MODEL_COLUMNS), [m.model_dump(mode="json") for m in world.models.values()]),
        "benchmarks": (
            sorted(BENCHMARK_COLUMNS),
            [b.model_dump(mode="json") for b in world.benchmarks.values()],
        ),
        "scores": (
            sorted(SCORE_COLUMNS),
            [
                s.model_dump(mode="json") | {"score": s.value, "unit": "percent"}
                for m in world.models
                for each in world.scores(m).values()
                for s in each
            ],
        ),
    }
    for name, (columns, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            for row in rows:
                said = {True: "yes", False: "no", None: "", (): ""}
                cells = {c: row.get(c) for c in columns}
                writer.writerow(
                    {c: said.get(v, v) if not isinstance(v, list) else "" for c, v in cells.items()}
                )
    return folder


MODEL_COLUMNS, BENCHMARK_COLUMNS, SCORE_COLUMNS = (r.columns()[0] for r in (ModelRow, BenchmarkRow, ScoreRow))


def test_the_command_prints_tables_and_json_and_judges_by_date(tmp_path: Path) -> None:
    world, _ = synthetic(5, models=14, tests=6, share=0.8)
    known, _ = split(world, 0.3, seed=0)
    data = written(tmp_path / "data", world)
    written(data / "history" / "2026-04-15", known)
    run = [sys.executable, "-m", "bot", "evaluate", "--data", str(data), "--seeds", "1", "--by-date"]
    shown = subprocess.run(
        run, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "COLUMNS": "140"}
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Who calls the better model right?" in shown.stdout
    assert "Fitted on what was known on 2026-04-15" in shown.stdout
    as_json = subprocess.run([*run, "--json"], capture_output=True, text=True, check=False, timeout=300)
    result = json.loads(as_json.stdout)
    assert result["callers"]["ours"]["pairs"] == result["pairs"]
    assert result["by_date"][0]["known_until"] == "2026-04-15"


def test_without_earlier_tables_the_command_says_what_to_add(tmp_path: Path) -> None:
    data = written(tmp_path / "data", synthetic(5, models=4, tests=2, share=1)[0])
    run = [sys.executable, "-m", "bot", "evaluate", "--data", str(data), "--by-date"]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1
    assert "Add a folder named YYYY-MM-DD" in done.stderr
