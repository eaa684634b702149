"""Offset: the series jumps to another level, stays there for a while, and jumps back."""

from collections.abc import Iterator

import numpy as np
from pydantic import PositiveFloat

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import HOUR_S, Column, Example, SecondArray, column_test
from halocline.qc.series._levels import stands_apart
from halocline.qc.series._noise import block_noise


class OffsetParams(Params):
    """What a jump is, and how long the other level may last."""

    jump: float
    """Smallest jump between two neighbours that ever counts, in the unit of the variable."""
    noise_factor: float
    """Jumps below this many standard deviations of the changes of the days around are the sea."""
    noise_h: PositiveFloat
    """Length of the blocks that noise is measured in."""
    mismatch: float
    """Largest share of the jump by which the jump back may differ from it."""
    longest_h: float
    """A level that lasts longer is believed: the sea has changed, or the series ends there."""
    max_gap_h: float
    """A jump across a longer silence is not one."""


_RULE = {
    "jump": 4.0,
    "noise_factor": 8.0,
    "noise_h": 24.0,
    "mismatch": 0.3,
    "longest_h": 2.0,
    "max_gap_h": 1.0,
}


@column_test(
    name="offset",
    bit=8,
    vouches=False,
    params=OffsetParams,
    reach_s=lambda params: 2 * (params.longest_h + params.max_gap_h + params.noise_h) * HOUR_S,
    source="saqc flagOffset (2.9), pairing the nearest opposite jump of like size",
    examples=[
        Example([1.0, 1, 6, 6, 6, 1, 1], [1, 1, 3, 3, 3, 1, 1], _RULE,
                "up 5, and 60 min later down 5: the three between are of another level"),
        Example([1.0, 1, 6, 6, 6, 3, 1], [1, 1, 1, 1, 1, 1, 1], _RULE,
                "down by 3 only: the sea came back, not the sensor"),
        Example([1.0, 6, 6, 6, 6, 6, 6, 6, 6, 1], [1] * 10, _RULE, "160 min are more than 2 h"),
        Example([1.0, 6, float("nan"), 6, 1], [1, 3, 9, 3, 1], _RULE, "missing stays missing"),
        Example([9.0, 9, 3, 3, 9], [1, 1, 3, 3, 1], _RULE, "downwards as upwards"),
        Example([1.0, 1, 1, 6, 1, 1, 1, 6, 1, 1, 1], [1, 1, 1, 3, 1, 1, 1, 3, 1, 1, 1], _RULE,
                "down and up again: the three between read as before and after"),
        Example([1.0, 1, 1, 1, 6, 6, 6, 6, 1, 9, 9, 9, 9, 1, 1, 1, 1],
                [1, 1, 1, 1, 3, 3, 3, 3, 1, 3, 3, 3, 3, 1, 1, 1, 1], _RULE,
                "a second fault, of another size, 20 min after the first"),
    ],
)  # fmt: skip
def offset(column: Column, params: OffsetParams) -> FlagArray:
    """Flag values between a jump and its return PROBABLY_BAD."""
    flag = np.full(column.value.size, Flag.GOOD, dtype=np.uint8)
    step = np.diff(column.value)
    near = column.spacing_s <= params.max_gap_h * HOUR_S
    threshold = np.full(step.size, params.jump)
    if near.any():
        noise = block_noise(
            np.abs(step[near]), time_s=column.time_s[1:][near], block_h=params.noise_h
        )
        threshold[near] = np.maximum(params.jump, params.noise_factor * noise)
    jumps = np.flatnonzero((np.abs(step) >= threshold) & near) + 1
    for first, stop in _returns(jumps, step[jumps - 1], column.time_s, params):
        if stands_apart(column.value, column.time_s, first, stop, size=step[first - 1]):
            flag[first:stop] = Flag.PROBABLY_BAD
    return flag


def _returns(
    jumps: SecondArray, size: FloatArray, time_s: SecondArray, params: OffsetParams
) -> Iterator[tuple[int, int]]:
    """First value of another level, and the first after it, for each jump that another undoes.

    A loop over jumps, which are few, each looking as far as the longest level allows.
    """
    last = np.searchsorted(time_s[jumps], time_s[jumps] + params.longest_h * HOUR_S, side="right")
    for k, (own, stop) in enumerate(zip(size, last, strict=True)):
        undone = np.abs(size[k + 1 : stop] + own) <= params.mismatch * abs(own)
        if undone.any():
            yield int(jumps[k]), int(jumps[k + 1 + int(np.argmax(undone))])
