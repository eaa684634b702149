"""Fouling of the twin coast, whose truth is known; events of the sea that look like it."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from halocline.qc.series.fouling import _Ramp, _told, _undenied
from halocline.simulate.coast_archive import make_record
from halocline.simulate.coast_sensors import Record
from halocline.simulate.faults import Fault
from halocline.simulate.summary import Parameters
from halocline.suites import load_suite, shipped_suite

DRIFT_OR_FOULING = np.uint64(1 << 17 | 1 << 18)
BUOY = 3
"""The twin's buoy: no tide to speak of, so that nothing but the fouling moves its salinity."""


@pytest.fixture(scope="module")
def suite() -> SeriesSuite:
    found = load_suite(shipped_suite("coasthf"))
    assert isinstance(found, SeriesSuite)
    return found


@pytest.fixture(scope="module")
def buoy() -> Record:
    return make_record(BUOY, Parameters(1, 0, 0, 4, 24, "2023-01-01"))


def read(record: Record) -> Series:
    variables = {
        name: SeriesVariable(value, np.ones(value.size, np.uint8), name, 1)
        for name, value in record.value.items()
    }
    where = np.full(record.time.size, 43.7), np.full(record.time.size, 7.3)
    return Series(record.station.code, record.time, *where, variables)


def fouled(fault: np.ndarray, *, per_day: int) -> list[slice]:
    """Each fouling from its first value to its last; a loss within it does not end it."""
    place = np.flatnonzero(fault == Fault.FOULING)
    parts = np.split(place, np.flatnonzero(np.diff(place) > 10 * per_day) + 1)
    return [slice(int(one[0]), int(one[-1]) + 1) for one in parts]


def test_a_fouling_is_condemned_from_where_it_does_harm_and_the_sea_beside_it_is_not(
    buoy: Record, suite: SeriesSuite
) -> None:
    failed = check(read(buoy), suite)["PSAL"].failed
    condemned = (failed & DRIFT_OR_FOULING) > 0
    clean = (buoy.fault["PSAL"] == Fault.NONE) & np.isfinite(buoy.value["PSAL"])
    foulings = fouled(buoy.fault["PSAL"], per_day=48)
    assert len(foulings) == 2
    for where in foulings:
        harm = np.abs(buoy.value["PSAL"][where] - buoy.true["PSAL"][where]) > 0.5
        harm &= buoy.fault["PSAL"][where] == Fault.FOULING
        assert harm.sum() > 200
        assert condemned[where][harm].all(), "a quarter of its end of 2"
        clean[where] = False
    assert condemned[clean].mean() < 0.005


def test_a_fouled_fluorometer_is_condemned_and_the_blooms_beside_it_are_not(
    suite: SeriesSuite,
) -> None:
    """Ramps to 12 where the sea mostly reads 0.5, and blooms to 7 that come in weeks."""
    record = make_record(0, Parameters(2, 0, 0, 4, 24, "2023-01-01"))
    value, true, fault = (one["FLU3"] for one in (record.value, record.true, record.fault))
    condemned = (check(read(record), suite)["FLU3"].failed & DRIFT_OR_FOULING) > 0
    clean = (fault == Fault.NONE) & np.isfinite(value)
    foulings = fouled(fault, per_day=72)
    assert len(foulings) == 2
    for where in foulings:
        harm = (value[where] - true[where] > 3) & (fault[where] == Fault.FOULING)
        assert harm.sum() > 600
        assert condemned[where][harm].all(), "a quarter of its end of 12"
        clean[where] = False
    assert condemned[clean].mean() < 0.02, "most of it before two steps of the sensor's own"
    assert not condemned[clean & (value > 6)].any()


def test_a_storm_is_not_the_cleaning_of_a_turbidity_sensor(suite: SeriesSuite) -> None:
    """From 6 NTU to 100 on 3 January 2024, and no fault near."""
    record = make_record(0, Parameters(2, 0, 0, 4, 24, "2023-01-01"))
    condemned = (check(read(record), suite)["TUR4"].failed & DRIFT_OR_FOULING) > 0
    before = record.time >= np.datetime64("2023-12-15")
    before &= record.time < np.datetime64("2024-01-04")
    assert not condemned[before].any()


def coast(departure: np.ndarray) -> Series:
    """400 days of hourly salinity at 34 with a tide, weather and a departure (9600,)."""
    rng = np.random.default_rng(7)
    hours = np.arange(9600)
    weather = np.repeat(rng.normal(0, 0.05, 400), 24)
    psal = 34 + 0.3 * np.sin(hours / 1.977) + weather + departure
    temp = 12 + 5 * np.sin(2 * np.pi * hours / 8766) + rng.normal(0, 0.1, hours.size)
    time = np.datetime64("2024-01-01T00:00:00") + (hours * 3600).astype("timedelta64[s]")
    variables = {
        name: SeriesVariable(value, np.ones(hours.size, np.uint8), name, 1)
        for name, value in (("PSAL", psal), ("TEMP", temp))
    }
    return Series("S", time, np.full(9600, 50.0), np.full(9600, 1.0), variables)


def said_fouled(departure: np.ndarray, suite: SeriesSuite) -> np.ndarray:
    failed = check(coast(departure), suite)["PSAL"].failed
    return (failed >> np.uint64(18) & np.uint64(1)) == 1


@pytest.fixture
def ramp() -> np.ndarray:
    """Forty days down to 2 below, from day 200, clean at once."""
    departure = np.zeros(9600)
    departure[4800:5760] = -np.linspace(0, 2, 960)
    return departure


@pytest.mark.parametrize("out_h", [0, 3])
def test_a_ramp_is_condemned_from_its_beginning_to_its_cleaning(
    ramp: np.ndarray, suite: SeriesSuite, out_h: int
) -> None:
    ramp[5760 : 5760 + out_h] = np.nan
    found = np.flatnonzero(said_fouled(ramp, suite))
    assert abs(found[0] - 4800) <= 10 * 24
    assert found[-1] == 5759


def test_a_flood_that_comes_at_once_and_leaves_slowly_is_the_sea(
    ramp: np.ndarray, suite: SeriesSuite
) -> None:
    assert not said_fouled(ramp[::-1], suite).any()


def test_a_ramp_that_takes_a_day_to_go_back_is_the_sea(
    ramp: np.ndarray, suite: SeriesSuite
) -> None:
    ramp[5760:5784] = -np.linspace(2, 0, 24)
    assert not said_fouled(ramp, suite).any()


def test_a_fall_that_ends_with_a_visit_that_left_the_sensor_wrong_is_the_sea(
    suite: SeriesSuite,
) -> None:
    """Twenty days down to 2 below, then at once 1 above for forty days, and right again."""
    departure = np.zeros(9600)
    departure[4800:5280] = -np.linspace(0, 2, 480)
    departure[5280:6240] = 1
    found = said_fouled(departure, suite)
    assert not found[: 5280 - 7 * 24].any()
    assert found[5280:6240].mean() > 0.9


def test_a_step_that_stays_is_no_cleaning(ramp: np.ndarray, suite: SeriesSuite) -> None:
    ramp[:5760] = -2
    assert not said_fouled(ramp, suite).any()


def test_a_ramp_is_told_as_long_as_a_quarter_of_the_credible_lengths_are_shorter() -> None:
    length = np.arange(1, 91)
    assert _told(4.0 * (length - 30) ** 2, shortest=7) == 30, "every other fits far worse"
    early = 7 * (90 / 7) ** 0.25
    assert abs(_told(np.zeros(90), shortest=7) - early) < 1, (
        "none fits better: a quarter of the octaves"
    )


def test_a_ramp_that_fits_best_in_three_days_takes_no_week_of_sound_days_with_it() -> None:
    """The sums of squares of oxygen at 6200443 until 16 September 2024, when its cell emptied."""
    squares = np.full(90, 2.5)
    squares[:14] = [8.3, 6.2, 0, 0.2, 0.9, 1.2, 1.2, 1.3, 1.5, 1.6, 1.7, 1.8, 1.9, 1.9]
    assert _told(squares, shortest=7) in (3, 4, 5)


def test_a_ramp_beside_another_jump_of_the_record_is_found_as_without_it(
    ramp: np.ndarray, suite: SeriesSuite
) -> None:
    """Five ramps of a tenth of the record pull a fit of levels; of news they are five days."""
    many = np.roll(ramp, -2880) + np.roll(ramp, 2400)
    alone, both = said_fouled(ramp, suite), said_fouled(ramp + many, suite)
    assert (alone == both)[4000:6000].all()


def _up(begun: int, cleaned: int, *, margin: float) -> _Ramp:
    """A ramp up, undone by a step down."""
    return _Ramp(begun, cleaned * 86_400, step=-2.0, margin=margin)


def _down(begun: int, cleaned: int, *, margin: float) -> _Ramp:
    return replace(_up(begun, cleaned, margin=margin), step=2.0)


def test_a_later_ramp_that_is_surer_says_that_the_jump_it_begins_with_cleaned_nothing() -> None:
    first, last = _up(0, 40, margin=1.0), _down(42, 80, margin=3.0)
    assert _undenied([first, last], within_d=4) == [last]
    assert _undenied([first, replace(last, margin=1.0)], within_d=4) == [replace(last, margin=1.0)]


def test_a_ramp_that_is_surer_denies_the_one_that_seems_to_begin_at_its_cleaning() -> None:
    """Turbidity is cleaned, and weeks later a step of 65 NTU stays: between, it is sound."""
    first, last = _up(0, 40, margin=1.6), _down(42, 80, margin=0.6)
    assert _undenied([first, last], within_d=4) == [first]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(_up(42, 80, margin=0.0), id="of the same side: it fouls again"),
        pytest.param(_down(50, 80, margin=0.0), id="begun when the jump was long past"),
    ],
)
def test_ramps_stand_beside_one_another(other: _Ramp) -> None:
    first = _up(0, 40, margin=4.0)
    assert _undenied([first, other], within_d=4) == [first, other]
