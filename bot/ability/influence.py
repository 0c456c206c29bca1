"""What moved the abilities: how far they would be elsewhere without one score, or without one model's scores.

All with what the fit has set held: slopes, variances and the weights of the scores. With V the covariance of
all linked scores z around what the traits say, leaving out score i changes what is expected of it by
(V^-1 z)_i / (V^-1)_ii, and leaving out the scores of one model changes the weights that all have in common by
P^-1 X' M^-1 (z - X w): both exact, no second fit needed (Rasmussen and Williams, Gaussian Processes for
Machine Learning, 5.4.2).
"""

from dataclasses import dataclass

import numpy as np

from bot.ability.fit import Posterior
from bot.ability.scores import Floats, Ints


@dataclass(frozen=True, slots=True)
class Influence:
    """``pull`` (scores x categories): how far each score moved the abilities of its own model.

    ``pushes`` (models x weights): the scores of model n moved model m by ``shared[m] @ pushes[n]``, with
    ``shared`` as ``Posterior.abilities`` gives it. ``traits`` (models x categories) is what release date,
    size, maker, family and words of the name say with the scores of other models alone, ``unknown`` (models
    x categories x categories) the covariance of what they leave open.
    """

    pull: Floats
    pushes: Floats
    traits: Floats
    unknown: Floats


@dataclass(frozen=True, slots=True)
class Left:
    """Each score against all others: the ``surprise`` (linked score minus what they expect of it) and its
    variance in two parts: ``spread`` of the expectation and ``noise`` of a score that the fit has not judged.
    """

    surprise: Floats
    spread: Floats
    noise: Floats


def influence(posterior: Posterior) -> Influence:
    """What moved the abilities of a posterior. Deterministic."""
    design, hyper = posterior.design, posterior.hyperparameters
    count, categories, width = len(posterior.scores.models), design.categories, design.width
    every = np.arange(categories)
    prior = hyper.kernels[0] + hyper.kernels[1] * np.eye(categories)
    noise = posterior.scatter()
    pull, pushes = np.zeros((len(noise), categories)), np.zeros((count, width))
    traits, unknown = np.zeros((count, categories)), np.zeros((count, categories, categories))
    for m in range(count):
        rows, columns = design.trait_weights(m, every)
        spread = posterior.covariance(columns, columns)
        traits[m], unknown[m] = posterior.expected(rows, columns), prior + rows @ spread @ rows.T
        block = posterior.blocks.get(m)
        if block is None:
            continue
        solution = posterior.solutions[m]
        known = posterior.covariance(block.columns, block.columns)
        crossing = posterior.covariance(columns, block.columns)
        left = posterior.rest(m)
        # How the abilities move with each score: by themselves, and through the weights.
        same = np.equal.outer(every, posterior.scores.category[block.benchmark])
        cross = hyper.kernels[0] + hyper.kernels[1] * same
        gain = (cross * hyper.slopes[block.benchmark]) @ solution.inverse
        through = known @ solution.through.T
        moved = gain + rows @ crossing @ solution.through.T - gain @ solution.design @ through
        precision = solution.inverse - solution.through @ through
        pull[block.rows] = (moved * _surprises(precision, solution.inverse @ left, block.benchmark)).T
        # Without the scores of this model; with their covariance left over where the weights are known.
        over = solution.kernel - solution.design @ known @ solution.design.T
        over[np.diag_indices_from(over)] += noise[block.rows]
        back = np.linalg.solve(over, np.column_stack([left, solution.design]))
        pushes[m, block.columns] = solution.design.T @ back[:, 0]
        shared = rows @ crossing @ solution.design.T
        traits[m] -= shared @ back[:, 0]
        unknown[m] += shared @ np.linalg.solve(over, shared.T)
    return Influence(pull, posterior.whitened(pushes), traits, unknown)


def _surprises(precision: Floats, dual: Floats, benchmark: Ints) -> Floats:
    """What each score says that no other test of the model does: its scores on one test leave together."""
    alone = dual / np.diag(precision)
    for twice in np.flatnonzero(np.bincount(benchmark) > 1).tolist():
        at = np.flatnonzero(benchmark == twice)
        alone[at] = np.linalg.solve(precision[np.ix_(at, at)], dual[at])
    return alone


def left_out(posterior: Posterior) -> Left:
    """What the rest of the scores expects of each, exactly, and how unsure that is."""
    noise, scatter = posterior.noise(), posterior.scatter()
    surprise, spread = np.zeros(len(noise)), np.zeros(len(noise))
    for m, block in posterior.blocks.items():
        solution = posterior.solutions[m]
        known = posterior.covariance(block.columns, block.columns)
        left = posterior.rest(m)
        precision = np.diag(solution.inverse) - ((solution.through @ known) * solution.through).sum(axis=1)
        surprise[block.rows] = solution.inverse @ left / precision
        # The score's own noise counts in full, not widened by the weight that its surprise has given it.
        spread[block.rows] = np.maximum(1 / precision - scatter[block.rows], 0.0)
    return Left(surprise, spread, noise + posterior.scores.sampling)
