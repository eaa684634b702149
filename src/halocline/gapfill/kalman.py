"""Structural Kalman smoother: a level that wanders, a memory that fades, the tide and the day."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.optimize

from halocline.gapfill._api import series_method
from halocline.gapfill._hidden_alone import smooth_alone
from halocline.gapfill._resolution import resolution
from halocline.gapfill._scene import Answers, Points
from halocline.gapfill._state_space import StateSpace
from halocline.gapfill._windowed import windows_of
from halocline.model.estimates import Estimate, FloatArray, Origin
from halocline.model.series import Grid

HARMONICS_H: Final = (((12.42, 6.21), "tide"), ((24.0,), "day"))
"""Periods in hours of the rotating pairs, grouped by the variance they share: M2 with its first
overtide M4, and the solar day."""
DIFFUSE: Final = 1e3
"""Starting variance of a state nothing is known of, in units of the series' own variance: wide
enough to say nothing, narrow enough that subtracting it leaves ten digits."""
STRETCHES: Final = 4
STRETCH_H: Final = 14 * 24.0
"""Parameters are fitted on the fullest fortnight of each quarter of the series: spring and neap
tide in each, every season seen, the cost independent of the length."""
MIN_VALUES: Final = 100
"""Below this many present values the starting guess is kept: a likelihood of so few says little."""
MAX_TRIALS: Final = 400
"""Likelihoods evaluated at most in a fit: half a second for four fortnights at 20 minutes."""
STARTS: Final = (
    (-4.0, -4.0, -3.0, -8.0, -8.0, 3.0),
    (-6.0, -8.0, -2.0, -6.0, -6.0, 5.0),
)
"""Two guesses of (log variance of irregular, level, memory, tide, day; logit of the memory): the
more likely one is improved."""
BOUNDS: Final = ((-14.0, 2.0), (-16.0, 1.0), (-14.0, 2.0), (-18.0, 0.0), (-18.0, 0.0), (-2.0, 8.0))


@series_method(
    name="kalman",
    title="structural Kalman smoother",
    origin=Origin.MODELLED,
    source="Harvey 1989; Durbin and Koopman 2012, ch. 3-4; parameters by maximum likelihood",
)
def fit_kalman(grid: Grid, *, seed: int) -> "KalmanFiller":
    """Fit the noise of each component by maximum likelihood on good stretches of the grid."""
    del seed  # the optimiser starts from fixed guesses
    present = grid.value[np.isfinite(grid.value)]
    centre = float(np.median(present)) if present.size else 0.0
    floor = resolution(grid.value)
    step_h = grid.step_s / 3600
    stretches = _stretches(grid.value, step_h=step_h)
    scale = max([_spread(one) for one in stretches] + [floor])
    parameters = _most_likely([(one - centre) / scale for one in stretches], step_h=step_h)
    return KalmanFiller(
        model=_model(parameters, step_h=step_h), centre=centre, scale=scale, floor=floor / 12**0.5
    )


@dataclass(frozen=True)
class KalmanFiller:
    """A fitted model; values are smoothed as (value − centre) / scale."""

    model: StateSpace
    centre: float
    scale: float
    floor: float

    def __call__(self, grid: Grid) -> Estimate:
        """Mean and sd of what the sensor would have read: signal, irregular and rounding."""
        if not np.isfinite(grid.value).any():
            nothing = np.full(grid.value.size, np.nan)
            return Estimate(value=nothing, sd=nothing.copy())
        signal, variance = self.model.smooth((grid.value - self.centre) / self.scale)
        return Estimate(value=self.centre + self.scale * signal, sd=self._sd(variance))

    def alone(self, grid: Grid, points: Points) -> Answers:
        """The same at points of gaps, each hidden alone, from a window around it."""
        low, high = windows_of(grid, points)
        scaled = (grid.value - self.centre) / self.scale
        signal, variance = smooth_alone(self.model, scaled, points, low=low, high=high)
        sd = self._sd(variance)
        return Answers(value=self.centre + self.scale * signal, below=sd, above=sd)

    def _sd(self, variance: FloatArray) -> FloatArray:
        spread = self.scale * np.sqrt(variance + self.model.irregular)
        return np.asarray(np.hypot(spread, self.floor), dtype=np.float64)


def _stretches(value: FloatArray, *, step_h: float) -> list[FloatArray]:
    """The window of STRETCH_H with most present values in each quarter of the series.

    It is as many steps as a fit needs where the step is so long that STRETCH_H holds fewer (an
    error a sixth smaller on thirty years of daily temperature); a hundred visits are one stretch.
    """
    width = max(int(STRETCH_H / step_h), MIN_VALUES)
    if value.size <= STRETCHES * width:
        return [value]
    counts = np.concatenate(([0], np.cumsum(np.isfinite(value))))
    inside = counts[width:] - counts[:-width]
    quarters = np.array_split(np.arange(value.size - width + 1), STRETCHES)
    starts = [int(quarter[np.argmax(inside[quarter])]) for quarter in quarters]
    return [value[start : start + width] for start in starts]


def _spread(value: FloatArray) -> float:
    present = value[np.isfinite(value)]
    return float(np.std(present)) if present.size else 0.0


def _most_likely(stretches: list[FloatArray], *, step_h: float) -> FloatArray:
    """Parameters that maximise the summed log-likelihood of the stretches."""
    n_values = sum(int(np.isfinite(one).sum()) for one in stretches)

    def cost(parameters: FloatArray) -> float:
        model = _model(parameters, step_h=step_h)
        total = sum(model.log_likelihood(one) for one in stretches)
        return -total / max(n_values, 1) if np.isfinite(total) else 1e10

    best = min((np.asarray(start) for start in STARTS), key=cost)
    if n_values < MIN_VALUES:
        return best
    found = scipy.optimize.minimize(
        cost,
        best,
        method="Nelder-Mead",  # gradients by difference end 0.03 nats a value worse (measured)
        bounds=BOUNDS,
        options={"maxfev": MAX_TRIALS, "xatol": 0.02, "fatol": 1e-5},
    )
    return np.asarray(found.x, dtype=np.float64)


def _model(parameters: FloatArray, *, step_h: float) -> StateSpace:
    """State space of these parameters; a harmonic the step cannot resolve is left out."""
    irregular, level, memory, *rotating = np.exp(parameters[:5])
    decay_of_memory = 1 / (1 + np.exp(-parameters[5]))
    decay, cross, partner = [1.0, float(decay_of_memory)], [0.0, 0.0], [0, 1]
    noise, load = [float(level), float(memory)], [1.0, 1.0]
    start = [DIFFUSE, float(memory / (1 - decay_of_memory**2))]
    for (periods, _), variance in zip(HARMONICS_H, rotating, strict=True):
        for period in periods:
            if period <= 2 * step_h:
                continue
            angle, first = 2 * np.pi * step_h / period, len(decay)
            decay += [float(np.cos(angle))] * 2
            cross += [float(np.sin(angle)), -float(np.sin(angle))]
            partner += [first + 1, first]
            noise += [float(variance)] * 2
            load += [1.0, 0.0]
            start += [DIFFUSE] * 2
    return StateSpace(
        decay=np.array(decay),
        cross=np.array(cross),
        partner=np.array(partner, dtype=np.int64),
        noise=np.array(noise),
        load=np.array(load),
        start=np.array(start),
        irregular=float(irregular),
        diffuse=len(decay) - 1,
    )
