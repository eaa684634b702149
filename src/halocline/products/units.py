"""A provider's unit as CF wants it spelled, whatever way people write it."""

from dataclasses import dataclass
from typing import Final

from halocline.model.unit_spelling import folded
from halocline.model.units import SCALES, UNITS, UNSAID

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
"""Providers' spellings that UDUNITS reads, kept as they are; a test asks UDUNITS."""


@dataclass(frozen=True)
class Units:
    """A provider's unit as CF wants it spelled; `note` is empty where the two mean the same."""

    cf: str
    source: str
    note: str = ""


_FOLDED: Final = {
    **{folded(one): one for one in sorted(VALID_UNITS)},
    **{spelled: "1" if unit in SCALES else unit for spelled, unit in UNITS.items()},
    **dict.fromkeys(("none", "-"), "1"),
}


def units_of(source: str) -> Units:
    """CF spelling of a provider's unit; "1" with a note for one that is not known."""
    if source in VALID_UNITS:
        return Units(source, source)
    spelled = folded(source)
    if spelled in _FOLDED:
        return Units(_FOLDED[spelled], source)
    said = spelled not in UNSAID
    found = f"the provider's unit {source!r}" if said else "the provider gives no unit"
    return Units("1", source, f"{found}: not a UDUNITS unit, values are as received")
