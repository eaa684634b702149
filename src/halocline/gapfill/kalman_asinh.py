"""The structural Kalman smoother on a scale that draws in heavy tails: blooms, floods, storms.

On its own scale a bloom's noise is taken for the noise of all the year, and a flood's tail pulls
the level behind it. On z = asinh((value − median) / interquartile range) noise near the median is
as it was, and noise far from it grows with the distance, as it does in plankton and salinity.
"""

from dataclasses import dataclass, replace

import numpy as np

from halocline.gapfill._api import series_method
from halocline.gapfill._resolution import resolution
from halocline.gapfill._scene import Answers, Points
from halocline.gapfill.kalman import KalmanFiller, fit_kalman
from halocline.model.estimates import Estimate, FloatArray, Origin
from halocline.model.series import Grid


@series_method(
    name="kalman_asinh",
    title="structural Kalman smoother on a scale that draws in tails",
    origin=Origin.MODELLED,
    source="scale: Johnson 1949, doi:10.1093/biomet/36.1-2.149 (S_U); smoother: see kalman",
)
def fit_kalman_asinh(grid: Grid, *, seed: int) -> "KalmanAsinhFiller":
    """Learn median and interquartile range, and fit the smoother on the scale they make."""
    scale = Asinh.of(grid.value)
    inner = fit_kalman(replace(grid, value=scale(grid.value)), seed=seed)
    return KalmanAsinhFiller(inner=inner, scale=scale)


@dataclass(frozen=True)
class Asinh:
    """z = asinh((value − centre) / unit): straight near the centre, logarithmic far from it."""

    centre: float
    unit: float

    @classmethod
    def of(cls, value: FloatArray) -> "Asinh":
        """Median and interquartile range of the present values; never finer than they are read."""
        present = value[np.isfinite(value)]
        if present.size == 0:
            return cls(0.0, 1.0)
        low, middle, high = np.quantile(present, [0.25, 0.5, 0.75]).tolist()
        return cls(middle, max(high - low, resolution(value)))

    def __call__(self, value: FloatArray) -> FloatArray:
        """Values (k,) on this scale."""
        return np.asarray(np.arcsinh((value - self.centre) / self.unit), dtype=np.float64)

    def back(self, z: FloatArray) -> FloatArray:
        """Values (k,) whose place on this scale is z; the median of a distribution stays one."""
        return np.asarray(self.centre + self.unit * np.sinh(z), dtype=np.float64)


@dataclass(frozen=True)
class KalmanAsinhFiller:
    """The smoother of the scaled series; its answers are medians, with a spread for each side."""

    inner: KalmanFiller
    scale: Asinh

    def __call__(self, grid: Grid) -> Estimate:
        """Median, and half of what lies between one sd below and one above on the scale."""
        z = self.inner(replace(grid, value=self.scale(grid.value)))
        said = self._back(z.value, z.sd)
        return Estimate(value=said.value, sd=(said.below + said.above) / 2)

    def alone(self, grid: Grid, points: Points) -> Answers:
        """As `KalmanFiller.alone`, with a spread for each side."""
        z = self.inner.alone(replace(grid, value=self.scale(grid.value)), points)
        return self._back(z.value, z.below)

    def _back(self, z: FloatArray, sd: FloatArray) -> Answers:
        value = self.scale.back(z)
        return Answers(value, value - self.scale.back(z - sd), self.scale.back(z + sd) - value)
