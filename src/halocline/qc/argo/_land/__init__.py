"""A coarse land mask: which cells of the globe hold nothing but land. See SOURCE.md beside it."""

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray

CELLS_A_DEGREE: Final = 12
"""A cell is 9.3 km high, and wide at the equator: a position nearer to a coast is never land."""
ROWS: Final = 180 * CELLS_A_DEGREE
COLUMNS: Final = 360 * CELLS_A_DEGREE


def is_land(latitude: FloatArray, longitude: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether positions, degrees (n,), lie in a cell that is land throughout; none where NaN.

    Longitudes outside of [-180, 180) are wrapped; positions off the globe are no land.
    """
    with np.errstate(invalid="ignore"):
        known = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 720)  # NaN is neither
    north = np.where(known, latitude, 0.0)
    east = np.where(known, longitude, 0.0)
    row = np.minimum(((90 - north) * CELLS_A_DEGREE).astype(np.int64), ROWS - 1)
    column = np.floor((east + 180) * CELLS_A_DEGREE).astype(np.int64) % COLUMNS
    bits = _mask()[row, column >> 3] >> (7 - (column & 7)) & 1
    return np.asarray(known & (bits == 1))


@cache
def _mask() -> npt.NDArray[np.uint8]:
    """(ROWS, COLUMNS / 8) bits, the first row in the north, the first column at 180° W."""
    with resources.files(__name__).joinpath("mask.npz").open("rb") as held, np.load(held) as found:
        return np.asarray(found["land"], dtype=np.uint8)
