"""The fit of the item-response model: from the scores of a catalog to a posterior over everything unknown.

On the linked scale (see ``ability_evidence``) the score of model m on benchmark b of category c is

    z = level_b + slope_b * (C_m + D_mc + F_mf + E_mb + setting) + noise_b * kind * Student-t

C is the general ability, D how the model stands out in a category, F in a family of sibling tests, E on one
test. C, D and E have a mean that is linear in the model's traits (``ability_traits``), so that thin evidence
is pooled with the model's relatives. Slopes, noises and variances are set by the marginal likelihood with
weak priors (empirical Bayes), all else is integrated out exactly. They are found by a fixed number of
quasi-Newton steps from a fixed start, between which the Student weights are renewed. All is deterministic.

Cost: linear in the models for a given number of traits, categories and benchmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky, lapack, solve_triangular
from scipy.optimize import minimize

from bot.analysis.ability_design import Design
from bot.analysis.ability_evidence import Floats, Ints, Kinds, evidence_of
from bot.analysis.ability_traits import traits_of
from bot.catalog.catalog import Catalog
from bot.catalog.errors import FitFailed

TAIL = 4.0
"""Degrees of freedom of the noise: low, because some published scores are wrong."""

# Quasi-Newton steps between renewals of the Student weights.
_STEPS = (10, 6, 6)
_LEVEL_VARIANCE = 4.0
_START_VARIANCE, _START_NOISE = 0.03, 0.35
# Prior spread of log variances, log slopes, log noises of benchmarks and of kinds of source.
_VARIANCE_SPREAD, _SLOPE_SPREAD, _NOISE_SPREAD, _KIND_SPREAD = 1.5, 0.35, 0.5, 0.3
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
        self._blocks = {
            m: self.design.block(m, rows, evidence.benchmark[rows], evidence.settings[rows])
            for m in np.unique(evidence.model).tolist()
            for rows in [np.flatnonzero(evidence.model == m)]
        }
        self._student = np.ones(len(evidence.z))
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
        self._bounds = [(s - 4 * w, s + 4 * w) for s, w in zip(self._start, self._spread, strict=True)]
        self._vector = self._start
        self._solve(self._start)

    def maximise(self) -> None:
        """Set the hyperparameters. Raises ``FitFailed``."""
        if not len(self._z):
            return
        try:
            for steps in _STEPS:
                found = minimize(
                    self._objective,
                    self._vector,
                    jac=True,
                    method="L-BFGS-B",
                    bounds=self._bounds,
                    options={"maxiter": steps, "maxfun": 2 * steps},
                )
                self._vector = found.x
                for _ in range(2):
                    self._solve(self._vector)
                    self._student = (TAIL + 1) / (TAIL + self._squared_errors())
            self._solve(self._vector)
        except (LinAlgError, np.linalg.LinAlgError, ValueError) as error:
            raise FitFailed(str(error)) from error
        if not (np.isfinite(self._weights).all() and np.isfinite(self._vector).all()):
            raise FitFailed("values that are not finite")

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
        return np.asarray(solve_triangular(self._root, shared.T, lower=True, check_finite=False)).T

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

    def _solve(self, vector: Floats) -> float:
        """Posterior of the weights at these hyperparameters; minus the log marginal likelihood."""
        self.settings = settings = self._taken_apart(vector)
        group = self.design.group
        prior = np.where(group >= 0, settings.groups[group], _LEVEL_VARIANCE)
        precision, right = np.diag(1 / prior), np.zeros(self.design.width)
        noise = self._noise(settings) / self._student
        lost = 0.5 * float(np.log(prior).sum())
        self._solved: dict[int, Solved] = {}
        for m, block in self._blocks.items():
            slopes = settings.slopes[block.benchmark]
            kernel = self._kernel(block.alike) * slopes[:, None] * slopes
            covariance = kernel.copy()
            covariance[np.diag_indices_from(covariance)] += noise[block.rows]
            root = np.linalg.cholesky(covariance)
            half = lapack.dtrtri(root, lower=1)[0]
            inverse = half.T @ half
            design = block.design.copy()
            design[:, : block.scaled] *= slopes[:, None]
            through = inverse @ design
            z = self._z[block.rows]
            precision[np.ix_(block.columns, block.columns)] += design.T @ through
            right[block.columns] += through.T @ z
            lost += float(np.log(np.diag(root)).sum() + 0.5 * z @ inverse @ z)
            self._solved[m] = Solved(kernel, inverse, design, through, z)
        self._root = cholesky(precision, lower=True, check_finite=False)
        self._weights = cho_solve((self._root, True), right, check_finite=False)
        half = lapack.dpotri(self._root, lower=1)[0]  # the upper triangle stays zero
        self._covariance = half + half.T
        np.fill_diagonal(self._covariance, np.diag(half))
        self._prior = prior
        return lost + float(np.log(np.diag(self._root)).sum() - 0.5 * right @ self._weights)

    def _objective(self, vector: Floats) -> tuple[float, Floats]:
        """Minus the log posterior of the hyperparameters, and its gradient."""
        away = (vector - self._start) / self._spread
        lost = self._solve(vector) + 0.5 * float(away @ away)
        settings, noise = self.settings, self._noise(self.settings) / self._student
        pull = 0.5 * (1 - (np.diag(self._covariance) + self._weights**2) / self._prior)
        group = self.design.group
        groups = np.bincount(group[group >= 0], pull[group >= 0], self.design.groups)
        kernels = np.zeros(_KERNELS)
        slopes, noises = np.zeros(self.design.benchmarks), np.zeros(self.design.benchmarks)
        per_row = np.zeros(len(self._z))
        for m, block in self._blocks.items():
            solved = self._solved[m]
            spread = solved.through @ self._covariance[np.ix_(block.columns, block.columns)]
            weights = self._weights[block.columns]
            dual = solved.inverse @ solved.z - solved.through @ weights
            by_covariance = 0.5 * (solved.inverse - spread @ solved.through.T - np.outer(dual, dual))
            by_design = (spread - np.outer(dual, weights)) * solved.design
            slope = settings.slopes[block.benchmark]
            scaled = by_covariance * slope[:, None] * slope
            kernels += [
                k * float((scaled * each).sum())
                for k, each in zip(settings.kernels, block.alike, strict=True)
            ]
            moved = by_design[:, : block.scaled].sum(axis=1) + 2 * (by_covariance * solved.kernel).sum(axis=1)
            np.add.at(slopes, block.benchmark, moved)
            per_row[block.rows] = 2 * np.diag(by_covariance) * noise[block.rows]
        np.add.at(noises, self.evidence.benchmark, per_row)
        gradient = np.concatenate(
            [groups, kernels, [noises.sum()], slopes, noises, per_row @ self.evidence.kinds]
        )
        return lost, gradient + away / self._spread

    def _squared_errors(self) -> Floats:
        """The expected squared noise of each score in units of its variance."""
        out = np.zeros(len(self._z))
        variance = self._noise(self.settings)
        for m, block in self._blocks.items():
            solved = self._solved[m]
            weighed = variance[block.rows] / self._student[block.rows]
            dual = solved.inverse @ solved.z - solved.through @ self._weights[block.columns]
            spread = solved.through @ self._covariance[np.ix_(block.columns, block.columns)]
            known = np.diag(solved.inverse) - (spread * solved.through).sum(axis=1)
            left = (weighed * dual) ** 2 + weighed - weighed**2 * known
            out[block.rows] = np.maximum(left, 0.0) / variance[block.rows]
        return out


def fitted(catalog: Catalog) -> Posterior:
    """The posterior of the catalog with its hyperparameters set. Raises ``FitFailed``."""
    posterior = Posterior(catalog)
    posterior.maximise()
    return posterior
