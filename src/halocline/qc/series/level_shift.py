"""Level shift: the sensor jumps to another level, stays there for days, and jumps back."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from pydantic import PositiveFloat

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import SecondArray, Station, StationExample, station_test
from halocline.qc.series._departure import DAY_S, BoolArray, sound
from halocline.qc.series._jumps import Jumps, jumps
from halocline.qc.series._levels import stands_apart

UNSOUND: Final = (Flag.BAD,)
"""A dry station's values jump too, and are told already."""
ROUGHER: Final = 2
"""Times the mismatch of what is made at once that days may differ by: the sea goes on."""


class LevelShiftParams(Params):
    """What a jump is, and how long the other level may last."""

    floor: dict[str, PositiveFloat]
    """Smallest jump that counts, in the parameter's unit; a parameter not named is not judged."""
    factor: float
    """Jump in robust standard deviations of the changes from one day to the next around it."""
    sudden: float
    """Least share of the jump that is made at once: weather takes hours."""
    silence_h: float
    """Longest silence a jump may hide in."""
    mismatch: float
    """Largest share of the larger by which what the two jumps make at once may differ."""
    longest_d: float
    """A level that lasts longer is believed: the sea or its season has changed."""


_NAN = float("nan")
_RULE = {"floor": {"TEMP": 2.0}, "factor": 4, "sudden": 0.6, "silence_h": 6, "mismatch": 0.3,
         "longest_d": 10}  # fmt: skip
_HOURS = range(14 * 24)
_TIDE = [10.0 + 0.3 * (k % 2) for k in _HOURS]


def _off(first: int, stop: int, *, back: float = 4.0) -> list[float]:
    """The tide, 4 higher from one hour on, and `back` lower again from another."""
    return [x + 4.0 * (k >= first) - back * (k >= stop) for k, x in enumerate(_TIDE)]


@station_test(
    name="level_shift",
    bit=19,
    vouches=False,
    params=LevelShiftParams,
    source="Chen & Liu 1993 (doi:10.1080/01621459.1993.10594321): two level shifts that undo one "
    "another; jumps by medians over two tides instead of a model's innovations",
    examples=[
        StationExample({"TEMP": _TIDE}, {"TEMP": [1] * 336}, _RULE, "nothing jumps", step_s=3600),
        StationExample({"TEMP": _off(100, 220)}, {"TEMP": [1] * 100 + [4] * 120 + [1] * 116},
                       _RULE, "up by 4, and five days later down by 4", step_s=3600),
        StationExample({"TEMP": _off(100, 220, back=2.0)}, {"TEMP": [1] * 336},
                       _RULE, "down by 2 only, half of it: one of them was the sea's",
                       step_s=3600),
        StationExample({"TEMP": _off(40, 290)}, {"TEMP": [1] * 336}, _RULE,
                       "250 h are more than ten days: believed", step_s=3600),
        StationExample({"TEMP": _off(100, 400)}, {"TEMP": [1] * 336}, _RULE,
                       "it does not come back: which level is right is not known", step_s=3600),
        StationExample({"TEMP": [10.0, _NAN], "PSAL": [30.0, 31]}, {"TEMP": [1, 9]}, _RULE,
                       "missing stays missing, a parameter without a floor is not judged"),
    ],
)  # fmt: skip
def level_shift(station: Station, params: LevelShiftParams) -> Mapping[str, FlagArray]:
    """Flag values BAD between two jumps days apart that undo one another.

    Weather that comes at once leaves slowly; a sensor that was knocked or set anew is put right at
    once. Steps of a day or less are left to `offset`: a jump is told by the days beside it.
    """
    flags = {}
    for name, channel in station.channels.items():
        if channel.parameter not in params.floor:
            continue
        held = sound(channel, unsound=UNSOUND)
        flag = np.where(held, Flag.GOOD, Flag.NOT_EVALUATED).astype(np.uint8)
        found = jumps(channel.value[held], station.time_s[held],
                      floor=params.floor[channel.parameter], factor=params.factor,
                      sudden=params.sudden, silence_h=params.silence_h)  # fmt: skip
        for first, stop in _shifts(found, channel.value[held], station.time_s[held], params):
            flag[slice(*np.searchsorted(station.time_s, (first, stop)))] = Flag.BAD
        flags[name] = flag
    return flags


def _shifts(
    found: Jumps, value: FloatArray, time_s: SecondArray, params: LevelShiftParams
) -> Iterator[tuple[int, int]]:
    """First second of each shift and of what follows it; of those that overlap, the shortest."""
    place = np.searchsorted(time_s, found.time_s)
    taken = np.zeros(found.step.size, dtype=bool)
    for first, last in _pairs(found, params):
        within = slice(first, last + 1)
        if not taken[within].any() and stands_apart(
            value, time_s, int(place[first]), int(place[last]), size=float(found.step[first])
        ):
            taken[within] = True
            yield int(found.time_s[first]), int(found.time_s[last])


def _pairs(found: Jumps, params: LevelShiftParams) -> list[tuple[int, int]]:
    """Places of jumps that undo one another in time, the shortest level first."""
    longest_s = params.longest_d * DAY_S
    ends = np.searchsorted(found.time_s, found.time_s + longest_s, side="right").tolist()
    near = [(k, other) for k, end in enumerate(ends) for other in range(k + 1, end)]
    first, last = np.array(near, dtype=np.int64).reshape(-1, 2).T
    pair = _undone(found.leap, first, last, most=params.mismatch)
    pair &= _undone(found.step, first, last, most=ROUGHER * params.mismatch)
    lasts = (found.time_s[last] - found.time_s[first])[pair]
    order = np.flatnonzero(pair)[np.argsort(lasts, kind="stable")]
    return list(zip(first[order].tolist(), last[order].tolist(), strict=True))


def _undone(size: FloatArray, first: SecondArray, last: SecondArray, *, most: float) -> BoolArray:
    """Whether the later of two jumps undoes the other but for a share of the larger."""
    larger = np.maximum(np.abs(size[first]), np.abs(size[last]))
    return np.asarray(np.abs(size[first] + size[last]) <= most * larger)
