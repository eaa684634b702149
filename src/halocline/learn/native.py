"""Values a sensor wrote, told from those a previous hand filled: the first have few decimals.

A logger writes a fixed number of decimals; an interpolated curve has as many as a float holds.
Fills that happen to have the logger's decimals stay unseen: half of the midpoints of two values
do, so an archive whose single holes were filled that way hides about as many as are found.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray

BoolArray = npt.NDArray[np.bool_]
MOST_DECIMALS: Final = 4
MAIN_SHARE: Final = 0.6
"""Share of the values the sensor's decimals must explain."""
ENDLESS_SHARE: Final = 0.2
"""Share of the others that has an endless number of decimals (see `_shortest`). Two loggers of
different resolution leave none; an archive that was filled leaves most."""
_GRID: Final = 1e-6
"""Distance from a whole number of units below which a value has these decimals."""


@dataclass(frozen=True)
class Native:
    """Which values (n,) a sensor wrote; False where nothing is.

    `decimals` are the sensor's, -1 where no earlier filling was found: then every value is native.
    """

    mask: BoolArray
    decimals: int

    @property
    def is_refilled(self) -> bool:
        """Whether a previous hand filled some of the values."""
        return self.decimals >= 0


def find_native(value: FloatArray) -> Native:
    """Tell the values of a sensor from those of an earlier filling, by their decimals.

    value (n,), NaN where missing. An earlier filling is found where at least MAIN_SHARE of the
    values have the same few decimals and many of the others an endless number of them.
    """
    held = np.isfinite(value)
    number, most = _shortest(value[held])
    for decimals in range(MOST_DECIMALS + 1):
        native = _has(number, decimals)
        if native.size and native.mean() >= MAIN_SHARE:
            others = number[~native]
            if others.size and (~_has(others, most)).mean() >= ENDLESS_SHARE:
                mask = np.zeros(value.size, dtype=bool)
                mask[held] = native
                return Native(mask, decimals)
            break
    return Native(held, -1)


def _has(number: FloatArray, decimals: int) -> BoolArray:
    scaled = number * 10.0**decimals
    return np.asarray(np.abs(scaled - np.round(scaled)) < _GRID)


def _shortest(number: FloatArray) -> tuple[FloatArray, int]:
    """Values as the shortest decimals that mean them, and how many decimals are "endless".

    Of single precision seven digits are left: four decimals of a temperature or a salinity.
    """
    single = number.astype(np.float32)
    if number.size and np.array_equal(single.astype(np.float64), number):
        return single.astype(str).astype(np.float64), 4
    return number, 6
