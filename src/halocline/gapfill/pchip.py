"""Monotone cubic through the present values: a smooth line that never overshoots its edges."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator

from halocline.gapfill._api import series_method
from halocline.gapfill.linear import LinearFiller, fit_linear
from halocline.model.estimates import Estimate, Origin
from halocline.model.series import Grid

MIN_KNOTS = 2


@series_method(
    name="pchip",
    title="monotone cubic interpolation",
    origin=Origin.INTERPOLATED,
    source="Fritsch and Butland 1984, doi:10.1137/0905021",
)
def fit_pchip(grid: Grid, *, seed: int) -> "PchipFiller":
    """Learn the variogram of a grid; the curve itself needs nothing learned."""
    return PchipFiller(line=fit_linear(grid, seed=seed))


@dataclass(frozen=True)
class PchipFiller:
    """PCHIP values with the uncertainty of the straight line between the same edges."""

    line: LinearFiller

    def __call__(self, grid: Grid) -> Estimate:
        """Fill between present values; before the first and after the last there is no answer."""
        estimate = self.line(grid)
        present = np.flatnonzero(np.isfinite(grid.value))
        if present.size < MIN_KNOTS:
            return estimate
        curve = PchipInterpolator(present, grid.value[present], extrapolate=False)
        return replace(estimate, value=np.asarray(curve(np.arange(grid.value.size))))
