"""Rate of change: a value the sea could not have reached since the one before."""

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, column_test


class RateOfChangeParams(Params):
    """How fast the variable may move."""

    per_hour: float
    """Fastest credible change, in the unit of the variable an hour."""
    shortest_s: float
    """Spacings below this count as this: noise between readings seconds apart is not a rate."""
    max_gap_h: float
    """After a longer silence a value is not compared with the one before: not judged."""


_FAST = {"per_hour": 3.0, "shortest_s": 600, "max_gap_h": 2}


@column_test(
    name="rate_of_change",
    bit=3,
    params=RateOfChangeParams,
    reach_s=lambda params: params.max_gap_h * HOUR_S,
    source="QARTOD test 7; the limit is a rate here, there a number of standard deviations",
    examples=[
        Example([10.0, 10.9, 12.0], [0, 1, 3], _FAST,
                "by hand: 0.9 in 20 min is 2.7 an hour, 1.1 is 3.3; the first has none before it"),
        Example([10.0, float("nan"), 12.0], [0, 9, 1], _FAST,
                "2 in 40 min is exactly 3 an hour: a limit passes"),
        Example([10.0, *[float("nan")] * 6, 30.0, 30.0], [0, 9, 9, 9, 9, 9, 9, 0, 1], _FAST,
                "7 steps are 140 min, more than 2 h: not judged"),
    ],
)  # fmt: skip
def rate_of_change(column: Column, params: RateOfChangeParams) -> FlagArray:
    """Flag each value that arrives too fast from the one before PROBABLY_BAD."""
    flag = np.zeros(column.value.size, dtype=np.uint8)
    hours = np.maximum(column.spacing_s, params.shortest_s) / HOUR_S
    fast = np.abs(np.diff(column.value)) > params.per_hour * hours
    judged = column.spacing_s <= params.max_gap_h * HOUR_S
    flag[1:] = np.where(judged, np.where(fast, Flag.PROBABLY_BAD, Flag.GOOD), Flag.NOT_EVALUATED)
    return flag
