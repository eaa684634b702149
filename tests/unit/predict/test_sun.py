"""The sun stands where the almanac puts it."""

from math import isnan

import numpy as np
import pytest

from halocline.predict.sun import elevation


def juld(moment):
    since = np.datetime64(moment, "s") - np.datetime64("1950-01-01", "s")
    return float(since / np.timedelta64(1, "D"))


@pytest.mark.parametrize("hour", ["00:00", "07:30", "18:00"])
def test_at_the_pole_it_stands_at_its_declination_all_day(hour):
    # Solstice of 2024-06-20, 20:51 UTC: declination 23.44°.
    assert elevation(juld(f"2024-06-20T{hour}"), 90.0, 0.0) == pytest.approx(23.44, abs=0.02)


def test_at_the_solstice_it_stands_above_the_tropic_at_noon():
    # Equation of time −1.8 min: true noon of Greenwich is at 12:01:48 UTC.
    assert elevation(juld("2024-06-20T12:01:48"), 23.44, 0.0) > 89.9


def test_noon_follows_the_meridian():
    # 90° W is six hours behind.
    assert elevation(juld("2024-06-20T18:01:48"), 23.44, -90.0) > 89.9


def test_at_night_it_is_below_the_horizon():
    # By hand, equinox at the equator: −90° at midnight, 0° at sunrise, within the equation of time.
    assert elevation(juld("2024-03-20T00:07:00"), 0.0, 0.0) < -89.0
    assert elevation(juld("2024-03-20T06:07:00"), 0.0, 0.0) == pytest.approx(0.0, abs=0.3)


def test_without_place_or_time_nothing_is_known():
    assert isnan(elevation(np.nan, 0.0, 0.0))
    assert isnan(elevation(0.0, np.nan, 0.0))
    assert isnan(elevation(0.0, 0.0, np.nan))
