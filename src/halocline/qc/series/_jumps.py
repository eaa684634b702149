"""Jumps: a day reads otherwise than the day before, hour by hour, and from one value to the next.

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
BACK: Final = (1, 2)
"""Days back to the hour compared with: a loss of yesterday's does not hide today's jump."""
EDGE_H: Final = 3
"""Hours on each side that must jump as far as the days do: one alone may hold a spike."""
ALONE: Final = 0.5
"""Least share of the step made from one value to the next: a storm is there within three hours."""
LARGE: Final = 3
"""Floors: what of a larger step is made at once is told as a share of these; a cell is rinsed for
hours, and no weather is so large."""
SILENT_H: Final = 3
"""Silence of the day before a jump after which a sensor may take hours to settle."""


@dataclass(frozen=True)
class Jumps:
    """Jumps of one record; arrays (j,)."""

    time_s: SecondArray
    """Stamp of the first value after the jump."""
    step: FloatArray
    """Level after less level before: a median over the tides."""
    leap: FloatArray
    """The same of the hours beside the jump, which hold less of the sea; the step after a silence,
    in which the sea went on."""


def jumps(
    value: FloatArray, time_s: SecondArray, *, floor: float, factor: float, sudden: float,
    silence_h: float,
) -> Jumps:  # fmt: skip
    """Jumps that stand out from the days on both sides; value, time_s (n,) finite, rising.

    The step, a median of 25 changes, is at least `floor` and `factor` robust deviations of those
    changes, or of those of the day before where they are larger. At least the share `sudden` of it
    is made at the jump itself, in no longer silence than `silence_h`, and ALONE from one value to
    the next. Of jumps within a day of one another the sharpest is kept.
    """
    hourly, begun = _hourly(value, time_s)
    seen, leaps = np.zeros(hourly.size, dtype=bool), []
    for back in BACK:
        change = _changes(hourly, back_h=back * DAY_H)
        found = _leaps(change, floor=floor, factor=factor, sudden=sudden, silence_h=silence_h)
        at = found[0].astype(np.int64)
        leaps.append(found[:, ~(seen[at] & seen[at - 1])])
        seen |= np.isfinite(change)
    hour, step, sharp = np.concatenate(leaps, axis=1)
    first, share = _first_after(value, time_s, at=begun + hour.astype(np.int64) * HOUR, step=step,
                                silence_h=silence_h)  # fmt: skip
    made = np.flatnonzero(share * np.abs(step) >= ALONE * np.fmin(np.abs(step), LARGE * floor))
    made = made[np.argsort(hour[made], kind="stable")]
    kept = made[_sharpest(sharp[made], hour=hour[made])]
    return Jumps(time_s[first[kept]], step[kept], (share * step)[kept])


def _hourly(value: FloatArray, time_s: SecondArray) -> tuple[FloatArray, int]:
    """Median (h,) of each hour of the record, NaN without one, and when the first begins."""
    hour, level = group_medians(value, time_s // HOUR)
    if hour.size == 0:
        return np.empty(0), 0
    regular = np.full(hour[-1] - hour[0] + 1, np.nan)
    regular[hour - hour[0]] = level
    return regular, int(hour[0]) * HOUR


def _changes(hourly: FloatArray, *, back_h: int) -> FloatArray:
    """Level of each hour (h,) less that of the hour `back_h` before it; NaN where one is absent."""
    change = np.full(hourly.size, np.nan)
    change[back_h:] = hourly[back_h:] - hourly[:-back_h]
    return change


def _leaps(
    change: FloatArray, *, floor: float, factor: float, sudden: float, silence_h: float
) -> FloatArray:
    """Hour, step and the change from the hour before (3, j) of every hour that jumps."""
    held = np.flatnonzero(np.isfinite(change))
    if held.size < 2 * EDGE_H:
        return np.empty((3, 0))
    middle, scatter = _level_and_scatter(change)
    edge = np.median(np.lib.stride_tricks.sliding_window_view(change[held], EDGE_H), axis=1)
    after = np.arange(EDGE_H, held.size - EDGE_H + 1)
    hour, silence = held[after], held[after] - held[after - 1]
    step = middle[hour]
    noise = np.fmax(scatter[hour], scatter[np.maximum(hour - DAY_H, 0)])
    sharp = (edge[after] - edge[after - EDGE_H]) * np.sign(step)
    found = (np.abs(step) >= np.maximum(floor, factor * noise)) & (silence <= silence_h)
    found &= sharp >= sudden * np.fmin(np.abs(step), LARGE * floor)
    alone = (change[hour] - change[held[after - 1]]) * np.sign(step)
    return np.stack([hour, step, alone])[:, found]


def _level_and_scatter(change: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Median (h,) of DAY_H changes from each on, and their robust deviation.

    NaN where fewer than half are there; the last windows end with the record.
    """
    around = windows(change, width=DAY_H)
    middle = medians_of(around)
    return middle, MAD_TO_SD * medians_of(np.abs(around - middle[:, None]))


def _sharpest(sharpness: FloatArray, *, hour: FloatArray) -> SecondArray:
    """Place of the greatest sharpness of each group of hours (j,) that follow within DAY_H."""
    groups = np.split(np.arange(hour.size), np.flatnonzero(np.diff(hour) > DAY_H) + 1)
    return np.array([one[np.argmax(sharpness[one])] for one in groups if one.size], dtype=np.int64)


def _first_after(
    value: FloatArray, time_s: SecondArray, *, at: SecondArray, step: FloatArray, silence_h: float
) -> tuple[SecondArray, FloatArray]:  # fmt: skip
    """Place (j,) of the first value after each jump, and the share of its step made there.

    `at` (j,) begins the first hour after it. The share is all after a silence, of more than an
    hour at the jump or of SILENT_H in the day before: the tide went on, or the sensor settles. It
    is nothing after one longer than `silence_h`.
    """
    first, share = np.zeros(at.size, np.int64), np.ones(at.size)
    for k in range(at.size):
        near = np.arange(*np.searchsorted(time_s, (at[k] - HOUR, at[k] + HOUR)))
        near = near[near > 0]
        made = np.array([_change_at(value, time_s, place) for place in near.tolist()]) / step[k]
        first[k] = near[np.argmax((value[near] - value[near - 1]) * np.sign(step[k]))]
        day = np.searchsorted(time_s, time_s[first[k] - 1] - DAY_H * HOUR)
        quiet_s = np.diff(time_s[day : first[k] + 1])
        if quiet_s[-1] > silence_h * HOUR:
            share[k] = 0.0
        elif quiet_s[-1] <= HOUR and quiet_s.max() < SILENT_H * HOUR:
            share[k] = made.max()
    return first, share


def _change_at(value: FloatArray, time_s: SecondArray, place: int) -> float:
    """Median of the hour from a value on less that of the hour before it."""
    start, stop = np.searchsorted(time_s, (time_s[place - 1] - HOUR + 1, time_s[place] + HOUR))
    return float(np.median(value[place:stop]) - np.median(value[start:place]))
