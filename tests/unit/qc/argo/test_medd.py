"""The sliding median of MEDD beside one that sorts every window anew."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from halocline.qc.argo import _medd, check_arrays

EDGES, WINDOWS = [150.0, 500.0, 1000.0, 1500.0], [110.0, 180.0, 400.0, 500.0]


def plain(pressure, value, doubtful):
    """Median of as many levels above as below, in a window that grows with depth."""
    place = np.flatnonzero(~doubtful)
    p, x = pressure[place], value[place]
    found = np.full(value.size, np.nan)
    for i in range(place.size):
        half = np.ceil(np.interp(p[i], EDGES, WINDOWS) / 2 - 1e-9) + 1
        inside = np.flatnonzero((p > p[i] - half) & (p < p[i] + half))
        each = min(i - inside[0], inside[-1] - i)
        found[place[i]] = x[i] if each < 2 else np.median(x[i - each : i + each + 1])
    _medd._bridge(pressure, found)
    return found


@st.composite
def profiles(draw):
    n = draw(st.integers(6, 120))
    steps = draw(
        arrays(np.float64, n, elements=st.sampled_from([0.0, 1.0, 2.0, 10.0, 50.0, 210.0]))
    )
    value = draw(arrays(np.float64, n, elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0])))
    if draw(st.booleans()):
        value = np.sort(value)[:: draw(st.sampled_from([1, -1]))].copy()
    return np.cumsum(steps), value, draw(arrays(np.bool_, n))


@settings(max_examples=150, deadline=None)
@given(profiles())
def test_the_median_is_that_of_its_window(profile):
    pressure, value, doubtful = profile
    np.testing.assert_array_equal(
        _medd._median(pressure, value, doubtful), plain(pressure, value, doubtful)
    )


def test_a_long_falling_profile_outgrows_no_array():
    pressure = np.arange(0.0, 2000.0, 0.5)
    none = np.zeros(pressure.size, dtype=bool)
    for value in (20 - pressure / 100, pressure / 100):
        np.testing.assert_array_equal(
            _medd._median(pressure, value, none), plain(pressure, value, none)
        )


def test_an_absurd_step_of_pressure_takes_no_longer():
    """A broken file holds 3e38 dbar: the curve has not that many points near any level."""
    pressure = np.array([[10.0, 20, 30, 40, 50, 60, 70, 80, 2e38, 3e38]])
    temp = np.array([[20.0, 20, 20, 30, 20, 20, 20, 20, 5, 5]])
    flags = check_arrays(pres=pressure, temp=temp, latitude=45.0, longitude=-20.0, juld=25_000.0,
                         now=np.datetime64("2024-01-01"), platform="6900001")  # fmt: skip
    assert flags.variables["TEMP"].flag[0, 3] == 4
