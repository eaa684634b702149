"""Attenuated signal: the sensor still moves, but far less than the sea."""

import numpy as np
from pydantic import PositiveFloat

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, column_test
from halocline.qc.series._windows import moving_range


class AttenuatedSignalParams(Params):
    """How much the variable moves at least."""

    window_h: PositiveFloat
    """Length of the window around each value."""
    least_range: float
    """Smallest credible difference between greatest and least of a window, in the unit."""
    least_share: float
    """A window holding fewer values than this share of what its step allows is not judged."""
    step_s: PositiveFloat
    """The sampling step `least_share` counts with."""


_TWO_H = {"window_h": 2.0, "least_range": 0.5, "least_share": 0.8, "step_s": 1200}
_ALIVE = [1.0, 2, 1, 2, 1, 2, 1, 2]
_DEAD = [1.0, 1.1, 1, 1.1, 1, 1.1, 1, 1.1]
_NAN = float("nan")


@column_test(
    name="attenuated_signal",
    bit=7,
    vouches=False,
    params=AttenuatedSignalParams,
    reach_s=lambda params: params.window_h / 2 * HOUR_S,
    source="QARTOD test 12, range form; windows are in time, not in values",
    examples=[
        Example(_ALIVE, [0, 1, 1, 1, 1, 1, 1, 0], _TWO_H,
                "range 1; the window of 2 h holds 7 values of 6 allowed, 4 and so 57 % at an end"),
        Example(_DEAD, [0, 3, 3, 3, 3, 3, 3, 0], _TWO_H, "range 0.1 < 0.5"),
        Example([1.0, 2, _NAN, _NAN, _NAN, 2, 1, 2], [0, 0, 9, 9, 9, 0, 0, 0], _TWO_H,
                "at most 4 of 6 values, less than 80 %: not judged"),
    ],
)  # fmt: skip
def attenuated_signal(column: Column, params: AttenuatedSignalParams) -> FlagArray:
    """Flag values PROBABLY_BAD around which the whole window hardly moves."""
    if column.value.size == 0:
        return np.zeros(0, dtype=np.uint8)
    half = params.window_h / 2 * HOUR_S
    first = np.searchsorted(column.time_s, column.time_s - half, side="left")
    stop = np.searchsorted(column.time_s, column.time_s + half, side="right")
    spread = moving_range(column.value, first=first, stop=stop)
    allowed = params.window_h * HOUR_S / params.step_s
    judged = stop - first >= params.least_share * allowed
    weak = np.where(spread < params.least_range, Flag.PROBABLY_BAD, Flag.GOOD)
    return np.where(judged, weak, Flag.NOT_EVALUATED).astype(np.uint8)
