import numpy as np
import pytest

from halocline.gapfill.vertical import fill_profiles, max_gap_dbar, score_profiles
from halocline.model.estimates import Origin

N_LEVELS = 60


def ocean(n_prof: int = 40, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Thermocline of 15 °C over 4 °C with internal waves; 10 dbar steps."""
    rng = np.random.default_rng(seed)
    pressure = np.tile(5.0 + 10.0 * np.arange(N_LEVELS), (n_prof, 1))
    depth = 120 + 20 * rng.normal(size=(n_prof, 1))
    value = 4 + 11 / (1 + np.exp((pressure - depth) / 40)) + 0.02 * rng.normal(size=pressure.shape)
    return pressure, np.round(value, 3)


def test_gaps_are_filled_and_known_values_stay_bit_for_bit() -> None:
    pressure, truth = ocean()
    value = truth.copy()
    value[3, 10] = value[5, 20:23] = np.nan
    filled = fill_profiles(pressure, value, seed=1)
    known = np.isfinite(value)
    assert filled.value[known].tobytes() == value[known].tobytes()
    assert (filled.origin[known] == Origin.MEASURED).all()
    assert (filled.origin[~known] == Origin.INTERPOLATED).all()
    assert np.abs(filled.value - truth)[~known].max() < 1.0
    assert (filled.lower < filled.value)[~known].all()
    assert (filled.value < filled.upper)[~known].all()


def test_nothing_is_extrapolated_and_wide_gaps_stay_missing() -> None:
    pressure, value = ocean()
    value[0, :4] = np.nan  # above the first known level
    value[1, 50:] = np.nan  # below the last
    value[2, 3:9] = np.nan  # 70 dbar at 65 dbar depth: wider than 30
    filled = fill_profiles(pressure, value, seed=1)
    missing = np.isnan(value)
    assert (filled.origin[missing] == Origin.MISSING).all()
    assert np.isnan(filled.value[missing]).all()
    assert np.isnan(filled.lower[missing]).all()


def test_levels_without_pressure_are_never_filled() -> None:
    pressure, value = ocean()
    value[0, 10] = np.nan
    pressure[0, 10] = np.nan
    assert fill_profiles(pressure, value, seed=1).origin[0, 10] == Origin.MISSING


def test_limits_are_those_of_the_table() -> None:
    np.testing.assert_array_equal(
        max_gap_dbar(np.array([50.0, 100.0, 200.0, 999.0, 4000.0])), [30, 30, 75, 150, 300]
    )


def test_origin_and_error_of_the_provider_are_kept() -> None:
    pressure, value = ocean(n_prof=12)
    value[0, 10] = np.nan
    origin = np.where(np.isfinite(value), Origin.ADJUSTED, Origin.MISSING).astype(np.uint8)
    error = np.full(value.shape, 0.002)
    filled = fill_profiles(pressure, value, seed=1, origin=origin, error=error)
    assert filled.origin[0, 9] == Origin.ADJUSTED
    assert filled.sd[0, 9] == pytest.approx(0.002)
    assert filled.lower[0, 9] == pytest.approx(value[0, 9] - 1.645 * 0.002, abs=2e-4)
    assert filled.origin[0, 10] == Origin.INTERPOLATED


def test_few_profiles_fall_back_to_the_range_of_the_neighbours() -> None:
    pressure, value = ocean(n_prof=3)
    around = value[0, [8, 9, 11, 12]].copy()
    value[0, 10] = np.nan
    filled = fill_profiles(pressure, value, seed=1)
    width = filled.upper[0, 10] - filled.lower[0, 10]
    assert width >= 2 * (around.max() - around.min())
    assert not score_profiles(pressure, value, seed=1).calibrated


def test_intervals_cover_hidden_levels_of_profiles_left_out() -> None:
    score = score_profiles(*ocean(n_prof=120), seed=1)
    assert score.calibrated
    assert score.n_profiles == 60
    assert 0.86 <= score.coverage <= 0.95


def test_order_of_levels_does_not_matter() -> None:
    pressure, value = ocean(n_prof=20)
    value[:, 10] = np.nan
    upside_down = fill_profiles(pressure[:, ::-1], value[:, ::-1], seed=1)
    filled = fill_profiles(pressure, value, seed=1)
    np.testing.assert_array_equal(upside_down.value[:, ::-1], filled.value)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (3, 0), (2, 1), (2, 2)])
def test_tiny_floats(shape: tuple[int, int]) -> None:
    nothing = np.full(shape, np.nan)
    assert fill_profiles(nothing, nothing, seed=1).value.shape == shape
    assert fill_profiles(np.ones(shape), nothing, seed=1).value.shape == shape


def test_same_seed_same_bytes() -> None:
    pressure, value = ocean()
    value[:, 7] = np.nan
    first, second = (fill_profiles(pressure, value, seed=9) for _ in range(2))
    assert first.upper.tobytes() == second.upper.tobytes()


def test_two_levels_at_one_pressure() -> None:
    pressure, value = ocean(n_prof=12)
    pressure[0, 11] = pressure[0, 10]
    value[0, 10] = np.nan
    filled = fill_profiles(pressure, value, seed=1)
    assert np.isfinite(filled.value[0, 11])
    assert filled.origin[0, 11] == Origin.MEASURED
