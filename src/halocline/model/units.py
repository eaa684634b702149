"""Units as people write them: one table, for what a product writes and for what a threshold means.

No value is ever rescaled: two spellings are one unit where the same number means the same.
"""

from collections.abc import Iterator
from typing import Final

from halocline.model.unit_spelling import folded

UNSAID: Final = frozenset({"", "-", "none", "unknown", "nan"})
"""What files write where they say no unit, as `folded` spells it."""
SCALES: Final = frozenset({"psu", "ntu", "fnu", "ftu", "fau", "ffu", "rfu", "ru", "afu", "ph"})
"""Units without a dimension: CF calls each of them 1, a threshold of one holds for no other."""
SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "1": ("dimensionless", "unitless", "sans unité"),
    "psu": ("pss", "pss-78", "pss78", "pss-1978", "practical salinity",
            "practical salinity unit", "practical salinity units"),
    "ntu": ("nephelometric turbidity unit",),
    "ph": ("ph unit", "ph units", "total scale", "nbs", "nbs scale"),
    "0.001": ("‰", "ppt", "1e-3"),
    "%": ("percent", "pct", "percentage", "% rh", "%rh", "% hr", "%hr", "% saturation", "% sat",
          "percent saturation"),
    "degree": ("°", "deg", "degrees", "degré", "degrés", "degre", "degres", "degree true",
               "degrees true", "degree_true", "degrees_true", "deg true", "°t", "degt"),
    "degree_Celsius": ("°c", "° c", "degc", "deg c", "degree c", "degrees c", "c", "celsius",
                       "degree celsius", "degrees celsius", "degré celsius", "degrés celsius"),
    "degree_Fahrenheit": ("°f", "deg f", "fahrenheit"),
    "K": ("kelvin",),
    "m": ("meter", "meters", "metre", "metres"),
    "s": ("sec", "second", "seconds"),
    "dbar": ("dbars", "decibar", "decibars", "db"),
    "hPa": ("hectopascal", "hectopascals"),
    "mbar": ("mb", "millibar", "millibars"),
    "S m-1": ("s/m", "mhos/m", "siemens/m", "siemens/meter", "siemens/metre"),
    "mL L-1": ("ml/l", "milliliter/liter", "millilitre/litre", "cm3/dm3"),
    "ug L-1": ("ug/l", "microgram/l", "microgram/liter", "microgram/litre"),
    "mg m-3": ("milligram/m3",),
    "umol kg-1": ("micromole/kg", "micromol/kg"),
    "umol L-1": ("umol", "umol/dm3", "micromole/l", "micromol/l", "micromole/liter",
                 "micromole/litre"),
    "mmol m-3": ("millimole/m3", "millimol/m3"),
    "umol m-2 s-1": ("umol/m2/s", "micromolequanta/m2/sec", "micro einstein m-2 s-1",
                     "microeinstein/m2/s", "ue/m2/s", "umol photons/m2/s", "umol photons m-2 s-1",
                     "micromole/m2/s", "micromol/m2/s"),
    "m s-1": ("meter/second", "metre/second", "meters/second", "metres/second", "m/sec"),
    "L-1": ("cells/l", "cell/l", "cellules/l", "cel/l", "ind/l"),
    "mL-1": ("cells/ml", "cell/ml", "cellules/ml", "cel/ml"),
    "knot": ("kn", "kt", "kts", "knots", "noeud", "noeuds"),
    "m3 s-1": ("m3/s",),
    "W m-2": ("w/m2",),
    **dict.fromkeys(("um", "mm", "cm", "km", "h", "min", "d", "kPa", "V", "mV"), ()),
    **dict.fromkeys(SCALES - {"psu", "ntu", "ph"}, ()),
}  # fmt: skip
"""Unit, as UDUNITS spells it or one of `SCALES` → what people write for it besides. UDUNITS reads
some of these as another unit (C is the coulomb) or not at all."""
_AMOUNTS: Final = ("ng", "ug", "mg", "g", "mL", "nmol", "umol", "mmol", "mol")
_RATIOS: Final = (
    *((top, below) for top in _AMOUNTS for below in ("L", "kg")),
    *((top, "m3") for top in _AMOUNTS if top not in ("mL", "mol")),
    *((top, below) for top in ("mS", "uS") for below in ("cm", "m")),
    *((top, below) for top in ("mm", "cm", "km") for below in ("s", "h", "d", "day")),
)


def _spelled() -> Iterator[tuple[str, str]]:
    """Every spelling, folded, with its unit."""
    for top, below in _RATIOS:
        yield folded(f"{top}/{below}"), f"{top} m-3" if below == "m3" else f"{top} {below}-1"
    for unit, others in SPELLINGS.items():
        yield from ((folded(one), unit) for one in (unit, *others))


UNITS: Final = dict(_spelled())
"""Spelling, folded → unit."""


def same_unit(text: str) -> str:
    """The one name of a unit, whichever of its spellings a text has; folded where none is known."""
    spelled = folded(text)
    return UNITS.get(spelled, spelled)
