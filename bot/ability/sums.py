"""The sums over all scores that the fit needs at every step, taken for all models at once.

A model's scores share one value per *handle*: the general ability, one ability per category, one value per
setting. A score is its slope times its handles, plus what its benchmark adds. So the design is never written
out: the weights are reached from handles (models x handles) and from benchmarks alone, and models with about
equally many scores stand side by side in a *batch*, for NumPy to go through in one call.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from bot.ability.design import Design
from bot.ability.scores import Floats, Ints

# Lengths that models' scores are padded to, and so the number of batches.
_LENGTHS = np.unique(np.round(1.35 ** np.arange(60)).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Batch:
    """``models`` (places among the models with scores) and their ``rows``, models x length; padding has row
    0 and ``real`` 0. ``alike`` are the kernels, kernels x models x length x length."""

    models: Ints
    rows: Ints
    real: Floats
    alike: Floats
    pairs: Ints


@dataclass(frozen=True, slots=True)
class Looked:
    """What a batch says of its scores after the weights are known: see ``Sums.look``."""

    inverse: Floats
    dual: Floats
    left: Floats
    moved: Floats


class Sums:
    """The linear part of the model over all scores."""

    def __init__(self, design: Design) -> None:
        scores = design.scores
        self.design, self.benchmark = design, scores.benchmark
        self.taken, self.place = np.unique(scores.model, return_inverse=True)
        rows, settings = len(scores.model), scores.settings.shape[1]
        category = np.eye(design.categories)[scores.category[scores.benchmark]]
        self._handles = np.hstack([np.ones((rows, 1)), category, scores.settings])
        self._extras = np.hstack([np.ones((rows, 1)), design.by_benchmark[scores.model]])
        general, by_category = design.general[self.taken], design.by_category[self.taken]
        one = np.ones((len(self.taken), 1))
        self._traits = [general] + [by_category] * design.categories + [one] * settings
        ends = np.cumsum([each.shape[1] for each in self._traits])
        self._columns = [slice(e - t.shape[1], e) for e, t in zip(ends.tolist(), self._traits, strict=True)]
        own, tests = design.by_benchmark.shape[1], np.arange(design.benchmarks)
        self._spots = [design.first_level + tests] + [
            design.first_benchmark + tests * own + n for n in range(own)
        ]
        self._sorted = np.argsort(scores.benchmark, kind="stable")
        self._ends = np.searchsorted(
            scores.benchmark[self._sorted], np.arange(design.benchmarks + 1), side="left"
        )
        self.batches = [self._batch(members) for members in self._members()]

    def _members(self) -> Sequence[Ints]:
        counts = np.bincount(self.place, minlength=len(self.taken))
        length = _LENGTHS[np.searchsorted(_LENGTHS, counts)]
        return [np.flatnonzero(length == each) for each in np.unique(length)]

    def _batch(self, members: Ints) -> Batch:
        counts = np.bincount(self.place, minlength=len(self.taken))
        first = np.cumsum(counts) - counts  # scores are sorted by model
        steps = np.arange(counts[members].max())
        real = steps < counts[members][:, None]
        rows = np.where(real, first[members][:, None] + steps, 0)
        tests, both = self.benchmark[rows], real[:, :, None] & real[:, None, :]
        category, siblings = self.design.scores.category, self.design.scores.siblings
        alike = [both] + [
            both & (key[:, :, None] == key[:, None, :]) for key in (category[tests], siblings[tests], tests)
        ]
        pairs = tests[:, :, None] * self.design.benchmarks + tests[:, None, :]
        return Batch(members, rows, real.astype(np.float64), np.array(alike, dtype=np.float64), pairs)

    def set(self, slopes: Floats, z: Floats) -> None:
        """Begin a step with slopes for the benchmarks and the linked scores."""
        self._z, slope = z, slopes[self.benchmark]
        self.handles = self._handles * slope[:, None]
        self.extras = self._extras.copy()
        self.extras[:, 1:] *= slope[:, None]

    def gather(self, inverses: Sequence[Floats]) -> tuple[Floats, Floats]:
        """The precision that the scores add to the weights, and the right side, from the inverse covariance
        of each batch."""
        design, models = self.design, len(self.taken)
        handles, extras = self.handles.shape[1], self.extras.shape[1]
        through = np.zeros_like(self.handles)
        squares = np.zeros((models, handles, handles))
        z = np.zeros(len(self._z))
        size = design.benchmarks**2
        between = np.zeros((extras, extras, size))
        for batch, inverse in zip(self.batches, inverses, strict=True):
            real = batch.real > 0
            held = self.handles[batch.rows] * batch.real[:, :, None]
            added = self.extras[batch.rows] * batch.real[:, :, None]
            mapped = inverse @ held
            through[batch.rows[real]] = mapped[real]
            squares[batch.models] = held.transpose(0, 2, 1) @ mapped
            scores = self._z[batch.rows] * batch.real
            z[batch.rows[real]] = (inverse @ scores[:, :, None])[:, :, 0][real]
            for i in range(extras):
                for k in range(i + 1):
                    weighed = inverse * added[:, :, None, i] * added[:, None, :, k]
                    between[i, k] += np.bincount(batch.pairs.ravel(), weighed.ravel(), size)
        precision, right = np.zeros((design.width, design.width)), np.zeros(design.width)
        values = self.handles * z[:, None]
        summed = np.column_stack([np.bincount(self.place, each, models) for each in values.T])
        for j, (traits, columns) in enumerate(zip(self._traits, self._columns, strict=True)):
            right[columns] = traits.T @ summed[:, j]
            for k in range(j + 1):
                block = traits.T @ (squares[:, j, k][:, None] * self._traits[k])
                precision[columns, self._columns[k]] = block
                precision[self._columns[k], columns] = block.T
        for i, spots in enumerate(self._spots):
            right[spots] = np.bincount(self.benchmark, self.extras[:, i] * z, design.benchmarks)
            for j, (traits, columns) in enumerate(zip(self._traits, self._columns, strict=True)):
                block = self._by_benchmark(through[:, j] * self.extras[:, i]) @ traits
                precision[spots, columns] = block
                precision[columns, spots] = block.T
            for k in range(i + 1):
                block = between[i, k].reshape(design.benchmarks, design.benchmarks)
                precision[np.ix_(spots, self._spots[k])] = block
                precision[np.ix_(self._spots[k], spots)] = block.T
        return precision, right

    def _by_benchmark(self, values: Floats) -> csr_array:
        """A value per score as benchmarks x models with scores."""
        shape = (self.design.benchmarks, len(self.taken))
        return csr_array((values[self._sorted], self.place[self._sorted], self._ends), shape=shape)

    def expected(self, weights: Floats) -> tuple[Floats, Floats]:
        """What the weights say of each score: all of it, and the part that its slope multiplies."""
        known = np.column_stack([t @ weights[c] for t, c in zip(self._traits, self._columns, strict=True)])
        scaled = (self.handles * known[self.place]).sum(axis=1)
        extra = [self.extras[:, n] * weights[spots][self.benchmark] for n, spots in enumerate(self._spots)]
        scaled = scaled + sum(extra[1:], np.zeros(len(scaled)))
        return scaled + extra[0], scaled

    def look(self, covariance: Floats, weights: Floats, inverses: Sequence[Floats]) -> list[Looked]:
        """For each batch, given the posterior of the weights: ``dual``, the inverse covariance times what is
        left of the scores; ``left``, the covariance of ``dual`` (inverse less what the weights took), and
        ``moved``, the pull of each score's own slope through the weights."""
        models, handles = len(self.taken), self.handles.shape[1]
        within = np.zeros((models, handles, handles))
        across = np.zeros((*self.handles.shape, self.extras.shape[1]))
        spots = np.concatenate(self._spots)
        for j, (traits, columns) in enumerate(zip(self._traits, self._columns, strict=True)):
            for k in range(j + 1):
                block = covariance[columns, self._columns[k]]
                within[:, j, k] = within[:, k, j] = ((traits @ block) * self._traits[k]).sum(axis=1)
            reached = traits @ covariance[columns][:, spots]
            reached = reached.reshape(models, len(self._spots), self.design.benchmarks)
            across[:, j] = reached[self.place, :, self.benchmark]
        across *= self.extras[:, None, :]
        mean, scaled = self.expected(weights)
        tests = [[covariance[np.ix_(one, other)].ravel() for other in self._spots] for one in self._spots]
        found = []
        for batch, inverse in zip(self.batches, inverses, strict=True):
            real = batch.real[:, :, None]
            held, added = self.handles[batch.rows] * real, self.extras[batch.rows] * real
            common = held @ within[batch.models] @ held.transpose(0, 2, 1)
            by_test = [(across[batch.rows, :, n] * real).transpose(0, 2, 1) for n in range(added.shape[2])]
            scaled_part = sum((held @ each for each in by_test[1:]), np.zeros_like(common))
            with_level = held @ by_test[0]
            spread = common + scaled_part + scaled_part.transpose(0, 2, 1) + with_level.transpose(0, 2, 1)
            for i in range(added.shape[2]):
                for k in range(1, added.shape[2]):
                    spread += tests[i][k][batch.pairs] * added[:, :, None, i] * added[:, None, :, k]
            full = spread + with_level
            for i in range(added.shape[2]):
                full += tests[i][0][batch.pairs] * added[:, :, None, i] * added[:, None, :, 0]
            gap = (self._z - mean)[batch.rows] * batch.real
            dual = (inverse @ gap[:, :, None])[:, :, 0]
            moved = np.einsum("mij,mji->mi", inverse, spread) - dual * scaled[batch.rows]
            found.append(Looked(inverse, dual, inverse - inverse @ full @ inverse, moved))
        return found
