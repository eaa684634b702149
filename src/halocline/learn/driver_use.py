"""What from outside a station entered the estimates of one variable."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from halocline.learn.filling import DriverUse
from halocline.learn.hidden_gaps import BoolArray
from halocline.model.estimates import Filled, FloatArray, Origin

ESTIMATED: Final = (Origin.INTERPOLATED, Origin.MODELLED)


def driver_use(
    filled: Filled,
    *,
    learned: tuple[str, ...],
    looked_at: tuple[bool, ...],
    drivers: Mapping[str, FloatArray],
    inside: BoolArray | None = None,
) -> DriverUse | None:
    """Each driver of `learned`, and at how many of the estimates it was known.

    `looked_at`: see `DriverUse`; `drivers` (n,) on the grid of `filled`, by name, some perhaps
    absent; `inside` (n,): the steps that count, all without it. None where no method looks at
    drivers, or nothing was estimated.
    """
    estimated = np.isin(filled.origin, ESTIMATED)
    if inside is not None:
        estimated &= inside
    if not learned or not any(looked_at) or not estimated.any():
        return None
    known = {
        name: float(np.isfinite(drivers[name][estimated]).mean()) if name in drivers else 0.0
        for name in learned
    }
    return DriverUse(known, looked_at)
