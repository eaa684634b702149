"""Test 8, pressure increasing."""

import numba
import numpy as np

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


class PressureIncreasing(Params):
    """How far, in dbar, a level may lie above a deeper one before it is out of order."""

    tolerance: float


@argo_test(
    number=8,
    name="pressure_increasing",
    params=PressureIncreasing,
    source="Coriolis chain v6.5, doi:10.17882/45589: from the middle level outwards",
    examples=[
        Example(
            value={"PRES": [[5, 10, 15, 20]]},
            params={"tolerance": 0},
            expected={"PRES": [[1, 1, 1, 1]]},
            reason="in order",
        ),
        Example(
            value={"PRES": [[5, 10, 15, 15, 20]]},
            params={"tolerance": 0},
            expected={"PRES": [[1, 1, 1, 4, 1]]},
            reason="the second of two equal pressures is out of order",
        ),
        Example(
            value={"PRES": [[5, 30, 15, 20, 25, 30]]},
            params={"tolerance": 0},
            expected={"PRES": [[1, 4, 1, 1, 1, 1]]},
            reason="upwards from the third level (15), 30 is not shallower; 5 is",
        ),
        Example(
            value={"PRES": [[5, 10, 15, 20, 6550, 30, 35]]},
            params={"tolerance": 0},
            expected={"PRES": [[1, 1, 1, 1, 4, 1, 1]]},
            reason="one spike falls alone: what follows lies between the mark, 20, and the spike",
        ),
        Example(
            value={"PRES": [[5, 10, 6550, 20, 25, 30]]},
            params={"tolerance": 0},
            expected={"PRES": [[1, 1, 4, 1, 1, 1]]},
            reason="the third level, where the way out begins, stands out between 10 and 20",
        ),
        Example(
            value={"PRES": [[5, np.nan, 15]]},
            params={"tolerance": 0},
            expected={"PRES": [[1, 9, 1]]},
            reason="a missing pressure is passed over",
        ),
    ],
)
def pressure_increasing(casts: Casts, params: PressureIncreasing) -> Verdict:
    """Levels out of order around the middle of a profile; near-surface rows upwards only.

    A pressure found bad before (out of range, a spike) is passed over: it sets no mark for others.
    """
    if PRES not in casts.value:
        return {}
    judged = casts.usable(PRES)
    bad = _out_of_order(casts.value[PRES], judged, casts.is_near_surface, params.tolerance)
    return {PRES: flags_where(judged, bad)}


@numba.njit(cache=True)
def _out_of_order(
    pressure: FloatArray, present: BoolArray, from_deepest: BoolArray, tolerance: float
) -> BoolArray:
    bad = np.zeros(pressure.shape, dtype=np.bool_)
    for row in range(pressure.shape[0]):
        place = np.flatnonzero(present[row])
        if place.size < 2:
            continue
        middle = place.size - 1 if from_deepest[row] else max(place.size // 2 - 1, 0)
        if 0 < middle < place.size - 1 and _stands_out(pressure[row][place], middle, tolerance):
            bad[row, place[middle]] = True
            place = np.delete(place, middle)
            middle -= 1
        levels = pressure[row][place]
        upward = _against(-levels[: middle + 1][::-1], tolerance)
        downward = _against(levels[middle:], tolerance)
        # one by one: of an assignment by slices numba compiles the words of its error for 3 s
        for k in range(place.size):
            above = k <= middle and upward[middle - k]
            bad[row, place[k]] = above or (k >= middle and downward[k - middle])
    return bad


@numba.njit(cache=True)
def _stands_out(levels: FloatArray, k: int, tolerance: float) -> bool:
    """Whether a level is out of order with both neighbours, which are in order with each other."""
    before, here, after = levels[k - 1], levels[k], levels[k + 1]
    if after <= before - tolerance:
        return False
    return bool(here > after + tolerance or here < before - tolerance)


@numba.njit(cache=True)
def _against(levels: FloatArray, tolerance: float) -> BoolArray:
    """Levels that do not exceed the mark set by the first and moved by each that does.

    One that only juts out moves no mark, or all behind it would fail for it: the next level lies
    back from it by more than a step, and yet ahead of the mark.
    """
    bad = np.zeros(levels.size, dtype=np.bool_)
    mark = levels[0]
    for k in range(1, levels.size):
        if levels[k] <= mark - tolerance or (
            k + 1 < levels.size
            and levels[k + 1] < levels[k] - tolerance
            and levels[k + 1] > mark - tolerance
        ):
            bad[k] = True
        else:
            mark = levels[k]
    return bad
