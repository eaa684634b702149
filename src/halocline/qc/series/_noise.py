"""How much a variable moves of itself, robust to the faults that are looked for."""

from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import HOUR_S, SecondArray

MAD_TO_SD: Final = 1.4826
"""Median absolute deviation to standard deviation, for a normal distribution."""


NOISE_VALUES: Final = 12
"""Fewer departures than this cannot tell noise from the spike they hold."""


def block_noise(departure: FloatArray, *, time_s: SecondArray, block_h: float) -> FloatArray:
    """Standard deviation of departures (n,) around each value, robust to the departures sought.

    Measured in blocks of UTC time, so that it does not depend on where a record starts; each
    value gets the median of its block and the two beside it (its own where one is absent). Blocks
    of fewer than NOISE_VALUES measure nothing: 0, so that the floor alone decides.
    """
    block = time_s // int(block_h * HOUR_S)
    order = np.lexsort((departure, block))
    ids, first, count = np.unique(block, return_index=True, return_counts=True)
    ordered = departure[order]
    scale = MAD_TO_SD * (ordered[first + (count - 1) // 2] + ordered[first + count // 2]) / 2
    scale[count < NOISE_VALUES] = 0.0
    before, after = scale.copy(), scale.copy()
    touching = np.diff(ids) == 1
    before[1:][touching], after[:-1][touching] = scale[:-1][touching], scale[1:][touching]
    around = np.median([before, scale, after], axis=0)
    return np.asarray(around[np.searchsorted(ids, block)])
