"""The fit of the item-response model: from the scores of a catalog to a posterior over everything unknown.

On the linked scale (see ``ability_evidence``) the score of model m on benchmark b of category c is

    z = level_b + slope_b * (C_m + D_mc + F_mf + E_mb + setting) + noise_b * kind * Student-t

C is the general ability, D how the model stands out in a category, F in a family of sibling tests, E on one
test. C and D have a mean that is linear in the model's traits (``ability_traits``), so that thin evidence is
pooled with the model's relatives. Everything but slopes, noises and variances is integrated out exactly; those
are set by the marginal likelihood with weak priors (empirical Bayes), by a fixed number of quasi-Newton steps
from a fixed start, between which the Student weights are renewed. Everything is deterministic.

Cost: linear in the models for a given number of traits, categories and benchmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky, lapack, solve_triangular
from scipy.optimize import minimize

from bot.analysis.ability_evidence import CATEGORIES, Evidence, Floats, Ints, Kinds, evidence_of
from bot.analysis.ability_traits import Traits, traits_of
from bot.catalog.catalog import Catalog

TAIL = 4.0
"""Degrees of freedom of the noise: low, because some published scores are wrong."""

# Quasi-Newton steps between renewals of the Student weights.
_STEPS = (10, 6, 6)
_LEVEL_VARIANCE = 4.0
_START_VARIANCE, _START_NOISE = 0.03, 0.35
# Prior spread of log variances, log slopes, log noises of benchmarks and of kinds of source.
_VARIANCE_SPREAD, _SLOPE_SPREAD, _NOISE_SPREAD, _KIND_SPREAD = 1.5, 0.35, 0.5, 0.3
_KERNELS = 4  # general, category, siblings, benchmark
_SETTING_GROUP = "settings"


class FitFailed(ArithmeticError):
    """The fit found no usable maximum; what was fitted before stays in use."""


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one model. ``columns`` are the weights they touch, the last of them the levels."""

    rows: Ints
    benchmark: Ints
    columns: Ints
    scaled: int
    design: Floats
    alike: tuple[Floats, ...]


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


class Design:
    """Which weight touches which score."""

    def __init__(self, evidence: Evidence, traits: Traits) -> None:
        self.evidence, self.traits = evidence, traits
        self.general, self.by_category = traits.general, traits.by_category
        self.categories = len(CATEGORIES)
        self.benchmarks = len(evidence.benchmarks)
        general, per_category = self.general.shape[1], self.by_category.shape[1]
        self.first_category = general
        self.first_setting = general + self.categories * per_category
        self.first_benchmark = self.first_setting + evidence.settings.shape[1]
        self.by_benchmark = traits.by_benchmark
        self.first_level = self.first_benchmark + self.benchmarks * self.by_benchmark.shape[1]
        self.width = self.first_level + self.benchmarks
        self.groups = len(traits.groups) + 1
        self.group = np.concatenate(
            [
                np.array(traits.general_group, dtype=np.int64),
                np.tile(np.array(traits.category_group, dtype=np.int64), self.categories),
                np.full(evidence.settings.shape[1], self.groups - 1),
                np.tile(np.array(traits.benchmark_group, dtype=np.int64), self.benchmarks),
                np.full(self.benchmarks, -1),
            ]
        ).astype(np.int64)

    def block(self, model: int, rows: Ints, benchmark: Ints, settings: Floats | None) -> Block:
        """The block of a model for scores on ``benchmark``; unknown settings count as the usual one."""
        category = self.evidence.category[benchmark]
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
        category, siblings = self.evidence.category, self.evidence.siblings
        return (
            np.ones((len(left), len(right))),
            np.equal.outer(category[left], category[right]).astype(np.float64),
            np.equal.outer(siblings[left], siblings[right]).astype(np.float64),
            np.equal.outer(left, right).astype(np.float64),
        )


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
        """The posterior for other values of the same scores, everything set by the fit held: for tests."""
        other = Posterior(catalog)
        other._z = np.array(
            [
                link(np.array([value]))[0]
                for link, value in zip(
                    [self.evidence.links[b] for b in self.evidence.benchmark.tolist()],
                    _values(catalog, other.evidence),
                    strict=True,
                )
            ]
        )
        other.middle = self.middle
        other._z = other._z - self.middle[self.evidence.benchmark]
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
            at = (design, asked.columns, slopes, self._kernel(asked.alike))
            mean[rows], cov, shared[rows] = self._given(m, at, asked.benchmark, slopes)
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
            mean[m], own[m], shared[m] = self._given(
                m, (rows, columns, np.ones(categories), prior), None, np.ones(categories)
            )
        flat = self._whitened(shared.reshape(count * categories, -1))
        return mean, own, flat.reshape(count, categories, -1)

    def _given(
        self, model: int, at: tuple[Floats, Ints, Floats, Floats], benchmark: Ints | None, slopes: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Mean, own covariance and dependence on the weights, given the scores of the model."""
        design, columns, _, prior = at
        shared = np.zeros((len(design), self.design.width))
        shared[:, columns] = design
        mean = design @ self._weights[columns]
        cov = prior * slopes[:, None] * slopes
        if model in self._blocks:
            block, solved = self._blocks[model], self._solved[model]
            if benchmark is None:
                category = self.evidence.category[block.benchmark]
                kernels = self.settings.kernels
                cross = kernels[0] + kernels[1] * np.equal.outer(np.arange(len(design)), category)
            else:
                cross = self._kernel(self.design.alike(benchmark, block.benchmark))
            cross = cross * slopes[:, None] * self.settings.slopes[block.benchmark]
            gain = cross @ solved.inverse
            mean = mean + gain @ (solved.z - solved.design @ self._weights[block.columns])
            cov = cov - gain @ cross.T
            shared[:, block.columns] -= gain @ solved.design
        return mean, cov, shared

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
        covariance = lapack.dpotri(self._root, lower=1)[0]
        self._covariance = np.tril(covariance) + np.tril(covariance, -1).T
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
