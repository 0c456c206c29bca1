"""The standard error that a source states is a score's sampling noise in the fit."""

from decimal import Decimal

import numpy as np
import pytest

from bot.ability.fit import Posterior
from bot.ability.influence import left_out
from bot.ability.scores import linked_scores
from bot.catalog.catalog import Catalog
from tests.worlds import benchmark, catalog, score

TESTS = [benchmark(f"t{n}") for n in range(4)]
MODELS = [f"m{n}" for n in range(6)]


def world(noise: str | None, cell: tuple[str, str] = ("m0", "t0")) -> Catalog:
    def one(m: int, t: int) -> Decimal:
        return Decimal(20 + 10 * m + 3 * t + (m * t) % 5)

    return catalog(
        MODELS,
        TESTS,
        [
            score(f"m{m}", f"t{t}", one(m, t), noise=noise if (f"m{m}", f"t{t}") == cell else None)
            for m in range(6)
            for t in range(4)
        ],
    )


def test_without_a_stated_error_every_number_is_the_same_to_the_last_bit() -> None:
    scores = linked_scores(world(None))
    assert not scores.sampling.any()
    posterior = Posterior(world(None))
    posterior.maximise()
    assert (posterior.scatter() == posterior.weighed_noise()).all()


@pytest.mark.parametrize("cell", [("m0", "t0"), ("m5", "t3")])
def test_an_error_on_the_scale_of_the_score_is_a_variance_on_the_linked_scale(cell: tuple[str, str]) -> None:
    small, large = (linked_scores(world(noise, cell)).sampling for noise in ("1", "2"))
    assert (small > 0).sum() == 1
    # The logit of a share moves by 1 / (share * (1 - share)): a point in hundred by about 0.04 to 0.07.
    assert 0.03**2 < small.max() < 0.08**2
    assert large.max() == pytest.approx(4 * small.max(), rel=0.1)


def test_a_noisier_score_pulls_its_model_less_and_leaves_it_less_sure() -> None:
    sure, unsure = Posterior(world("0.1")), Posterior(world("30"))
    ours = sure.place["m0"]
    assert (unsure.abilities()[1][ours].diagonal() > sure.abilities()[1][ours].diagonal()).all()
    row = np.flatnonzero(unsure.scores.sampling)
    noise = left_out(unsure).noise - left_out(Posterior(world(None))).noise
    assert noise[row] == pytest.approx(unsure.scores.sampling[row])


def test_the_gradient_is_that_of_the_objective_with_sampling_too() -> None:
    posterior = Posterior(world("4"))
    start = posterior._start + 0.1
    _, gradient = posterior._objective(start)
    for n in range(0, len(start), 3):
        step = np.zeros(len(start))
        step[n] = 1e-5
        slope = (posterior._objective(start + step)[0] - posterior._objective(start - step)[0]) / 2e-5
        assert gradient[n] == pytest.approx(slope, rel=1e-4, abs=1e-5)
