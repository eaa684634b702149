"""Intervals that reach the extremes, where that is needed and does not cost too much."""

import numpy as np
import pytest

from halocline.uncertainty import band as room
from halocline.uncertainty.band import Asked, Band, Reach, fit_band
from halocline.uncertainty.conformal import calibrate

NOBODY = (-np.inf, np.inf)
POINTS = 20
TAILS = (-3.5, 3.5)


def blooms(seed: int, *, gaps: int = 120, size: float = 5.0):
    """Gaps of noise around 0; in every sixth a third of the points bloom, and nobody told when."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(gaps, POINTS))
    truth[::6, ::3] += size
    unit = np.repeat(np.arange(gaps), POINTS)
    flat = np.ones(unit.size)
    asked = Asked(value=0 * flat, below=flat, above=2 * flat, place=flat, length_h=flat)
    return asked, truth.ravel(), unit


def held(band: Band, asked: Asked, truth: np.ndarray) -> np.ndarray:
    lower, upper = band.ends(asked)
    return (truth >= lower) & (truth <= upper)


def test_extremes_of_gaps_not_seen_are_held_and_the_level_of_all_stays() -> None:
    asked, truth, unit = blooms(1)
    again, later, _ = blooms(2)
    tails = TAILS
    plain = fit_band(asked, truth, unit=unit, tails=NOBODY)
    found = fit_band(asked, truth, unit=unit, tails=tails)
    bloom = later > tails[1]
    assert plain.reach is None
    assert held(plain, again, later)[bloom].mean() < 0.1
    assert found.reach is not None
    assert found.reach.below == 0, "nothing below is met often enough"
    assert held(found, again, later)[bloom].mean() == pytest.approx(0.8, abs=0.1)
    assert held(found, again, later).mean() == pytest.approx(0.9, abs=0.03)


def test_what_the_reach_holds_needs_no_width_below() -> None:
    asked, truth, unit = blooms(1)
    plain, found = (
        fit_band(asked, truth, unit=unit, tails=tails).ends(asked)[0].mean()
        for tails in (NOBODY, TAILS)
    )
    assert plain < found < 0


def test_both_sides_are_each_others_mirror() -> None:
    asked, truth, unit = blooms(3)
    turned = Asked(asked.value, asked.above, asked.below, asked.place, asked.length_h)
    up = fit_band(asked, truth, unit=unit, tails=TAILS).ends(asked)
    down = fit_band(turned, -truth, unit=unit, tails=TAILS).ends(turned)
    np.testing.assert_allclose(up[0], -down[1])
    np.testing.assert_allclose(up[1], -down[0])


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"size": 60.0}, "every interval would be many times as wide"),
        ({"gaps": 6 * (room.FEWEST - 2)}, "fewer gaps than needed hold an extreme"),
        ({"size": 0.0}, "there is none"),
    ],
)
def test_it_is_left_alone_where(how, why) -> None:
    asked, truth, unit = blooms(1, **how)
    tails = TAILS if how.get("size") != 0.0 else (-9.0, 9.0)
    found = fit_band(asked, truth, unit=unit, tails=tails)
    assert found == fit_band(asked, truth, unit=unit, tails=NOBODY), why


def test_extremes_that_are_held_already_widen_nothing() -> None:
    asked, truth, unit = blooms(1)
    value = np.where(truth > TAILS[1], 5.0, 0.0)
    told = Asked(value, asked.below, asked.above, asked.place, asked.length_h)
    assert fit_band(told, truth, unit=unit, tails=TAILS).reach is None


def test_a_point_that_cannot_meet_an_extreme_keeps_its_interval() -> None:
    asked, truth, unit = blooms(1)
    calibration = calibrate(np.abs(truth), place=asked.place, length_h=asked.length_h, unit=unit)
    reaching = Band(calibration, Reach(-np.inf, 4.0, above=7.0))
    low = Asked(np.array([0.0, -5.0]), *(np.ones(2) for _ in range(4)))
    lower, upper = reaching.ends(low)
    plain_lower, plain_upper = Band(calibration).ends(low)
    assert upper.tolist() == [7.0, plain_upper[1]]
    np.testing.assert_array_equal(lower, plain_lower)
