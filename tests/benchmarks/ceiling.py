"""(h) How right a caller can be at all: worlds drawn from the fitted model, judged like the real one.

In each world the true values of all cells and the noise on them are drawn as the fit of the tables says they
are; the same cells are hidden as by ``matchup evaluate``. An *oracle* knows every true value and misses only
by the noise of the score itself. *Told* knows the rest of that world and how its scores came about (slopes,
noises, variances): no caller can be right more often from these scores. *Ours* has to find that out as well.
Run: python -m tests.benchmarks.ceiling [worlds]
"""

import sys
from decimal import Decimal

import numpy as np

from bot.ability.evaluate import MARGINS, OURS, chances, figures, judge, split
from bot.ability.fit import TAIL, Posterior, fitted
from bot.ability.scores import Floats
from bot.catalog.catalog import Catalog
from bot.sources.folder import packaged_tables, read_catalog

HOLDOUT = 0.2


def main(worlds: int = 5) -> None:
    catalog = read_catalog(packaged_tables())
    posterior = fitted(catalog)
    rng = np.random.default_rng(0)
    said: dict[str, list[Floats]] = {"oracle": [], "told": [], OURS: [], "ours on the real scores": []}
    better: dict[str, list[Floats]] = {name: [] for name in said}
    apart: dict[str, list[Floats]] = {name: [] for name in said}
    for seed in range(worlds):
        drawn, truth = _drawn(catalog, posterior, rng)
        for world, names in ((drawn, ("oracle", "told", OURS)), (catalog, ("ours on the real scores",))):
            known, hidden = split(world, HOLDOUT, seed)
            judged, _ = judge(known, hidden, seed)
            for name in names:
                if name == "oracle":
                    ahead = np.array([truth[a, b] - truth[o, b] for a, o, b in judged.pairs])
                    said[name].append(np.where(ahead > 0, 1.0, 0.0))
                elif name == "told":
                    told = _told(posterior, known)
                    said[name].append(chances(told, sorted(hidden), judged.pairs)[0])
                else:
                    said[name].append(judged.said[OURS])
                better[name].append(judged.first_better)
                apart[name].append(judged.points_apart)
    print(
        f"{'':26}{'all':>7}" + "".join(f"{name:>13}" for name, _, _ in MARGINS) + f"{'spread of seeds':>17}"
    )
    for name in said:
        p, b, a = (np.concatenate(each) for each in (said[name], better[name], apart[name]))
        each_seed = [_right(x.astype(bool), y) for x, y in zip(better[name], said[name], strict=True)]
        parts = "".join(f"{_right(b[m].astype(bool), p[m]):13.3f}" for m in _margins(a))
        print(
            f"{name:26}{_right(b.astype(bool), p):7.3f}{parts}{min(each_seed):10.3f} - {max(each_seed):.3f}"
        )


def _margins(apart: Floats) -> list[Floats]:
    return [(apart >= low) & (apart < high) for _, low, high in MARGINS]


def _right(better: Floats, said: Floats) -> float:
    return figures(better, said).accuracy or 0.0


def _drawn(
    catalog: Catalog, posterior: Posterior, rng: np.random.Generator
) -> tuple[Catalog, dict[tuple[str, str], float]]:
    """The catalog with other scores on the same cells, and the true value of each cell."""
    evidence, width = posterior.scores, posterior.design.width
    rows = len(evidence.z)
    design, kernel = np.zeros((rows, width)), np.zeros((rows, rows))
    for m, block in posterior.blocks.items():
        design[np.ix_(block.rows, block.columns)] = posterior.solutions[m].design
        kernel[np.ix_(block.rows, block.rows)] = posterior.solutions[m].kernel
    prior = kernel + design @ (posterior._prior[:, None] * design.T)
    scale = np.sqrt(posterior.noise())
    whole = prior + np.diag(scale**2 / posterior._student)
    gain = np.linalg.solve(whole, prior).T
    left = prior - gain @ prior
    values, vectors = np.linalg.eigh(0.5 * (left + left.T))
    means = gain @ posterior._z + posterior.middle[evidence.benchmark]
    true = means + vectors @ (np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal(rows))
    seen = true + scale * rng.standard_t(TAIL, rows)
    truth, scores = {}, []
    for n, z in enumerate(seen.tolist()):
        m, benchmark = evidence.models[evidence.model[n]], evidence.benchmarks[evidence.benchmark[n]]
        (score, *_) = catalog.scores(m)[benchmark.benchmark_id]
        truth[m, benchmark.benchmark_id] = float(true[n])
        scores.append(score.model_copy(update={"value": _value(posterior, int(evidence.benchmark[n]), z)}))
    return Catalog(catalog.models.values(), catalog.benchmarks.values(), scores), truth


def _told(posterior: Posterior, known: Catalog) -> Posterior:
    """The posterior of the known scores with the hyperparameters that the world was made with."""
    told = Posterior(known)
    told._vector = posterior._vector
    for _ in range(3):
        told._weigh()
    told._solve(told._vector)
    return told


def _value(posterior: Posterior, benchmark: int, z: float) -> Decimal:
    """The score whose linked value is nearest to ``z``, to one decimal as published scores are."""
    test, link = posterior.scores.benchmarks[benchmark], posterior.scores.links[benchmark]
    known = posterior.scores.values[posterior.scores.benchmark == benchmark]
    reach = max(float(np.ptp(known)), 1.0)
    low, high = (0.0, 100.0) if test.is_percent else (float(known.min()) - reach, float(known.max()) + reach)
    grid = np.linspace(low, high, 1001)
    return Decimal(str(round(float(grid[np.argmin(np.abs(link(grid) - z))]), 4)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
