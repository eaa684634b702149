"""Cap value: the number a logger writes when the sensor is beyond its scale."""

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Column, Example, column_test


class CapValueParams(Params):
    """Numbers that say "at the end of the scale"."""

    values: tuple[float, ...]
    within: float
    """Half the resolution of the variable: how near to a cap is the cap."""


@column_test(
    name="cap_value",
    bit=9,
    stage=0,
    vouches=False,
    params=CapValueParams,
    reach_s=lambda _params: 0.0,
    source="MAREL Carnot 2005-2008: 76 values of pH are exactly 9.50, none is above",
    examples=[
        Example([9.49, 9.5, 9.51], [1, 3, 1], {"values": [9.5], "within": 0.005}, "the cap"),
        Example([0.0, 777.7], [3, 3], {"values": [0, 777.7], "within": 0.0}, "one of several"),
        Example([float("nan"), 8.1], [9, 1], {"values": [9.5], "within": 0.005}, "missing"),
    ],
)  # fmt: skip
def cap_value(column: Column, params: CapValueParams) -> FlagArray:
    """Flag values at a cap PROBABLY_BAD: the sea was there or beyond."""
    capped = np.zeros(column.value.size, dtype=bool)
    for cap in params.values:
        capped |= np.abs(column.value - cap) <= params.within
    return np.where(capped, Flag.PROBABLY_BAD, Flag.GOOD).astype(np.uint8)
