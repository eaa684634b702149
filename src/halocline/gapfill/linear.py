"""Straight line between the two edges of a gap: the method every other must beat."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._api import series_method
from halocline.gapfill._liveliness import liveliness, usual_spread
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
        variogram=variogram(grid.value, max_lag=max_lag),
        floor=resolution(grid.value) / 12**0.5,
        usual=usual_spread(grid),
    )


@dataclass(frozen=True)
class LinearFiller:
    """Straight lines with the error a series of this variogram makes on them.

    At d1 and d2 steps from edges L apart the weights are w1 = d2/L, w2 = d1/L, and the variance
    of the error is 2 w1 γ(d1) + 2 w2 γ(d2) − 2 w1 w2 γ(L), larger beside a lively stretch and
    smaller beside a calm one (`usual`: see `_liveliness`). The floor is the error of rounding.
    """

    variogram: FloatArray
    floor: float
    usual: float = 0.0

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
        lively = self._lively(grid, left, right)
        sd[inside] = self._sd(inside - left, right - inside, lively=lively)
        return Estimate(value=value, sd=sd)

    def _lively(self, grid: Grid, left: IntArray, right: IntArray) -> FloatArray:
        """Of the gap each step is in, 1 outside gaps; left, right: its present edges (k,)."""
        factor, missing = np.ones(left.size), right > left
        edge, index = np.unique(left[missing], return_index=True)
        stop = right[missing][index]
        each = liveliness(grid, first=edge + 1, stop=stop, usual=self.usual)
        factor[missing] = each[np.searchsorted(edge, left[missing])]
        return factor

    def _sd(self, from_left: IntArray, to_right: IntArray, *, lively: FloatArray) -> FloatArray:
        span = np.maximum(from_left + to_right, 1)
        weight_left, weight_right = to_right / span, from_left / span
        ends = weight_left * self._at(from_left) + weight_right * self._at(to_right)
        bridge = ends - weight_left * weight_right * self._at(span)
        variance = 2 * np.maximum(bridge, LEAST_SHARE * ends)
        return np.asarray(np.sqrt(variance * lively**2 + self.floor**2))

    def _at(self, lag: IntArray) -> FloatArray:
        return self.variogram[np.minimum(lag, self.variogram.size - 1)]
