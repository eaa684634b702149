"""Complete the profiles of a float: PCHIP in pressure between levels that are near enough."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._hidden_levels import HiddenLevels, VerticalCalibration, hide_levels
from halocline.gapfill._pchip import BoolArray, IntArray, Knots
from halocline.gapfill._resolution import resolution
from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.uncertainty.conformal import NOMINAL

MAX_GAP_DBAR: Final = ((100.0, 30.0), (300.0, 75.0), (1000.0, 150.0), (np.inf, 300.0))
"""(down to this pressure, widest gap that is filled), dbar: three levels of a standard core float
(10 dbar apart in the thermocline, 25 below, 50 and 100 at depth). A gap belongs where its middle
is. Wider gaps stay missing: nothing between their edges tells what they hide."""


@dataclass(frozen=True)
class VerticalScore:
    """How the interpolation did on levels hidden in half of the profiles, calibrated on the rest.

    `calibrated` is False where some interval rests on a fall-back because profiles were too few.
    """

    n_hidden: int
    n_profiles: int
    rmse: float
    bias: float
    coverage: float
    width: float
    calibrated: bool


def fill_profiles(
    pressure: npt.NDArray[np.floating],
    value: npt.NDArray[np.floating],
    *,
    seed: int,
    origin: npt.NDArray[np.uint8] | None = None,
    error: npt.NDArray[np.floating] | None = None,
    decimals: int = 4,
) -> Filled:
    """Fill the missing levels of a float that lie between known ones, with 90 % intervals.

    pressure (n_prof, n_lev) dbar, NaN where missing or not to be trusted; value (n_prof, n_lev),
    NaN where missing or not to be used → all arrays (n_prof, n_lev) float64. Known values are
    kept bit for bit with their `origin` (MEASURED unless told) and the provider's `error` (one
    sd) where given. Nothing is extrapolated, no gap wider than MAX_GAP_DBAR is filled. Intervals
    are conformal on levels hidden in the same float, the profile being the unit.
    """
    layout = _Layout.of(np.asarray(pressure, np.float64), np.asarray(value, np.float64))
    floor = resolution(layout.knots.value) / 12**0.5
    calibration = VerticalCalibration.of(
        hide_levels(layout.knots, max_gap=MAX_GAP_DBAR, floor=floor, seed=seed)
    )
    estimate, half = _estimate(layout, calibration=calibration, floor=floor)
    result = np.full((3, *np.shape(value)), np.nan)
    result[0] = value
    given = np.isfinite(result[0])
    where = np.zeros_like(given)
    where.flat[layout.target] = True
    result[0].flat[layout.target] = estimate
    result[1].flat[layout.target] = half
    if error is not None:
        result[1] = np.where(given, NOMINAL * np.asarray(error, np.float64), result[1])
    kind = np.where(given, Origin.MEASURED if origin is None else origin, Origin.MISSING)
    kind = np.where(where, Origin.INTERPOLATED, kind).astype(np.uint8)
    return _written(result[0], half=result[1], origin=kind, estimated=where, decimals=decimals)


def score_profiles(
    pressure: npt.NDArray[np.floating], value: npt.NDArray[np.floating], *, seed: int
) -> VerticalScore:
    """Hide levels, calibrate on every other profile, and judge on the profiles left out."""
    layout = _Layout.of(np.asarray(pressure, np.float64), np.asarray(value, np.float64))
    floor = resolution(layout.knots.value) / 12**0.5
    hidden = hide_levels(layout.knots, max_gap=MAX_GAP_DBAR, floor=floor, seed=seed)
    rank = np.unique(hidden.profile, return_inverse=True)[1]
    calibration = VerticalCalibration.of(hidden.where(rank % 2 == 0))
    judged = hidden.where(rank % 2 == 1)
    if judged.error.size == 0:
        nothing = float("nan")
        return VerticalScore(0, 0, nothing, nothing, nothing, nothing, calibrated=False)
    half = calibration.half_width(judged)
    return VerticalScore(
        n_hidden=judged.error.size,
        n_profiles=int(np.unique(judged.profile).size),
        rmse=float(np.sqrt(np.mean(judged.error**2))),
        bias=float(np.mean(judged.error)),
        coverage=float(np.mean(np.abs(judged.error) <= half)),
        width=float(2 * np.mean(half)),
        calibrated=calibration.calibrated,
    )


@dataclass(frozen=True)
class _Layout:
    """A float laid end to end: its knots, and the missing levels that lie between two of them.

    target (t,): flat index in the rectangle; left (t,): the knot before; target_pressure (t,).
    """

    knots: Knots
    target: IntArray
    left: IntArray
    target_pressure: FloatArray

    @classmethod
    def of(cls, pressure: FloatArray, value: FloatArray) -> "_Layout":
        """Sort each profile by pressure; of levels at one pressure the first known one counts."""
        rows, _ = np.nonzero(np.isfinite(pressure))
        flat = np.flatnonzero(np.isfinite(pressure))
        known = np.isfinite(value.flat[flat])
        order = np.lexsort((~known, pressure.flat[flat], rows))
        flat, rows, known = flat[order], rows[order], known[order]
        level = pressure.flat[flat]
        first = np.append(True, (np.diff(level) > 0) | (np.diff(rows) != 0))[: level.size]
        knot = known & first
        knots = Knots(rows[knot], level[knot], value.flat[flat[knot]])
        left = np.cumsum(knot) - 1
        target = ~known & _between(knots, left, rows) & (left >= 0)
        left = left[target]
        keep = _narrow(knots, left)
        return cls(knots, flat[target][keep], left[keep], level[target][keep])


def _between(knots: Knots, left: IntArray, profile: IntArray) -> BoolArray:
    """Whether knots `left` and `left` + 1 both exist in `profile`."""
    if knots.profile.size < 2:
        return np.zeros(left.size, dtype=bool)
    inside = (left >= 0) & (left + 1 < knots.profile.size)
    safe = np.where(inside, left, 0)
    same = (knots.profile[safe] == profile) & (knots.profile[safe + 1] == profile)
    return np.asarray(inside & same)


def _narrow(knots: Knots, left: IntArray) -> BoolArray:
    upper, lower = knots.pressure[left], knots.pressure[left + 1]
    return np.asarray(lower - upper <= max_gap_dbar((upper + lower) / 2))


def max_gap_dbar(pressure: FloatArray) -> FloatArray:
    """Widest gap that is filled around each pressure, dbar; see MAX_GAP_DBAR."""
    bounds, widest = np.array(MAX_GAP_DBAR).T
    return np.asarray(widest[np.searchsorted(bounds, pressure, side="left")], dtype=np.float64)


def _estimate(
    layout: _Layout, *, calibration: VerticalCalibration, floor: float
) -> tuple[FloatArray, FloatArray]:
    knots, left = layout.knots, layout.left
    estimate = knots.evaluate(left, layout.target_pressure)
    run = np.bincount(left, minlength=knots.value.size)[left]
    asked = HiddenLevels.at(knots, left=left, pressure=layout.target_pressure, run=run, floor=floor)
    return estimate, calibration.half_width(asked)


def _written(
    value: FloatArray,
    *,
    half: FloatArray,
    origin: npt.NDArray[np.uint8],
    estimated: BoolArray,
    decimals: int,
) -> Filled:
    """Estimates rounded to `decimals`, bounds outwards; known values untouched."""
    unit = 10.0**-decimals
    return Filled(
        value=np.where(estimated, np.round(value, decimals), value),
        origin=origin,
        sd=np.maximum(np.round(half / NOMINAL, decimals), unit),
        lower=np.round(np.floor((value - half) / unit) * unit, decimals),
        upper=np.round(np.ceil((value + half) / unit) * unit, decimals),
    )
