"""Jumps: a day reads otherwise than the day before it, hour by hour, and from one hour to the next.

Hours are compared with those 25 h before, at the same place of the tide, nearly so of the sun.
Weather, floods and blooms change a level over hours; a hand on the sensor changes it at once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import SecondArray
from halocline.qc.series._medians import group_medians, medians_of, windows
from halocline.qc.series._noise import MAD_TO_SD

HOUR: Final = 3600
DAY_H: Final = 25
"""Two tides of 12.42 h, to the hour."""
EDGE_H: Final = 3
"""Hours on each side that must jump as far as the days do: one alone may hold a spike."""


@dataclass(frozen=True)
class Jumps:
    """Jumps of one record; arrays (j,)."""

    time_s: SecondArray
    """Beginning of the first hour after the jump."""
    step: FloatArray
    """Level after less level before."""


def jumps(
    value: FloatArray, time_s: SecondArray, *, floor: float, factor: float, sudden: float,
    silence_h: float,
) -> Jumps:  # fmt: skip
    """Jumps that stand out from the days on both sides; value, time_s (n,) finite, rising.

    The step, a median of 25 changes, is at least `floor` and `factor` robust deviations of those
    changes, or of those of the day before where they are larger; at least the share `sudden` of it
    is made at the jump itself, in no longer silence than `silence_h`. Of jumps within a day of one
    another the sharpest is kept.
    """
    change = _changes(value, time_s)
    held = np.flatnonzero(np.isfinite(change))
    if held.size < 2 * EDGE_H:
        return Jumps(np.empty(0, np.int64), np.empty(0))
    middle, scatter = _level_and_scatter(change)
    edge = np.median(np.lib.stride_tricks.sliding_window_view(change[held], EDGE_H), axis=1)
    after = np.arange(EDGE_H, held.size - EDGE_H + 1)
    hour, silence = held[after], held[after] - held[after - 1]
    step = middle[hour]
    noise = np.fmax(scatter[hour], scatter[np.maximum(hour - DAY_H, 0)])
    sharp = (edge[after] - edge[after - EDGE_H]) * np.sign(step)
    found = (np.abs(step) >= np.maximum(floor, factor * noise)) & (silence <= silence_h)
    found &= sharp >= sudden * np.abs(step)
    alone = (change[hour] - change[held[after - 1]]) * np.sign(step)
    kept = _sharpest(np.flatnonzero(found), alone, hour=hour)
    return Jumps((time_s[0] // HOUR + DAY_H + hour[kept]) * HOUR, step[kept])


def _changes(value: FloatArray, time_s: SecondArray) -> FloatArray:
    """Hourly median less that DAY_H before (h,), from hour DAY_H of the record on; NaN: absent."""
    hour, level = group_medians(value, time_s // HOUR)
    if hour.size == 0:
        return np.empty(0)
    regular = np.full(hour[-1] - hour[0] + 1, np.nan)
    regular[hour - hour[0]] = level
    return regular[DAY_H:] - regular[:-DAY_H]


def _level_and_scatter(change: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Median (h,) of DAY_H changes from each on, and their robust deviation.

    NaN where fewer than half are there; the last windows end with the record.
    """
    around = windows(change, width=DAY_H)
    middle = medians_of(around)
    return middle, MAD_TO_SD * medians_of(np.abs(around - middle[:, None]))


def _sharpest(place: SecondArray, sharpness: FloatArray, *, hour: SecondArray) -> SecondArray:
    """Of places whose hours follow one another within DAY_H the one of greatest sharpness."""
    groups = np.split(place, np.flatnonzero(np.diff(hour[place]) > DAY_H) + 1)
    return np.array([one[np.argmax(sharpness[one])] for one in groups if one.size], dtype=np.int64)
