"""Test 49, pressure spike: ours, beyond the manual."""

from bisect import bisect_right

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)


class PressureSpike(Params):
    """How far a pressure may leave the descent of the others."""

    step: float
    """dbar; as the tolerance of test 8."""


@argo_test(
    number=49,
    name="pressure_spike",
    params=PressureSpike,
    source="halocline, docs/reference/argo-qc-truth.md: found before test 8, one pressure of "
    "6,550 dbar no longer condemns every level below it (float 6900901)",
    examples=[
        Example(
            value={"PRES": [[10, 20, 6550, 40, 50]], "TEMP": [[9, 8, 7, 6, 5]]},
            params={"step": 20},
            expected={"PRES": [[1, 1, 4, 1, 1]], "TEMP": [[0, 0, 4, 0, 0]]},
            reason="without the third level the others descend; on their line it would be at 30",
        ),
        Example(
            value={"PRES": [[10, 20, 15, 30]]},
            params={"step": 20},
            expected={"PRES": [[1, 1, 1, 1]]},
            reason="15 is 10 above the line from 20 to 30 at most: a step back, no spike",
        ),
        Example(
            value={"PRES": [[10, np.nan, 30, 5, 50]]},
            params={"step": 20},
            expected={"PRES": [[1, 9, 1, 4, 1]]},
            reason="5 is 35 off the 40 half-way between 30 and 50",
        ),
    ],
)
def pressure_spike(casts: Casts, params: PressureSpike) -> Verdict:
    """A pressure that the longest descent through the profile leaves out, and by a long way.

    Where levels go back, the most numerous set that descends is taken for the profile; a level
    outside it fails where it lies `step` dbar or more off the line through its neighbours in it.
    """
    if PRES not in casts.value:
        return {}
    usable = casts.usable(PRES)
    bad = np.zeros(usable.shape, dtype=bool)
    # Only where a level lies above one before it can anything be left out.
    held = np.where(usable, casts.value[PRES], -np.inf)
    turns = (np.maximum.accumulate(held, axis=1) > held) & usable
    for row in np.flatnonzero(turns.any(axis=1)).tolist():
        place = np.flatnonzero(usable[row])
        bad[row, place[_off(casts.value[PRES][row, place], params.step)]] = True
    return {PRES: flags_where(usable, bad)}


def _off(pressure: FloatArray, step: float) -> BoolArray:
    """(n,) levels far from the longest descent."""
    kept = longest_descent(pressure)
    line = np.interp(np.arange(pressure.size), kept, pressure[kept])
    return np.asarray(np.abs(pressure - line) >= step, dtype=bool)


def longest_descent(pressure: FloatArray) -> npt.NDArray[np.intp]:
    """Indices of the longest subsequence that never goes back (patience sorting, n log n)."""
    tails: list[float] = []
    tail_at: list[int] = []
    before = [-1] * pressure.size
    for index, value in enumerate(pressure.tolist()):
        place = bisect_right(tails, value)
        before[index] = tail_at[place - 1] if place else -1
        tails[place : place + 1] = [value]
        tail_at[place : place + 1] = [index]
    kept = []
    index = tail_at[-1] if tail_at else -1
    while index >= 0:
        kept.append(index)
        index = before[index]
    return np.array(kept[::-1], dtype=np.intp)
