"""Series: names, steps, gaps."""

import numpy as np
import pytest

from halocline.model.gaps import class_of, find_gaps
from halocline.model.series import Grid, SeriesVariable, own_step_s, variable_name


@pytest.mark.parametrize(
    ("parameter", "level", "name"),
    [("TEMP", 1, "TEMP"), ("TEMP", 3, "TEMP_LEVEL3"), ("LGH4", 0, "LGH4_LEVEL0"),
     ("DRYT", -1, "DRYT_LEVELM1")],
)  # fmt: skip
def test_a_name_tells_parameter_and_level(parameter: str, level: int, name: str) -> None:
    assert variable_name(parameter, level) == name


def test_step_is_the_most_frequent_spacing_whatever_the_seconds() -> None:
    seconds = np.array([0, 1201, 2399, 3600, 4801, 12000, 13200])
    time = np.datetime64("2024-01-01T00:00:00") + seconds.astype("timedelta64[s]")
    assert own_step_s(time) == 1200
    assert own_step_s(time[:1]) == 0


def test_grid_counts_from_its_start() -> None:
    grid = Grid(start=np.datetime64("2024-01-01T00:10:00"), step_s=600, value=np.zeros(3))
    assert grid.time.astype(str).tolist() == [
        "2024-01-01T00:10:00", "2024-01-01T00:20:00", "2024-01-01T00:30:00"]  # fmt: skip


def test_gaps_at_both_ends_are_found() -> None:
    gaps = find_gaps(np.array([True, False, True, True, False, True]))
    assert gaps.first.tolist() == [0, 2, 5]
    assert gaps.length.tolist() == [1, 2, 1]
    assert find_gaps(np.zeros(0, bool)).first.size == 0


@pytest.mark.parametrize(("hours", "index"), [(0.3, 0), (6.0, 0), (6.1, 1), (720, 2), (721, 3)])
def test_a_gap_belongs_to_the_class_that_holds_it(hours: float, index: int) -> None:
    assert class_of(hours) == index


@pytest.mark.parametrize(
    ("parameter", "units", "turns"),
    [
        *((name, "", True) for name in ("WDIR", "HCDT", "VDIR", "VMDR", "VPED", "GDIR", "WDIR2",
                                        "VMDR_SW1", "wind_direction", "WindDirection", "DIR_VENT",
                                        "winddir", "Wind_Dir", "heading")),
        *(("WDIR", units, True) for units in ("°", "degrés", "degrees", "?")),
        *(("X", units, True) for units in ("degree", "degrees", "°", "º", "Degrés", "deg.",
                                           "degrees true", "°T")),
        *((name, "", False) for name in ("WSPD", "DIRECT_RADIATION", "directional_spread", "VHM0",
                                         "DIRT", "TEMP", "X")),
        ("TEMP", "degree_Celsius", False), ("TEMP", "°", False), ("temperature_eau", "°", False),
        ("DRYT", "deg", False), ("TEMP", "°C", False), ("X", "degrees_north", False),
        ("WSPD", "m", False),
    ],
)  # fmt: skip
def test_a_direction_is_told_by_its_code_its_name_or_its_unit(parameter, units, turns) -> None:
    none = np.empty(0)
    variable = SeriesVariable(none, none.astype(np.uint8), parameter, -1, units)
    assert variable.is_direction is turns
