"""Levels: what a record reads between two jumps, beside what it reads before and after."""

from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import SecondArray

STANDS: Final = 0.6
"""Least share of a jump that a level differs by: more than half, the share where it differs from
one side alone and the record went on as it was on the other."""
HALF_DAY_S: Final = 43_200
QUARTER: Final = 4
"""Part of the length of a level of up to half a day that is enough on one side: faults of hours
come in groups, and the next may be near."""


def stands_apart(
    value: FloatArray, time_s: SecondArray, first: int, stop: int, *, size: float
) -> bool:
    """Whether the values from one jump to another differ from both sides by a share of its size.

    Medians of as long before and after, averaged, so that the season's change goes out; within half
    a day a quarter as long will do on one of the sides. Two single values off, days apart, are a
    pair of jumps too, and all between them is sound; so are weeks between two short faults, whose
    level is held on neither side for as long.
    """
    long_s = time_s[stop] - time_s[first]
    shorter_s = long_s // QUARTER if long_s <= HALF_DAY_S else long_s
    level, sign = np.median(value[first:stop]), np.sign(size)
    either = [
        _beside(value, time_s, first, by_s=-before_s) + _beside(value, time_s, stop, by_s=after_s)
        for before_s, after_s in ((long_s, shorter_s), (shorter_s, long_s))
    ]
    return bool(max((level - both / 2) * sign for both in either) >= STANDS * abs(size))


def _beside(value: FloatArray, time_s: SecondArray, place: int, *, by_s: int) -> float:
    """Median of the values before a jump (`by_s` negative) or after one; of one value at least."""
    end = int(np.searchsorted(time_s, time_s[place] + by_s))
    start, stop = (min(end, place - 1), place) if by_s <= 0 else (place, max(end, place + 1))
    return float(np.median(value[start:stop]))
