"""One spelling of the many that people give a unit."""

import re
import unicodedata
from typing import Final

_SIGNS: Final = str.maketrans(
    {"º": "°", "˚": "°", "µ": "u", "μ": "u", "−": "-", "·": " ", "_": " ", "^": ""}
)
_DIVISION: Final = re.compile(r"\s*/\s*([a-z]+)(\d*)")


def folded(unit: str) -> str:
    """One spelling of the many a unit has: signs, exponents, spaces and capitals as one writes.

    µg.L⁻¹, ug/l and "µg / L" are ug l-1. Two units that differ by capitals alone (mS and ms, Mg and
    mg) are one here: the second of each is never met in these files.
    """
    signs = unit.strip().translate(_SIGNS)  # NFKC would make a letter of the ordinal sign
    plain = unicodedata.normalize("NFKC", signs).translate(_SIGNS).lower()
    words = re.sub(r"(?<!\d)[.*](?!\d)|\s+", " ", plain.replace(" per ", "/"))
    return _DIVISION.sub(lambda part: f" {part[1]}-{part[2] or 1}", words).strip()
