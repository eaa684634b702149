"""Scores of methods against hand arithmetic and numerical integrals."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from halocline.learn.skill import crps_normal, diebold_mariano, skills
from halocline.learn.trial import Trial

RNG = np.random.default_rng(11)


def trial(error: np.ndarray, *, points: int = 5, sd: float = 1.0) -> Trial:
    k = error.size
    gap = np.repeat(np.arange(k // points), points)
    truth = np.arange(k) / 128  # exact in binary, as the errors are
    return Trial(gap=gap, step=np.arange(k), place=np.full(k, 0.5), length_h=np.full(k, 6.0),
                 truth=truth, value=truth + error, sd=np.full(k, sd))  # fmt: skip


@pytest.mark.parametrize(("error", "sd"), [(0.0, 1.0), (1.3, 0.7), (-2.0, 0.4)])
def test_crps_is_the_integral_it_stands_for(error: float, sd: float) -> None:
    below = quad(lambda x: norm.cdf(x, error, sd) ** 2, -30, 0)[0]
    above = quad(lambda x: norm.sf(x, error, sd) ** 2, 0, 30)[0]
    found = crps_normal(np.array([error]), np.array([sd]))[0]
    assert found == pytest.approx(below + above, rel=1e-6)


def test_diebold_mariano_finds_a_difference_and_none_where_there_is_none() -> None:
    assert diebold_mariano(RNG.normal(0.5, 1.0, 200)) < 1e-4
    p = [diebold_mariano(np.random.default_rng(k).normal(0, 1, 60)) for k in range(300)]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.10
    assert diebold_mariano(np.zeros(9)) == 1.0
    assert np.isnan(diebold_mariano(np.array([1.0])))


def test_neighbours_that_share_weather_make_it_less_sure() -> None:
    walk = np.repeat(RNG.normal(0.25, 1.0, 40), 4)
    shuffled = RNG.permutation(walk)
    assert diebold_mariano(walk) > diebold_mariano(shuffled)


def test_scores_by_hand() -> None:
    error = np.tile([1.0, -1.0, 2.0, 0.0, 0.0], 20)
    tests = {"linear": trial(2 * error), "other": trial(error)}
    found = skills(tests, lessons=tests, reference="linear", tails=(0.0, 49.5 / 128),
                   rng=np.random.default_rng(0))  # fmt: skip
    one = found["other"]
    assert one.rmse == pytest.approx(np.sqrt((1 + 1 + 4) / 5))
    assert (one.mae, one.bias) == (pytest.approx(4 / 5), pytest.approx(2 / 5))
    assert one.ratio == pytest.approx(0.5)
    assert one.ratio_low == pytest.approx(0.5)
    assert (one.n_gaps, one.n_points, one.n_high_values) == (20, 100, 50)
    assert found["linear"].dm_p == 1.0
    assert one.rmse_low <= one.rmse <= one.rmse_high
    # Of the lessons' scores 0, 0, 1, 1, 2 the largest is needed for 90 %: all is inside ±2.
    assert (one.coverage, one.width) == (1.0, pytest.approx(4.0))
    assert one.calibrated
