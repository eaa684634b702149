"""One variable's values at the steps of another's grid."""

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.series import Grid


def onto(grid: Grid, target: Grid) -> FloatArray:
    """Values of `grid` at the steps of `target` (n,), NaN where a neighbour is missing.

    Between two steps of a coarser or shifted grid the value is read off the straight line; a
    step that falls on one is that value, bit for bit.
    """
    if grid.value.size == 0:
        return np.full(target.value.size, np.nan)
    start = target.start.astype("datetime64[s]").astype(np.int64)
    origin = grid.start.astype("datetime64[s]").astype(np.int64)
    seconds = int(start) - int(origin) + np.arange(target.value.size) * target.step_s
    low, rest = np.divmod(seconds, grid.step_s)
    share = rest / grid.step_s
    left, right = _at(grid.value, low), _at(grid.value, low + 1)
    between = (1 - share) * left + share * right
    return np.asarray(np.where(rest == 0, left, between), dtype=np.float64)


def _at(value: FloatArray, step: np.ndarray) -> FloatArray:
    inside = (step >= 0) & (step < value.size)
    return np.where(inside, value[np.clip(step, 0, value.size - 1)], np.nan)
