"""Snapping stamps to a variable's own grid."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.model.gridding import NOWHERE, to_grid
from halocline.model.series import Series, SeriesVariable

NAN = float("nan")
START = np.datetime64("2024-09-01T00:00:00")


def series(seconds: list[int], **columns: list[float]) -> Series:
    n = len(seconds)
    variables = {
        name: SeriesVariable(np.array(value, float), np.ones(n, np.uint8), name, 1)
        for name, value in columns.items()
    }
    time = START + np.array(seconds).astype("timedelta64[s]")
    return Series("S", time, np.arange(n) * 1.0, np.zeros(n), variables)


def everything(s: Series) -> np.ndarray:
    return np.ones(s.time.size, dtype=bool)


def test_drifting_stamps_snap_and_a_missing_step_is_missing() -> None:
    s = series([0, 1201, 2399, 4802], TEMP=[1, 2, 3, 5])
    found = to_grid(s, "TEMP", everything(s))
    assert found is not None
    np.testing.assert_array_equal(found.grid.value, [1, 2, 3, NAN, 5])
    assert (found.grid.step_s, found.grid.start) == (1200, START)
    assert found.index.tolist() == [0, 1, 2, 4]
    assert found.stamp.tolist() == [0, 1, 2, NOWHERE, 3]


def test_values_nobody_measured_say_nothing_of_the_step() -> None:
    s = series([600 * k for k in range(19)], DEPH=[25.0 if k % 6 == 0 else 3.0 for k in range(19)])
    flag = np.where(s.variables["DEPH"].value == 3.0, 7, 1).astype(np.uint8)
    told = replace(s, variables={"DEPH": replace(s.variables["DEPH"], flag_source=flag)})
    for one, step_s in ((s, 600), (told, 3600)):
        found = to_grid(one, "DEPH", flag == 1)
        assert found is not None
        assert found.grid.step_s == step_s
    np.testing.assert_array_equal(found.grid.value, [25.0] * 4)


def test_phase_is_the_variable_s_own() -> None:
    s = series([140, 1935, 3740, 5538], TEMP=[1, 2, 3, 4])
    found = to_grid(s, "TEMP", everything(s))
    assert found is not None
    assert (found.grid.step_s, str(found.grid.start)) == (1800, "2024-09-01T00:02:00")
    assert found.index.tolist() == [0, 1, 2, 3]


def test_interleaved_rows_do_not_speak_for_the_variable() -> None:
    s = series([0, 2, 1200, 1201, 2400], TEMP=[1, NAN, NAN, 2, NAN], DEPH=[NAN, 9, 9, NAN, 9])
    found = to_grid(s, "TEMP", everything(s))
    assert found is not None
    assert found.stamp.tolist() == [0, 3, 4]
    np.testing.assert_array_equal(found.grid.value, [1, 2, NAN])
    assert found.index.tolist() == [0, 0, 1, 1, 2]


def test_values_not_usable_are_missing_on_the_grid_but_keep_their_place() -> None:
    s = series([0, 1200, 2400], TEMP=[1, 99, 3])
    found = to_grid(s, "TEMP", np.array([True, False, True]))
    assert found is not None
    np.testing.assert_array_equal(found.grid.value, [1, NAN, 3])
    assert found.stamp.tolist() == [0, 1, 2]


def test_stamps_alternating_between_hour_and_half_hour_refine_the_step() -> None:
    hours = [*range(0, 36_000, 3600), *range(37_800, 73_800, 3600)]
    s = series(hours, TEMP=[1.0] * len(hours))
    found = to_grid(s, "TEMP", everything(s))
    assert found is not None
    assert found.grid.step_s == 1800
    assert (found.index != NOWHERE).all()


@pytest.mark.parametrize("spacing_s", [1195, 1205])
def test_a_clock_that_drifts_loses_no_more_than_a_value_a_turn(spacing_s: int) -> None:
    """Five seconds in twenty minutes: after 240 rows the clock has gone round by a step."""
    s = series([spacing_s * k for k in range(1200)], TEMP=[float(k) for k in range(1200)])
    found = to_grid(s, "TEMP", everything(s))
    assert found is not None
    assert found.grid.step_s == 1200
    spoken = found.stamp[found.stamp != NOWHERE]
    assert spoken.size >= 1195
    assert (np.diff(spoken) > 0).all()
    away = np.abs(found.grid.time[found.stamp != NOWHERE] - s.time[spoken])
    assert away.max() <= np.timedelta64(600, "s")
    assert np.isnan(found.grid.value).sum() <= 5


def test_a_logger_restarted_at_another_minute_is_followed() -> None:
    """Every quarter of an hour, since the visit seven minutes later: no finer step holds both."""
    hours = [*range(0, 90_000, 900), *range(90_420, 180_420, 900)]
    s = series(hours, TEMP=[float(k) for k in range(200)])
    found = to_grid(s, "TEMP", everything(s))
    assert found is not None
    assert found.grid.step_s == 900
    np.testing.assert_array_equal(found.grid.value[:200], np.arange(200.0))


def late(n: int = 40, *, more: tuple[int, ...] = ()) -> list[int]:
    """Every 20 min, the second row six minutes late, and further rows."""
    return sorted([*(1200 * k for k in range(n) if k != 1), 1560, *more])


def test_a_row_without_a_value_speaks_for_its_own_moment_alone() -> None:
    """An estimate for 20 min past is not told of 26 min past; a measured value is near enough."""
    value = np.arange(40.0)
    s = series(late(), TEMP=[*value[:1], NAN, *value[2:]], PSAL=[*value])
    found = {name: to_grid(s, name, everything(s)) for name in ("TEMP", "PSAL")}
    assert found["TEMP"].stamp[:4].tolist() == [0, NOWHERE, 2, 3]
    assert found["PSAL"].stamp[:4].tolist() == [0, 1, 2, 3]


def test_of_two_values_nearest_to_one_point_both_are_usable() -> None:
    s = series(late(more=(1260,)), TEMP=[*np.arange(41.0)])
    usable = np.arange(41) != 40
    found = to_grid(s, "TEMP", usable)
    assert found is not None
    assert found.stamp[:4].tolist() == [0, 1, 3, 4]
    np.testing.assert_array_equal(found.usable, usable)


def test_a_stated_period_is_covered_whole() -> None:
    s = series([1200, 2400], TEMP=[1, 2])
    found = to_grid(s, "TEMP", everything(s), start=START, stop=START + np.timedelta64(2, "h"))
    assert found is not None
    np.testing.assert_array_equal(found.grid.value, [NAN, 1, 2, NAN, NAN, NAN])


@pytest.mark.parametrize("value", [[NAN, NAN], [1.0, NAN]])
def test_fewer_than_two_values_have_no_step(value: list[float]) -> None:
    s = series([0, 1200], TEMP=value)
    assert to_grid(s, "TEMP", everything(s)) is None
