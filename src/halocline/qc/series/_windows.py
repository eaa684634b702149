"""Extremes in moving windows of an irregular series, exact and without a loop over values."""

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray

IndexArray = npt.NDArray[np.int64]


def moving_range(value: FloatArray, *, first: IndexArray, stop: IndexArray) -> FloatArray:
    """Greatest minus least of `value[first[i]:stop[i]]` for each i; windows are never empty.

    Sparse table: level k holds extremes of 2^k neighbours, a window is covered by two of them.
    Cost n·log2(longest window), exact (no sums), memory two levels.
    """
    length = stop - first
    level = np.floor(np.log2(length)).astype(np.int64)
    spread = np.empty(length.size)
    low, high = value, value
    for k in range(int(level.max(initial=0)) + 1):
        if k:
            half = 1 << (k - 1)
            low = np.minimum(low[:-half], low[half:])
            high = np.maximum(high[:-half], high[half:])
        here = np.flatnonzero(level == k)
        left, right = first[here], stop[here] - (1 << k)
        spread[here] = np.maximum(high[left], high[right]) - np.minimum(low[left], low[right])
    return spread
