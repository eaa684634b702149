"""A provider's unit as CF wants it spelled, whatever way people write it."""

from dataclasses import dataclass
from typing import Final

from halocline.model.unit_spelling import folded

VALID_UNITS: Final = frozenset(
    {
        *("1", "%", "percent", "count", "ppb", "degree", "days", "seconds", "volt", "bit"),
        *("decibar", "dbar", "hectopascal", "hPa", "degree_Celsius", "degrees_C", "degC"),
        *("micromole/kg", "micromole/l", "millimole/m3", "milligram/m3", "mg/m3", "ml/l"),
        *("m", "meter", "m-1", "meter/second", "m/s", "l/minute", "S/m", "S m-1", "W/m^2/nm"),
        *("umol m-2 s-1", "minute", "hertz", "nanomole/l"),
        *("meters", "m s-1", "second", "s", "newton/m2", "m3 s-1", "0.001", "degrees", "mg m-3"),
    }
)
"""Providers' spellings that UDUNITS reads; a test asks UDUNITS."""

_EQUIVALENT: Final = {
    **dict.fromkeys(("psu", "ntu", "ru", "none", "dimensionless", "ffu", "fnu", "ftu", "fau", "rfu",
                     "afu", "pss", "pss-78", "unitless", "sans unité", "-", "ph"), "1"),
    **dict.fromkeys(("‰", "ppt"), "0.001"),
    **dict.fromkeys(("°", "deg", "degré", "degrés", "degre", "degres", "degree true",
                     "degrees true", "degree_true", "degrees_true", "deg true", "°t"), "degree"),
    **dict.fromkeys(("°c", "° c", "deg c", "degree c", "degrees c", "c", "celsius",
                     "degree celsius", "degrees celsius", "degré celsius",
                     "degrés celsius"), "degree_Celsius"),
    **dict.fromkeys(("°f", "deg f", "fahrenheit"), "degree_Fahrenheit"),
    "kelvin": "K",
    **dict.fromkeys(("pct", "% rh", "%rh", "% hr", "%hr"), "%"),
    "mhos/m": "S m-1",
    **dict.fromkeys(("micromolequanta/m2/sec", "micro einstein m-2 s-1", "umol/m2/s", "ue/m2/s",
                     "umol m-2 s-1", "umol photons/m2/s", "umol photons m-2 s-1"), "umol m-2 s-1"),
    **dict.fromkeys(("cells/l", "cell/l", "cellules/l", "cel/l", "ind/l"), "L-1"),
    **dict.fromkeys(("cells/ml", "cell/ml", "cellules/ml", "cel/ml"), "mL-1"),
    **dict.fromkeys(("kn", "kt", "kts", "knot", "knots", "noeud", "noeuds"), "knot"),
    **{f"{top}/{below}": f"{spelled} {under}-1"
       for top, spelled in (("ng", "ng"), ("ug", "ug"), ("mg", "mg"), ("g", "g"), ("ml", "mL"),
                            ("nmol", "nmol"), ("umol", "umol"), ("mmol", "mmol"), ("mol", "mol"),
                            ("ms", "mS"), ("us", "uS"))
       for below, under in (("l", "L"), ("kg", "kg"), ("cm", "cm"), ("m", "m"))
       if (below in {"cm", "m"}) == (top in {"ms", "us"})},
    **{f"{top}/m3": f"{top} m-3" for top in ("ng", "ug", "mg", "g", "nmol", "umol", "mmol")},
    "umol": "umol L-1",
    **{one: one for one in ("um", "mm", "cm", "km", "h", "min", "d")},
    **dict.fromkeys(("m3/s", "m3 s-1"), "m3 s-1"),
    **dict.fromkeys(("w/m2", "w m-2"), "W m-2"),
    **{f"{top}/{below}": f"{top} {below}-1"
       for top in ("mm", "cm", "km") for below in ("s", "h", "d", "day")},
    "hpa": "hPa", "mbar": "mbar", "mb": "mbar", "kpa": "kPa", "v": "V", "mv": "mV", "k": "K",
}  # fmt: skip
"""What people write → the same unit as UDUNITS spells it: no value is ever
rescaled. UDUNITS reads some of these as another unit (C is the coulomb) or not at all."""


@dataclass(frozen=True)
class Units:
    """A provider's unit as CF wants it spelled; `note` is empty where the two mean the same."""

    cf: str
    source: str
    note: str = ""


_FOLDED: Final = {
    **{folded(one): one for one in sorted(VALID_UNITS)},
    **{folded(one): spelled for one, spelled in _EQUIVALENT.items()},
}


def units_of(source: str) -> Units:
    """CF spelling of a provider's unit; "1" with a note for one that is not known."""
    if source in VALID_UNITS:
        return Units(source, source)
    spelled = folded(source)
    if spelled in _FOLDED:
        return Units(_FOLDED[spelled], source)
    found = f"the provider's unit {source!r}" if source else "the provider gives no unit"
    return Units("1", source, f"{found}: not a UDUNITS unit, values are as received")
