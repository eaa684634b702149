"""Test 62, particle backscattering: the tests A, A2, B, C, E and G of its authors."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.argo._api import PRES, BoolArray, Casts, Example, Verdict, argo_test


class Backscattering(Params):
    """Thresholds of the six tests, m-1 and dbar."""

    surface: float
    """A, A2: negative values above are BAD one by one, below they put the profile in doubt."""
    most_negative: float
    """A2: share of negative values below `surface` above which the profile is BAD."""
    noise: float
    """B: residual from the running median that counts as noise."""
    noisy_share: float
    """B: share of noisy levels from which the profile is in doubt."""
    noise_below: float
    """B: levels above are not looked at."""
    noise_levels: int
    """B: a profile of this many levels or fewer is not looked at."""
    deep: float
    """C: below."""
    deep_high: float
    """C: median of the deep levels above which the profile is in doubt."""
    deep_levels: int
    """C: fewest deep levels."""
    bins: tuple[float, ...]
    """E: lower ends of the bins of which none may be empty."""
    hook_reach: float
    """G: above the deepest level, within which a hook is looked for."""
    hook_step: float
    """G: largest last step; within it the hook's foot says nothing of the water."""
    hook_parking: float
    """G: distance of the deepest level from the parking pressure."""
    hook_height: float
    """G: above the median of the water over the hook's foot."""


PARAMS: Final = {
    "surface": 5,
    "most_negative": 0.1,
    "noise": 5e-4,
    "noisy_share": 0.1,
    "noise_below": 100,
    "noise_levels": 10,
    "deep": 700,
    "deep_high": 5e-4,
    "deep_levels": 5,
    "bins": [50, 156, 261, 367, 472, 578, 683, 789, 894, 1000],
    "hook_reach": 50,
    "hook_step": 20,
    "hook_parking": 100,
    "hook_height": 2e-4,
}
NAMES: Final = re.compile(r"BBP\d{3}(_?\d)?")
WINDOW: Final = 11
"""Levels of the running median."""
DEPTHS: Final = [[20, 100, 200, 300, 400, 500, 600, 700, 800, 900, 980]]
CLEAR: Final = [2e-4] * 11


@argo_test(
    number=62,
    name="backscattering",
    params=Backscattering,
    source="Dall'Olmo et al. 2023, doi:10.12688/openreseurope.15047.2; bins and flags of the "
    "authors' 16 worked profiles, all of which come out",
    examples=[
        Example(
            value={"PRES": DEPTHS, "BBP700": [CLEAR]},
            params=PARAMS,
            expected={"BBP700": [[1] * 11]},
            reason="a value in every bin, none of them odd",
        ),
        Example(
            value={"PRES": [[2, *DEPTHS[0]]], "BBP700": [[-1e-4, *CLEAR]]},
            params=PARAMS,
            expected={"BBP700": [[4] + [1] * 11]},
            reason="A: one negative value at the surface",
        ),
        Example(
            value={"PRES": DEPTHS, "BBP700": [[*CLEAR[:-1], -1e-4]]},
            params=PARAMS,
            expected={"BBP700": [[3] * 11]},
            reason="A2: one of eleven below the surface, 9 %",
        ),
        Example(
            value={"PRES": DEPTHS, "BBP700": [[*CLEAR[:-2], -1e-4, -1e-4]]},
            params=PARAMS,
            expected={"BBP700": [[4] * 11]},
            reason="A2: two of eleven, 18 %",
        ),
        Example(
            value={"PRES": DEPTHS, "BBP700": [[*CLEAR[:-2], np.nan, np.nan]]},
            params=PARAMS,
            expected={"BBP700": [[3] * 9 + [9, 9]]},
            reason="E: the last bin is empty",
        ),
        Example(
            value={"PRES": [[1400, 1500]], "BBP700": [[1e-4, 1e-4]]},
            params=PARAMS,
            expected={"BBP700": [[1, 1]]},
            reason="E: no value above 1000 dbar, of which the test then says nothing; A does",
        ),
    ],
)
def backscattering(casts: Casts, params: Backscattering) -> Verdict:
    """Negative, noisy, high deep down, full of holes, or hooked at the parking depth."""
    verdict: dict[str, FlagArray] = {}
    for name in casts.value:
        if not NAMES.fullmatch(name) or PRES not in casts.value:
            continue
        judged = casts.usable(name) & casts.usable(PRES)
        said = np.zeros(casts.shape, dtype=np.uint8)
        for row in np.flatnonzero(judged.any(axis=1)):
            place = np.flatnonzero(judged[row])
            pressure, value = casts.value[PRES][row, place], casts.value[name][row, place]
            smooth = running_median(pressure, value)
            parked = float(casts.park_pressure[row]) if casts.direction[row] == "A" else np.nan
            said[row, place] = np.max(
                [
                    negative(pressure, value, params),
                    noisy(pressure, value, smooth, params),
                    high_deep(pressure, smooth, params),
                    holes(pressure, params),
                    hooked(pressure, value, parked, params),
                ],
                axis=0,
            )
        verdict[name] = said
    return verdict


def running_median(pressure: FloatArray, value: FloatArray) -> FloatArray:
    """Median of WINDOW levels, fewer at the ends, of those whose pressure grows; NaN elsewhere."""
    smooth = np.full(value.size, np.nan)
    place = np.flatnonzero(np.diff(pressure) > 0)
    half = WINDOW // 2
    for k, index in enumerate(place):
        smooth[index] = np.median(value[place[max(k - half, 0) : k + half + 1]])
    return smooth


def negative(pressure: FloatArray, value: FloatArray, params: Backscattering) -> FlagArray:
    """A and A2: (n,) flags; all BAD or PROBABLY_BAD for negative values below the surface."""
    below = pressure >= params.surface
    wrong = value < 0
    if (wrong & below).any():
        share = (wrong & below).sum() / below.sum()
        return _all(value, Flag.BAD if share > params.most_negative else Flag.PROBABLY_BAD)
    return np.where(wrong, np.uint8(Flag.BAD), np.uint8(Flag.GOOD))


def noisy(
    pressure: FloatArray, value: FloatArray, smooth: FloatArray, params: Backscattering
) -> FlagArray:
    """B: all PROBABLY_BAD where too many values lie far from the running median."""
    with np.errstate(invalid="ignore"):
        far = (pressure > params.noise_below) & (np.abs(value - smooth) > params.noise)
    size = int(np.isfinite(value).sum())
    bad = size > params.noise_levels and far.any() and far.sum() / size >= params.noisy_share
    return _all(value, Flag.PROBABLY_BAD if bad else Flag.GOOD)


def high_deep(pressure: FloatArray, smooth: FloatArray, params: Backscattering) -> FlagArray:
    """C: all PROBABLY_BAD where the water deep down is as turbid as a surface."""
    deep = smooth[pressure > params.deep]
    known = deep[np.isfinite(deep)]
    enough = deep.size >= params.deep_levels and known.size > 0
    bad = enough and np.median(known) > params.deep_high
    return _all(smooth, Flag.PROBABLY_BAD if bad else Flag.GOOD)


def holes(pressure: FloatArray, params: Backscattering) -> FlagArray:
    """E: all PROBABLY_BAD where bins are empty, BAD where one alone holds more than a level.

    NOT_EVALUATED where all are empty: the authors' 9, which here is for values not received.
    """
    edges = np.array(params.bins)
    place = np.searchsorted(edges, pressure, side="right")
    count = np.bincount(place[place < edges.size], minlength=edges.size)
    if (count > 0).all():
        return _all(pressure, Flag.GOOD)
    if not count.any():
        return _all(pressure, Flag.NOT_EVALUATED)
    return _all(pressure, Flag.BAD if (count > 1).sum() == 1 else Flag.PROBABLY_BAD)


def hooked(
    pressure: FloatArray, value: FloatArray, parked: float, params: Backscattering
) -> FlagArray:
    """G: BAD near the deepest level where it is turbid and the float rose from its parking depth.

    parked: dbar, NaN where unknown or the profile descends: NOT_EVALUATED then.
    """
    deepest = float(pressure.max())
    index = int(pressure.argmax())
    step = pressure[index] - pressure[index - 1] if index else np.inf
    if not abs(deepest - parked) < params.hook_parking or step > params.hook_step:
        return _all(value, Flag.NOT_EVALUATED)
    near = pressure >= deepest - params.hook_reach
    base = near & (pressure < deepest - params.hook_step)
    if not base.any():
        return _all(value, Flag.NOT_EVALUATED)
    high: BoolArray = near & (value > np.median(value[base]) + params.hook_height)
    return np.where(high, np.uint8(Flag.BAD), np.uint8(Flag.GOOD))


def _all(like: npt.NDArray[np.floating], flag: Flag) -> FlagArray:
    return np.full(like.size, np.uint8(flag))
