"""Which unknown weight touches which score: the design of the linear part of the ability model."""

from dataclasses import dataclass

import numpy as np

from bot.ability.scores import CATEGORIES, Floats, Ints, LinkedScores
from bot.ability.traits import Traits


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one model. ``columns`` are the weights they touch, the last of them the levels."""

    rows: Ints
    benchmark: Ints
    columns: Ints
    scaled: int
    design: Floats
    alike: tuple[Floats, ...]


class Design:
    """Which weight touches which score."""

    def __init__(self, scores: LinkedScores, traits: Traits) -> None:
        self.scores, self.traits = scores, traits
        self.general, self.by_category = traits.general, traits.by_category
        self.categories = len(CATEGORIES)
        self.benchmarks = len(scores.benchmarks)
        general, per_category = self.general.shape[1], self.by_category.shape[1]
        self.first_category = general
        self.first_setting = general + self.categories * per_category
        self.first_benchmark = self.first_setting + scores.settings.shape[1]
        self.by_benchmark = traits.by_benchmark
        self.first_level = self.first_benchmark + self.benchmarks * self.by_benchmark.shape[1]
        self.width = self.first_level + self.benchmarks
        self.groups = len(traits.groups) + 1
        self.group = np.concatenate(
            [
                np.array(traits.general_group, dtype=np.int64),
                np.tile(np.array(traits.category_group, dtype=np.int64), self.categories),
                np.full(scores.settings.shape[1], self.groups - 1),
                np.tile(np.array(traits.benchmark_group, dtype=np.int64), self.benchmarks),
                np.full(self.benchmarks, -1),
            ]
        ).astype(np.int64)

    def block(self, model: int, rows: Ints, benchmark: Ints, settings: Floats | None) -> Block:
        """The block of a model for scores on ``benchmark``; unknown settings count as the usual one."""
        category = self.scores.category[benchmark]
        weights, touched = self.trait_weights(model, category)
        used = np.flatnonzero(settings.any(axis=0)) if settings is not None else np.zeros(0, dtype=np.int64)
        levels, place = np.unique(benchmark, return_inverse=True)
        own = self.by_benchmark.shape[1]
        slopes = (self.first_benchmark + levels[:, None] * own + np.arange(own)).ravel()
        columns = np.concatenate([touched, self.first_setting + used, slopes, self.first_level + levels])
        first_slope = len(touched) + len(used)
        scaled = first_slope + len(slopes)
        design = np.zeros((len(benchmark), len(columns)))
        design[:, : len(touched)] = weights
        if settings is not None:
            design[:, len(touched) : first_slope] = settings[:, used]
        rows_of = np.arange(len(benchmark))
        for n in range(own):
            design[rows_of, first_slope + place * own + n] = self.by_benchmark[model, n]
        design[rows_of, scaled + place] = 1.0
        return Block(rows, benchmark, columns, scaled, design, self.alike(benchmark, benchmark))

    def trait_weights(self, model: int, category: Ints) -> tuple[Floats, Ints]:
        """Rows for scores in ``category`` and the columns of the weights they touch."""
        general = np.flatnonzero(self.general[model])
        own = np.flatnonzero(self.by_category[model])
        present = np.unique(category)
        columns = np.concatenate(
            [general] + [self.first_category + c * self.by_category.shape[1] + own for c in present.tolist()]
        ).astype(np.int64)
        rows = np.zeros((len(category), len(columns)))
        rows[:, : len(general)] = self.general[model, general]
        for n, c in enumerate(present.tolist()):
            start = len(general) + n * len(own)
            rows[category == c, start : start + len(own)] = self.by_category[model, own]
        return rows, columns

    def alike(self, left: Ints, right: Ints) -> tuple[Floats, ...]:
        """1 where two benchmarks share what the general, category, sibling and benchmark kernels look at."""
        category, siblings = self.scores.category, self.scores.siblings
        return (
            np.ones((len(left), len(right))),
            np.equal.outer(category[left], category[right]).astype(np.float64),
            np.equal.outer(siblings[left], siblings[right]).astype(np.float64),
            np.equal.outer(left, right).astype(np.float64),
        )
