"""Drift is condemned from where it begins, not from where it is far."""

import numpy as np
import pytest

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check

DRIFT = {
    "against": {"TEMP": ["DRYT"]}, "window_d": 10, "factor": 5, "floor": {"TEMP": 1.0},
    "foot": 1.5, "follow_d": 5, "fewest_days": 60,
}  # fmt: skip
SUITE = SeriesSuite.model_validate({"suite": "series", "station": {"drift": DRIFT}})
N = 300


def flags(departure: np.ndarray, *, air: np.ndarray | None = None) -> np.ndarray:
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 0.3, N)
    dryt = np.sin(np.arange(N) / 9.0) if air is None else air
    time = np.datetime64("2024-01-01T00:00:00") + np.arange(N).astype("timedelta64[D]")
    variables = {
        name: SeriesVariable(value, np.ones(N, np.uint8), name, 1)
        for name, value in (("TEMP", 12 + np.sin(np.arange(N) / 9.0) + noise + departure),
                            ("DRYT", dryt))
    }  # fmt: skip
    series = Series("S", time.astype("datetime64[s]"), np.zeros(N), np.zeros(N), variables)
    return check(series, SUITE)["TEMP"].flag


def slide() -> np.ndarray:
    """From day 100 up by 6 in sixty days, there for ten, and back in ten."""
    departure = np.zeros(N)
    departure[100:160] = np.linspace(0, 6, 60)
    departure[160:170] = 6
    departure[170:180] = np.linspace(6, 0, 10)
    return departure


def test_a_drift_is_followed_back_to_its_beginning_and_on_to_its_end() -> None:
    condemned = np.flatnonzero(flags(slide()) == 3)
    assert condemned[0] <= 112, "at day 112 it is 1.2, four deviations of a day"
    assert condemned[-1] >= 176
    assert np.diff(condemned).max() == 1
    assert condemned[0] >= 96
    assert condemned[-1] <= 182


def test_a_day_that_cannot_be_judged_within_a_drift_is_condemned_with_it() -> None:
    air = np.sin(np.arange(N) / 9.0)
    air[[140, 141, 250]] = np.nan
    found = flags(slide(), air=air)
    assert found[[140, 141, 250]].tolist() == [3, 3, 0]


def test_weather_is_no_drift() -> None:
    assert not (flags(np.zeros(N)) == 3).any()


def test_a_drift_is_not_followed_past_the_step_that_ends_it() -> None:
    """The sea that comes after is half a degree warm for a month: over the foot, and sound."""
    departure = np.zeros(N)
    departure[100:160] = np.linspace(0, 6, 60)
    departure[160:190] = 0.6
    condemned = np.flatnonzero(flags(departure) == 3)
    assert condemned[0] <= 125
    assert condemned[-1] <= 164, "a window of ten days reaches fewer than five past it"


def flood(*, rise: int, first: int = 100) -> np.ndarray:
    """Down by 6, and back within a tenth in five weeks."""
    day = np.arange(N) - first
    back = np.exp(-np.maximum(day - rise, 0) / 15)
    return -6 * np.clip(day / rise, 0, 1) * back


@pytest.mark.parametrize("rise", [1, 3, 6])
def test_what_comes_within_days_and_leaves_slowly_is_a_flood(rise: int) -> None:
    assert not (flags(flood(rise=rise)) == 3).any()


def test_what_comes_slowly_and_leaves_within_days_is_none() -> None:
    assert (flags(flood(rise=3)[::-1]) == 3).sum() > 20


def test_a_flood_that_nobody_saw_leave_is_none() -> None:
    """The sensor falls silent for weeks: it may have been cleaned there."""
    departure = flood(rise=3)
    departure[115:140] = np.nan
    assert (flags(departure)[100:115] == 3).sum() > 8
