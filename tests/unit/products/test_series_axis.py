"""Rows and grids on one axis: what is kept, what is added, what is refused."""

import numpy as np
import pytest

from halocline.model.checked import Checked
from halocline.model.errors import ContractBroken
from halocline.model.estimates import Filled
from halocline.model.gridding import Gridded
from halocline.model.series import Grid, Series, SeriesVariable
from halocline.products.series_axis import place

NAN = np.nan


def stamp(text):
    return np.datetime64(f"2024-03-01T{text}", "s")


def station(rows):
    """rows: (time of day, value, our flag)."""
    time = np.array([stamp(one[0]) for one in rows])
    value = np.array([one[1] for one in rows], dtype=np.float64)
    flag = np.array([one[2] for one in rows], dtype=np.uint8)
    none = np.zeros(time.size, dtype=np.uint64)
    variable = SeriesVariable(value=value, flag_source=flag, parameter="TEMP", level=1)
    place_of = np.full(time.size, 48.0)
    series = Series(
        platform="S",
        time=time,
        latitude=place_of,
        longitude=place_of,
        variables={"TEMP": variable},
    )
    return series, {"TEMP": Checked(flag=flag, failed=none, done=none)}


def filled(values, origins):
    value = np.array(values, dtype=np.float64)
    origin = np.array(origins, dtype=np.uint8)
    width = np.where((origin == 2) | (origin == 3), 0.1, NAN)
    return Filled(value=value, origin=origin, sd=width, lower=value - width, upper=value + width)


def placed(rows, one, *, start="00:00:00", step_s=1200, year=2024):
    """`one` holds what the grid of these rows should: its length says where the grid ends."""
    series, checked = station(rows)
    grid = gridded(series, checked, "TEMP", start=start, step_s=step_s, size=one.value.size)
    found = place(series=series, gridded={"TEMP": grid}, filled={"TEMP": one}, year=year)
    return found.axis, found.filled["TEMP"]


def gridded(series, checked, name, *, start, step_s, size):
    """Rows nearest to each point, a usable one first, as `to_grid` does, at a given step."""
    usable = np.isin(checked[name].flag, [0, 1, 2])
    first = stamp(start).astype(np.int64)
    seconds = series.time.astype("datetime64[s]").astype(np.int64)
    speaker = np.full(size, -1)
    for point in range(size):
        away = np.abs(seconds - first - point * step_s)
        near = [row for row in range(seconds.size) if away[row] <= step_s / 4]
        if near:
            speaker[point] = min(near, key=lambda row: (not usable[row], away[row]))
    held = speaker >= 0
    value = np.full(size, NAN)
    value[held] = np.where(usable[speaker[held]], series.variables[name].value[speaker[held]], NAN)
    grid = Grid(start=stamp(start), step_s=step_s, value=value)
    usable &= np.isfinite(series.variables[name].value)
    return Gridded(grid=grid, index=np.full(seconds.size, -1), stamp=speaker, usable=usable)


def times(axis):
    return [str(one)[11:] for one in axis.time]


def test_a_measured_value_keeps_its_own_stamp_and_a_hole_gets_the_grids():
    axis, one = placed(
        [("00:00:02", 10.0, 1), ("00:39:59", 12.0, 1)], filled([10.0, 11.0, 12.0], [0, 2, 0])
    )
    assert times(axis) == ["00:00:02", "00:20:00", "00:39:59"]
    assert axis.row.tolist() == [0, -1, 1]
    assert one.value.tolist() == [10.0, 11.0, 12.0]
    assert one.origin.tolist() == [0, 2, 0]
    assert np.isfinite(one.sd).tolist() == [False, True, False]


def test_an_estimate_takes_the_row_that_lacks_the_value():
    axis, one = placed(
        [("00:00:00", 10.0, 1), ("00:20:03", NAN, 9), ("00:40:00", 12.0, 1)],
        filled([10.0, 11.0, 12.0], [0, 2, 0]),
    )
    assert times(axis) == ["00:00:00", "00:20:03", "00:40:00"]
    assert one.value.tolist() == [10.0, 11.0, 12.0]


def test_a_bad_value_stays_in_the_row_beside_its_estimate():
    axis, one = placed(
        [("00:00:00", 10.0, 1), ("00:20:00", 99.0, 4), ("00:40:00", 12.0, 1)],
        filled([10.0, 11.0, 12.0], [0, 2, 0]),
    )
    assert axis.spread(np.array([10.0, 99.0, 12.0]), absent=NAN).tolist() == [10.0, 99.0, 12.0]
    assert one.value.tolist() == [10.0, 11.0, 12.0]


def test_a_row_too_far_from_a_grid_point_is_not_it():
    # A quarter of 20 minutes is 5: a row 6 minutes late is another moment.
    axis, one = placed(
        [("00:00:00", 10.0, 1), ("00:26:00", NAN, 9), ("00:40:00", 12.0, 1)],
        filled([10.0, 11.0, 12.0], [0, 2, 0]),
    )
    assert times(axis) == ["00:00:00", "00:20:00", "00:26:00", "00:40:00"]
    assert one.origin.tolist() == [0, 2, 9, 0]


def test_a_good_value_between_grid_points_is_measured_all_the_same():
    _axis, one = placed(
        [("00:00:00", 10.0, 1), ("00:10:00", 10.4, 1), ("00:20:00", 11.0, 1)],
        filled([10.0, 11.0], [0, 0]),
    )
    assert one.value.tolist() == [10.0, 10.4, 11.0]
    assert one.origin.tolist() == [0, 0, 0]


def test_of_two_rows_at_a_point_the_one_it_was_measured_by_is_taken():
    _axis, one = placed(
        [("00:00:00", 10.0, 4), ("00:00:30", 10.5, 1), ("00:20:00", 11.0, 1)],
        filled([10.5, 11.0], [0, 0]),
    )
    assert one.value.tolist()[1:] == [10.5, 11.0]
    assert one.origin.tolist() == [9, 0, 0]


def test_what_is_not_filled_adds_no_stamp():
    axis, _one = placed(
        [("00:00:00", 10.0, 1), ("00:40:00", 12.0, 1)], filled([10.0, NAN, 12.0], [0, 9, 0])
    )
    assert times(axis) == ["00:00:00", "00:40:00"]


def test_a_grid_value_no_row_holds_is_refused():
    with pytest.raises(ContractBroken, match="1 grid values are called measured"):
        placed([("00:00:00", 10.0, 1)], filled([10.000001], [0]))


def test_stamps_of_other_years_are_left_out():
    series, checked = station([("00:00:00", 10.0, 1)])
    one = filled([10.0, 11.0], [0, 2])
    grid = gridded(series, checked, "TEMP", start="00:00:00", step_s=1200, size=2)
    found = place(series=series, gridded={"TEMP": grid}, filled={"TEMP": one}, year=2023)
    assert found.axis.time.size == 0
    assert found.filled["TEMP"].value.size == 0


def test_two_instruments_on_their_own_stamps_share_the_axis():
    time = np.array([stamp(one) for one in ("00:00:00", "00:10:00", "01:00:00", "01:10:00")])
    water = np.array([10.0, NAN, 12.0, NAN])
    light = np.array([NAN, 5.0, NAN, 7.0])
    none = np.zeros(4, dtype=np.uint64)
    variables, checked = {}, {}
    for name, value in (("TEMP", water), ("LGH4", light)):
        flag = np.where(np.isnan(value), 9, 1).astype(np.uint8)
        variables[name] = SeriesVariable(value=value, flag_source=flag, parameter=name, level=1)
        checked[name] = Checked(flag=flag, failed=none, done=none)
    series = Series(
        platform="S", time=time, latitude=np.zeros(4), longitude=np.zeros(4), variables=variables
    )
    full = {"TEMP": filled([10.0, 12.0], [0, 0]), "LGH4": filled([5.0, 7.0], [0, 0])}
    grids = {
        name: gridded(series, checked, name, start=start, step_s=3600, size=2)
        for name, start in (("TEMP", "00:00:00"), ("LGH4", "00:10:00"))
    }
    found = place(series=series, gridded=grids, filled=full, year=2024)
    assert found.filled["TEMP"].origin.tolist() == [0, 9, 0, 9]
    assert found.filled["LGH4"].origin.tolist() == [9, 0, 9, 0]
