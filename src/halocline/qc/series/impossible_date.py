"""Impossible date: a stamp from before the station existed, or after it was taken out."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test


class ImpossibleDateParams(Params):
    """When there can be observations."""

    first: date
    """Day of the first mooring."""
    last: date | None = None
    """Day the station was taken out; none while it works. Stamps later than their receipt are
    set aside when the file is read: a test has no clock."""


@station_test(
    name="impossible_date",
    bit=10,
    vouches=False,
    params=ImpossibleDateParams,
    source="EuroGOOS DATA-MEQ real-time QC (doi:10.13155/36230), impossible date",
    examples=[
        StationExample({"TEMP": [10, 11]}, {"TEMP": [1, 1]}, {"first": "2024-06-01"},
                       "the first day counts"),
        StationExample({"TEMP": [10, 11], "DRYT": [9, float("nan")]}, {"TEMP": [4, 4],
                       "DRYT": [4, 9]}, {"first": "2024-06-02"}, "before the station existed"),
        StationExample({"TEMP": [10, 11]}, {"TEMP": [1, 4]},
                       {"first": "2004-01-01", "last": "2024-06-01"},
                       "23:50 of the last day counts, 00:10 of the next does not",
                       start="2024-06-01T23:50:00"),
    ],
)  # fmt: skip
def impossible_date(station: Station, params: ImpossibleDateParams) -> Mapping[str, FlagArray]:
    """Flag every variable BAD at stamps outside the station's life."""
    day = station.time.astype("datetime64[D]")
    outside = day < np.datetime64(params.first, "D")
    if params.last is not None:
        outside |= day > np.datetime64(params.last, "D")
    flag = np.where(outside, Flag.BAD, Flag.GOOD).astype(np.uint8)
    return dict.fromkeys(station.channels, flag)
