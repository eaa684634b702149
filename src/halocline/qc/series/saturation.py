"""Saturation: how much oxygen the water could hold at its temperature and salinity."""

from collections.abc import Mapping

import gsw
import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test


class SaturationParams(Params):
    """Credible share of saturation, and how a parameter is brought to µmol/kg."""

    percent: tuple[float, float]
    to_umol_kg: dict[str, float]
    """Factor of each oxygen parameter that is corrected for salinity. One that is not
    (MASS_DOXY at these stations) has no place here."""


_RULE = {"percent": [1, 150], "to_umol_kg": {"DOX1": 43.57}}


@station_test(
    name="saturation",
    bit=13,
    stage=2,
    params=SaturationParams,
    source="In Situ TAC oxygen note 1.1 (150 % in the top 10 m); solubility of Garcia and Gordon "
    "1992 through gsw.O2sol_SP_pt (doi:10.4319/lo.1992.37.6.1307)",
    examples=[
        StationExample(
            {"DOX1": [5.59, 8.5, float("nan")], "TEMP": [20, 20, 20], "PSAL": [35, 35, 35]},
            {"DOX1": [1, 3, 9]}, _RULE,
            "Garcia and Gordon: 225.5 µmol/kg at 20 °C and 35: 5.59 ml/l are 108 %, 8.5 164 %"),
        StationExample({"DOX1": [0.04], "TEMP": [20], "PSAL": [35]}, {"DOX1": [3]}, _RULE,
                       "0.04 ml/l are 0.8 %"),
        StationExample({"DOX1": [8.5, 8.5], "TEMP": [20, float("nan")]}, {"DOX1": [0, 0]}, _RULE,
                       "no salinity: not judged"),
    ],
)  # fmt: skip
def saturation(station: Station, params: SaturationParams) -> Mapping[str, FlagArray]:
    """Flag oxygen outside the credible share of saturation PROBABLY_BAD."""
    flags = {}
    for name, channel in station.channels.items():
        factor = params.to_umol_kg.get(channel.parameter)
        if factor is None:
            continue
        temperature = sound(station, "TEMP", level=channel.level)
        salinity = sound(station, "PSAL", level=channel.level)
        percent = 100 * channel.value * factor / gsw.O2sol_SP_pt(salinity, temperature)
        outside = (percent < params.percent[0]) | (percent > params.percent[1])
        flag = np.where(outside, Flag.PROBABLY_BAD, Flag.GOOD)
        flags[name] = np.where(np.isfinite(percent), flag, Flag.NOT_EVALUATED).astype(np.uint8)
    return flags


def sound(station: Station, parameter: str, *, level: int) -> FloatArray:
    """Values (n,) of one parameter at one level, NaN where missing, flagged 3 or 4, or absent."""
    for channel in station.of((parameter,), level=level).values():
        wrong = (channel.flag == Flag.PROBABLY_BAD) | (channel.flag == Flag.BAD)
        return np.where(wrong, np.nan, channel.value)
    return np.full(station.time.size, np.nan)
