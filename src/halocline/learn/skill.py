"""How good a method was on hidden gaps, how sure one can be of it, and against which other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, stdtr

from halocline.learn.trial import Trial
from halocline.model.estimates import INTERVAL_LEVEL, FloatArray
from halocline.uncertainty.band import Band, fit_band
from halocline.uncertainty.conformal import NOMINAL
from halocline.uncertainty.scores import mean_by_unit, score_interval

DRAWS: Final = 1000
SURE: Final = 40.0
"""Standard deviations beyond which a normal distribution holds nothing in double precision."""


@dataclass(frozen=True)
class Skill:
    """One method on the hidden gaps of one length; in the unit of the variable, pooled over points.

    `_low`, `_high`: 5 and 95 % of bootstrap draws over gaps. ratio: RMSE over the reference's,
    paired by gap. dm_p: two-sided Diebold-Mariano probability that the two are equally good. crps:
    of the normal distribution as wide as the interval. worst_tenth: coverage of the gap one in ten
    is worse than. `_high_values`: of truths above the upper of the `tails` asked with.
    """

    method: str
    n_gaps: int
    n_points: int
    rmse: float
    rmse_low: float
    rmse_high: float
    mae: float
    bias: float
    coverage: float
    worst_tenth: float
    width: float
    winkler: float
    crps: float
    n_high_values: int
    rmse_high_values: float
    coverage_high_values: float
    ratio: float
    ratio_low: float
    ratio_high: float
    dm_p: float
    calibrated: bool


def skills(
    tests: Mapping[str, Trial],
    *,
    lessons: Mapping[str, Trial],
    reference: str,
    tails: tuple[float, float],
    rng: np.random.Generator,
) -> dict[str, Skill]:
    """Score every method on the gaps of `tests`, its interval calibrated on those of `lessons`.

    `tails`: values beyond which a truth is an extreme. All trials of one kind are of the same
    points.
    """
    squares = {name: mean_by_unit(np.square(one.error), one.gap) for name, one in tests.items()}
    n_gaps = squares[reference].size
    drawn = rng.integers(0, max(n_gaps, 1), size=(DRAWS, n_gaps))
    return {
        name: _skill(
            name,
            trial,
            band=band_of(lessons[name], tails=tails),
            high=tails[1],
            squares=squares,
            reference=reference,
            drawn=drawn,
        )
        for name, trial in tests.items()
    }


def band_of(trial: Trial, *, tails: tuple[float, float]) -> Band:
    """Interval from gaps the method has not seen; see `uncertainty.band`."""
    return fit_band(trial.asked, trial.truth, unit=trial.gap, tails=tails)


def _skill(
    name: str,
    trial: Trial,
    *,
    band: Band,
    high: float,
    squares: Mapping[str, FloatArray],
    reference: str,
    drawn: np.ndarray,
) -> Skill:
    lower, upper = band.ends(trial.asked)
    inside = (trial.truth >= lower) & (trial.truth <= upper)
    extreme = trial.truth > high
    interval = score_interval(trial.truth, lower, upper)
    own, others = squares[name], squares[reference]
    tiny = np.finfo(float).tiny
    ratios = np.sqrt((own[drawn].mean(axis=1) + tiny) / (others[drawn].mean(axis=1) + tiny))
    points = np.bincount(np.unique(trial.gap, return_inverse=True)[1])
    pooled = np.sqrt((own * points)[drawn].sum(axis=1) / points[drawn].sum(axis=1))
    return Skill(
        method=name,
        n_gaps=own.size,
        n_points=trial.truth.size,
        rmse=_root(trial.error),
        rmse_low=float(np.quantile(pooled, 0.05)),
        rmse_high=float(np.quantile(pooled, 0.95)),
        mae=float(np.mean(np.abs(trial.error))),
        bias=float(np.mean(trial.error)),
        coverage=interval.coverage,
        worst_tenth=float(np.quantile(mean_by_unit(inside.astype(np.float64), trial.gap), 0.1)),
        width=interval.width,
        winkler=interval.winkler,
        crps=float(np.mean(crps_normal(trial.error, (upper - lower) / (2 * NOMINAL)))),
        n_high_values=int(extreme.sum()),
        rmse_high_values=_root(trial.error[extreme]),
        coverage_high_values=float(np.mean(inside[extreme])) if extreme.any() else float("nan"),
        ratio=float(np.sqrt((own.mean() + tiny) / (others.mean() + tiny))),
        ratio_low=float(np.quantile(ratios, 0.05)),
        ratio_high=float(np.quantile(ratios, 0.95)),
        dm_p=diebold_mariano(own - others),
        calibrated=band.calibration.calibrated,
    )


def _root(error: FloatArray) -> float:
    return float(np.sqrt(np.mean(error**2))) if error.size else float("nan")


def crps_normal(error: FloatArray, sd: FloatArray) -> FloatArray:
    """Continuous ranked probability score of N(truth + error, sd) at the truth; lower is better.

    Source: Gneiting and Raftery 2007, doi:10.1198/016214506000001437, equation 21.
    """
    z = np.clip(-error / np.maximum(sd, np.finfo(float).tiny), -SURE, SURE)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(-error * (2 * ndtr(z) - 1) + sd * (2 * density - 1 / np.sqrt(np.pi)))


def diebold_mariano(difference: FloatArray) -> float:
    """Two-sided p-value that losses differ by nothing on average; 1 where they never differ.

    difference (k,): loss of one method minus the other's in each gap, in order of time. Gaps near
    one another share weather: the variance is Bartlett's with n^(1/3) lags.

    Source: Diebold and Mariano 1995, doi:10.1080/07350015.1995.10524599; small samples after
    Harvey, Leybourne and Newbold 1997, doi:10.1016/S0169-2070(96)00719-4.
    """
    n = difference.size
    if n < 2 or not np.ptp(difference):
        return 1.0 if n and not difference.any() else float("nan")
    centred = difference - difference.mean()
    lags = int(np.floor(n ** (1 / 3)))
    variance = float(np.mean(centred**2))
    for lag in range(1, lags + 1):
        weight = 2 * (1 - lag / (lags + 1))
        variance += weight * float(np.sum(centred[lag:] * centred[:-lag])) / n
    if variance <= 0:
        return float("nan")
    statistic = difference.mean() / np.sqrt(variance / n)
    steps = lags + 1
    small = np.sqrt(max((n + 1 - 2 * steps + steps * (steps - 1) / n) / n, 1e-3))
    return float(2 * stdtr(n - 1, -abs(statistic) * small))


LEVEL: Final = INTERVAL_LEVEL
"""Nominal coverage every interval is scored against."""
