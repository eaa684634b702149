"""Twins: salinity, and the salinity that conductivity and temperature make."""

from collections.abc import Mapping

import gsw
import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test
from halocline.qc.series.saturation import sound


class TwinSalinityParams(Params):
    """How far the two may be apart, and in which unit conductivity comes."""

    tolerance: float
    """Largest credible difference in practical salinity."""
    to_ms_cm: float
    """Factor to mS/cm: 10 for S/m; 1 where a station sends mS/cm under the label S/m."""


_RULE = {"tolerance": 0.5, "to_ms_cm": 10.0}


@station_test(
    name="twin_salinity",
    bit=14,
    stage=2,
    params=TwinSalinityParams,
    source="PSS-78 through gsw.SP_from_C at the surface (Unesco 1983, doi:10.25607/OBP-1451)",
    examples=[
        StationExample(
            {"PSAL": [35.0, 35.0, 33.0], "CNDC": [4.2914, float("nan"), 4.2914],
             "TEMP": [15.0, 15, 15]},
            {"PSAL": [1, 0, 3], "CNDC": [1, 9, 3], "TEMP": [0, 0, 0]}, _RULE,
            "by definition 42.914 mS/cm at 15 °C (IPTS-68) is practical salinity 35"),
        StationExample({"PSAL": [35.0], "CNDC": [42.914], "TEMP": [15.0]}, {"PSAL": [1]},
                       {**_RULE, "to_ms_cm": 1.0}, "the same in mS/cm"),
        StationExample({"PSAL": [35.0], "CNDC": [4.2914]}, {"PSAL": [0], "CNDC": [0]}, _RULE,
                       "no temperature: not judged"),
    ],
)  # fmt: skip
def twin_salinity(station: Station, params: TwinSalinityParams) -> Mapping[str, FlagArray]:
    """Flag salinity and conductivity PROBABLY_BAD where they contradict each other."""
    flags: dict[str, FlagArray] = {}
    for level in {channel.level for channel in station.channels.values()}:
        salinity = station.of(("PSAL",), level=level)
        conductivity = station.of(("CNDC",), level=level)
        if not salinity or not conductivity:
            continue
        mine, theirs, temperature = (
            sound(station, name, level=level) for name in ("PSAL", "CNDC", "TEMP")
        )
        apart = np.abs(mine - gsw.SP_from_C(theirs * params.to_ms_cm, temperature, 0.0))
        flag = np.where(apart > params.tolerance, Flag.PROBABLY_BAD, Flag.GOOD)
        flag = np.where(np.isfinite(apart), flag, Flag.NOT_EVALUATED).astype(np.uint8)
        flags |= dict.fromkeys([*salinity, *conductivity], flag)
    return flags
