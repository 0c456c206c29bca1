"""The fit of the item-response model: from the scores of a catalog to a posterior over everything unknown.

On the linked scale (see ``ability_evidence``) the score of model m on benchmark b of category c is

    z = level_b + slope_b * (C_m + D_mc + F_mf + E_mb + setting) + noise_b * kind * Student-t + sampling

C is the general ability, D how the model stands out in a category, F in a family of sibling tests, E on one
test. C, D and E have a mean that is linear in the model's traits (``ability_traits``), so that thin evidence
is pooled with the model's relatives. Sampling is normal, with the standard error that the score's source
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
from bot.ability.evidence import Floats, Ints, Kinds, evidence_of
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
class Solved:
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
class Settings:
    """The hyperparameters, taken apart from one vector of logarithms."""

    groups: Floats
    kernels: Floats
    noise: Floats
    slopes: Floats
    kinds: Floats


class Posterior:
    """The model of one catalog; ``maximise`` sets the hyperparameters, ``predict`` asks it."""

    def __init__(self, catalog: Catalog) -> None:
        evidence = evidence_of(catalog)
        scored = np.zeros(len(evidence.models), dtype=bool)
        scored[evidence.model] = True
        self.evidence = evidence
        traits = traits_of([catalog.models[m] for m in evidence.models], scored.tolist())
        self.design = Design(evidence, traits)
        self.place = {m: n for n, m in enumerate(evidence.models)}
        self.benchmark_place = {b.benchmark_id: n for n, b in enumerate(evidence.benchmarks)}
        self.middle = np.zeros(self.design.benchmarks)
        for b in np.unique(evidence.benchmark).tolist():
            self.middle[b] = np.median(evidence.z[evidence.benchmark == b])
        self._z = evidence.z - self.middle[evidence.benchmark]
        self._sums = Sums(self.design)
        self._sampling = evidence.sampling
        self._student = np.ones(len(evidence.z))
        self._solved_blocks: dict[int, Solved] | None = None
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
        design, scores = self.design, len(evidence.z)
        noticed = np.concatenate(
            [
                _NOTICED_GROUP * np.bincount(design.group[design.group >= 0], minlength=groups),
                np.full(_KERNELS, _NOTICED_KERNEL * scores),
                [scores],
                0.5 * np.bincount(evidence.benchmark, minlength=benchmarks),
                np.bincount(evidence.benchmark, minlength=benchmarks),
                evidence.kinds.sum(axis=0),
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
        evidence, held = other.evidence, self.evidence
        same = len(evidence.z) == len(held.z) and evidence.models == held.models
        if not same or (evidence.benchmark != held.benchmark).any() or (evidence.model != held.model).any():
            raise ValueError("these are other scores")
        z = np.zeros(len(held.z))
        for n, link in enumerate(held.links):
            z[held.benchmark == n] = link(evidence.values[held.benchmark == n])
        other.middle = self.middle
        other._z = z - self.middle[held.benchmark]
        other._student, other._vector, other._sampling = self._student, self._vector, self._sampling
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
            slopes = self.settings.slopes[asked.benchmark]
            design = asked.design.copy()
            design[:, : asked.scaled] *= slopes[:, None]
            prior = self._kernel(asked.alike) * slopes[:, None] * slopes
            cross = self._cross(m, asked.benchmark)
            mean[rows], cov, shared[rows] = self._given(m, design, asked.columns, prior, cross)
            own[rows] = np.diag(cov)
        return Prediction(
            mean=mean + self.middle[benchmark],
            own=np.maximum(own, 0.0),
            shared=self._whitened(shared),
            noise=self.settings.noise[benchmark] ** 2,
        )

    def abilities(self) -> tuple[Floats, Floats, Floats]:
        """Mean (models x categories), own covariance (models x categories x categories) and shared factor
        (models x categories x width) of C + D, on the linked scale of a test of slope 1."""
        count, categories = len(self.evidence.models), self.design.categories
        mean = np.zeros((count, categories))
        own = np.zeros((count, categories, categories))
        shared = np.zeros((count, categories, self.design.width))
        every = np.arange(categories)
        kernels = self.settings.kernels
        prior = kernels[0] + kernels[1] * np.eye(categories)
        for m in range(count):
            rows, columns = self.design.trait_weights(m, every)
            cross = None
            if m in self._blocks:
                taken = self._blocks[m].benchmark
                same = np.equal.outer(every, self.evidence.category[taken])
                cross = (kernels[0] + kernels[1] * same) * self.settings.slopes[taken]
            mean[m], own[m], shared[m] = self._given(m, rows, columns, prior, cross)
        flat = self._whitened(shared.reshape(count * categories, self.design.width))
        return mean, own, flat.reshape(count, categories, self.design.width)

    def _cross(self, model: int, benchmark: Ints) -> Floats | None:
        """The covariance of a model's values on ``benchmark`` with the scores it has; None without any."""
        if model not in self._blocks:
            return None
        taken, slopes = self._blocks[model].benchmark, self.settings.slopes
        return self._kernel(self.design.alike(benchmark, taken)) * slopes[benchmark][:, None] * slopes[taken]

    def _given(
        self, model: int, design: Floats, columns: Ints, prior: Floats, cross: Floats | None
    ) -> tuple[Floats, Floats, Floats]:
        """Mean, own covariance and dependence on the weights, given the scores of the model."""
        shared = np.zeros((len(design), self.design.width))
        shared[:, columns] = design
        mean, covariance = design @ self._weights[columns], prior
        if cross is not None:
            block, solved = self._blocks[model], self._solved[model]
            gain = cross @ solved.inverse
            mean = mean + gain @ (solved.z - solved.design @ self._weights[block.columns])
            covariance = covariance - gain @ cross.T
            shared[:, block.columns] -= gain @ solved.design
        return mean, covariance, shared

    def _whitened(self, shared: Floats) -> Floats:
        """Rows whose products are covariances."""
        found = solve_triangular(self._root, shared.T, lower=True, overwrite_b=True, check_finite=False)
        return np.asarray(found).T

    def _taken_apart(self, vector: Floats) -> Settings:
        groups, kernels, noise, slopes, benchmark_noise, kinds = np.split(vector, self._cuts)
        return Settings(
            np.exp(groups), np.exp(kernels), np.exp(noise + benchmark_noise), np.exp(slopes), np.exp(kinds)
        )

    def _kernel(self, alike: tuple[Floats, ...]) -> Floats:
        return np.asarray(sum(k * each for k, each in zip(self.settings.kernels, alike, strict=True)))

    def _noise(self, settings: Settings) -> Floats:
        """The variance of each score's noise before the Student weights."""
        kinds = np.exp(2 * (self.evidence.kinds @ np.log(settings.kinds)))
        return np.asarray(settings.noise[self.evidence.benchmark] ** 2 * kinds)

    def _scatter(self, settings: Settings) -> Floats:
        """The variance of each score: its noise as the Student weights widen it, and its sampling."""
        return np.asarray(self._noise(settings) / self._student + self._sampling)

    @cached_property
    def _blocks(self) -> dict[int, Block]:
        """The models with scores, one by one."""
        model, benchmark = self.evidence.model, self.evidence.benchmark
        return {
            m: self.design.block(m, rows, benchmark[rows], self.evidence.settings[rows])
            for m in np.unique(model).tolist()
            for rows in [np.flatnonzero(model == m)]
        }

    @property
    def _solved(self) -> dict[int, Solved]:
        """The blocks at the hyperparameters of the last step."""
        if self._solved_blocks is None:
            found: dict[int, Solved] = {}
            for batch, kernel, inverse in zip(self._sums.batches, self._kernels, self._inverses, strict=True):
                for n, place in enumerate(batch.models.tolist()):
                    m = int(self._sums.taken[place])
                    block, size = self._blocks[m], len(self._blocks[m].rows)
                    design = block.design.copy()
                    design[:, : block.scaled] *= self.settings.slopes[block.benchmark][:, None]
                    own = np.ascontiguousarray(inverse[n, :size, :size])
                    found[m] = Solved(kernel[n, :size, :size], own, design, own @ design, self._z[block.rows])
            self._solved_blocks = dict(sorted(found.items()))
        return self._solved_blocks

    def _solve(self, vector: Floats) -> float:
        """Posterior of the weights at these hyperparameters; minus the log marginal likelihood."""
        self.settings = settings = self._taken_apart(vector)
        group = self.design.group
        self._prior = np.where(group >= 0, settings.groups[group], _LEVEL_VARIANCE)
        noise = self._scatter(settings)
        slopes = settings.slopes[self.evidence.benchmark]
        lost = 0.5 * float(np.log(self._prior).sum())
        self._solved_blocks = None
        self._kernels, self._inverses = [], []
        for batch in self._sums.batches:
            slope = slopes[batch.rows]
            kernel = np.tensordot(settings.kernels, batch.alike, 1) * slope[:, :, None] * slope[:, None, :]
            covariance = kernel.copy()
            np.einsum("mii->mi", covariance)[:] += np.where(batch.real > 0, noise[batch.rows], 1.0)
            root = np.linalg.cholesky(covariance)
            lost += float(np.log(np.einsum("mii->mi", root)).sum())
            inverse = np.linalg.inv(covariance)
            self._kernels.append(kernel)
            self._inverses.append(0.5 * (inverse + inverse.transpose(0, 2, 1)))
            z = self._z[batch.rows] * batch.real
            lost += 0.5 * float(np.einsum("mi,mij,mj->", z, self._inverses[-1], z, optimize=True))
        self._sums.set(settings.slopes, self._z)
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
        settings, noise = self.settings, self._noise(self.settings) / self._student
        pull = 0.5 * (1 - (np.diag(self._covariance) + self._weights**2) / self._prior)
        group, benchmark = self.design.group, self.evidence.benchmark
        groups = np.bincount(group[group >= 0], pull[group >= 0], self.design.groups)
        kernels = np.zeros(_KERNELS)
        moved, noises = np.zeros(len(self._z)), np.zeros(len(self._z))
        looked = self._sums.look(self._covariance, self._weights, self._inverses)
        for batch, kernel, seen in zip(self._sums.batches, self._kernels, looked, strict=True):
            real, slope = batch.real > 0, settings.slopes[benchmark[batch.rows]]
            pulled = 0.5 * (seen.left - seen.dual[:, :, None] * seen.dual[:, None, :])
            scaled = pulled * slope[:, :, None] * slope[:, None, :]
            kernels += settings.kernels * np.tensordot(batch.alike, scaled, 3)
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
                noises @ self.evidence.kinds,
            ]
        )
        return lost, gradient + away / self._spread

    def _squared_errors(self) -> Floats:
        """The expected squared noise of each score, its sampling apart, in units of the noise's variance."""
        variance = self._noise(self.settings)
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
