"""Weather has ends it stays at: no rain, 100 % of humidity; a dead sensor only looks alike."""

import numpy as np
import pytest

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from halocline.suites import load_suite, shipped_suite

HOURS = 24 * 75


@pytest.fixture(scope="module")
def shipped() -> SeriesSuite:
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    return suite


def bad(value: np.ndarray, suite: SeriesSuite) -> np.ndarray:
    time = np.datetime64("2024-01-01T00:00:00") + np.arange(value.size) * np.timedelta64(3600, "s")
    variable = SeriesVariable(value, np.ones(value.size, np.uint8), "XTRA", 1)
    where = np.full(value.size, 50.0), np.full(value.size, 1.0)
    return check(Series("S", time, *where, {"XTRA": variable}), suite)["XTRA"].flag == 4


def wander(seed: int = 5) -> np.ndarray:
    """Hours that remember two days, of variance one."""
    rng = np.random.default_rng(seed)
    value = np.zeros(HOURS)
    for k in range(1, HOURS):
        value[k] = 0.98 * value[k - 1] + 0.2 * rng.normal()
    return value


def test_dry_days_are_no_stuck_gauge(shipped: SeriesSuite) -> None:
    rng = np.random.default_rng(5)
    rain = np.where(rng.random(HOURS) < 0.03, np.round(rng.gamma(1, 2, HOURS), 1), 0.0)
    rain[300:600] = 0
    assert not bad(rain, shipped).any()


def test_months_without_rain_are_no_stuck_gauge(shipped: SeriesSuite) -> None:
    rain = np.zeros(HOURS)
    rain[100::300] = 3.2
    assert not bad(rain, shipped).any()


def test_saturated_air_and_a_limit_of_detection_are_natural(shipped: SeriesSuite) -> None:
    humid = np.round(np.clip(90 + 8 * wander(), 0, 100))
    humid[500:560] = 100
    assert not bad(humid, shipped).any()
    nitrite = np.round(np.clip(wander(7), -0.6, None) + 0.65, 2)
    nitrite[500:560] = 0.05
    assert not bad(nitrite, shipped).any()


@pytest.mark.parametrize("number", [0.0, -9.5, 42.0])
def test_a_sensor_that_dies_is_stuck_whatever_its_last_number(
    shipped: SeriesSuite, number: float
) -> None:
    value = np.round(wander() + 50, 2)
    value[500:900] = number
    assert np.flatnonzero(bad(value, shipped)).tolist() == list(range(500, 900))


def test_a_record_of_one_number_is_stuck(shipped: SeriesSuite) -> None:
    assert bad(np.zeros(HOURS), shipped).all()
    assert bad(np.full(HOURS, 100.0), shipped).all()
