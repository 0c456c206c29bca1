"""How often another test of the same category agrees with a mean gap on shared tests, by tests and points.

Every shared test of every pair of models is left out once: the mean over the others makes the call, the test
left out judges it; a pair counts once in each category. The margins of `bot/analysis/categories.py` are
about where agreement reaches 4 in 5. Run: python -m tests.benchmarks.margin
"""

from collections import defaultdict
from decimal import Decimal
from itertools import combinations, pairwise

from bot.analysis.averages import as_points
from bot.analysis.categories import MARGINS, margin
from bot.catalog.entities import Category
from tests.worlds import shipped

STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 25, 101)


def main() -> None:
    world = shipped()
    agreed: dict[tuple[int, int], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    called: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for category in Category:
        points = {
            m: {
                b.benchmark_id: as_points(world.scores(m)[b.benchmark_id][0].value, b.higher_is_better)
                for b in world.by_category[category]
                if b.is_percent and b.benchmark_id in world.scores(m)
            }
            for m in world.models
        }
        for one, other in combinations([m for m, taken in points.items() if len(taken) > 1], 2):
            gaps = {t: points[one][t] - points[other][t] for t in points[one].keys() & points[other].keys()}
            for left_out, judged in gaps.items():
                rest = [gap for test, gap in gaps.items() if test != left_out]
                if not rest or not judged:
                    continue
                gap, weight = sum(rest, Decimal(0)) / len(rest), Decimal(1) / len(gaps)
                tests = next(n for n, _ in MARGINS if len(rest) >= n)
                step = next(low for low, high in pairwise(STEPS) if low <= abs(gap) < high)
                right = weight if (gap > 0) == (judged > 0) else Decimal(0)
                cells = [agreed[tests, step]]
                if abs(gap) >= margin(len(rest)):
                    cells.append(called[tests])
                for cell in cells:
                    cell[0] += right
                    cell[1] += weight
    print("tests  points   agrees  pairs")
    for (tests, step), (right, pairs) in sorted(agreed.items()):
        print(f"{tests:>3} +  {step:>4} +   {right / pairs:.2f}  {pairs:>6.0f}")
    for tests, (right, pairs) in sorted(called.items()):
        print(
            f"past the margin of {margin(tests)} points with {tests} or more tests: "
            f"{right / pairs:.3f} of {pairs:.0f}"
        )


if __name__ == "__main__":
    main()
