"""The tide at every step, from a level that was measured at some: a driver no outage takes away."""

from dataclasses import replace
from importlib.util import find_spec
from typing import Final

import numpy as np

from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

SHORTEST_DAYS: Final = 29.0
"""A lunar month: shorter, spring and neap tides are not told apart."""
SPARSEST_STEP_S: Final = 3600
"""Analysed at most hourly: the shortest constituents that matter last four hours."""
EPOCH: Final = np.datetime64("2000-01-01", "s")


def tide_name(level: str) -> str:
    """What the tide analysed from a level is called among drivers."""
    return f"tide_of_{level}"


def predicted_tide(level: Grid, *, latitude: float) -> Grid:
    """The astronomical tide on the steps of `level`, known at all of them; units of the level.

    Harmonic analysis of the known values by UTide (Codiga 2011), constituents by the length of the
    record, ordinary least squares, no trend. `latitude`: degrees, for the nodal corrections; where
    it is not finite they are left out, which matters over years.

    Raises:
        ConfigInvalid: the operator's; UTide is not installed, or the record is too short.
    """
    if find_spec("utide") is None:
        raise ConfigInvalid("the tide needs UTide: pip install 'halocline[learn]'")
    import utide  # noqa: PLC0415

    known = np.flatnonzero(np.isfinite(level.value))
    days = float(np.ptp(known)) * level.step_s / 86400 if known.size else 0.0
    if days < SHORTEST_DAYS:
        raise ConfigInvalid(
            f"a tide cannot be told from {known.size} levels over {days:.0f} days: "
            f"wanted {SHORTEST_DAYS:.0f} days or more"
        )
    sparse = known[:: max(1, SPARSEST_STEP_S // level.step_s)]
    time = _days(level)
    found = utide.solve(
        time[sparse], level.value[sparse], lat=latitude if np.isfinite(latitude) else 0.0,
        nodal=bool(np.isfinite(latitude)), trend=False, method="ols", conf_int="none",
        epoch=str(EPOCH)[:10], verbose=False,
    )  # fmt: skip
    told = utide.reconstruct(time, found, epoch=str(EPOCH)[:10], verbose=False)
    return replace(level, value=np.asarray(told["h"], dtype=np.float64))


def _days(grid: Grid) -> FloatArray:
    return np.asarray((grid.time - EPOCH).astype(np.int64) / 86400, dtype=np.float64)
