"""How lively a series is beside a gap, over how lively it usually is: what its spread follows.

A record has calm weeks and storms. One spread for all of it is too wide in the first, where most
gaps are, and too narrow in the second; what is lively at its edges mostly stays so for days.
"""

from typing import Final

import numpy as np

from halocline.gapfill._scene import IntArray, Windows, at
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

WINDOW_H: Final = 25.0
"""A tidal day on either side: shorter ones are as good to six hours and worse beyond, three days
worse for short gaps and no better for long ones."""
CALM: Final = 0.3
"""Least liveliness counted, in the usual one: a dead calm promises no certainty."""
FADES_H: Final = 480.0
"""Length of a gap whose edges tell half as much of it as those of a short one."""


def usual_spread(grid: Grid) -> float:
    """Median standard deviation in the tidal day around each present value; 0 where none is."""
    sums, half = Windows.of(grid.value), _steps(grid) // 2
    step = np.flatnonzero(np.isfinite(grid.value))
    spread = sums.sd(step - half, step + half + 1)
    known = np.isfinite(spread)
    return float(np.median(spread[known])) if known.any() else 0.0


def liveliness(grid: Grid, *, first: IntArray, stop: IntArray, usual: float) -> FloatArray:
    """What the spread of each gap [first, stop) is to be multiplied by (k,), about 1 as usual.

    The values beside a gap alone decide, so that the rest of the series moves nothing. 1 where
    neither side is known, or nothing is usual.
    """
    if usual <= 0.0 or first.size == 0:
        return np.ones(first.size)
    steps = np.arange(_steps(grid))
    sides = np.stack([
        _variance(at(grid.value, first[:, None] - 1 - steps)),
        _variance(at(grid.value, stop[:, None] + steps)),
    ])  # fmt: skip
    known = np.isfinite(sides)
    beside = np.where(known, sides, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    ratio = np.where(known.any(axis=0), np.sqrt(beside) / usual, 1.0)
    fading = 1.0 / (1.0 + (stop - first) * grid.step_s / 3600 / FADES_H)
    return np.asarray((np.hypot(ratio, CALM) / np.hypot(1.0, CALM)) ** fading)


def _variance(values: FloatArray) -> FloatArray:
    """Of the finite values of each row; NaN for fewer than two."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    safe = np.maximum(count, 1)
    mean = np.where(known, values, 0.0).sum(axis=1) / safe
    off = np.where(known, values - mean[:, None], 0.0)
    return np.where(count > 1, (off**2).sum(axis=1) / safe, np.nan)


def _steps(grid: Grid) -> int:
    return max(2, round(WINDOW_H * 3600 / grid.step_s))
