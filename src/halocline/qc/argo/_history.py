"""Earlier profiles of a float: what a profile may be compared with."""

from collections.abc import Iterator
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.qc.argo._api import BoolArray, Casts

BOTTOM: Final = 12_000.0
"""dbar: below the deepest sea floor there is no slab."""


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
    inside = usable & (pressure >= 0) & (pressure < BOTTOM)
    count = int(np.max(pressure, where=inside, initial=0.0) // thickness) + 1
    return _means(pressure, value, inside, thickness, count)


@numba.njit(cache=True)
def _means(
    pressure: FloatArray, value: FloatArray, inside: BoolArray, thickness: float, count: int
) -> FloatArray:
    mean = np.full((pressure.shape[0], count), np.nan)
    number = np.zeros(count)
    for row in range(pressure.shape[0]):
        number[:] = 0
        for level in range(pressure.shape[1]):
            if inside[row, level]:
                slab = int(pressure[row, level] // thickness)
                so_far = mean[row, slab] if number[slab] else 0.0
                mean[row, slab] = so_far + value[row, level]
                number[slab] += 1
        for slab in range(count):
            if number[slab]:
                mean[row, slab] /= number[slab]
    return mean
