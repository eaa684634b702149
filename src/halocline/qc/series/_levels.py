"""Levels: what a record reads between two jumps, beside what it reads before and after."""

from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import SecondArray

STANDS: Final = 0.6
"""Least share of a jump that a level differs by: more than half, the share where it differs from
one side alone and the record went on as it was on the other."""


def stands_apart(
    value: FloatArray, time_s: SecondArray, first: int, stop: int, *, size: float
) -> bool:
    """Whether the values from one jump to another differ from both sides by a share of its size.

    Medians of as long before and after, averaged, so that the season's change goes out. Two single
    values off, days apart, are a pair of jumps too, and all between them is sound; so are weeks
    between two short faults, whose level is held on neither side for as long.
    """
    long_s = time_s[stop] - time_s[first]
    before = min(np.searchsorted(time_s, time_s[first] - long_s), first - 1)
    after = max(np.searchsorted(time_s, time_s[stop] + long_s), stop + 1)
    beside = (np.median(value[before:first]) + np.median(value[stop:after])) / 2
    apart = (np.median(value[first:stop]) - beside) * np.sign(size)
    return bool(apart >= STANDS * abs(size))
