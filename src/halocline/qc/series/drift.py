"""Drift: a sensor leaves, over weeks, what the station's other sensors say it should read."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Station, StationExample, station_test
from halocline.qc.series._noise import MAD_TO_SD

DAY_S: Final = 86_400
YEAR_DAYS: Final = 365.2425
REFITS: Final = 3
"""Fits, each without the windows the one before found drifting."""


class DriftParams(Params):
    """Which sensors explain which, and how far a window of days may leave them."""

    against: dict[str, tuple[str, ...]]
    """Parameter → parameters it is explained by, at any level. The season explains too."""
    window_d: int
    """Days a departure must last: weather passes, fouling stays."""
    factor: float
    """Departure, in robust standard deviations of such windows over the record, that is drift."""
    floor: dict[str, float]
    """Smallest departure ever called drift, in the unit of the parameter."""
    fewest_days: int
    """Days in common below which nothing is judged: a season is not known yet."""


_RULE = {"against": {"TEMP": ["DRYT"]}, "window_d": 2, "factor": 4.0, "floor": {"TEMP": 0.5},
         "fewest_days": 8}  # fmt: skip
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
    ],
)  # fmt: skip
def drift(station: Station, params: DriftParams) -> Mapping[str, FlagArray]:
    """Flag values PROBABLY_BAD in windows that leave what the other sensors explain.

    A value is GOOD where its day could be judged. Sensors already flagged 3 or 4 explain nothing.
    """
    day = station.time_s // DAY_S
    days = np.arange(day[0], day[-1] + 1) if day.size else np.empty(0, np.int64)
    daily = {
        name: _daily(channel.value, channel.flag, day=day, days=days)
        for name, channel in station.channels.items()
    }
    flags: dict[str, FlagArray] = {}
    for name, channel in station.channels.items():
        wanted = params.against.get(channel.parameter)
        if wanted is None:
            continue
        others = [
            daily[other] for other, one in station.channels.items()
            if one.parameter in wanted and other != name and np.isfinite(daily[other]).any()
        ]  # fmt: skip
        verdict = _judge(daily[name], others, days=days, params=params,
                         floor=params.floor.get(channel.parameter, 0.0))  # fmt: skip
        flags[name] = verdict[day - days[0]]
    return flags


def _daily(value: FloatArray, flag: FlagArray, *, day: np.ndarray, days: np.ndarray) -> FloatArray:
    """Median of each day's sound values; NaN for a day without one."""
    sound = np.isfinite(value) & (flag != Flag.PROBABLY_BAD) & (flag != Flag.BAD)
    found = np.full(days.size, np.nan)
    order = np.lexsort((value[sound], day[sound]))
    ids, first, count = np.unique(day[sound], return_index=True, return_counts=True)
    if ids.size:
        ordered = value[sound][order]
        found[ids - days[0]] = (ordered[first + (count - 1) // 2] + ordered[first + count // 2]) / 2
    return found


def _judge(
    target: FloatArray, others: list[FloatArray], *, days: np.ndarray, params: DriftParams,
    floor: float,
) -> FlagArray:  # fmt: skip
    """Verdict of each day (d,); NOT_EVALUATED where the day or the record says too little."""
    usable = np.isfinite(target) & np.all([np.isfinite(one) for one in others], axis=0)
    verdict = np.zeros(days.size, dtype=np.uint8)
    if not others or usable.sum() < params.fewest_days:
        return verdict
    design = _design(others, days=days, seasonal=usable.sum() >= YEAR_DAYS)
    trusted = usable.copy()
    far = np.zeros(days.size, dtype=bool)
    for _ in range(REFITS):
        weights = np.linalg.lstsq(design[trusted], target[trusted], rcond=None)[0]
        departure = np.where(usable, target - design @ weights, np.nan)
        window = _window_median(departure, width=params.window_d)
        centre = np.nanmedian(window[trusted & np.isfinite(window)])
        spread = MAD_TO_SD * np.nanmedian(np.abs(window[trusted & np.isfinite(window)] - centre))
        limit = max(floor, params.factor * float(spread))
        far = _spread(np.abs(window - centre) > limit, width=params.window_d) & usable
        far &= np.abs(np.nan_to_num(departure) - centre) > limit / 2
        if far.sum() > usable.sum() / 2 or not (usable & ~far).any():
            break
        trusted = usable & ~far
    verdict[usable] = np.where(far[usable], Flag.PROBABLY_BAD, Flag.GOOD)
    return verdict


def _design(others: list[FloatArray], *, days: np.ndarray, seasonal: bool) -> FloatArray:
    """Columns of the regression: one, the other sensors, two harmonics of the year if one is held.

    Without a whole year a harmonic would explain the drift itself.
    """
    angle = 2 * np.pi * days / YEAR_DAYS
    season = [f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)] if seasonal else []
    columns = [np.ones(days.size), *(np.nan_to_num(one) for one in others), *season]
    return np.column_stack(columns)


def _window_median(value: FloatArray, *, width: int) -> FloatArray:
    """Median of the window that starts at each day (d,), NaN where more than half is missing."""
    padded = np.concatenate([value, np.full(width - 1, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    held = np.isfinite(windows).sum(axis=1)
    found = np.full(value.size, np.nan)
    enough = held > width / 2
    found[enough] = np.nanmedian(windows[enough], axis=1)
    return found


def _spread(starts: npt.NDArray[np.bool_], *, width: int) -> npt.NDArray[np.bool_]:
    """Days inside a window that starts where `starts` is True."""
    hits = np.convolve(starts.astype(np.int64), np.ones(width, np.int64))[: starts.size]
    return np.asarray(hits > 0)
