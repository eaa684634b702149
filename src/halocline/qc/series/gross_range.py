"""Gross range: what the sensor can give, and what the region can hold."""

from typing import Self

import numpy as np
from pydantic import model_validator

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Column, Example, column_test


class GrossRangeParams(Params):
    """Limits in the unit of the variable; a value on a limit passes."""

    sensor: tuple[float, float]
    """Outside, the sensor cannot have measured it: BAD."""
    region: tuple[float, float] | None = None
    """Outside, the sea here does not do that: PROBABLY_BAD."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for low, high in filter(None, (self.sensor, self.region)):
            if not low < high:
                raise ValueError(f"range [{low}, {high}] is empty")
        return self


@column_test(
    name="gross_range",
    bit=1,
    stage=0,
    params=GrossRangeParams,
    reach_s=lambda _params: 0.0,
    source="EuroGOOS DATA-MEQ real-time QC (doi:10.13155/36230); QARTOD test 4",
    examples=[
        Example([10.0, 41.0, -3.0], [1, 4, 4], {"sensor": (-2.5, 40.0)}, "41 > 40, -3 < -2.5"),
        Example([40.0, -2.5], [1, 1], {"sensor": (-2.5, 40.0)}, "a value on a limit passes"),
        Example([31.0, 41.0], [3, 4], {"sensor": (-2.5, 40.0), "region": (0.0, 30.0)},
                "31 is outside the region alone, 41 outside both: the worse flag stands"),
        Example([float("nan"), 10.0], [9, 1], {"sensor": (-2.5, 40.0)}, "missing stays missing"),
    ],
)  # fmt: skip
def gross_range(column: Column, params: GrossRangeParams) -> FlagArray:
    """Flag values outside the sensor's range BAD, outside the region's PROBABLY_BAD."""
    flag = np.full(column.value.size, Flag.GOOD, dtype=np.uint8)
    if params.region is not None:
        flag[_outside(column, params.region)] = Flag.PROBABLY_BAD
    flag[_outside(column, params.sensor)] = Flag.BAD
    return flag


def _outside(column: Column, limits: tuple[float, float]) -> np.ndarray:
    return (column.value < limits[0]) | (column.value > limits[1])
