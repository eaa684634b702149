"""Stuck value (flat line): the sensor repeats one number for longer than the sea can."""

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, column_test


class StuckValueParams(Params):
    """How long one and the same number may last."""

    bad_h: float
    """A run this long, from its first to its last value, is BAD."""
    min_values: int
    """Fewer values than this are never a run, whatever time they span."""
    max_gap_h: float
    """A longer silence ends a run: the number may have changed and come back."""


_DAY = {"bad_h": 1.0, "min_values": 3, "max_gap_h": 1.0}


@column_test(
    name="stuck_value",
    bit=4,
    vouches=False,
    params=StuckValueParams,
    reach_s=lambda params: (params.bad_h + params.min_values * params.max_gap_h) * HOUR_S,
    source="QARTOD test 9 (flat line), with exact equality instead of a tolerance; In Situ TAC "
    "oxygen note 1.1 (stuck value)",
    examples=[
        Example([1.0, 2, 2, 2, 2, 1], [0, 4, 4, 4, 4, 0], _DAY, "2 lasts 3 steps of 20 min"),
        Example([1.0, 2, 2, 2, 1, 3], [0, 1, 1, 1, 1, 0], _DAY,
                "40 min are less than an hour; the runs at both ends may go on unseen: not judged"),
        Example([1.0, 2, float("nan"), 2, 2, 1], [0, 4, 9, 4, 4, 0], _DAY,
                "one missing step (a silence of 40 min) does not end the run"),
        Example([1.0, 2, 2, *[float("nan")] * 3, 2, 2, 1], [0, 0, 0, 9, 9, 9, 0, 0, 0], _DAY,
                "a silence of 80 min ends it: both pieces touch an unseen edge"),
    ],
)  # fmt: skip
def stuck_value(column: Column, params: StuckValueParams) -> FlagArray:
    """Flag every value of a constant run that lasts too long BAD; one pass, whatever the limit.

    A short run is GOOD when a different value is seen on both sides; at an edge of the record or
    of a long silence it may go on unseen and stays not evaluated.
    """
    if column.value.size == 0:
        return np.zeros(0, dtype=np.uint8)
    silent = column.spacing_s > params.max_gap_h * HOUR_S
    breaks = np.flatnonzero((np.diff(column.value) != 0) | silent) + 1
    first = np.concatenate(([0], breaks))
    stop = np.concatenate((breaks, [column.value.size]))
    span_h = (column.time_s[stop - 1] - column.time_s[first]) / HOUR_S
    stuck = (span_h >= params.bad_h) & (stop - first >= params.min_values)
    unseen = np.concatenate(([True], silent, [True]))
    closed = ~unseen[first] & ~unseen[stop]
    flag = np.where(stuck, Flag.BAD, np.where(closed, Flag.GOOD, Flag.NOT_EVALUATED))
    return np.repeat(flag.astype(np.uint8), stop - first)
