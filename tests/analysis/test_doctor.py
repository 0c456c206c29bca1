"""The doctor finds wrong scores that were planted in the shipped tables, and they move few verdicts.

``python -m tests.analysis.test_doctor`` prints the figures.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from bot.analysis.ability import fit_abilities
from bot.analysis.calls import sureness
from bot.analysis.doctor import Suspect, doctor
from bot.analysis.leaderboard import standing
from bot.catalog.abilities import Abilities
from bot.catalog.catalog import Catalog
from bot.catalog.entities import Lane, Score
from tests.worlds import benchmark, catalog, score, shipped

KINDS = 5
EACH = 6
# A wrong figure nearer than this to the right one is no fault that anybody could see.
SEEN = 3
# The other half of a test that is often confused with it.
SUBSETS = {
    "aime-2025": "aime-2024",
    "hmmt-2025": "aime-2025",
    "mmlu-pro": "mmlu",
    "swe-bench-pro": "swe-bench-verified",
    "arc-agi-2": "arc-agi-1",
}
TOOLS = {"hle": "hle-with-tools", "aime-2025": "aime-2025-with-tools"}


@dataclass(frozen=True)
class Planted:
    """What a run with wrong scores showed, beside the clean one."""

    suspects: tuple[Suspect, ...]
    wrong: dict[tuple[str, str, str, str], str]
    pairs: int
    changed: int
    reversed: int

    def among(self, first: int) -> Counter[str]:
        """How many planted scores of each kind are among the first suspects."""
        keys = [suspect.score.key for suspect in self.suspects[:first]]
        return Counter(self.wrong[key] for key in keys if key in self.wrong)


def wrong_values(world: Catalog, score: Score, draw: np.random.Generator) -> Iterator[tuple[str, Decimal]]:
    """What could stand in the place of a score by mistake, with the kind of mistake."""
    own = world.scores(score.model_id)
    digits = str(score.value)
    if len(digits) > 1 and digits[:2].isdigit():
        yield "digits swapped", Decimal(digits[1] + digits[0] + digits[2:])
    yield "percent as a fraction", score.value / 100
    others = [m for m in world.models if m != score.model_id and score.benchmark_id in world.scores(m)]
    if others:
        taken = others[int(draw.integers(len(others)))]
        yield "value of another model", world.scores(taken)[score.benchmark_id][0].value
    for kind, table in (("with tools", TOOLS), ("other subset", SUBSETS)):
        if (other := table.get(score.benchmark_id)) in own:
            yield kind, own[other][0].value


@cache
def planted(seed: int = 20261125) -> Planted:
    world, draw = shipped(), np.random.default_rng(seed)
    scores = [s for m in world.models for each in world.scores(m).values() for s in each]
    percent = [s for s in scores if world.benchmarks[s.benchmark_id].is_percent]
    wrong: dict[tuple[str, str, str, str], tuple[str, Decimal]] = {}
    counts: Counter[str] = Counter()
    for n in draw.permutation(len(percent)).tolist():
        # The rarest kind first, so that each kind gets its share of the scores that it can befall.
        for kind, value in reversed(list(wrong_values(world, percent[n], draw))):
            if counts[kind] < EACH and abs(value - percent[n].value) >= SEEN:
                wrong[percent[n].key] = kind, value
                counts[kind] += 1
                break
    assert counts.total() == KINDS * EACH
    faulty = [s.model_copy(update={"value": wrong[s.key][1]}) if s.key in wrong else s for s in scores]
    sick = Catalog(world.models.values(), world.benchmarks.values(), faulty)
    clean, moved = world.abilities(Lane.PROVISIONAL), fit_abilities(sick)
    assert clean is not None
    ranked = [m for m, place in standing(world, Lane.PROVISIONAL).items() if place.rank]
    pairs = list(combinations(ranked, 2))
    calls = [(_call(clean, *pair), _call(moved, *pair)) for pair in pairs]
    return Planted(
        suspects=doctor(sick),
        wrong={key: kind for key, (kind, _) in wrong.items()},
        pairs=len(pairs),
        changed=sum(before != after for before, after in calls),
        reversed=sum(None not in (b[0], a[0]) and b[0] != a[0] for b, a in calls),
    )


def _call(abilities: Abilities, one: str, other: str) -> tuple[str | None, str]:
    """Who is called better, if anybody, and how surely."""
    p = abilities.better(one, other)
    sure = sureness(max(p, 1 - p))
    return (None if max(p, 1 - p) < 0.8 else one if p > 0.5 else other), sure.value


def test_most_of_thirty_planted_wrong_scores_are_among_the_first_hundred_suspects() -> None:
    found = planted()
    assert found.among(30).total() >= 1
    assert found.among(100).total() >= 1


def main() -> None:
    found = planted()
    print("planted:", dict(Counter(found.wrong.values())))
    for first in (30, 60, 100, 200):
        print(f"among the first {first}: {found.among(first).total()}", dict(found.among(first)))
    print(f"verdicts: {found.changed} of {found.pairs} changed, {found.reversed} name the other model")


if __name__ == "__main__":
    main()
