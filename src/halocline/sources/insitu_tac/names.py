"""What the name of an In Situ TAC file says.

Source: Copernicus Marine In Situ TAC, naming convention (workshop of 2020), and the files of 2015,
whose month or the word LATEST stands before the kind of data.
"""

import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(
    r"(?P<unit>AR|BO|BS|GL|IR|MO|NO)_(?:(?P<early>LATEST|\d{6})_)?(?P<data>TS|PR|WS|RV|TV)_"
    r"(?P<kind>[A-Z]{2})_(?P<platform>[A-Za-z0-9][\w.-]*?)(?:_(?P<late>\d{4}|\d{6}|\d{8}))?\.nc"
)


@dataclass(frozen=True)
class FileName:
    """Who wrote a file, what is in it and of which period.

    GL, MO and TS mean two things each (the global unit and a glider, the Mediterranean and a
    mooring, a time series and a thermosalinograph): only their place tells.
    """

    unit: str
    """Regional production unit: GL global, IR Iberia-Biscay-Ireland, MO Mediterranean …"""
    data: str
    """TS time series or trajectory, PR profiles, WS wave spectra."""
    kind: str
    """Type of platform: MO mooring, TG tide gauge, RF river flow, DB drifter …"""
    platform: str
    period: str
    """YYYY, YYYYMM, YYYYMMDD (a day of `latest/`), '' for a platform's whole life."""


def parse_name(file: str) -> FileName | None:
    """Read `<unit>_<data>_<kind>_<code>[_<period>].nc` or its form of 2015; else None.

    Folders are ignored: products of several generations lay them out differently.
    """
    found = _NAME.fullmatch(file.rsplit("/", 1)[-1])
    if found is None:
        return None
    early = found["early"] or ""
    return FileName(
        unit=found["unit"],
        data=found["data"],
        kind=found["kind"],
        platform=found["platform"],
        period=found["late"] or ("" if early == "LATEST" else early),
    )
