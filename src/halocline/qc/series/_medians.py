"""Medians of groups of values, without a loop over groups."""

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import SecondArray


def group_medians(value: FloatArray, group: SecondArray) -> tuple[SecondArray, FloatArray]:
    """Groups that occur (g,), rising, and the median of each one's values; value, group (n,)."""
    ids, count = np.unique(group, return_counts=True)
    first = np.cumsum(count) - count
    ordered = value[np.lexsort((value, group))]
    return ids, (ordered[first + (count - 1) // 2] + ordered[first + count // 2]) / 2
