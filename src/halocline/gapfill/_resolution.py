"""The step a sensor's values come in."""

from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray

DECIMALS: Final = range(7)
SHARE: Final = 0.9
"""A series has k decimals when this share of its values does: a release may hold some midpoints."""
TOLERANCE: Final = 1e-6


def decimals(value: FloatArray) -> int:
    """Smallest number of decimals that at least SHARE of the present values have; 6 at most."""
    present = value[np.isfinite(value)]
    for count in DECIMALS:
        scaled = present * 10.0**count
        if np.mean(np.abs(scaled - np.round(scaled)) < TOLERANCE * 10.0**count) >= SHARE:
            return count
    return DECIMALS[-1]


def resolution(value: FloatArray) -> float:
    """Distance between neighbouring values the sensor can report, always > 0."""
    return float(10.0 ** -decimals(value)) if np.isfinite(value).any() else 1.0
