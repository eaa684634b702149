"""Times that are numbers: the units a table states, and what is said where it states none."""

import re
from collections.abc import Sequence
from typing import Final

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.model.time_units import JULIAN, SINCE, TimeUnits, time_units

_NUMBER: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}(?!\d).*")
_LIKELY: Final = (
    (1800.0, 2200.0, ""),
    (2.3e6, 2.5e6, JULIAN),
    (1e8, 1e10, "seconds since 1970-01-01"),
    (1e11, 1e13, "milliseconds since 1970-01-01"),
)
"""From, below, and in what such numbers are mostly counted; '' for years."""


def units_of_time(used: Sequence[str], first: str, said: str | None) -> TimeUnits | None:
    """What times are counted in, None where they are no numbers.

    As the caller says, else as the name of the column does, or a row of units below the header.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); counted from a day that has two names.
    """
    stated = said or next((text for text in (used[0], first) if SINCE.search(text)), None)
    if stated is None or len(used) > 1:
        return None
    try:
        return time_units(stated)
    except ValueError as fault:
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, str(fault)) from fault


def what_is_wanted(shown: str) -> str:
    """What a text that is no stamp is, and how it becomes one."""
    if _SHORT_YEAR.fullmatch(shown):
        return (
            f"time {shown!r} has a year of two digits, and which part it is cannot be told: write "
            "it with four, such as 2024-06-01"
        )
    if not _NUMBER.fullmatch(shown):
        return f"time {shown!r}: wanted 2024-06-01T12:00:00Z or like it"
    number = float(shown.replace(",", "."))
    units = next(
        (units for low, high, units in _LIKELY if low <= number < high), "days since 1950-01-01"
    )
    if not units:
        return (
            f"time {shown!r} is a year, whose parts are counted in several ways: write dates, such "
            "as 2024-06-01T12:00:00Z"
        )
    return (
        f"time {shown!r} is a number, and nothing says what it counts: say so "
        f"(--time-units '{units}', if that is it), or in brackets behind the column's name"
    )
