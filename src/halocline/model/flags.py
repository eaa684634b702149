"""Quality flags in the Argo / OceanSITES scheme, and how two of them merge.

Source: Argo reference table 2, doi:10.13155/29825; Copernicus In Situ table 2.
"""

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

FlagArray = npt.NDArray[np.uint8]
MaskArray = npt.NDArray[np.uint64]


class Flag(IntEnum):
    """One quality code; the number is what is stored."""

    NOT_EVALUATED = 0
    GOOD = 1
    PROBABLY_GOOD = 2
    PROBABLY_BAD = 3
    BAD = 4
    CHANGED = 5
    NOMINAL = 7
    ESTIMATED = 8
    MISSING = 9


FLAG_MEANINGS: Final = (
    "not_evaluated good probably_good probably_bad bad value_changed nominal_value estimated "
    "missing"
)
"""CF `flag_meanings`, in the order of `Flag`."""

SEVERITY: Final = np.array([0, 1, 2, 4, 5, 3, 6, 7, 8, 9], dtype=np.uint8)
"""Rank of each code 0-9 when flags merge: only ever upwards, missing above all."""


def merge(first: FlagArray, second: FlagArray) -> FlagArray:
    """Keep the more severe of two flags, element by element; inputs (same shape) stay untouched.

    Order: 0 < 1 < 2 < 5 < 3 < 4 < 7 < 8 < 9, so a test only raises a flag and missing stays.
    """
    return np.where(SEVERITY[second] > SEVERITY[first], second, first).astype(np.uint8)


def start_flags(value: npt.NDArray[np.floating]) -> FlagArray:
    """Give each present value NOT_EVALUATED and each missing one (not finite) MISSING."""
    return np.where(np.isfinite(value), Flag.NOT_EVALUATED, Flag.MISSING).astype(np.uint8)
