"""Numbers that stand for "no value" in Coriolis-côtier files, by parameter.

The format writes a missing value as an empty cell, but some stations send a number instead and
the provider's flags do not tell (TUR4 -1 comes with flag 3, DEPH -1 with flag 1). Each entry was
seen in the files of September 2024 to February 2025 beside the other sensors' fills; the last
two in files of other stations of the network.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

_ANYWHERE: Final = (-99999.0, -214748.0)
_WATER: Final[dict[str, tuple[float, ...]]] = {
    "TEMP": (-1.0,),
    "PSAL": (-1.0,),
    "FLU3": (-1.0,),
    "OSAT": (-1.0,),
    "TUR4": (-1.0,),
    "PHPH": (-1.0, 0.0),
    "DEPH": (-1.0,),
    "DOX1": (-0.7,),
    "MASS_DOXY": (-1000.0,),
}
"""In water (level 1 and deeper). −1.000 °C exactly is not met on these coasts; pH 0 is a sensor
that is not mounted; a depth of −1 m would be above the surface."""
_AIR: Final[dict[str, tuple[float, ...]]] = {"RELH": (0.0,)}
"""Above water. Relative humidity 0 is a sensor that is not mounted; LGH4 0 is night, so kept."""


def fill_values(parameter: str, level: int) -> tuple[float, ...]:
    """Numbers that mean "missing" in the column of this parameter and level."""
    return (_WATER if level >= 1 else _AIR).get(parameter, ()) + _ANYWHERE


def is_fill(value: npt.NDArray[np.float64], *, parameter: str, level: int) -> npt.NDArray[np.bool_]:
    """Mark the values that stand for "missing"; value (n,) → (n,)."""
    return np.isin(value, fill_values(parameter, level))
