"""The fit of the item-response model: from the scores of a catalog to a posterior over everything unknown.

On the linked scale (see ``scores``) the score of model m on benchmark b of category c is

    z = level_b + slope_b * (C_m + D_mc + F_mf + E_mb + setting) + noise_b * kind * Student-t + sampling

C is the general ability, D how the model stands out in a category, F in a family of sibling tests, E on one
test. C, D and E have a mean that is linear in the model's traits (``traits``), so that a model with few
scores is pooled with its relatives. Sampling is normal, with the standard error that the score's source
states; without one there is none. Slopes, noises and variances are set by the marginal likelihood with
weak priors (empirical Bayes), all else is integrated out exactly. They are found by a fixed number of
quasi-Newton steps from a fixed start, between which the Student weights are renewed. All is deterministic.

Cost: linear in the models for a given number of traits, categories and benchmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky, lapack, solve_triangular
from scipy.optimize import minimize

from bot.ability.design import Block, Design
from bot.ability.scores import Floats, Ints, Kinds, linked_scores
from bot.ability.sums import Sums
from bot.ability.traits import traits_of
from bot.catalog.catalog import Catalog
from bot.errors import FitFailed

TAIL = 5.0
"""Degrees of freedom of the noise: low, because some published scores are wrong."""

# Quasi-Newton steps between renewals of the Student weights. Few: what more of them find is particular to the
# scores at hand, and scores that were held back get likelier no more.
_STEPS = (5, 3, 3)
_LEVEL_VARIANCE = 4.0
_START_VARIANCE, _START_NOISE = 0.03, 0.35
# Prior spread of log variances, log slopes, log noises of benchmarks and of kinds of source.
_VARIANCE_SPREAD, _SLOPE_SPREAD, _NOISE_SPREAD, _KIND_SPREAD = 1.5, 0.35, 0.5, 0.3
# How much a column of traits, and a score, say of the logarithm of a variance, about.
_NOTICED_GROUP, _NOTICED_KERNEL = 0.1, 0.02
_KERNELS = 4  # general, category, siblings, benchmark


@dataclass(frozen=True, slots=True)
class Solution:
    """One block given the hyperparameters: kernel, inverse covariance, scaled design, inverse @ design."""

    kernel: Floats
    inverse: Floats
    design: Floats
    through: Floats
    z: Floats


@dataclass(frozen=True, slots=True)
class Prediction:
    """Linked values of cells. The covariance of two cells is ``shared[i] @ shared[j]``, and ``own`` is added
    on the diagonal; cells of one model also share part of ``own``. ``noise`` is the variance of a score."""

    mean: Floats
    own: Floats
    shared: Floats
    noise: Floats


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """Those of the fit, taken apart from one vector of logarithms."""

    groups: Floats
    kernels: Floats
    noise: Floats
    slopes: Floats
    kinds: Floats


class Posterior:
    """The model of one catalog; ``maximise`` sets the hyperparameters, ``predict`` asks it."""

    def __init__(self, catalog: Catalog) -> None:
        scores = linked_scores(catalog)
        scored = np.zeros(len(scores.models), dtype=bool)
        scored[scores.model] = True
        self.scores = scores
        traits = traits_of([catalog.models[m] for m in scores.models], scored.tolist())
        self.design = Design(scores, traits)
        self.place = {m: n for n, m in enumerate(scores.models)}
        self.benchmark_place = {b.benchmark_id: n for n, b in enumerate(scores.benchmarks)}
        self.middle = np.zeros(self.design.benchmarks)
        for b in np.unique(scores.benchmark).tolist():
            self.middle[b] = np.median(scores.z[scores.benchmark == b])
        self._z = scores.z - self.middle[scores.benchmark]
        self._sums = Sums(self.design)
        self._student = np.ones(len(scores.z))
        self._known_solutions: dict[int, Solution] | None = None
        self._kernels: list[Floats] = []
        self._inverses: list[Floats] = []
        groups, benchmarks = self.design.groups, self.design.benchmarks
        variances = groups + _KERNELS
        self._cuts = np.cumsum([groups, _KERNELS, 1, benchmarks, benchmarks])
        self._start = np.zeros(variances + 1 + 2 * benchmarks + len(Kinds))
        self._start[:variances] = np.log(_START_VARIANCE)
        self._start[variances] = np.log(_START_NOISE)
        self._spread = np.concatenate(
            [
                np.full(variances, _VARIANCE_SPREAD),
                [2.0],
                np.full(benchmarks, _SLOPE_SPREAD),
                np.full(benchmarks, _NOISE_SPREAD),
                np.full(len(Kinds), _KIND_SPREAD),
            ]
        )
        # Far outside of what data can ask for; keeps the sums finite whatever the scores are.
        self._bounds = self._start[:, None] + 4 * self._spread[:, None] * np.array([-1.0, 1.0])
        # About how far each may move before the likelihood notices: the unit of its steps.
        design, count = self.design, len(scores.z)
        noticed = np.concatenate(
            [
                _NOTICED_GROUP * np.bincount(design.group[design.group >= 0], minlength=groups),
                np.full(_KERNELS, _NOTICED_KERNEL * count),
                [count],
                0.5 * np.bincount(scores.benchmark, minlength=benchmarks),
                np.bincount(scores.benchmark, minlength=benchmarks),
                scores.kinds.sum(axis=0),
            ]
        )
        self._unit = 1 / np.sqrt(noticed + 1 / self._spread**2)
        self._vector = self._start
        self._solve(self._start)

    def maximise(self) -> None:
        """Set the hyperparameters. Raises ``FitFailed``."""
        if not len(self._z):
            return
        try:
            for steps in _STEPS:
                found = minimize(
                    self._in_units,
                    self._vector / self._unit,
                    jac=True,
                    method="L-BFGS-B",
                    bounds=self._bounds / self._unit[:, None],
                    options={"maxiter": steps, "maxfun": 2 * steps},
                )
                self._vector = found.x * self._unit
                self._weigh()
            self._solve(self._vector)
        except (LinAlgError, np.linalg.LinAlgError, ValueError) as error:
            raise FitFailed(str(error)) from error
        if not (np.isfinite(self._weights).all() and np.isfinite(self._vector).all()):
            raise FitFailed("values that are not finite")

    def _weigh(self) -> None:
        """Renew the Student weights."""
        for _ in range(2):
            self._solve(self._vector)
            self._student = (TAIL + 1) / (TAIL + self._squared_errors())

    def with_scores(self, catalog: Catalog) -> "Posterior":
        """The posterior for other values of the same scores, with all that the fit has set held: links,
        slopes, noises, variances and Student weights. ``ValueError`` for other scores."""
        other = Posterior(catalog)
        scores, mine = other.scores, self.scores
        same = len(scores.z) == len(mine.z) and scores.models == mine.models
        if not same or (scores.benchmark != mine.benchmark).any() or (scores.model != mine.model).any():
            raise ValueError("these are other scores")
        z = np.zeros(len(mine.z))
        for n, link in enumerate(mine.links):
            z[mine.benchmark == n] = link(scores.values[mine.benchmark == n])
        other.middle = self.middle
        other._z = z - self.middle[mine.benchmark]
        other._student, other._vector = self._student, self._vector
        other._solve(self._vector)
        return other

    def predict(self, cells: Sequence[tuple[str, str]]) -> Prediction:
        """What the model expects on cells (model id, benchmark id). Raises ``KeyError`` for an unknown id."""
        models = np.array([self.place[m] for m, _ in cells], dtype=np.int64)
        benchmark = np.array([self.benchmark_place[b] for _, b in cells], dtype=np.int64)
        shared = np.zeros((len(cells), self.design.width))
        mean, own = np.zeros(len(cells)), np.zeros(len(cells))
        for m in np.unique(models).tolist():
            rows = np.flatnonzero(models == m)
            asked = self.design.block(m, rows, benchmark[rows], None)
            slopes = self.hyperparameters.slopes[asked.benchmark]
            design = asked.design.copy()
            design[:, : asked.scaled] *= slopes[:, None]
            prior = self._kernel(asked.alike) * slopes[:, None] * slopes
            cross = self._cross(m, asked.benchmark)
            mean[rows], cov, shared[rows] = self._given(m, design, asked.columns, prior, cross)
            own[rows] = np.diag(cov)
        return Prediction(
            mean=mean + self.middle[benchmark],
            own=np.maximum(own, 0.0),
            shared=self.whitened(shared),
            noise=self.hyperparameters.noise[benchmark] ** 2,
        )

    def abilities(self) -> tuple[Floats, Floats, Floats]:
        """Mean (models x categories), own covariance (models x categories x categories) and shared factor
        (models x categories x width) of C + D, on the linked scale of a test of slope 1."""
        count, categories = len(self.scores.models), self.design.categories
        mean = np.zeros((count, categories))
        own = np.zeros((count, categories, categories))
        shared = np.zeros((count, categories, self.design.width))
        every = np.arange(categories)
        kernels = self.hyperparameters.kernels
        prior = kernels[0] + kernels[1] * np.eye(categories)
        for m in range(count):
            rows, columns = self.design.trait_weights(m, every)
            cross = None
            if m in self.blocks:
                taken = self.blocks[m].benchmark
                same = np.equal.outer(every, self.scores.category[taken])
                cross = (kernels[0] + kernels[1] * same) * self.hyperparameters.slopes[taken]
            mean[m], own[m], shared[m] = self._given(m, rows, columns, prior, cross)
        flat = self.whitened(shared.reshape(count * categories, self.design.width))
        return mean, own, flat.reshape(count, categories, self.design.width)

    def _cross(self, model: int, benchmark: Ints) -> Floats | None:
        """The covariance of a model's values on ``benchmark`` with the scores it has; None without any."""
        if model not in self.blocks:
            return None
        taken, slopes = self.blocks[model].benchmark, self.hyperparameters.slopes
        return self._kernel(self.design.alike(benchmark, taken)) * slopes[benchmark][:, None] * slopes[taken]

    def _given(
        self, model: int, design: Floats, columns: Ints, prior: Floats, cross: Floats | None
    ) -> tuple[Floats, Floats, Floats]:
        """Mean, own covariance and dependence on the weights, given the scores of the model."""
        shared = np.zeros((len(design), self.design.width))
        shared[:, columns] = design
        mean, covariance = self.expected(design, columns), prior
        if cross is not None:
            solution = self.solutions[model]
            gain = cross @ solution.inverse
            mean = mean + gain @ self.rest(model)
            covariance = covariance - gain @ cross.T
            shared[:, self.blocks[model].columns] -= gain @ solution.design
        return mean, covariance, shared

    def whitened(self, shared: Floats) -> Floats:
        """Weights in rows, turned so that the products of rows are covariances."""
        found = solve_triangular(self._root, shared.T, lower=True, overwrite_b=True, check_finite=False)
        return np.asarray(found).T

    def covariance(self, columns: Ints, others: Ints) -> Floats:
        """That of some of the weights with others."""
        return np.asarray(self._covariance[np.ix_(columns, others)])

    def expected(self, design: Floats, columns: Ints) -> Floats:
        """What the weights in these columns give for each row of the design."""
        return np.asarray(design @ self._weights[columns])

    def rest(self, model: int) -> Floats:
        """What the weights leave unexplained of each score of a model that has some."""
        solution = self.solutions[model]
        return solution.z - self.expected(solution.design, self.blocks[model].columns)

    def _taken_apart(self, vector: Floats) -> Hyperparameters:
        groups, kernels, noise, slopes, benchmark_noise, kinds = np.split(vector, self._cuts)
        return Hyperparameters(
            np.exp(groups), np.exp(kernels), np.exp(noise + benchmark_noise), np.exp(slopes), np.exp(kinds)
        )

    def _kernel(self, alike: tuple[Floats, ...]) -> Floats:
        return np.asarray(sum(k * each for k, each in zip(self.hyperparameters.kernels, alike, strict=True)))

    def noise(self) -> Floats:
        """The variance of each score's noise, before the fit has judged how believable the score is."""
        hyper = self.hyperparameters
        kinds = np.exp(2 * (self.scores.kinds @ np.log(hyper.kinds)))
        return np.asarray(hyper.noise[self.scores.benchmark] ** 2 * kinds)

    def weighed_noise(self) -> Floats:
        """The variance of each score's noise, the wider the less the fit believes the score."""
        return self.noise() / self._student

    def scatter(self) -> Floats:
        """The variance of each score: its noise as the Student weights widen it, and its sampling."""
        return self.weighed_noise() + self.scores.sampling

    @cached_property
    def blocks(self) -> dict[int, Block]:
        """Model by model, those with scores."""
        model, benchmark = self.scores.model, self.scores.benchmark
        return {
            m: self.design.block(m, rows, benchmark[rows], self.scores.settings[rows])
            for m in np.unique(model).tolist()
            for rows in [np.flatnonzero(model == m)]
        }

    @property
    def solutions(self) -> dict[int, Solution]:
        """The blocks at the hyperparameters of the last step."""
        if self._known_solutions is None:
            found: dict[int, Solution] = {}
            for batch, kernel, inverse in zip(self._sums.batches, self._kernels, self._inverses, strict=True):
                for n, place in enumerate(batch.models.tolist()):
                    m = int(self._sums.taken[place])
                    block, size = self.blocks[m], len(self.blocks[m].rows)
                    design = block.design.copy()
                    design[:, : block.scaled] *= self.hyperparameters.slopes[block.benchmark][:, None]
                    own = np.ascontiguousarray(inverse[n, :size, :size])
                    found[m] = Solution(
                        kernel[n, :size, :size], own, design, own @ design, self._z[block.rows]
                    )
            self._known_solutions = dict(sorted(found.items()))
        return self._known_solutions

    def _solve(self, vector: Floats) -> float:
        """Posterior of the weights at these hyperparameters; minus the log marginal likelihood."""
        self.hyperparameters = hyper = self._taken_apart(vector)
        group = self.design.group
        self._prior = np.where(group >= 0, hyper.groups[group], _LEVEL_VARIANCE)
        noise = self.scatter()
        slopes = hyper.slopes[self.scores.benchmark]
        lost = 0.5 * float(np.log(self._prior).sum())
        self._known_solutions = None
        self._kernels, self._inverses = [], []
        for batch in self._sums.batches:
            slope = slopes[batch.rows]
            kernel = np.tensordot(hyper.kernels, batch.alike, 1) * slope[:, :, None] * slope[:, None, :]
            covariance = kernel.copy()
            np.einsum("mii->mi", covariance)[:] += np.where(batch.real > 0, noise[batch.rows], 1.0)
            root = np.linalg.cholesky(covariance)
            lost += float(np.log(np.einsum("mii->mi", root)).sum())
            inverse = np.linalg.inv(covariance)
            self._kernels.append(kernel)
            self._inverses.append(0.5 * (inverse + inverse.transpose(0, 2, 1)))
            z = self._z[batch.rows] * batch.real
            lost += 0.5 * float(np.einsum("mi,mij,mj->", z, self._inverses[-1], z, optimize=True))
        self._sums.set(hyper.slopes, self._z)
        precision, right = self._sums.gather(self._inverses)
        np.einsum("ii->i", precision)[:] += 1 / self._prior
        self._root = cholesky(precision, lower=True, overwrite_a=True, check_finite=False)
        self._weights = cho_solve((self._root, True), right, check_finite=False)
        half = lapack.dpotri(self._root, lower=1)[0]  # the upper triangle stays zero
        self._covariance = half + half.T
        np.fill_diagonal(self._covariance, np.diag(half))
        return lost + float(np.log(np.diag(self._root)).sum() - 0.5 * right @ self._weights)

    def _in_units(self, steps: Floats) -> tuple[float, Floats]:
        lost, gradient = self._objective(steps * self._unit)
        return lost, gradient * self._unit

    def _objective(self, vector: Floats) -> tuple[float, Floats]:
        """Minus the log posterior of the hyperparameters, and its gradient."""
        away = (vector - self._start) / self._spread
        lost = self._solve(vector) + 0.5 * float(away @ away)
        hyper, noise = self.hyperparameters, self.weighed_noise()
        pull = 0.5 * (1 - (np.diag(self._covariance) + self._weights**2) / self._prior)
        group, benchmark = self.design.group, self.scores.benchmark
        groups = np.bincount(group[group >= 0], pull[group >= 0], self.design.groups)
        kernels = np.zeros(_KERNELS)
        moved, noises = np.zeros(len(self._z)), np.zeros(len(self._z))
        looked = self._sums.look(self._covariance, self._weights, self._inverses)
        for batch, kernel, seen in zip(self._sums.batches, self._kernels, looked, strict=True):
            real, slope = batch.real > 0, hyper.slopes[benchmark[batch.rows]]
            pulled = 0.5 * (seen.left - seen.dual[:, :, None] * seen.dual[:, None, :])
            scaled = pulled * slope[:, :, None] * slope[:, None, :]
            kernels += hyper.kernels * np.tensordot(batch.alike, scaled, 3)
            moved[batch.rows[real]] = (seen.moved + 2 * (pulled * kernel).sum(axis=2))[real]
            noises[batch.rows[real]] = 2 * np.einsum("mii->mi", pulled)[real]
        noises *= noise
        gradient = np.concatenate(
            [
                groups,
                kernels,
                [noises.sum()],
                np.bincount(benchmark, moved, self.design.benchmarks),
                np.bincount(benchmark, noises, self.design.benchmarks),
                noises @ self.scores.kinds,
            ]
        )
        return lost, gradient + away / self._spread

    def _squared_errors(self) -> Floats:
        """The expected squared noise of each score, its sampling apart, in units of the noise's variance."""
        variance = self.noise()
        weighed, left = variance / self._student, np.zeros(len(self._z))
        looked = self._sums.look(self._covariance, self._weights, self._inverses)
        for batch, seen in zip(self._sums.batches, looked, strict=True):
            real = batch.real > 0
            square = seen.dual**2 - np.einsum("mii->mi", seen.left)
            left[batch.rows[real]] = square[real]
        return np.asarray(np.maximum(weighed**2 * left + weighed, 0.0) / variance)


def fitted(catalog: Catalog) -> Posterior:
    """The posterior of the catalog with its hyperparameters set. Raises ``FitFailed``."""
    posterior = Posterior(catalog)
    posterior.maximise()
    return posterior
