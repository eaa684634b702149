"""Gaps hidden alone in two passes, against the smoother run once for each of them."""

import numpy as np
import pytest

from halocline.gapfill import kalman
from halocline.gapfill._hidden_alone import smooth_alone
from halocline.gapfill._scene import Points, Scene, points_of
from halocline.gapfill._windowed import Windowed, windows_of
from halocline.gapfill.kalman_asinh import fit_kalman_asinh
from halocline.model.gaps import Gaps
from halocline.model.series import Grid

PARAMETERS = np.array([-3.0, -4.0, -2.0, -6.0, -7.0, 1.5])
GAPS = Gaps(np.array([40, 60, 300, 301, 640]), np.array([41, 90, 420, 303, 720]))
"""Overlapping, one step long, and one that reaches the end."""


@pytest.fixture(scope="module")
def series() -> np.ndarray:
    rng = np.random.default_rng(7)
    hours = np.arange(720) / 3
    value = np.sin(2 * np.pi * hours / 12.42) + np.cumsum(0.05 * rng.normal(size=hours.size))
    value[100:130] = np.nan
    value[rng.integers(0, 720, 40)] = np.nan
    return value


def one_by_one(model, series: np.ndarray, points: Points, low, high):
    signal, variance = np.empty(len(points)), np.empty(len(points))
    for gap in np.unique(points.gap):
        here = points.gap == gap
        first, stop = points.first[here][0], points.stop[here][0]
        begin, end = low[here][0], high[here][0]
        hidden = series[begin:end].copy()
        hidden[first - begin : stop - begin] = np.nan
        mean, spread = model.smooth(hidden)
        signal[here], variance[here] = mean[points.step[here] - begin], spread[points.step[here] - begin]  # noqa: E501  # fmt: skip
    return signal, variance


@pytest.mark.parametrize("window", [(0, 720), (20, 720)])
def test_two_passes_say_what_a_smoother_for_each_gap_says(series, window) -> None:
    model = kalman._model(PARAMETERS, step_h=1 / 3)
    points = points_of(GAPS)
    low, high = (np.full(len(points), one) for one in window)
    found = smooth_alone(model, series, points, low=low, high=high)
    expected = one_by_one(model, series, points, low, high)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-6)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-6)


def test_each_gap_has_its_own_window(series) -> None:
    model = kalman._model(PARAMETERS, step_h=1 / 3)
    points = points_of(Gaps(np.array([200, 260, 500]), np.array([240, 300, 540])))
    low = np.array([100, 0, 300])[points.gap]
    high = np.array([400, 400, 700])[points.gap]
    found = smooth_alone(model, series, points, low=low, high=high)
    expected = one_by_one(model, series, points, low, high)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-6)


def test_points_asked_for_get_the_same_answer_whatever_else_is_asked(series) -> None:
    grid = Grid(np.datetime64("2024-01-01T00:00:00"), 1200, series)
    filler = Windowed(kalman.fit_kalman(grid, seed=0))
    every = points_of(GAPS)
    some = every.of(every.step % 5 == 0)
    whole, part = filler(Scene(grid), every), filler(Scene(grid), some)
    assert part.value.tobytes() == whole.value[every.step % 5 == 0].tobytes()


def test_no_point_no_pass(series) -> None:
    nothing = points_of(Gaps(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)))
    model = kalman._model(PARAMETERS, step_h=1 / 3)
    empty = np.empty(0, dtype=np.int64)
    assert smooth_alone(model, series, nothing, low=empty, high=empty)[0].shape == (0,)


def test_late_data_far_away_change_nothing() -> None:
    """The same windows of absolute time, whatever part of the series is given."""
    rng = np.random.default_rng(3)
    value = np.cumsum(0.1 * rng.normal(size=6000))
    start = np.datetime64("2024-01-03T00:00:00")
    long = Grid(start, 3600, value)
    cut = Grid(start + np.timedelta64(1000, "h"), 3600, value[1000:5000])
    filler = Windowed(kalman.fit_kalman(long, seed=0))
    points = points_of(Gaps(np.array([3000]), np.array([3050])))
    moved = Points(points.gap, points.first - 1000, points.stop - 1000, points.step - 1000)
    one, two = filler(Scene(long), points), filler(Scene(cut), moved)
    assert one.value.tobytes() == two.value.tobytes()
    low, high = windows_of(long, points)
    assert (low <= 3000 - 240).all()
    assert (high >= 3050 + 240).all()


def test_noise_far_from_the_median_widens_one_side_more() -> None:
    """Its logarithm is steady noise: wider above than below, and wide only where it is high."""
    rng = np.random.default_rng(4)
    level = np.where(np.arange(3000) % 1000 >= 850, 3.0, 0.0)
    value = np.exp(level + 0.3 * rng.normal(size=3000))
    grid = Grid(np.datetime64("2024-01-01T00:00:00"), 3600, value)
    filler = Windowed(fit_kalman_asinh(grid, seed=0))
    calm = filler(Scene(grid), points_of(Gaps(np.array([2400]), np.array([2410]))))
    bloom = filler(Scene(grid), points_of(Gaps(np.array([2920]), np.array([2930]))))
    assert (bloom.above > 1.1 * bloom.below).all()
    assert bloom.below.min() > 3 * calm.above.max()
