"""Dry station: without salt there is no seawater, so no water sensor measures it."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, SecondArray, Station, StationExample, station_test


class DryStationParams(Params):
    """When the sensors of one level are out of the water, and which of them are in it."""

    salinity: tuple[str, ...]
    conductivity: tuple[str, ...]
    salinity_below: float
    """Practical salinity that is not met here while the sensors are wet."""
    conductivity_below: float
    """Conductivity in S/m that is not met here while the sensors are wet."""
    water: tuple[str, ...]
    """Parameters measured in the same water, salinity and conductivity included."""
    carry_h: float
    """A value without a salinity of its own stamp takes the nearest within this time."""
    margin_h: float
    """Just before and after, the sensors are half wet: PROBABLY_BAD."""
    collapse_share: float
    """Salinity below this share of its median while wet has left the sea, when it stays there until
    the station is dry (or from then on): PROBABLY_BAD all the way."""
    collapse_h: float
    """How long the way there may take."""


_RULE = {
    "salinity": ["PSAL"], "conductivity": ["CNDC"], "salinity_below": 1.0,
    "conductivity_below": 0.1, "water": ["TEMP", "PSAL", "DOX1"], "carry_h": 0.5, "margin_h": 0.0,
    "collapse_share": 0.85, "collapse_h": 100.0,
}  # fmt: skip
_NAN = float("nan")


@station_test(
    name="dry_station",
    bit=5,
    vouches=False,
    params=DryStationParams,
    source="MAREL Carnot, 2024-10-22 to 11-13: 1,424 rows of salinity below 1 whose temperature "
    "and oxygen the provider flags good",
    examples=[
        StationExample(
            {"TEMP": [10, 11, 12], "PSAL": [33, 0.2, 33], "DRYT": [9, 9, 9]},
            {"TEMP": [1, 4, 1], "PSAL": [1, 4, 1], "DRYT": [0, 0, 0]},
            _RULE, "salinity 0.2 < 1 condemns the water, not the air"),
        StationExample(
            {"TEMP": [10, 11, 12], "CNDC": [3.5, 0.006, _NAN]}, {"TEMP": [1, 4, 4]},
            _RULE, "conductivity 0.006 < 0.1; the third stamp takes it over 20 min"),
        StationExample(
            {"TEMP": [10, 11, 12, 13], "PSAL": [0.2, _NAN, _NAN, _NAN]}, {"TEMP": [4, 4, 0, 0]},
            _RULE, "40 min are more than half an hour: not judged"),
        StationExample(
            {"TEMP": [10, 11, 12, _NAN], "PSAL": [33, 33, 0.2, 0.2]}, {"TEMP": [1, 3, 4, 9]},
            {**_RULE, "margin_h": 0.34}, "20 min before: half wet"),
        StationExample(
            {"TEMP": [10, 10, 10, 10, 10, 10, 10], "PSAL": [33, 20, 33, 24, 9, 0.2, 33]},
            {"TEMP": [1, 1, 1, 3, 3, 4, 1]}, _RULE,
            "median while wet 28.5: from 24 < 0.85 · 28.5 on to dry; the 20 before came back: "
            "a flood"),
        StationExample(
            {"TEMP": [10, 10, 10, 10, 10, 10], "PSAL": [33, 33, 33, 24, 9, 0.2]},
            {"TEMP": [1, 1, 1, 1, 3, 4]}, {**_RULE, "collapse_h": 0.4},
            "20 min before dry, not 40"),
        StationExample(
            {"TEMP": [10, 11], "TEMP_LEVEL3": [10, 11], "PSAL": [33, 0.2]},
            {"TEMP": [1, 4], "TEMP_LEVEL3": [0, 0]}, _RULE, "each level speaks for itself"),
    ],
)  # fmt: skip
def dry_station(station: Station, params: DryStationParams) -> Mapping[str, FlagArray]:
    """Flag every water value BAD while salinity or conductivity says there is no seawater.

    PROBABLY_BAD on the way there and back: the cell empties over days, or the inlet sucks air.
    """
    flags = {}
    for level in {channel.level for channel in station.channels.values()}:
        verdict = _verdict(station, params, level=level)
        if verdict is None:
            continue
        for name in station.of(params.water, level=level):
            flags[name] = verdict
    return flags


def _verdict(station: Station, params: DryStationParams, *, level: int) -> FlagArray | None:
    """What the salinity of a level says at every stamp (n,); None where the level has none."""
    known = np.zeros(station.time.size, dtype=bool)
    dry = np.zeros(station.time.size, dtype=bool)
    limits = (
        (params.salinity, params.salinity_below),
        (params.conductivity, params.conductivity_below),
    )
    for parameters, limit in limits:
        for channel in station.of(parameters, level=level).values():
            known |= np.isfinite(channel.value)
            dry |= channel.value < limit
    if not known.any():
        return None
    time_s = station.time_s
    nearest, distance = _nearest(time_s, np.flatnonzero(known))
    judged = distance <= params.carry_h * HOUR_S
    flag = np.where(dry[nearest], Flag.BAD, Flag.GOOD)
    if dry.any():
        _, to_dry = _nearest(time_s, np.flatnonzero(dry))
        half_wet = (to_dry <= params.margin_h * HOUR_S) & (flag == Flag.GOOD)
        falling = _collapse(station, params, level=level, dry=dry)[nearest] & (flag == Flag.GOOD)
        half_wet |= falling & (to_dry <= params.collapse_h * HOUR_S)
        flag = np.where(half_wet, Flag.PROBABLY_BAD, flag)
    return np.where(judged, flag, Flag.NOT_EVALUATED).astype(np.uint8)


def _collapse(
    station: Station, params: DryStationParams, *, level: int, dry: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Stamps (n,) of stretches of low salinity that hold a dry one."""
    found = np.zeros(station.time.size, dtype=bool)
    for channel in station.of(params.salinity, level=level).values():
        held = np.flatnonzero(np.isfinite(channel.value))
        wet = channel.value[held][~dry[held]]
        if not wet.size:
            continue
        low = dry[held] | (channel.value[held] < params.collapse_share * np.median(wet))
        stretch = np.cumsum(np.diff(low, prepend=False))
        with_dry = np.unique(stretch[dry[held]])
        found[held[low & np.isin(stretch, with_dry)]] = True
    return found


def _nearest(time_s: SecondArray, places: SecondArray) -> tuple[SecondArray, SecondArray]:
    """For each stamp, the nearest of some places and the seconds to it."""
    right = np.clip(np.searchsorted(places, np.arange(time_s.size)), 0, places.size - 1)
    left = np.clip(right - 1, 0, None)
    to_right = np.abs(time_s[places[right]] - time_s)
    to_left = np.abs(time_s[places[left]] - time_s)
    place = np.where(to_left < to_right, places[left], places[right])
    return place, np.minimum(to_left, to_right)
