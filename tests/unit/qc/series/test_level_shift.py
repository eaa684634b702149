"""Steps of days: told between their jumps, and only where a level is held on neither side."""

import tracemalloc

import numpy as np
import pytest

from halocline.model.series import Series, SeriesVariable
from halocline.qc.series import SeriesSuite, check
from halocline.qc.series._api import Channel, Station
from halocline.qc.series._jumps import Jumps
from halocline.qc.series.level_shift import LevelShiftParams, _pairs, level_shift
from halocline.simulate.coast_archive import make_record
from halocline.simulate.faults import Fault
from halocline.simulate.summary import Parameters
from halocline.suites import load_suite, shipped_suite

PER_DAY = 72
N = 60 * PER_DAY
RULE = LevelShiftParams(
    floor={"TEMP": 0.85}, factor=2.5, sudden=0.7, silence_h=12, mismatch=0.25, longest_d=30
)


@pytest.fixture
def sea() -> np.ndarray:
    """Two months of spring at 20 min: 6 °C warmer, tide and noise."""
    rng = np.random.default_rng(3)
    tide = 0.3 * np.sin(2 * np.pi * np.arange(N) / (12.42 * 3))
    return np.linspace(8, 14, N) + tide + rng.normal(0, 0.05, N)


def told(value: np.ndarray) -> np.ndarray:
    time = np.datetime64("2024-03-01T00:00:00") + np.arange(N) * np.timedelta64(1200, "s")
    channel = Channel(value, np.where(np.isfinite(value), 1, 9).astype(np.uint8), "TEMP", 1)
    station = Station(time, np.full(N, 50.7), np.full(N, 1.6), {"TEMP": channel})
    return level_shift(station, RULE)["TEMP"] == 4


@pytest.mark.parametrize("days", [2, 5, 20])
@pytest.mark.parametrize("size", [1.2, -1.2])
def test_a_step_of_days_is_condemned_from_jump_to_jump(
    sea: np.ndarray, days: int, size: float
) -> None:
    step = slice(15 * PER_DAY, (15 + days) * PER_DAY)
    sea[step] += size
    assert np.flatnonzero(told(sea)).tolist() == list(range(step.start, step.stop))


def test_a_step_that_stays_tells_no_side(sea: np.ndarray) -> None:
    sea[20 * PER_DAY :] += 2
    assert not told(sea).any()


def test_weeks_between_two_short_faults_are_sound(sea: np.ndarray) -> None:
    """Two days low, three weeks as before, two days low: the first jump up and the last down pair
    as well as those of each fault."""
    low = [slice(10 * PER_DAY, 12 * PER_DAY), slice(33 * PER_DAY, 35 * PER_DAY)]
    for fault in low:
        sea[fault] -= 2
    expected = np.zeros(N, dtype=bool)
    for fault in low:
        expected[fault] = True
    np.testing.assert_array_equal(told(sea), expected)


def test_weeks_between_the_end_of_one_fault_and_the_start_of_another_are_sound(
    sea: np.ndarray,
) -> None:
    """Their other ends were slow, so that the jump up and the jump down have nobody else."""
    fall = np.linspace(0, 2, 4 * PER_DAY)
    sea[10 * PER_DAY : 14 * PER_DAY] -= fall
    sea[35 * PER_DAY : 39 * PER_DAY] -= fall[::-1]
    assert not told(sea).any()


def test_an_event_that_comes_at_once_and_leaves_slowly_is_the_seas(sea: np.ndarray) -> None:
    sea[20 * PER_DAY : 30 * PER_DAY] += np.linspace(3, 0, 10 * PER_DAY)
    assert not told(sea).any()


def test_a_step_is_told_beside_losses(sea: np.ndarray) -> None:
    step = slice(15 * PER_DAY, 22 * PER_DAY)
    sea[step] += 1.5
    sea[step.start - 2 : step.start + 20] = np.nan
    sea[18 * PER_DAY : 19 * PER_DAY] = np.nan
    flagged = told(sea)
    assert flagged[step][np.isfinite(sea[step])].all()
    assert flagged.sum() <= step.stop - step.start


def test_a_record_of_jumps_is_paired_within_the_longest_level_alone() -> None:
    """One a day for sixteen years: pairs of all of them would take half a gigabyte."""
    n = 6_000
    found = Jumps(np.arange(n) * 100_000, np.resize([1.0, -1.0], n), np.resize([1.0, -1.0], n))
    tracemalloc.start()
    pairs = _pairs(found, RULE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pairs[0] == (0, 1)
    assert len(pairs) == pytest.approx(13 * n, rel=0.01), "25 jumps in 30 days, every other back"
    assert peak < 100e6


@pytest.fixture(scope="module")
def suite() -> SeriesSuite:
    found = load_suite(shipped_suite("coasthf"))
    assert isinstance(found, SeriesSuite)
    return found


def test_steps_of_the_twin_are_found_and_condemn_no_sound_salinity(suite: SeriesSuite) -> None:
    """Conductivity of a station off for days: told itself, it contradicts salinity no more."""
    record = make_record(1, Parameters(7, 0, 0, 4, 12, "2024-01-01"))
    variables = {
        name: SeriesVariable(value, np.ones(value.size, np.uint8), name, 1)
        for name, value in record.value.items()
    }
    n = record.time.size
    series = Series(record.station.code, record.time, np.full(n, 49.0), np.full(n, -1.0), variables)
    checked = check(series, suite)
    for name in ("CNDC", "DOX1"):
        off = (record.fault[name] == Fault.STEP) & np.isfinite(record.value[name])
        assert off.sum() > 100, name
        assert (checked[name].flag[off] >= 3).all(), name
    sound = (record.fault["PSAL"] == Fault.NONE) & np.isfinite(record.value["PSAL"])
    twins = (checked["PSAL"].failed >> np.uint64(14) & np.uint64(1)) == 1
    assert twins[sound].mean() < 0.005
