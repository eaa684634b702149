"""Choose, value by value, what a float's filled profile is built on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.estimates import FloatArray, Origin
from halocline.model.flags import Flag
from halocline.model.profiles import ProfileVariable

GOOD_ADJUSTED = (Flag.GOOD, Flag.PROBABLY_GOOD)
"""Provider's flags of `_ADJUSTED` that an expert, or the real-time adjustment, stands behind."""


@dataclass(frozen=True)
class BestValue:
    """The value to build on; all arrays (N_PROF, N_LEVELS).

    value: float64, NaN where neither the raw nor the adjusted value may be used.
    origin: MEASURED, ADJUSTED, or MISSING where value is NaN.
    error: the provider's standard error beside an adjusted value, else NaN.
    """

    value: FloatArray
    origin: npt.NDArray[np.uint8]
    error: FloatArray


def best_value(variable: ProfileVariable, checked: Checked, *, usable: frozenset[int]) -> BestValue:
    """Prefer the provider's adjusted value, fall back on the raw one, take neither when bad.

    Delayed mode (D): an expert judged the adjusted value, so his flag decides alone, and a level
    he condemned is not replaced by its raw value. Real-time adjusted (A): nobody has looked, so
    our flag of the raw value must allow it as well. Real time (R), or mode A in a profile that
    holds no adjusted value of the parameter: our flag of the raw value decides.
    `usable`: our flags that may feed an estimate; 4 never, 0 and 3 by configuration.
    """
    ours = np.isin(checked.flag, [int(one) for one in usable])
    mode = variable.mode[:, None]
    adjusted = np.isfinite(variable.adjusted) & np.isin(
        variable.adjusted_flag_source, [int(one) for one in GOOD_ADJUSTED]
    )
    take_adjusted = adjusted & ((mode == "D") | ((mode == "A") & ours))
    unadjusted = ~np.isfinite(variable.adjusted).any(axis=1, keepdims=True)
    take_raw = np.isfinite(variable.value) & ours & ((mode == "R") | ((mode == "A") & unadjusted))
    value = np.where(take_adjusted, variable.adjusted, np.where(take_raw, variable.value, np.nan))
    origin = np.where(
        take_adjusted, Origin.ADJUSTED, np.where(take_raw, Origin.MEASURED, Origin.MISSING)
    )
    error = np.where(take_adjusted, variable.adjusted_error, np.nan)
    return BestValue(
        value=value.astype(np.float64),
        origin=origin.astype(np.uint8),
        error=error.astype(np.float64),
    )
