"""What is news: how long two catalogs of 600 models take, 8 categories and 2 lanes, against 200 ms.

Each state has 600 models, all ranked on all 18 boards; from one to the other a share of the models is
measured anew, one in fifty is new and one in fifty gone, and one in ten has another price. *Warm*: the boards
of both are worked out, as where a bot has answered from them. *Cold*: none is.
Run: python -m tests.benchmarks.changes
"""

from collections import Counter
from collections.abc import Callable
from time import perf_counter

import numpy as np

from bot.analysis.leaderboard import ranking, standing
from bot.catalog.abilities import Abilities, Fit
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Category, Lane
from bot.news.changes import changes
from bot.news.kinds import Change, Interest, importance
from tests.worlds import benchmark, model, price, score

MODELS, WIDTH, ROUNDS, MOST = 600, 60, 5, 0.2
BENCHMARKS = [benchmark(f"{c.value}-{n}", c, weight=n + 1) for c in Category for n in range(2)]


def main() -> None:
    print(f"{'measured anew':<16}{'changes':>9}{'news':>7}{'warm s':>10}{'cold s':>10}{'at most s':>11}")
    for share in (0.02, 0.1, 1.0):
        old, new = state(0.0, 0), state(share, MODELS // 50)
        watched = [f"m{n}" for n in range(0, MODELS, 60)]

        def detect(old: Catalog = old, new: Catalog = new, of: list[str] = watched) -> tuple[Change, ...]:
            return changes(old, new, of)

        found = detect()
        wanted = sorted(filter(Interest(watched=frozenset(watched)).wants, found), key=importance)
        warm, cold = timed(detect), timed(detect, forget)
        print(f"{share:<16.0%}{len(found):>9}{len(wanted):>7}{warm:>10.4f}{cold:>10.4f}{MOST:>11.1f}")
        print("  ", ", ".join(f"{count} {kind}" for kind, count in Counter(c.kind for c in found).items()))


def forget() -> None:
    ranking.cache_clear()
    standing.cache_clear()


def timed(detect: Callable[[], object], before: Callable[[], None] = lambda: None) -> float:
    """Seconds, the least of a few rounds, so that only what it does itself counts."""
    seconds = []
    for _ in range(ROUNDS):
        before()
        start = perf_counter()
        detect()
        seconds.append(perf_counter() - start)
    return min(seconds)


def state(share: float, shifted: int) -> Catalog:
    """A catalog whose models start at number ``shifted``; ``share`` of them have other abilities."""
    draw, anew = np.random.default_rng(1), np.random.default_rng(2)
    total = MODELS + MODELS // 50
    mean, shared = (
        draw.normal(size=(total, len(Category))),
        draw.normal(size=(total, len(Category), WIDTH)) / 60,
    )
    own = np.broadcast_to(0.02 * np.eye(len(Category)), (total, len(Category), len(Category)))
    moved = anew.random(total) < share
    mean[moved] += anew.normal(size=(int(moved.sum()), len(Category)))
    ids = [f"m{n}" for n in range(total)]
    kept = slice(shifted, shifted + MODELS)
    costs = [2 if shifted and n % 10 == 0 else 1 for n in range(total)]
    listed = [model(m, n, price=price(costs[n], 4), context_window_tokens=1000) for n, m in enumerate(ids)][
        kept
    ]
    known = Abilities(
        models=tuple(ids[kept]),
        names=tuple(ids[kept]),
        mean=mean[kept],
        own=own[kept],
        shared=shared[kept],
        counts=np.full((MODELS, len(Category)), 2),
    )
    scores = [score(m, b.benchmark_id, 50, self_reported=False) for m in ids[kept] for b in BENCHMARKS]
    return Catalog(listed, BENCHMARKS, scores, fit=Fit(1, "", dict.fromkeys(Lane, known)))


if __name__ == "__main__":
    main()
