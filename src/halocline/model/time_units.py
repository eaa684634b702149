"""Times counted from a moment, as CF writes their units: days since 1950-01-01 00:00:00."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.series import TimeArray

_STEP_S: Final = {
    **dict.fromkeys(("milliseconds", "millisecond", "msec", "ms"), 0.001),
    **dict.fromkeys(("seconds", "second", "secs", "sec", "s"), 1.0),
    **dict.fromkeys(("minutes", "minute", "mins", "min"), 60.0),
    **dict.fromkeys(("hours", "hour", "hrs", "hr", "h"), 3600.0),
    **dict.fromkeys(("days", "day", "d"), 86400.0),
}
"""Months and years are left out: their lengths differ."""
SINCE: Final = re.compile(
    rf"\b(?P<step>{'|'.join(_STEP_S)}) +since +(?P<year>\d{{4}})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"(?:[T ] *(?P<hour>\d\d?):(?P<minute>\d\d?)(?::(?P<second>\d\d?)(?:\.0*)?)?)?"
    r"(?: *(?:Z|UTC|GMT|\+00(?::?00)?))?(?![T ]*[+:.-]*\d)",
    re.IGNORECASE,
)
JULIAN: Final = "julian days"
FIRST_YEAR: Final = 1583
"""Days before it are counted in two calendars."""


@dataclass(frozen=True)
class TimeUnits:
    """How times are counted."""

    step_s: float
    start: np.datetime64

    def stamps(self, count: FloatArray) -> TimeArray:
        """Stamps (n,) UTC of counts (n,), to the second; NaT where there is none."""
        seconds = np.rint(count * self.step_s)
        known = np.abs(seconds) < 1e12
        whole = np.where(known, seconds, 0).astype(np.int64)
        return np.where(known, self.start + whole.astype("timedelta64[s]"), np.datetime64("NaT"))


def time_units(text: str) -> TimeUnits:
    """Units that a text states, in UTC.

    Raises:
        ValueError: it states none, or from a day that two calendars name otherwise.
    """
    if text.strip().lower() == JULIAN:
        return TimeUnits(86400.0, np.datetime64("-4713-11-24T12:00:00", "s"))
    found = SINCE.search(text)
    if found is None or int(found["year"]) < FIRST_YEAR:
        raise ValueError(
            f"units of time {text!r}: wanted such as 'days since 1950-01-01 00:00:00', from "
            f"{FIRST_YEAR} on and in UTC, or {JULIAN!r}"
        )
    year, month, day, hour, minute, second = (
        int(found[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")
    )
    clock = f"{hour:02d}:{minute:02d}:{second:02d}"
    start = np.datetime64(f"{year}-{month:02d}-{day:02d}T{clock}", "s")
    return TimeUnits(_STEP_S[found["step"].lower()], start)
