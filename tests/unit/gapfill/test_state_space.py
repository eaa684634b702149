"""The smoother against an independent program: statsmodels' UnobservedComponents."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from halocline.gapfill import _state_space, kalman
from halocline.gapfill._state_space import StateSpace

PARAMETERS = np.array([-3.0, -4.0, -2.0, -6.0, -7.0, 1.5])


@pytest.fixture(scope="module")
def series() -> np.ndarray:
    rng = np.random.default_rng(7)
    hours = np.arange(700) / 3
    value = np.sin(2 * np.pi * hours / 12.42) + np.cumsum(0.05 * rng.normal(size=hours.size))
    value += 0.2 * rng.normal(size=hours.size)
    value[100:130] = value[400:520] = np.nan
    value[rng.integers(0, 700, 40)] = np.nan
    value[:3] = np.nan
    return value


@pytest.fixture(scope="module")
def oracle(series: np.ndarray, ours: StateSpace):
    model = UnobservedComponents(
        series,
        level="llevel",
        autoregressive=1,
        freq_seasonal=[{"period": 12.42 * 3, "harmonics": 2}, {"period": 72, "harmonics": 1}],
    )
    order = [0, 2, 3, 4, 5, 6, 7, 1]  # theirs: level, tide, day, memory
    model.ssm.initialize_known(np.zeros(8), np.diag(ours.start[order]))
    irregular, level, memory, tide, day = np.exp(PARAMETERS[:5])
    decay = 1 / (1 + np.exp(-PARAMETERS[5]))
    by_name = {
        "sigma2.irregular": irregular,
        "sigma2.level": level,
        "sigma2.freq_seasonal_37.26(2)": tide,
        "sigma2.freq_seasonal_72(1)": day,
        "sigma2.ar": memory,
        "ar.L1": decay,
    }
    return model.smooth(np.array([by_name[name] for name in model.param_names]))


@pytest.fixture(scope="module")
def ours() -> StateSpace:
    return kalman._model(PARAMETERS, step_h=1 / 3)


def test_smoothed_signal_is_that_of_statsmodels(series, oracle, ours) -> None:
    design = oracle.model.ssm["design"][0]
    expected = design @ oracle.smoothed_state
    expected_variance = np.einsum("i,ijt,j->t", design, oracle.smoothed_state_cov, design)
    signal, variance = ours.smooth(series)
    np.testing.assert_allclose(signal, expected, atol=1e-6)
    np.testing.assert_allclose(variance, expected_variance, atol=1e-6)


def test_likelihood_is_that_of_statsmodels(series, oracle, ours) -> None:
    present = np.flatnonzero(np.isfinite(series))
    by_step = oracle.llf_obs.copy()
    by_step[: present[ours.diffuse - 1] + 1] = 0.0
    assert ours.log_likelihood(series) == pytest.approx(by_step.sum(), abs=1e-6)


def test_blocks_do_not_change_the_answer(series, ours) -> None:
    long = np.tile(series, 3)
    parts = ours.parts
    small = _state_space._smooth(long, *parts, 100)
    whole = _state_space._smooth(long, *parts, long.size)
    np.testing.assert_array_equal(small[0], whole[0])
    np.testing.assert_array_equal(small[1], whole[1])
