"""Where a value came from, and an estimate with its uncertainty."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import ContractBroken

FloatArray = npt.NDArray[np.float64]


class Origin(IntEnum):
    """Where a value of `<VAR>_FILLED` came from; the number is what is stored."""

    MEASURED = 0
    ADJUSTED = 1
    INTERPOLATED = 2
    MODELLED = 3
    MISSING = 9


ORIGIN_MEANINGS: Final = "measured adjusted interpolated modelled missing"
"""CF `flag_meanings`, in the order of `Origin`."""

INTERVAL_LEVEL: Final = 0.90
"""Nominal coverage of `<VAR>_LOWER` … `<VAR>_UPPER`."""


@dataclass(frozen=True)
class Estimate:
    """A method's answer on a grid: mean and standard deviation, NaN where it has none.

    value, sd (n,) in the unit of the variable; sd > 0 wherever value is finite.
    """

    value: FloatArray
    sd: FloatArray


@dataclass(frozen=True)
class Filled:
    """The complete series of one variable: measured values kept, gaps estimated.

    All arrays share one shape. `sd`, `lower`, `upper` are NaN at measured points unless the
    provider gave an error.
    """

    value: FloatArray
    origin: npt.NDArray[np.uint8]
    sd: FloatArray
    lower: FloatArray
    upper: FloatArray

    def __post_init__(self) -> None:
        """Refuse an estimate without uncertainty: it could be taken for a measurement.

        Raises:
            ContractBroken: ours; a method gave a value and no interval.
        """
        estimated = (self.origin == Origin.INTERPOLATED) | (self.origin == Origin.MODELLED)
        sure = np.isfinite(self.sd) & np.isfinite(self.lower) & np.isfinite(self.upper)
        if (estimated & ~sure).any():
            count = int((estimated & ~sure).sum())
            raise ContractBroken(f"{count} estimated values carry no uncertainty")
