"""Drift: a sensor leaves, over weeks, what the station's other sensors say it should read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from pydantic import PositiveInt, field_validator

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import SecondArray, Station, StationExample, station_test
from halocline.qc.series._departure import DAY_S, BoolArray, Explained, explained
from halocline.qc.series._medians import window_medians
from halocline.qc.series._noise import MAD_TO_SD

REFITS: Final = 3
"""Fits, each without the windows the one before found drifting."""
SUDDEN: Final = 0.6
"""Least share of a jump that is made from one day to the next: weather takes days."""
CORE: Final = 0.25
"""Share of its peak from which on an event has come, and to which it has left: it may lie within
months of a small departure."""
SLOWER: Final = 2
"""Times an event of the sea takes longer to leave than it took to come."""


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
        stretches = _stretches(departure - centre, foot=params.foot * spread, jump=limit / 2,
                               params=params)  # fmt: skip
        far |= stretches.followed(far, least=params.window_d / 2)
        if far.sum() > one.usable.sum() / 2 or not (one.usable & ~far).any():
            break
        trusted = one.usable & ~far
    far &= ~stretches.events(longest_rise_d=params.window_d)
    judged = np.where(one.usable, Flag.GOOD, Flag.NOT_EVALUATED)
    return np.where(far, Flag.PROBABLY_BAD, judged).astype(np.uint8)


@dataclass(frozen=True)
class _Stretches:
    """Parts of a record that keep to one side of what is explained; arrays (h,), one a held day.

    Seen through a running median, so that a day of weather does not end one; nor does a day that
    could not be judged.
    """

    held: SecondArray
    """Place among all days."""
    smooth: FloatArray
    """Running median of the departure."""
    side: FloatArray
    """Sign of it; 0 within the foot."""
    silent: BoolArray
    """Whether a silence divides the day from the one before."""
    cleaned: FloatArray
    """Size of the jump from the day before that looks like a cleaning; 0 without one."""
    n_days: int

    def followed(self, far: BoolArray, *, least: float) -> BoolArray:
        """Days (d,) of every stretch with enough far days in it.

        A drift begins long before it is far. A cleaning ends it: what stays on the same side is
        the sea. A window reaches a few days past it, fewer than half of its own: these begin
        nothing.
        """
        number = np.cumsum(self._begins() | (self.cleaned > 0), dtype=np.int64)
        far_days = np.bincount(number, weights=far[self.held] & (self.side != 0), minlength=1)
        return self._days_of(number, np.flatnonzero(far_days >= least))

    def events(self, *, longest_rise_d: int) -> BoolArray:
        """Days (d,) of stretches that come sooner than they leave: a flood, a bloom, a cold spell.

        A fault grows for weeks, or is there and gone at once; the sea is far within days, and takes
        several times as long to come back. One that a silence ends is none, nor is one of which a
        cleaning takes half.
        """
        number = np.cumsum(self._begins(), dtype=np.int64)
        sea = [
            one for one in np.unique(number[self.side != 0])
            if self._is_event(np.flatnonzero(number == one), longest_rise_d)
        ]  # fmt: skip
        return self._days_of(number, np.array(sea, dtype=np.int64))

    def _begins(self) -> BoolArray:
        return np.asarray((np.diff(self.side, prepend=self.side[:1]) != 0) | self.silent)

    def _is_event(self, place: SecondArray, longest_rise_d: int) -> bool:
        size = np.abs(self.smooth[place])
        peak = int(np.argmax(size))
        low = np.flatnonzero(size < CORE * size[peak])
        rise = peak - int(low[low < peak].max(initial=-1)) - 1
        after = int(low[low > peak].min(initial=place.size))
        if after == place.size and not self._seen_to_leave(place[-1] + 1):
            return False
        cleaned = self.cleaned[place[peak] + 1 : place[0] + after + 1].max(initial=0.0)
        slow = after - 1 - peak >= SLOWER * max(rise, 1)
        return bool(rise <= longest_rise_d and slow and cleaned < size[peak] / 2)

    def _seen_to_leave(self, after: int) -> bool:
        return after < self.held.size and not self.silent[after]

    def _days_of(self, number: SecondArray, wanted: SecondArray) -> BoolArray:
        """Days (d,) from the first of each stretch (h,) that is wanted to its last."""
        day = np.arange(self.n_days)
        before = np.searchsorted(self.held, day, side="right") - 1
        after = np.searchsorted(self.held, day)
        inside = (before >= 0) & (after < self.held.size)
        before, after = number[before[inside]], number[after[inside]]
        found = np.zeros(self.n_days, dtype=bool)
        found[inside] = (before == after) & np.isin(before, wanted)
        return found


def _stretches(
    departure: FloatArray, *, foot: float, jump: float, params: DriftParams
) -> _Stretches:
    held = np.flatnonzero(np.isfinite(departure))
    smooth = _centred_median(departure[held], width=params.follow_d)
    side = np.sign(smooth) * (np.abs(smooth) > foot)
    apart_d = np.diff(held, prepend=held[:1])
    cleaned = _cleaned(departure[held], smooth, jump=jump, apart=params.follow_d // 2)
    silent = apart_d > params.window_d
    return _Stretches(held, smooth, side, silent, cleaned * (apart_d == 1), departure.size)


def _cleaned(departure: FloatArray, smooth: FloatArray, *, jump: float, apart: int) -> FloatArray:
    """By how much (n,) the running medians on both sides differ, where that is made at once."""
    place = np.arange(departure.size)
    after = smooth[np.minimum(place + apart, departure.size - 1)]
    step = after - smooth[np.maximum(place - 1 - apart, 0)]
    change = np.diff(departure, prepend=departure[:1]) * np.sign(step)
    sudden = (np.abs(step) > jump) & (change > SUDDEN * np.abs(step))
    return np.where(sudden, np.abs(step), 0.0)


def _centred_median(value: FloatArray, *, width: int) -> FloatArray:
    """Median of the `width` values around each (n,); the ends repeat. Width is odd."""
    padded = np.pad(value, width // 2, mode="edge") if value.size else value
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1))


def _spread(starts: BoolArray, *, width: int) -> BoolArray:
    """Days inside a window that starts where `starts` is True."""
    hits = np.convolve(starts.astype(np.int64), np.ones(width, np.int64))[: starts.size]
    return np.asarray(hits > 0)
