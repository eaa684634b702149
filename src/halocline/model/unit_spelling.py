"""One spelling of the many that people give a unit."""

import re
import unicodedata
from typing import Final

_SIGNS: Final = str.maketrans(
    {"º": "°", "˚": "°", "µ": "u", "μ": "u", "−": "-", "·": " ", "_": " ", "^": ""}
)
_MOLAR: Final = re.compile(r"\b([mun])M\b")
_DIVISION: Final = re.compile(r"\s*/\s*([a-z]+)(\d*)")


def folded(unit: str) -> str:
    """One spelling of the many a unit has: signs, exponents, spaces and capitals as one writes.

    µg.L⁻¹, ug/l and "µg / L" are ug l-1; µM is umol l-1, and no µm. Other units that differ by
    capitals alone (mS and ms, Mg and mg) are one here: the second of each is none of seawater.
    """
    signs = unit.strip().translate(_SIGNS)  # NFKC would make a letter of the ordinal sign
    spelled = unicodedata.normalize("NFKC", signs).translate(_SIGNS)
    plain = _MOLAR.sub(r"\1mol l-1", spelled).lower()
    words = re.sub(r"(?<!\d)[.*](?!\d)|\s+", " ", plain.replace(" per ", "/"))
    return _DIVISION.sub(lambda part: f" {part[1]}-{part[2] or 1}", words).strip()
