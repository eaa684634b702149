"""Laws every series method of the registry obeys, with no edit here for a new one."""

import numpy as np
import pytest

from halocline.gapfill._api import REFERENCE, series_methods
from halocline.model.estimates import Origin
from halocline.model.series import Grid

START = np.datetime64("2024-03-01T00:10:00")
METHODS = series_methods()
GAPS = ((100, 103), (300, 340), (700, 900))


def sea(step_s: int = 1200, n: int = 1500, seed: int = 5) -> Grid:
    rng = np.random.default_rng(seed)
    hours = np.arange(n) * step_s / 3600
    walk = np.cumsum(rng.normal(scale=0.02, size=n))
    value = 12 + walk + 0.5 * np.cos(2 * np.pi * hours / 12.42) + 0.05 * rng.normal(size=n)
    return Grid(START, step_s, np.round(value, 2))


def with_gaps(grid: Grid) -> Grid:
    value = grid.value.copy()
    for first, stop in GAPS:
        value[first:stop] = np.nan
    return Grid(grid.start, grid.step_s, value)


@pytest.fixture(params=METHODS, scope="module")
def method(request):
    return METHODS[request.param]


def test_reference_comes_first_and_is_an_interpolation() -> None:
    assert next(iter(METHODS)) == REFERENCE
    assert METHODS[REFERENCE].origin is Origin.INTERPOLATED


def test_method_names_its_source_and_kind(method) -> None:
    assert method.source
    assert method.title
    assert method.origin in {Origin.INTERPOLATED, Origin.MODELLED}


@pytest.mark.parametrize("step_s", [600, 1200, 1800, 3600, 10800, 86_400, 14 * 86_400])
def test_every_gap_gets_a_value_with_uncertainty(method, step_s: int) -> None:
    grid = with_gaps(sea(step_s))
    estimate = method.fill(grid, seed=1)
    assert estimate.value.shape == estimate.sd.shape == grid.value.shape
    for first, stop in GAPS:
        assert np.isfinite(estimate.value[first:stop]).all()
        assert (estimate.sd[first:stop] > 0).all()
        assert np.isfinite(estimate.sd[first:stop]).all()


@pytest.mark.parametrize("step_s", [7 * 86_400, 14 * 86_400, 60 * 86_400])
@pytest.mark.parametrize("n", [60, 100])
@pytest.mark.parametrize("share", [1.0, 0.6])
def test_a_short_series_of_visits_is_filled(method, step_s: int, n: int, share: float) -> None:
    """Visits every week to every other month, a part of them missed without an order."""
    grid = sea(step_s, n)
    rng = np.random.default_rng(n)
    kept = rng.uniform(size=n) < share
    kept[[0, -1]], kept[n // 2] = True, False
    estimate = method.fill(Grid(grid.start, step_s, np.where(kept, grid.value, np.nan)), seed=1)
    assert np.isfinite(estimate.value).all()
    assert np.isfinite(estimate.sd[~kept]).all()
    assert (estimate.sd[~kept] > 0).all()


def test_input_is_untouched(method) -> None:
    grid = with_gaps(sea())
    before = grid.value.tobytes()
    method.fill(grid, seed=1)
    assert grid.value.tobytes() == before


def test_same_seed_same_bytes(method) -> None:
    grid = with_gaps(sea())
    first, second = method.fill(grid, seed=1), method.fill(grid, seed=1)
    assert first.value.tobytes() == second.value.tobytes()
    assert first.sd.tobytes() == second.sd.tobytes()


def test_uncertainty_is_larger_inside_a_long_gap_than_beside_it(method) -> None:
    sd = method.fill(with_gaps(sea()), seed=1).sd
    first, stop = GAPS[-1]
    assert sd[(first + stop) // 2] > 1.2 * sd[first]


def test_units_do_not_matter(method) -> None:
    """Kelvin for Celsius, or a thousandth of the unit: the same estimate in the other unit."""
    grid = with_gaps(sea())
    other = Grid(grid.start, grid.step_s, np.round(grid.value * 10, 1))
    plain, scaled = method.fill(grid, seed=1), method.fill(other, seed=1)
    missing = np.isnan(grid.value)
    np.testing.assert_allclose(scaled.value[missing], 10 * plain.value[missing], rtol=1e-3)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_tiny_and_empty_series(method, n: int) -> None:
    for value in (np.full(n, np.nan), np.arange(float(n))):
        estimate = method.fill(Grid(START, 1200, value), seed=1)
        assert estimate.value.shape == (n,)


def test_constant_series_is_filled_with_the_constant(method) -> None:
    value = np.full(600, 7.5)
    value[200:260] = np.nan
    estimate = method.fill(Grid(START, 1200, value), seed=1)
    np.testing.assert_allclose(estimate.value[200:260], 7.5, atol=1e-6)
    assert (estimate.sd[200:260] > 0).all()


def test_method_sees_the_tide_or_at_least_stays_in_range(method) -> None:
    grid = sea()
    estimate = method.fill(with_gaps(grid), seed=1)
    spread = np.nanmax(grid.value) - np.nanmin(grid.value)
    assert np.nanmax(estimate.value) < np.nanmax(grid.value) + spread
    assert np.nanmin(estimate.value) > np.nanmin(grid.value) - spread
