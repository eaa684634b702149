import numpy as np
import pytest

from halocline.learn.filling import Limits, fill_series, fillable_gaps
from halocline.model.estimates import Origin
from halocline.model.series import Grid
from halocline.uncertainty.conformal import NOMINAL

START = np.datetime64("2024-01-01T00:00:00")


def sea(n: int = 6000, step_s: int = 1200, seed: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    hours = np.arange(n) * step_s / 3600
    weather = np.cumsum(rng.normal(scale=0.01, size=n))
    tide = np.cos(2 * np.pi * hours / 12.42)
    return np.round(12 + weather + tide + 0.02 * rng.normal(size=n), 3)


def gapped(value: np.ndarray) -> np.ndarray:
    value = value.copy()
    for first, length in ((0, 5), (200, 3), (900, 100), (2500, 400), (5990, 10)):
        value[first : first + length] = np.nan
    return value


@pytest.fixture(scope="module")
def filled():
    grids = {"TEMP": Grid(START, 1200, gapped(sea()))}
    return grids, fill_series(grids, seed=1)["TEMP"]


def test_measured_values_stay_bit_for_bit(filled) -> None:
    grids, found = filled
    known = np.isfinite(grids["TEMP"].value)
    assert found.filled.value[known].tobytes() == grids["TEMP"].value[known].tobytes()
    assert (found.filled.origin[known] == Origin.MEASURED).all()
    assert np.isnan(found.filled.sd[known]).all()


def test_gaps_between_values_are_filled_and_the_ends_are_not(filled) -> None:
    _, found = filled
    assert (found.filled.origin[:5] == Origin.MISSING).all()
    assert (found.filled.origin[5990:] == Origin.MISSING).all()
    assert set(found.filled.origin[2500:2900].tolist()) <= {2, 3}
    assert np.isfinite(found.filled.value[5:5990]).all()


def test_a_mixture_wins_where_the_tide_is_and_is_called_a_model(filled) -> None:
    """Planted: a tide of amplitude 1 that a straight line across 33 h cannot know."""
    _, found = filled
    row = found.gate[1]
    assert (row.method, row.reason, row.gap_class) == ("blend", "won", "≤72 h")
    assert row.scores["kalman"].ratio < 0.3
    assert row.scores["blend"].ratio < 1.05 * row.scores["kalman"].ratio
    assert sum(row.weights.values()) == pytest.approx(1)
    assert row.weights["linear"] < 0.1 < row.weights["kalman"]
    assert (found.filled.origin[900:1000] == Origin.MODELLED).all()
    truth = sea()[900:1000]
    assert np.abs(found.filled.value[900:1000] - truth).max() < 0.5


def test_weeks_of_a_tide_gauge_are_filled_by_harmonics() -> None:
    """Planted: constituents of Brest (m, h), whose spring and neap no smoother keeps for weeks."""
    hours, rng = np.arange(5000), np.random.default_rng(0)
    brest = ((2.05, 12.4206), (0.75, 12.0), (0.42, 12.6583), (0.07, 25.8193), (0.063, 23.9345))
    level = sum(high * np.cos(2 * np.pi * hours / period) for high, period in brest)
    surge = np.convolve(rng.normal(0, 0.03, hours.size), 0.98 ** np.arange(300))[: hours.size]
    value = np.round(level + surge, 3)
    value[1000:1500] = value[3000:3003] = np.nan
    long = fill_series({"SLEV": Grid(START, 3600, value)}, seed=1)["SLEV"].gate[2]
    assert long.mixture.startswith("harmonic")
    assert long.scores["blend"].rmse < 0.7 * long.scores["kalman"].rmse


def test_interval_surrounds_the_estimate_and_agrees_with_sd(filled) -> None:
    _, found = filled
    gap = found.filled.origin >= Origin.INTERPOLATED
    gap &= found.filled.origin != Origin.MISSING
    f = found.filled
    assert (f.lower[gap] < f.value[gap]).all()
    assert (f.upper[gap] > f.value[gap]).all()
    np.testing.assert_allclose((f.upper - f.lower)[gap] / 2, NOMINAL * f.sd[gap], atol=4e-4)


def test_estimates_are_written_with_the_decimals_asked_for() -> None:
    found = fill_series({"T": Grid(START, 3600, gapped(sea(step_s=3600)))}, seed=1, decimals=2)
    value = found["T"].filled.value[2500:2900]
    np.testing.assert_allclose(value, np.round(value, 2), atol=1e-12)


def test_nothing_estimated_leaves_the_physical_limits() -> None:
    value = gapped(np.maximum(sea() - 12, 0.0))
    found = fill_series({"PSAL": Grid(START, 1200, value)}, seed=1, limits={"PSAL": Limits(0.0)})
    gap = np.isnan(value)
    gap[:5] = gap[5990:] = False
    assert (found["PSAL"].filled.value[gap] >= 0).all()
    assert (found["PSAL"].filled.lower[gap] >= 0).all()


def test_other_variables_and_their_order_do_not_change_a_result(filled) -> None:
    grids, alone = filled
    other = Grid(START, 3600, sea(n=800))
    together = fill_series({"OTHER": other, **grids}, seed=1)["TEMP"]
    assert together.filled.value.tobytes() == alone.filled.value.tobytes()
    assert together.filled.upper.tobytes() == alone.filled.upper.tobytes()
    assert together.gate == alone.gate


def test_a_month_is_filled_with_honest_rows() -> None:
    value = sea(n=720, step_s=3600)
    value[100:104] = value[300:340] = np.nan
    found = fill_series({"TEMP": Grid(START, 3600, value)}, seed=1)["TEMP"]
    assert np.isfinite(found.filled.value).all()
    assert found.gate[2].reason == "not judged"
    assert not found.gate[2].calibrated


@pytest.mark.parametrize("value", [np.empty(0), np.full(50, np.nan), np.array([1.0, np.nan, 2.0])])
def test_nearly_empty_series(value: np.ndarray) -> None:
    found = fill_series({"TEMP": Grid(START, 1200, value)}, seed=1)["TEMP"]
    assert found.filled.value.shape == value.shape
    assert [row.reason for row in found.gate] == ["not judged"] * 3


def test_gaps_longer_than_the_last_class_stay_missing() -> None:
    present = np.ones(2000, dtype=bool)
    present[10:731] = False  # 721 hours
    present[900:1620] = False  # 720 hours
    gaps, classes = fillable_gaps(present, step_h=1.0)
    assert gaps.first.tolist() == [900]
    assert classes.tolist() == [2]


def test_where_nothing_was_calibrated_the_interval_spans_all_that_was_seen() -> None:
    value = sea(n=720, step_s=3600)
    value[300:400] = np.nan
    found = fill_series({"TEMP": Grid(START, 3600, value)}, seed=1)["TEMP"]
    assert not found.gate[2].calibrated
    f, gap = found.filled, slice(300, 400)
    assert (f.upper[gap] - f.value[gap] >= np.nanmax(value) - np.nanmin(value) - 1e-4).all()
    assert (f.value[gap] - f.lower[gap] >= np.nanmax(value) - np.nanmin(value) - 1e-4).all()


def test_six_equal_values_in_two_days_say_nothing_of_the_hours_between() -> None:
    """A station that sent six times 12.9 m/s: no wind is that steady, and nothing else is known."""
    value = np.full(110, np.nan)
    value[[0, 91, 92, 100, 103, 109]] = 12.9
    found = fill_series({"WSPD": Grid(START, 1800, value)}, seed=1)["WSPD"]
    assert (found.filled.origin[np.isnan(value)] == Origin.MISSING).all()


def test_a_gap_longer_than_all_that_is_known_stays_missing() -> None:
    value = sea(n=1000, step_s=3600)
    value[40:940] = np.nan
    value[980:985] = np.nan
    found = fill_series({"TEMP": Grid(START, 10 * 60, value)}, seed=1)["TEMP"]
    assert (found.filled.origin[40:940] == Origin.MISSING).all()
    assert np.isfinite(found.filled.value[980:985]).all()
