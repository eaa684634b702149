"""Climatology of year, tide and day, with the anomaly carried along a straight line."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import series_method
from halocline.gapfill.linear import LinearFiller, fit_linear
from halocline.model.estimates import Estimate, FloatArray, Origin
from halocline.model.series import Grid

PERIODS_H: Final = (12.4206, 12.0, 12.6583, 6.2103, 6.1033, 25.8193, 24.0)
"""M2, S2, N2, M4, MS4, O1 and the solar day (K1 differs from it by 4 minutes): the constituents
that carry most of the tide of the French coasts and of its overtides."""
YEAR_H: Final = 8766.0
MIN_YEAR_SHARE: Final = 0.9
"""Share of a year the series spans before a yearly cycle is fitted: less is a trend in disguise."""
MIN_CYCLES: Final = 2


@series_method(
    name="harmonic",
    title="tidal, daily and yearly harmonics",
    origin=Origin.MODELLED,
    source="least squares on constituents, Foreman 1977; anomaly interpolated between the edges",
)
def fit_harmonic(grid: Grid, *, seed: int) -> "HarmonicFiller":
    """Fit the harmonics by least squares on the present values, and the anomaly's variogram."""
    periods = _resolved(grid)
    present = np.isfinite(grid.value)
    basis = _basis(grid, periods)
    coefficients: FloatArray = np.zeros(basis.shape[1])
    if present.sum() > 2 * basis.shape[1]:
        centred = grid.value[present] - np.mean(grid.value[present])
        fitted = np.linalg.lstsq(basis[present], centred, rcond=None)[0]
        coefficients = np.asarray(fitted, dtype=np.float64)
    anomaly = Grid(grid.start, grid.step_s, grid.value - basis @ coefficients)
    return HarmonicFiller(periods, coefficients, anomaly=fit_linear(anomaly, seed=seed))


@dataclass(frozen=True)
class HarmonicFiller:
    """A sum of cosines and sines, two coefficients a period, and a line for what they leave."""

    periods: tuple[float, ...]
    coefficients: FloatArray
    anomaly: LinearFiller

    def __call__(self, grid: Grid) -> Estimate:
        """Climatology plus interpolated anomaly; no answer outside the present values."""
        climatology = _basis(grid, self.periods) @ self.coefficients
        rest = self.anomaly(Grid(grid.start, grid.step_s, grid.value - climatology))
        return Estimate(value=climatology + rest.value, sd=rest.sd)


def _resolved(grid: Grid) -> tuple[float, ...]:
    """Periods the step can show and the series spans often enough."""
    span_h = grid.value.size * grid.step_s / 3600
    short = [one for one in PERIODS_H if 2 * grid.step_s / 3600 < one and span_h > MIN_CYCLES * one]
    year = [YEAR_H, YEAR_H / 2] if span_h >= MIN_YEAR_SHARE * YEAR_H else []
    return tuple(short + year)


def _basis(grid: Grid, periods: tuple[float, ...]) -> FloatArray:
    """Cosine and sine of each period in universal time: (n, 2 · periods)."""
    hours = grid.start.astype("datetime64[s]").astype(np.int64) / 3600
    since = hours + np.arange(grid.value.size) * grid.step_s / 3600
    angle = 2 * np.pi * since[:, None] / np.array(periods)[None, :]
    return np.concatenate((np.cos(angle), np.sin(angle)), axis=1)
