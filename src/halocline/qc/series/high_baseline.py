"""High baseline: a sensor that should come down to nothing every so often, and does not."""

import numpy as np
from pydantic import PositiveFloat

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, column_test
from halocline.qc.series._windows import moving_range


class HighBaselineParams(Params):
    """How low the variable must come, and how often."""

    window_h: PositiveFloat
    """Length of the window around each value; for light, two days hold a night whole."""
    below: float
    """The least value of a window is below this, in the unit of the variable."""
    least_share: float
    """A window holding fewer values than this share of what its step allows is not judged."""
    step_s: PositiveFloat
    """The sampling step `least_share` counts with."""


_RULE = {"window_h": 2.0, "below": 5.0, "least_share": 0.8, "step_s": 1200}


@column_test(
    name="high_baseline",
    bit=15,
    vouches=False,
    params=HighBaselineParams,
    reach_s=lambda params: params.window_h / 2 * HOUR_S,
    source="MAREL Iroise: light reads 100.5 every night of the archive",
    examples=[
        Example([100.0, 101, 100, 900, 100, 101, 100], [0, 3, 3, 3, 3, 3, 0], _RULE,
                "never below 5; of 6 values a window of 2 h allows, the ends see 4"),
        Example([0.0, 0, 0, 900, 100, 101, 100], [0, 1, 1, 1, 1, 1, 0], _RULE, "it is dark first"),
        Example([100.0, float("nan"), float("nan"), 900, 100, 101, 100],
                [0, 9, 9, 3, 0, 0, 0], _RULE, "the fourth sees 5 of 6 values, the others fewer"),
    ],
)  # fmt: skip
def high_baseline(column: Column, params: HighBaselineParams) -> FlagArray:
    """Flag values PROBABLY_BAD around which nothing is low."""
    if column.value.size == 0:
        return np.zeros(0, dtype=np.uint8)
    half = params.window_h / 2 * HOUR_S
    first = np.searchsorted(column.time_s, column.time_s - half, side="left")
    stop = np.searchsorted(column.time_s, column.time_s + half, side="right")
    # A value is high or not: the range of that truth over a window, with its own, tells "all high".
    high = (column.value >= params.below).astype(np.float64)
    always = (high == 1) & (moving_range(high, first=first, stop=stop) == 0)
    judged = stop - first >= params.least_share * params.window_h * HOUR_S / params.step_s
    flag = np.where(always, Flag.PROBABLY_BAD, Flag.GOOD)
    return np.where(judged, flag, Flag.NOT_EVALUATED).astype(np.uint8)
