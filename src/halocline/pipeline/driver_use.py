"""What from outside a station entered the estimates of one product."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from halocline.learn.alignment import onto
from halocline.learn.filling import DriverUse, SeriesFill
from halocline.learn.station import VariableModel
from halocline.model.estimates import Origin
from halocline.model.series import Grid

ESTIMATED: Final = (Origin.INTERPOLATED, Origin.MODELLED)


def driver_use(
    model: VariableModel,
    fill: SeriesFill,
    *,
    grid: Grid,
    drivers: Mapping[str, Grid],
    year: int,
) -> DriverUse | None:
    """Each driver the model was learned with, and at how many of the year's estimates it was known.

    `fill` is on `grid`. None where no method of the model looks at drivers, or nothing was
    estimated.
    """
    looked_at = tuple(bool(slot.models) for _key, slot in sorted(model.slots.items()))
    inside = grid.time.astype("datetime64[Y]") == np.datetime64(f"{year}", "Y")
    estimated = np.isin(fill.filled.origin, ESTIMATED) & inside
    if not model.drivers or not any(looked_at) or not estimated.any():
        return None
    known = {
        name: float(np.isfinite(onto(drivers[name], grid)[estimated]).mean())
        if name in drivers
        else 0.0
        for name in model.drivers
    }
    return DriverUse(known, looked_at)
