"""Departure of a sensor's days from what the station's other sensors and the season explain.

Days, not values: tide and sunlight pass within one, faults that grow over weeks do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.qc.series._api import Channel, SecondArray, Station
from halocline.qc.series._medians import group_medians
from halocline.qc.series._noise import MAD_TO_SD

DAY_S: Final = 86_400
YEAR_DAYS: Final = 365.2425
BoolArray = npt.NDArray[np.bool_]
MEMORY: Final = 0.9
"""Correlation of a departure with the next day's, where a record does not tell its own."""
MEMORIES: Final = (0.5, 0.99)
"""Least and most a record may tell: at one there would be no level to return to."""
HUBER: Final = 1.345
"""Robust deviations beyond which a day pulls a fit by its side alone (Huber 1964)."""
ROUNDS: Final = 5
LEAST: Final = 1e-9
"""Departures told from none: less than any sensor's decimals, more than arithmetic leaves."""


@dataclass(frozen=True)
class Explained:
    """Daily medians of one sensor and what explains them; arrays (d,), one value a day."""

    parameter: str
    days: SecondArray
    """Days since 1970, every one from the record's first to its last."""
    target: FloatArray
    """Median of the day's sound values, NaN for a day without one."""
    design: FloatArray
    """(d, k) columns of the regression: one, the other sensors, the season."""
    usable: BoolArray
    """Days on which the sensor and all that explain it were there."""

    def departure(self, trusted: BoolArray) -> FloatArray:
        """Target less the regression fitted on the trusted days; NaN on days without a target."""
        weights = np.linalg.lstsq(self.design[trusted], self.target[trusted], rcond=None)[0]
        return self.target - self.design @ weights

    def departure_by_news(self, trusted: BoolArray) -> FloatArray:
        """Target less the regression of what is new each day: Huber's, reweighted; NaN as above.

        A ramp is a large part of the levels, so that a fit to them bends towards it and days far
        from it depart. Of what is new each day it is next to nothing, but for one day's step.
        """
        held = np.flatnonzero(trusted)
        if held.size < 2:
            return self.departure(trusted)
        new, design = news(self.target[held], held), news(self.design[held].T, held).T
        root = np.ones(new.size)
        for _ in range(ROUNDS):
            weights = np.linalg.lstsq(design * root[:, None], new * root, rcond=None)[0]
            far = np.abs(new - design @ weights)
            limit = max(HUBER * MAD_TO_SD * float(np.median(far)), LEAST)
            root = np.sqrt(limit / np.maximum(far, limit))
        return self.target - self.design @ weights


def explained(
    station: Station, against: Mapping[str, Sequence[str]], *, fewest_days: int,
    unsound: Sequence[Flag],
) -> tuple[SecondArray, dict[str, Explained]]:  # fmt: skip
    """Place (n,) of each stamp's day in the record, and the sensors that others explain.

    A sensor with no other beside it, or fewer than `fewest_days` days in common, is left out.
    Values flagged `unsound` are neither explained nor explain.
    """
    day = station.time_s // DAY_S
    days = np.arange(day[0], day[-1] + 1) if day.size else np.empty(0, np.int64)
    place = day - days[0] if day.size else day
    daily = {
        name: _daily(channel, place=place, n_days=days.size, unsound=unsound)
        for name, channel in station.channels.items()
    }
    found = {}
    for name, channel in station.channels.items():
        wanted = against.get(channel.parameter, ())
        others = [
            daily[other] for other, one in station.channels.items()
            if one.parameter in wanted and other != name and np.isfinite(daily[other]).any()
        ]  # fmt: skip
        usable = np.isfinite(daily[name]) & np.all([np.isfinite(one) for one in others], axis=0)
        if others and usable.sum() >= fewest_days:
            design = _design(others, days=days, seasonal=usable.sum() >= YEAR_DAYS)
            found[name] = Explained(channel.parameter, days, daily[name], design, usable)
    return place, found


def news(level: FloatArray, day: SecondArray, *, memory: float = MEMORY) -> FloatArray:
    """What is new each day (..., d-1) in levels (..., d), in units of a level's own scatter.

    Days `day` (d,) rise and may be missing between: memory fades with their number.
    """
    kept = memory ** np.diff(day)
    return np.asarray((level[..., 1:] - kept * level[..., :-1]) / np.sqrt(1 - kept**2))


def memory_of(departure: FloatArray) -> float:
    """Correlation of departures (d,) with the next day's, by medians; NaN: no such day."""
    held = departure[np.isfinite(departure)]
    change = np.diff(departure)
    change = change[np.isfinite(change)]
    if not held.size or not change.size:
        return MEMORY
    spread = float(np.median(np.abs(held - np.median(held))))
    if spread < LEAST:
        return MEMORY
    return float(np.clip(1 - (np.median(np.abs(change)) / spread) ** 2 / 2, *MEMORIES))


def sound(channel: Channel, *, unsound: Sequence[Flag]) -> BoolArray:
    """Values (n,) that are there and carry none of some flags."""
    return np.asarray(np.isfinite(channel.value) & ~np.isin(channel.flag, unsound))


def _daily(
    channel: Channel, *, place: SecondArray, n_days: int, unsound: Sequence[Flag]
) -> FloatArray:
    """Median (d,) of each day's sound values; NaN for a day without one."""
    held = sound(channel, unsound=unsound)
    found = np.full(n_days, np.nan)
    day, level = group_medians(channel.value[held], place[held])
    found[day] = level
    return found


def _design(others: list[FloatArray], *, days: SecondArray, seasonal: bool) -> FloatArray:
    """Columns of the regression: one, two harmonics of the year if one is held, the other sensors.

    Without a whole year a harmonic would explain the drift itself. A day without another sensor
    gets what that sensor reads in the season.
    """
    angle = 2 * np.pi * days / YEAR_DAYS
    harmonics = [f(k * angle) for k in (1, 2) for f in (np.sin, np.cos)] if seasonal else []
    season = np.column_stack([np.ones(days.size), *harmonics])
    return np.column_stack([season, *(_filled(one, season) for one in others)])


def _filled(value: FloatArray, season: FloatArray) -> FloatArray:
    """The values (d,), and the season's where one is missing."""
    held = np.isfinite(value)
    weights = np.linalg.lstsq(season[held], value[held], rcond=None)[0]
    return np.where(held, value, season @ weights)
