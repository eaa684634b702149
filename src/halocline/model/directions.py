"""Which variables turn in a circle, as the names and units people give them tell."""

import re
from typing import Final

CODES: Final = frozenset(
    {"WDIR", "GDIR", "HCDT", "HCDM", "CDIR", "VDIR", "VMDR", "VPED", "SWDR", "WWDR", "GWDR"}
)
"""Directions of wind, gusts, currents and waves in the lists of Copernicus In Situ, OceanSITES and
IMOS; a second sensor or a partition has something after it (WDIR2, VMDR_SW1)."""
UNITS: Final = frozenset(
    {"degree", "degrees", "deg", "degree_true", "degrees_true", "deg_true", "degree_t",
     "degrees_t", "deg_t", "degt", "°", "°t", "°_t", "°_true", "°true", "degré", "degrés",
     "degre", "degres"}
)  # fmt: skip
"""Spellings of an angle around the horizon; temperatures carry a longer name (degree_Celsius)."""
_CODE: Final = re.compile(r"([A-Z]+)(?:_?\d+|_[A-Z]+\d*)?")
_WORD: Final = re.compile(r"direction(?!al)|heading|(?:^|_)dir(?:_|\d|$)|wind_?dir", re.IGNORECASE)
"""What people write for one: wind_direction, DIR_VENT, WindDir."""
WARMTH: Final = re.compile(r"temp|^(?:airt|dryt|wetb|dewt|sst)", re.IGNORECASE)
_DEGREE_SIGNS: Final = str.maketrans({"º": "°", "˚": "°"})


def is_direction(parameter: str, units: str) -> bool:
    """Whether a parameter turns in a circle, by its code, its name or its unit.

    An angle of any kind counts (a phase, a tilt): what a method makes of 359 and 1 is wrong of all
    that may be one, and a temperature in "°" is the one quantity people write so that is none.
    """
    found = _CODE.fullmatch(parameter)
    if (found and found[1] in CODES) or _WORD.search(parameter):
        return True
    spelled = units.strip().lower().translate(_DEGREE_SIGNS).rstrip(".").replace(" ", "_")
    return spelled in UNITS and not WARMTH.search(parameter)
