"""A distance from UTC that is the same all year, as people write it: UTC+2, UTC-3:30."""

import re
from typing import Final

_WRITTEN: Final = re.compile(
    r"(?:UTC|GMT|TU|UT)?\s*(?:(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?)?",
    re.IGNORECASE,
)
FARTHEST_H: Final = 14


def zone_offset_s(text: str) -> int:
    """Seconds that a zone is ahead of UTC.

    Raises:
        ValueError: the zone is none of a fixed offset.
    """
    found = _WRITTEN.fullmatch(text.strip())
    hours = int((found and found["hours"]) or 0)
    if found is None or not text.strip() or hours > FARTHEST_H:
        raise ValueError(
            f"zone {text!r}: wanted a fixed distance from UTC, such as UTC, UTC+2 or UTC-3:30"
        )
    seconds = hours * 3600 + int(found["minutes"] or 0) * 60
    return -seconds if found["sign"] == "-" else seconds
