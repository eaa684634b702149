"""Spike: one or two values that leave their neighbours and come back."""

from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import PositiveFloat

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, column_test
from halocline.qc.series._noise import block_noise
from halocline.qc.series._smooth import curve_departure

SIDE: Final = 2
"""Neighbours looked at on each side: the median of five outvotes a spike of two values."""


class SpikeParams(Params):
    """How far from its neighbours a value may be."""

    floor: float
    """Smallest departure ever called a spike, in the unit of the variable, at `reference_step_s`;
    grows with the spacing beyond it, as the sea has longer to move."""
    noise_factor: float
    """Departures below this many standard deviations of the days around are noise."""
    reference_step_s: PositiveFloat
    """The sampling step `floor` was chosen for."""
    noise_h: PositiveFloat
    """Length of the blocks the noise is measured in; a value is compared with three of them."""
    max_gap_h: float
    """Neighbours further apart than this say nothing of each other: not judged."""


_PLAIN = {
    "floor": 6.0,
    "noise_factor": 5.0,
    "reference_step_s": 1200,
    "noise_h": 24,
    "max_gap_h": 2,
}


@column_test(
    name="spike",
    bit=2,
    stage=1,
    params=SpikeParams,
    reach_s=lambda params: 2 * params.noise_h * HOUR_S + 2 * SIDE * params.max_gap_h * HOUR_S,
    source="Hampel filter (Davies and Gather 1993, doi:10.1080/01621459.1993.10476339) with a "
    "floor; QARTOD test 6 compares two neighbours only and ignores the time step",
    examples=[
        Example([10.0, 10, 17, 10, 10], [0, 0, 4, 0, 0], _PLAIN,
                "by hand: median of five 10, departure 7 > 6; the ends lack neighbours"),
        Example([10.0, 10, 10, 17, 17, 10, 10, 10], [0, 0, 1, 4, 4, 1, 0, 0], _PLAIN,
                "a spike of two values: both depart by 7 from the median 10"),
        Example([10.0, 17, 24, 31, 38], [0, 0, 1, 0, 0], _PLAIN, "a slope is not a spike"),
        Example([10.0, 10, 18, float("nan"), 10, 10], [0, 0, 4, 9, 0, 0], _PLAIN,
                "5 steps where 4 are usual raise the floor to 7.5; the departure is 8"),
        Example([1.0, 8, 15, 18, 15, 8, 1], [0, 0, 1, 1, 1, 0, 0], {**_PLAIN, "floor": 2.0},
                "the crest departs by 3 from the median 15 and by 0.67 from the curve of its "
                "neighbours, (4 x 15 + 4 x 15 - 8 - 8) / 6 = 17.33, by 1.2 without the one after "
                "it: -0.3 x 8 + 15 + 0.5 x 8 - 0.2 x 1 = 16.4 and 1.6 < 2"),
        Example([10.0, 10, 17, 10, 10], [0, 0, 0, 0, 0], {**_PLAIN, "max_gap_h": 0.25},
                "steps of 20 min are silences of more than 15 min: not judged"),
    ],
)  # fmt: skip
def spike(column: Column, params: SpikeParams) -> FlagArray:
    """Flag values BAD that are far from the median of five and from their neighbours' curve.

    The median, of a value and two neighbours a side, takes one side of a step and outvotes a spike
    of two. An extreme of a tide sampled once an hour is far from it as well, and on the curve.
    """
    flag = np.zeros(column.value.size, dtype=np.uint8)
    if column.value.size < 2 * SIDE + 1:
        return flag
    judged = SIDE + np.flatnonzero(~_silent(column, params.max_gap_h))
    departure = np.abs(column.value[judged] - median_of_five(column.value)[judged - SIDE])
    noise = block_noise(departure, time_s=column.time_s[judged], block_h=params.noise_h)
    spacing_s = (column.time_s[judged + SIDE] - column.time_s[judged - SIDE]) / (2 * SIDE)
    floor = params.floor * np.maximum(1.0, spacing_s / params.reference_step_s)
    limit = np.maximum(floor, params.noise_factor * noise)
    flag[judged] = Flag.GOOD
    far = np.flatnonzero(departure > limit)
    curve = curve_departure(column, judged[far], silent_s=params.max_gap_h * HOUR_S)
    flag[judged[far[curve > limit[far]]]] = Flag.BAD
    return flag


def median_of_five(value: FloatArray) -> FloatArray:
    """Median of each value and its two neighbours on each side; value (n,) → (n - 4,)."""
    low, high = np.minimum(value[:-1], value[1:]), np.maximum(value[:-1], value[1:])
    # Of two ordered pairs, drop the least and the greatest: they cannot be the median of five.
    second = np.maximum(low[:-3], low[3:])
    third = np.minimum(high[:-3], high[3:])
    middle = value[SIDE:-SIDE]
    return np.maximum(np.minimum(second, third), np.minimum(middle, np.maximum(second, third)))


def _silent(column: Column, max_gap_h: float) -> npt.NDArray[np.bool_]:
    """Where one of the four spacings around a value is a silence; (n - 4,)."""
    silent = column.spacing_s > max_gap_h * HOUR_S
    return np.asarray(silent[:-3] | silent[1:-2] | silent[2:-1] | silent[3:])
