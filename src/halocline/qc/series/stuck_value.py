"""Stuck value (flat line): the sensor repeats one number for longer than the sea can."""

import math
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field

from halocline.model.estimates import FloatArray
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
    ends: tuple[float, ...] = ()
    """Where a variable may end, beside the record's own lowest number: no rain, 100 % of humidity.
    A run there is not stuck where that end is natural, as `end_share` says."""
    end_share: Annotated[float, Field(gt=0, le=1)] | None = None
    """An end is natural when runs there that are too short to be stuck hold this share of the
    values, or all runs `MOSTLY` of them: a sensor that died did not come and go. None: none is.

    That is a matter of the whole record: a year read alone may answer otherwise. Of 14 variables
    of MAREL Carnot 2005-2008 without thresholds of their own one does, a turbidity at zero for
    weeks of 2006, by 6,959 values; under its code TUR4, which has a limit, by none. A window within
    the month that a year's product sees around it would hold no second shower of a dry season."""


MOSTLY: Final = 0.5
RETURNS: Final = 5
"""Runs that make up `MOSTLY`, at least: a record of one number is stuck whatever the number."""
_DAY = {"bad_h": 1.0, "min_values": 3, "max_gap_h": 1.0}


@column_test(
    name="stuck_value",
    bit=4,
    vouches=False,
    params=StuckValueParams,
    reach_s=lambda params: (
        math.inf
        if params.end_share
        else (params.bad_h + params.min_values * params.max_gap_h) * HOUR_S
    ),
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
        Example([1.0, 0, 0, 0, 0, 1, 0, 3, 0, 1], [0, *[1] * 8, 0], {**_DAY, "end_share": 0.2},
                "0 is the least, two values of ten in short runs: no rain for an hour is weather"),
        Example([1.0, 0, 0, 0, 0, 1, 0, 3, 2, 1], [0, *[4] * 4, *[1] * 4, 0],
                {**_DAY, "end_share": 0.2}, "one value of ten: the sensor stood there"),
        Example([9.0, 9.5, 9.5, 9.5, 9.5, 9, 9.5, 8, 9.5, 9], [0, *[1] * 8, 0],
                {**_DAY, "ends": [9.5], "end_share": 0.2}, "an end that is named, above"),
        Example([1.0, *[0, 0, 0, 0, 1] * 5, 2], [0, *[1] * 25, 0], {**_DAY, "end_share": 0.2},
                "20 values of 27 in five runs, every one long: a dry country"),
    ],
)  # fmt: skip
def stuck_value(column: Column, params: StuckValueParams) -> FlagArray:
    """Flag every value of a constant run that lasts too long BAD; one pass, whatever the limit.

    A short run is GOOD when a different value is seen on both sides; at an edge of the record or
    of a long silence it may go on unseen and stays not evaluated. A run at a natural end counts as
    a short one.
    """
    if column.value.size == 0:
        return np.zeros(0, dtype=np.uint8)
    silent = column.spacing_s > params.max_gap_h * HOUR_S
    breaks = np.flatnonzero((np.diff(column.value) != 0) | silent) + 1
    first = np.concatenate(([0], breaks))
    stop = np.concatenate((breaks, [column.value.size]))
    span_h = (column.time_s[stop - 1] - column.time_s[first]) / HOUR_S
    stuck = (span_h >= params.bad_h) & (stop - first >= params.min_values)
    stuck &= ~_natural(column.value[first], stop - first, stuck=stuck, params=params)
    unseen = np.concatenate(([True], silent, [True]))
    closed = ~unseen[first] & ~unseen[stop]
    flag = np.where(stuck, Flag.BAD, np.where(closed, Flag.GOOD, Flag.NOT_EVALUATED))
    return np.repeat(flag.astype(np.uint8), stop - first)


def _natural(
    number: FloatArray,
    length: npt.NDArray[np.int64],
    *,
    stuck: npt.NDArray[np.bool_],
    params: StuckValueParams,
) -> npt.NDArray[np.bool_]:
    """Runs (r,) at an end where it is natural to stay; number (r,), length (r,) in values."""
    natural = np.zeros(number.size, dtype=bool)
    if params.end_share is None:
        return natural
    for end in {float(number.min()), *params.ends}:
        there = number == end
        passing = length[there & ~stuck].sum() >= params.end_share * length.sum()
        mostly = there.sum() >= RETURNS and length[there].sum() >= MOSTLY * length.sum()
        if passing or mostly:
            natural |= there
    return natural
