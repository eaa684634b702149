"""Medians of groups and of windows of values, without a loop over them."""

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import SecondArray


def group_medians(value: FloatArray, group: SecondArray) -> tuple[SecondArray, FloatArray]:
    """Groups that occur (g,), rising, and the median of each one's values; value, group (n,)."""
    ids, count = np.unique(group, return_counts=True)
    first = np.cumsum(count) - count
    ordered = value[np.lexsort((value, group))]
    return ids, (ordered[first + (count - 1) // 2] + ordered[first + count // 2]) / 2


def window_medians(value: FloatArray, *, width: int) -> FloatArray:
    """Median (n,) of the `width` values from each on; NaN where not more than half are there.

    The last windows end with the record.
    """
    return medians_of(windows(value, width=width))


def windows(value: FloatArray, *, width: int) -> FloatArray:
    """The `width` values from each on (n, width), a view; NaN beyond the last."""
    padded = np.concatenate([value, np.full(width - 1, np.nan)])
    return np.lib.stride_tricks.sliding_window_view(padded, width)


def medians_of(rows: FloatArray) -> FloatArray:
    """Median (n,) of each row's values that are there, NaN where not more than half are."""
    ordered = np.sort(rows, axis=1)
    count, row = np.isfinite(ordered).sum(axis=1), np.arange(rows.shape[0])
    found = (ordered[row, np.maximum(count - 1, 0) // 2] + ordered[row, count // 2]) / 2
    return np.where(2 * count > rows.shape[1], found, np.nan)
