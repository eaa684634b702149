"""Earlier profiles of a float: what a profile may be compared with."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.qc.argo._api import BoolArray, Casts


def series_of_profiles(casts: Casts) -> Iterator[npt.NDArray[np.intp]]:
    """Rows of the main sampling in order of cycle, the ascending ones and then the descending."""
    for direction in ("A", "D"):
        rows = np.flatnonzero(casts.is_primary & (casts.direction == direction))
        if rows.size:
            yield rows[np.argsort(casts.cycle[rows], kind="stable")]


def slab_means(
    pressure: FloatArray, value: FloatArray, usable: BoolArray, *, thickness: float
) -> FloatArray:
    """Mean of each slab of `thickness` dbar from the surface down, (N_PROF, slabs), NaN if empty.

    Levels above the surface and below 12,000 dbar are in no slab.
    """
    inside = usable & (np.where(usable, pressure, -1.0) >= 0) & (np.nan_to_num(pressure) < 12_000)
    row, level = np.nonzero(inside)
    slab = (pressure[row, level] // thickness).astype(np.int64)
    count = int(slab.max()) + 1 if slab.size else 1
    shape = (pressure.shape[0], count)
    where = row * count + slab
    total = np.bincount(where, weights=value[row, level], minlength=shape[0] * count)
    number = np.bincount(where, minlength=shape[0] * count)
    mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    return np.asarray(mean.reshape(shape), dtype=np.float64)
