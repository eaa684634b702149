"""Straight line between the two edges of a gap: the method every other must beat."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._api import series_method
from halocline.gapfill._resolution import resolution
from halocline.gapfill._variogram import variogram
from halocline.model.estimates import Estimate, FloatArray, Origin
from halocline.model.gaps import GAP_CLASSES_H
from halocline.model.series import Grid

IntArray = npt.NDArray[np.intp]
LEAST_SHARE: Final = 0.1
"""What the line's second edge may leave of the error of its first, as a share of the variance. It
leaves half of a random walk's, 0.75 of noise. With a trend, and at lags near the record's length,
of which there is one sample, the terms cancel and would promise no error in mid-gap."""


@series_method(
    name="linear",
    title="linear interpolation",
    origin=Origin.INTERPOLATED,
    source="error variance: Chilès and Delfiner, Geostatistics, 2nd ed., eq. 3.4",
)
def fit_linear(grid: Grid, *, seed: int) -> "LinearFiller":
    """Learn the variogram of a grid, from which the error of a straight line follows."""
    del seed  # nothing is drawn
    max_lag = min(grid.value.size, int(GAP_CLASSES_H[-1] * 3600 / grid.step_s) + 1)
    return LinearFiller(
        variogram=variogram(grid.value, max_lag=max_lag), floor=resolution(grid.value) / 12**0.5
    )


@dataclass(frozen=True)
class LinearFiller:
    """Straight lines with the error a series of this variogram makes on them.

    At d1 and d2 steps from edges L apart the weights are w1 = d2/L, w2 = d1/L, and the variance
    of the error is 2 w1 γ(d1) + 2 w2 γ(d2) − 2 w1 w2 γ(L). The floor is the error of rounding.
    """

    variogram: FloatArray
    floor: float

    def __call__(self, grid: Grid) -> Estimate:
        """Fill between present values; before the first and after the last there is no answer."""
        present = np.flatnonzero(np.isfinite(grid.value))
        value = np.full(grid.value.size, np.nan)
        sd = np.full(grid.value.size, np.nan)
        if present.size == 0:
            return Estimate(value=value, sd=sd)
        inside = np.arange(present[0], present[-1] + 1)
        value[inside] = np.interp(inside, present, grid.value[present])
        left = present[np.searchsorted(present, inside, side="right") - 1]
        right = present[np.searchsorted(present, inside, side="left")]
        sd[inside] = self._sd(inside - left, right - inside)
        return Estimate(value=value, sd=sd)

    def _sd(self, from_left: IntArray, to_right: IntArray) -> FloatArray:
        span = np.maximum(from_left + to_right, 1)
        weight_left, weight_right = to_right / span, from_left / span
        ends = weight_left * self._at(from_left) + weight_right * self._at(to_right)
        bridge = ends - weight_left * weight_right * self._at(span)
        variance = 2 * np.maximum(bridge, LEAST_SHARE * ends)
        return np.asarray(np.sqrt(variance + self.floor**2))

    def _at(self, lag: IntArray) -> FloatArray:
        return self.variogram[np.minimum(lag, self.variogram.size - 1)]
