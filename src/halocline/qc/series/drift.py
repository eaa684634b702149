"""Drift: a sensor leaves, over weeks, what the station's other sensors say it should read."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from pydantic import PositiveInt, field_validator

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test
from halocline.qc.series._departure import DAY_S, BoolArray, Explained, explained
from halocline.qc.series._medians import window_medians
from halocline.qc.series._noise import MAD_TO_SD

REFITS: Final = 3
"""Fits, each without the windows the one before found drifting."""
SUDDEN: Final = 0.6
"""Least share of a jump that is made from one day to the next: weather takes days."""


class DriftParams(Params):
    """Which sensors explain which, and how far a window of days may leave them."""

    against: dict[str, tuple[str, ...]]
    """Parameter → parameters it is explained by, at any level. The season explains too."""
    window_d: PositiveInt
    """Days a departure must last: weather passes, fouling stays."""
    factor: float
    """Departure, in robust standard deviations of such windows over the record, that is drift."""
    floor: dict[str, float]
    """Smallest departure ever called drift, in the unit of the parameter."""
    foot: float
    """Departure, in the same deviations, down to which a drift is followed back and onward."""
    follow_d: PositiveInt
    """Days whose running median is followed: odd, so that one is in the middle."""
    fewest_days: int
    """Days in common below which nothing is judged: a season is not known yet."""

    @field_validator("follow_d")
    @classmethod
    def _odd(cls, days: int) -> int:
        if days % 2 == 0:
            raise ValueError(f"wanted an odd number of days, found {days}")
        return days


_RULE = {"against": {"TEMP": ["DRYT"]}, "window_d": 2, "factor": 4.0, "floor": {"TEMP": 0.5},
         "foot": 1.5, "follow_d": 1, "fewest_days": 8}  # fmt: skip
_DAYS = [1.0, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]


@station_test(
    name="drift",
    bit=17,
    stage=2,
    vouches=False,
    params=DriftParams,
    source="saqc flagDriftFromReference (2.9) in its idea; here a regression on the other sensors "
    "and the season (annual harmonics) of daily medians, refitted without the drifting windows",
    examples=[
        StationExample(
            {"TEMP": [10 + x for x in _DAYS], "DRYT": _DAYS},
            {"TEMP": [1] * 16, "DRYT": [0] * 16}, _RULE, "what the air explains is no drift",
            step_s=DAY_S),
        StationExample(
            {"TEMP": [10 + x + 4 * (k in (9, 10, 11)) for k, x in enumerate(_DAYS)],
             "DRYT": _DAYS},
            {"TEMP": [1] * 9 + [3] * 3 + [1] * 4}, _RULE,
            "three days 4 above: the medians of two days depart, and so do they themselves",
            step_s=DAY_S),
        StationExample(
            {"TEMP": [10.0, 11, float("nan")], "DRYT": [1.0, 2, 3]}, {"TEMP": [0, 0, 9]}, _RULE,
            "two days in common, eight wanted: not judged", step_s=DAY_S),
        StationExample(
            {"TEMP": [10 + x for x in _DAYS], "DRYT": _DAYS},
            {"TEMP": [0] * 16, "DRYT": [0] * 16}, _RULE,
            "a value a week: no window of days holds two", step_s=7 * DAY_S),
    ],
)  # fmt: skip
def drift(station: Station, params: DriftParams) -> Mapping[str, FlagArray]:
    """Flag values PROBABLY_BAD in windows that leave what the other sensors explain.

    A value is GOOD where its day could be judged. Sensors already flagged 3 or 4 explain nothing.
    """
    flags: dict[str, FlagArray] = {}
    place, sensors = explained(station, params.against, fewest_days=params.fewest_days,
                               unsound=(Flag.PROBABLY_BAD, Flag.BAD))  # fmt: skip
    for name, channel in station.channels.items():
        if name in sensors:
            floor = params.floor.get(channel.parameter, 0.0)
            flags[name] = _judge(sensors[name], params=params, floor=floor)[place]
        elif channel.parameter in params.against:
            flags[name] = np.zeros(place.size, dtype=np.uint8)
    return flags


def _judge(one: Explained, *, params: DriftParams, floor: float) -> FlagArray:
    """Verdict of each day (d,); NOT_EVALUATED where the sensor or what explains it is missing."""
    trusted = one.usable
    far = np.zeros(one.days.size, dtype=bool)
    for _ in range(REFITS):
        departure = np.where(one.usable, one.departure(trusted), np.nan)
        window = window_medians(departure, width=params.window_d)
        known = window[trusted & np.isfinite(window)]
        if not known.size:  # days too far apart for a window: nothing can be told
            return np.full(one.days.size, Flag.NOT_EVALUATED, dtype=np.uint8)
        centre = np.nanmedian(known)
        spread = float(MAD_TO_SD * np.nanmedian(np.abs(known - centre)))
        limit = max(floor, params.factor * spread)
        far = _spread(np.abs(window - centre) > limit, width=params.window_d) & one.usable
        far &= np.abs(np.nan_to_num(departure) - centre) > limit / 2
        far |= _followed(far, departure - centre, foot=params.foot * spread, jump=limit / 2,
                         params=params)  # fmt: skip
        if far.sum() > one.usable.sum() / 2 or not (one.usable & ~far).any():
            break
        trusted = one.usable & ~far
    judged = np.where(one.usable, Flag.GOOD, Flag.NOT_EVALUATED)
    return np.where(far, Flag.PROBABLY_BAD, judged).astype(np.uint8)


def _followed(
    far: BoolArray, departure: FloatArray, *, foot: float, jump: float, params: DriftParams
) -> BoolArray:
    """Days (d,) of every stretch that keeps the sign, and the foot, of the far days in it.

    A drift begins long before it is far. The stretch is seen through a running median, so that a
    day of weather does not end it; nor does a day that could not be judged. A jump from one day to
    the next does: the sensor was cleaned, and what stays on the same side is the sea. A window
    reaches a few days past it, fewer than half of its own: these begin nothing.
    """
    held = np.flatnonzero(np.isfinite(departure))
    smooth = _centred_median(departure[held], width=params.follow_d)
    side = np.sign(smooth) * (np.abs(smooth) > foot)
    silent = np.diff(held, prepend=held[:1]) > params.window_d
    cleaned = _cleaned(departure[held], smooth, jump=jump, apart=params.follow_d // 2)
    cleaned &= np.diff(held, prepend=held[:1]) == 1
    stretch = np.cumsum((np.diff(side, prepend=side[:1]) != 0) | silent | cleaned)
    far_days = np.bincount(stretch, weights=far[held] & (side != 0), minlength=1)
    begun = far_days[stretch] >= params.window_d / 2
    day = np.arange(far.size)
    before = np.searchsorted(held, day, side="right") - 1
    after = np.searchsorted(held, day)
    inside = (before >= 0) & (after < held.size)
    before, after = before[inside], after[inside]
    found = np.zeros(far.size, dtype=bool)
    found[inside] = begun[before] & (stretch[before] == stretch[after])
    return found


def _cleaned(departure: FloatArray, smooth: FloatArray, *, jump: float, apart: int) -> BoolArray:
    """Days (n,) before which the running medians on both sides differ by a jump made at once."""
    place = np.arange(departure.size)
    after = smooth[np.minimum(place + apart, departure.size - 1)]
    step = after - smooth[np.maximum(place - 1 - apart, 0)]
    change = np.diff(departure, prepend=departure[:1]) * np.sign(step)
    return np.asarray((np.abs(step) > jump) & (change > SUDDEN * np.abs(step)))


def _centred_median(value: FloatArray, *, width: int) -> FloatArray:
    """Median of the `width` values around each (n,); the ends repeat. Width is odd."""
    padded = np.pad(value, width // 2, mode="edge") if value.size else value
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1))


def _spread(starts: BoolArray, *, width: int) -> BoolArray:
    """Days inside a window that starts where `starts` is True."""
    hits = np.convolve(starts.astype(np.int64), np.ones(width, np.int64))[: starts.size]
    return np.asarray(hits > 0)
