import numpy as np

from halocline.gapfill._variogram import variogram
from halocline.gapfill.linear import LinearFiller, fit_linear
from halocline.model.series import Grid

START = np.datetime64("2024-01-01T00:00:00")


def test_line_joins_the_edges_and_stops_at_the_ends() -> None:
    value = np.array([np.nan, 1.0, np.nan, np.nan, 4.0, np.nan])
    estimate = fit_linear(Grid(START, 1200, value), seed=0)(Grid(START, 1200, value))
    np.testing.assert_allclose(estimate.value, [np.nan, 1.0, 2.0, 3.0, 4.0, np.nan])


def test_error_of_a_random_walk_is_the_brownian_bridge() -> None:
    # γ(h) = h/2 for unit steps; by hand in the middle of L = 4: bridge variance 2·2/4 = 1
    filler = LinearFiller(variogram=np.arange(10) / 2, floor=0.0)
    value = np.array([0.0, np.nan, np.nan, np.nan, 0.0])
    sd = filler(Grid(START, 1200, value)).sd
    np.testing.assert_allclose(sd, np.sqrt([0, 3 / 4, 1, 3 / 4, 0]))


def test_a_steep_variogram_promises_no_certainty_in_mid_gap() -> None:
    """γ(h) = h² is a trend's; one that is steeper at long lags is what a short record gives."""
    value = np.full(41, np.nan)
    value[[0, 40]] = 0.0
    for power in (2.0, 2.6):
        filler = LinearFiller(variogram=np.arange(50.0) ** power, floor=0.0)
        sd = filler(Grid(START, 1200, value)).sd
        assert (np.diff(sd[:21]) > 0).all()
        np.testing.assert_allclose(sd, sd[::-1])


def test_variogram_equals_the_double_loop() -> None:
    rng = np.random.default_rng(3)
    value = rng.normal(size=200) + 5
    value[rng.random(200) < 0.2] = np.nan
    expected = [np.nanmean((value[lag:] - value[: 200 - lag]) ** 2) / 2 for lag in range(20)]
    np.testing.assert_allclose(variogram(value, max_lag=19), expected, atol=1e-12)


def test_lags_never_seen_repeat_the_last_one_seen() -> None:
    value = np.random.default_rng(0).normal(size=60)
    found = variogram(value, max_lag=59)
    assert (found[31:] == found[30]).all()  # by hand: 60 − 30 pairs at lag 30, fewer beyond
