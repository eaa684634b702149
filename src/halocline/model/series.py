"""A fixed station's time series as received, and the regular grid filling works on."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.directions import is_direction
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray, start_flags

TimeArray = npt.NDArray[np.datetime64]
BoolArray = npt.NDArray[np.bool_]
SNAP_SHARE: Final = 0.25
"""A stamp nearer than this share of a step to a grid point is at its moment."""

UNMEASURED: Final = (Flag.NOMINAL, Flag.ESTIMATED)
"""Flags of values nobody measured."""


@dataclass(frozen=True)
class SeriesVariable:
    """One parameter at one level of a station; every array is (n,), on the time of its series.

    `value` is NaN where the file holds nothing or the parameter's fill value; `flag_source` is
    the provider's digit, 9 where the row or the column was absent.
    """

    value: FloatArray
    flag_source: FlagArray
    parameter: str
    """The provider's code: TEMP, PSAL, DOX1, FLU3, TUR4 …"""
    level: int
    """The label of the column (LEVEL1 → 1): a label, not a depth."""
    units: str = ""

    @property
    def measured(self) -> BoolArray:
        """Where (n,) a sensor wrote a value, as far as the provider says."""
        return np.isfinite(self.value) & ~np.isin(self.flag_source, UNMEASURED)

    @property
    def first_flag(self) -> FlagArray:
        """Our flag (n,) before any test: NOT_EVALUATED, MISSING, or the provider's 7 and 8.

        Those say that nobody measured the value (NOMINAL, ESTIMATED: Copernicus In Situ table 2),
        which is no matter of quality; nothing else of the provider's flags is looked at.
        """
        flag = start_flags(self.value)
        told = (flag == Flag.NOT_EVALUATED) & ~self.measured
        return np.where(told, self.flag_source, flag).astype(np.uint8)

    @property
    def is_direction(self) -> bool:
        """Whether the values turn in a circle: 359° and 1° are neighbours, their mean is not 180°.

        No filling method, variogram or interval of this project knows the circle.
        """
        return is_direction(self.parameter, self.units)


@dataclass(frozen=True)
class Series:
    """Everything received from one station in one period, on the union of its stamps.

    time (n,) datetime64[s] UTC, strictly increasing; latitude, longitude (n,) degrees.
    Variables are named PARAM for level 1, PARAM_LEVEL<n> for others, PARAM_LEVELM<n> below 0:
    a name never depends on which other columns a file happens to hold.
    """

    platform: str
    time: TimeArray
    latitude: FloatArray
    longitude: FloatArray
    variables: dict[str, SeriesVariable]
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """One variable on its own regular step.

    `start` + k·`step_s` is the time of value k (n,), float64, NaN where missing or not used.
    """

    start: np.datetime64
    step_s: int
    value: FloatArray

    @property
    def time(self) -> TimeArray:
        """Stamps of the grid, datetime64[s]."""
        start_s = self.start.astype("datetime64[s]").astype(np.int64)
        stamps = start_s + np.arange(self.value.size) * self.step_s
        return np.asarray(stamps, dtype="datetime64[s]")


def latitude_of(series: Series) -> float:
    """Median of the latitudes received, degrees north; NaN where none was."""
    known = series.latitude[np.isfinite(series.latitude)]
    return float(np.median(known)) if known.size else float("nan")


def variable_name(parameter: str, level: int) -> str:
    """Name of a parameter at a level inside a product: TEMP, TEMP_LEVEL3, DRYT_LEVELM1."""
    if level == 1:
        return parameter
    return f"{parameter}_LEVEL{level}" if level >= 0 else f"{parameter}_LEVELM{-level}"


def own_step_s(time: TimeArray) -> int:
    """Most frequent spacing of sorted stamps, to the minute, in seconds; 0 for fewer than two.

    Stamps drift by seconds, so spacings are rounded to 60 s before they are counted; a tie goes
    to the shorter step.
    """
    seconds: npt.NDArray[np.int64] = np.asarray(time, dtype="datetime64[s]").astype(np.int64)
    spacing = np.diff(seconds)
    minutes = np.round(spacing / 60).astype(np.int64)
    minutes = minutes[minutes > 0]
    if minutes.size == 0:
        return 0
    values, counts = np.unique(minutes, return_counts=True)
    return int(values[np.argmax(counts)]) * 60
