"""Position: a fixed station is where it is moored."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test

EARTH_KM: Final = 6371.0


class PositionParams(Params):
    """Where the station is, and how far it may be reported."""

    latitude: float | None = None
    longitude: float | None = None
    """Nominal place in degrees; without one, the median of what the station itself reports."""
    watch_km: float
    """Further away, every value is PROBABLY_BAD: adrift, or another station's rows."""


_HERE = {"latitude": 50.74, "longitude": 1.57, "watch_km": 5.0}


@station_test(
    name="position",
    bit=11,
    vouches=False,
    params=PositionParams,
    source="EuroGOOS DATA-MEQ real-time QC (doi:10.13155/36230), impossible location; QARTOD "
    "test 3; the mooring's own place instead of a mask of the land",
    examples=[
        StationExample({"TEMP": [10, float("nan")]}, {"TEMP": [1, 9]}, _HERE, "on its mooring",
                       position=(50.7405, 1.5677)),
        StationExample({"TEMP": [10, 11], "DRYT": [9, 9]}, {"TEMP": [3, 3], "DRYT": [3, 3]},
                       _HERE, "0.1 degree of latitude is 11 km", position=(50.84, 1.57)),
        StationExample({"TEMP": [10, 11]}, {"TEMP": [4, 4]}, _HERE, "no such latitude",
                       position=(95.0, 1.57)),
        StationExample({"TEMP": [10, 11]}, {"TEMP": [0, 0]}, _HERE, "no position: not judged",
                       position=(float("nan"), 1.57)),
    ],
)  # fmt: skip
def position(station: Station, params: PositionParams) -> Mapping[str, FlagArray]:
    """Flag every variable BAD at impossible coordinates, PROBABLY_BAD far from the mooring."""
    latitude, longitude = station.latitude, station.longitude
    impossible = (np.abs(latitude) > 90) | (np.abs(longitude) > 360)
    known = np.isfinite(latitude) & np.isfinite(longitude) & ~impossible
    flag = np.where(impossible, Flag.BAD, Flag.NOT_EVALUATED)
    if known.any():
        home = (
            np.median(latitude[known]) if params.latitude is None else params.latitude,
            np.median(longitude[known]) if params.longitude is None else params.longitude,
        )
        away = _distance_km(latitude, longitude, home=(float(home[0]), float(home[1])))
        near = np.where(away > params.watch_km, Flag.PROBABLY_BAD, Flag.GOOD)
        flag = np.where(known, near, flag)
    return dict.fromkeys(station.channels, flag.astype(np.uint8))


def _distance_km(
    latitude: FloatArray, longitude: FloatArray, *, home: tuple[float, float]
) -> FloatArray:
    """Great-circle distance (haversine), any convention of longitude; NaN in, NaN out."""
    phi, phi_home = np.radians(latitude), np.radians(home[0])
    half_lat = np.sin((phi - phi_home) / 2) ** 2
    half_lon = np.sin(np.radians(longitude - home[1]) / 2) ** 2
    chord = half_lat + np.cos(phi) * np.cos(phi_home) * half_lon
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))
