"""Time gap: a few values between two silences, with no neighbour that could speak for them."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, column_test


class TimeGapParams(Params):
    """What a silence is, and how many values between two of them stand alone."""

    silence_h: float
    """A longer spacing is a silence."""
    fewest: int
    """Fewer values than this between two silences are isolated."""


_ALONE = {"silence_h": 0.6, "fewest": 3}
SLOW: Final = 1.5
"""A variable seldom enough that this many of its own steps are a silence is not judged: water
sampled every fortnight is no row of outages."""
_NAN = float("nan")


@column_test(
    name="time_gap",
    bit=16,
    vouches=False,
    params=TimeGapParams,
    reach_s=lambda params: params.fewest * params.silence_h * HOUR_S,
    source="saqc flagIsolated (2.9); QARTOD test 1 (gap), turned to what lies between two gaps. "
    "Order and repeated stamps are put right, and counted, when a file is read",
    examples=[
        Example([1.0, 1, 1, _NAN, _NAN, 9, 9, _NAN, _NAN, 1, 1, 1],
                [1, 1, 1, 9, 9, 3, 3, 9, 9, 1, 1, 1], _ALONE,
                "two values between silences of an hour; 36 min are one already"),
        Example([1.0, 1, 1, _NAN, 9, 9, 9, _NAN, 1], [1, 1, 1, 9, 1, 1, 1, 9, 3], _ALONE,
                "three speak for one another; the last stands alone until more comes"),
        Example([1.0, 1, 1, 1], [1, 1, 1, 1], _ALONE, "no silence"),
        Example([1.0, 1, _NAN, 1, 1], [0, 0, 9, 0, 0], _ALONE,
                "sampled every half hour, of which one and a half are a silence", step_s=1800),
    ],
)  # fmt: skip
def time_gap(column: Column, params: TimeGapParams) -> FlagArray:
    """Flag values of a group smaller than `fewest` PROBABLY_BAD; an end of the record is a silence.

    The first value after an outage is doubtful until others confirm it. Of a variable whose own
    step is SLOW to a silence nothing is said.
    """
    size = column.value.size
    if size == 0 or SLOW * column.step_s >= params.silence_h * HOUR_S:
        return np.zeros(size, dtype=np.uint8)
    silent = column.spacing_s > params.silence_h * HOUR_S
    first = np.concatenate(([0], np.flatnonzero(silent) + 1))
    count = np.diff(np.concatenate((first, [size])))
    flag = np.where(count < params.fewest, Flag.PROBABLY_BAD, Flag.GOOD).astype(np.uint8)
    return np.repeat(flag, count)
