"""(g) The fit of the abilities: seconds, memory and what ten times the data cost.

Ten times the data are ten times the models with as many scores each on the same benchmarks; and, as another
way to grow, about three times the models and three times the benchmarks with three times the scores each.
Each is fitted in a process of its own. Run: python -m tests.benchmarks.fit
"""

import math
import resource
import subprocess
import sys
import time
from decimal import Decimal
from itertools import count
from statistics import median

from bot.catalog.catalog import Catalog
from bot.catalog.entities import Score
from bot.sources.folder import packaged_tables, read_catalog

ROUNDS = 3
WORLDS = {"as shipped": (1, 1), "10 x the models": (10, 1), "3.2 x models and benchmarks": (3.2, 3.2)}


def grown(catalog: Catalog, models: float, benchmarks: float) -> Catalog:
    """``models`` times the models and ``benchmarks`` times the benchmarks: copies with their own names and
    slightly other scores."""
    number = count(1)
    made_models, made_benchmarks, scores = [], [], []
    tests = [(b, n) for n in range(math.ceil(benchmarks)) for b in catalog.benchmarks.values()]
    tests = tests[: round(benchmarks * len(catalog.benchmarks))]
    for b, n in tests:
        name = f"{b.display_name} {_LETTERS[n]}" if n else b.display_name
        made_benchmarks.append(
            b.model_copy(update={"benchmark_id": f"{b.benchmark_id}-{n}", "display_name": name})
        )
    own = [(m, n) for n in range(math.ceil(models)) for m in catalog.models.values()]
    for m, n in own[: round(models * len(catalog.models))]:
        name = f"{m.display_name} {_LETTERS[n]}" if n else m.display_name
        model_id = f"{m.model_id}-{n}"
        made_models.append(
            m.model_copy(update={"model_id": model_id, "display_name": name, "number": next(number)})
        )
        for b, k in tests:
            for s in catalog.scores(m.model_id).get(b.benchmark_id, ()):
                scores.append(_moved(s, model_id, f"{b.benchmark_id}-{k}", n * 7 + k * 3))
    return Catalog(made_models, made_benchmarks, scores)


_LETTERS = "abcdefghijklmnop"


def _moved(score: Score, model_id: str, benchmark_id: str, by: int) -> Score:
    """The score on another cell, up to 2 % off."""
    value = score.value * (1 + Decimal((by * 37 + len(model_id) * 11) % 41 - 20) / 1000)
    return score.model_copy(update={"model_id": model_id, "benchmark_id": benchmark_id, "value": value})


def main() -> None:
    known: dict[str, float] = {}
    for name in WORLDS:
        rounds = [_fitted_apart(name) for _ in range(ROUNDS if name == "as shipped" else 1)]
        seconds, memory = median(r[0] for r in rounds), max(r[1] for r in rounds)
        models, benchmarks, scores, rank = rounds[0][2:]
        known[name] = seconds
        print(
            f"{name:28} {models:5.0f} models {benchmarks:5.0f} benchmarks {scores:6.0f} scores: "
            f"{seconds:6.2f} s ({seconds / known['as shipped']:.1f} x), {memory:5.0f} MB, "
            f"{rank:.0f} directions kept"
        )


def _fitted_apart(name: str) -> list[float]:
    run = [sys.executable, "-m", "tests.benchmarks.fit", name]
    return [float(each) for each in subprocess.run(run, capture_output=True, check=True).stdout.split()]


def _fit(name: str) -> None:
    catalog = grown(read_catalog(packaged_tables()), *WORLDS[name])
    scores = sum(len(each) for m in catalog.models for each in catalog.scores(m).values())
    start = time.perf_counter()
    # Imported here: SciPy is part of what a fit takes.
    from bot.ability.kept import fit_abilities

    found = fit_abilities(catalog)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, memory, len(catalog.models), len(catalog.benchmarks), scores, found.shared.shape[2])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _fit(sys.argv[1])
    else:
        main()
