import numpy as np
import pytest

from halocline.gapfill._liveliness import CALM, FADES_H, liveliness, usual_spread
from halocline.gapfill.linear import fit_linear
from halocline.model.series import Grid

START = np.datetime64("2024-01-01T00:00:00")
HOUR = 3600


def grid_of(value: np.ndarray) -> Grid:
    return Grid(START, HOUR, value)


def of(value: np.ndarray, *gaps: tuple[int, int], usual: float) -> np.ndarray:
    first, stop = np.array(gaps).T
    return liveliness(grid_of(value), first=first, stop=stop, usual=usual)


def waves(*heights: float) -> np.ndarray:
    """Ten days of a tide for each height."""
    hours = np.arange(240 * len(heights))
    return np.repeat(heights, 240) * np.cos(2 * np.pi * hours / 12.5)


def test_a_gap_beside_twice_the_usual_is_twice_as_wide_and_less_so_the_longer_it_is() -> None:
    value = waves(1.0, 2.0, 1.0)
    usual = usual_spread(grid_of(value))
    assert usual == pytest.approx(1 / np.sqrt(2), rel=0.03)
    short, long = of(value, (360, 361), (300, 420), usual=usual)
    assert short == pytest.approx(np.hypot(2, CALM) / np.hypot(1, CALM), rel=0.03)
    assert long == pytest.approx(short ** (1 / (1 + 120 / FADES_H)), rel=0.03)


def test_a_dead_calm_keeps_some_of_the_usual_spread() -> None:
    value = waves(1.0, 0.0, 1.0)
    assert of(value, (355, 356), usual=0.7)[0] == pytest.approx(CALM / np.hypot(1, CALM), rel=0.01)


def test_one_side_serves_where_the_other_is_unknown_and_the_usual_where_both_are() -> None:
    value = waves(1.0, 3.0)
    value[:240] = np.nan
    usual = 1 / np.sqrt(2)
    there, nowhere = of(value, (200, 240), (100, 140), usual=usual)
    assert there > 2
    assert nowhere == 1.0
    assert of(value, (300, 301), usual=0.0)[0] == 1.0


def test_what_is_far_away_moves_no_bit() -> None:
    value = np.random.default_rng(2).normal(size=600).cumsum()
    other = value.copy()
    other[:200] += 40
    assert np.array_equal(*(of(one, (300, 310), usual=1.3) for one in (value, other)))


def test_a_line_is_surer_in_a_calm_than_in_a_storm() -> None:
    rng = np.random.default_rng(7)
    rough = np.repeat(np.tile([0.6, 2.4], 10), 120)
    truth = np.cumsum(rough * rng.normal(size=rough.size))
    value, hidden = truth.copy(), np.arange(truth.size) % 60 // 6 == 5
    value[hidden] = np.nan
    said = fit_linear(grid_of(value), seed=0)(grid_of(value))
    miss = np.abs(said.value - truth)
    calm, storm = (hidden & (rough == one) & np.isfinite(miss) for one in (0.6, 2.4))
    assert said.sd[calm].mean() < 0.4 * said.sd[storm].mean()
    for where in (calm, storm):
        assert 0.5 < np.sqrt(np.mean(miss[where] ** 2)) / said.sd[where].mean() < 2.0
