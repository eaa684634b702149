"""Inter-parameter dependency: a value computed from a bad one is no better."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test


class DependencyParams(Params):
    """What each parameter is computed or compensated from, at its own level and stamp."""

    needs: dict[str, tuple[str, ...]]
    missing: Literal[0, 3, 4]
    """Flag where a needed parameter holds no value at that stamp: 4 in the source; 0 says that
    missing is not wrong."""


_OXYGEN = {"needs": {"DOX1": ["TEMP", "PSAL"]}, "missing": 4}


@station_test(
    name="dependency",
    bit=12,
    stage=3,
    vouches=False,
    params=DependencyParams,
    source="In Situ TAC oxygen note 1.1: T or S at 3 makes oxygen 3, at 4 or 9 makes it 4",
    examples=[
        StationExample(
            {"DOX1": [6, 6, float("nan")], "TEMP": [10, 10, 10], "PSAL": [33, 33, 33]},
            {"DOX1": [1, 1, 9], "TEMP": [0, 0, 0]}, _OXYGEN, "both there and not bad"),
        StationExample(
            {"DOX1": [6, 6], "TEMP": [10, float("nan")], "PSAL": [33, 33]},
            {"DOX1": [1, 4]}, _OXYGEN, "no temperature"),
        StationExample(
            {"DOX1": [6, 6], "TEMP": [10, 10]}, {"DOX1": [0, 0]}, {**_OXYGEN, "missing": 0},
            "no salinity at all: not judged"),
    ],
)  # fmt: skip
def dependency(station: Station, params: DependencyParams) -> Mapping[str, FlagArray]:
    """Give a parameter the worst flag (3 or 4) of those it needs; GOOD where all are sound.

    A needed value whose own tests could not judge it (flag 0) is taken as sound.
    """
    flags = {}
    for name, channel in station.channels.items():
        needed = params.needs.get(channel.parameter)
        if needed is not None:
            flags[name] = _inherited(station, needed, level=channel.level, missing=params.missing)
    return flags


def _inherited(station: Station, needed: tuple[str, ...], *, level: int, missing: int) -> FlagArray:
    bad, doubtful, absent = (np.zeros(station.time.size, dtype=bool) for _ in range(3))
    for parameter in needed:
        found = list(station.of((parameter,), level=level).values())
        absent |= ~np.isfinite(found[0].value) if found else True
        for channel in found:
            bad |= channel.flag == Flag.BAD
            doubtful |= channel.flag == Flag.PROBABLY_BAD
    flag = np.where(absent, missing, Flag.GOOD)
    flag = np.where(doubtful & (flag != Flag.BAD), Flag.PROBABLY_BAD, flag)
    return np.where(bad, Flag.BAD, flag).astype(np.uint8)
