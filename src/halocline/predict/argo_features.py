"""What a learned opinion on Argo levels looks at: the same for training and for use.

Per level: the statistics the real-time tests compare with thresholds, what its neighbours do, what
the float measured at that pressure in its last cycles. Never a flag, ours or the provider's, never
a later cycle, and nothing that names the float or the place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import gsw
import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.profiles import Profiles

HISTORY: Final = 5
"""Earlier primary profiles that tell what the float usually measures."""
HALF: Final = 3
"""Levels either side of the running median."""
AROUND: Final = 5
"""Levels either side over which the distance to the float's past is the water's, not a level's."""
NEAR: Final = 50.0
"""dbar within which inversions are counted."""
INVERSION: Final = 0.03
"""kg m-3, the threshold of test 14."""
CROWD: Final = 4
"""Inversions from which on a profile is disturbed, as in test 50 of the refined suite."""
STUCK: Final = 0.05
"""dbar: pressures no farther apart stand still."""
HEAVY: Final = {"TEMP": 0.2, "PSAL": 0.78}
"""kg m-3 that a degree and a unit of salinity are worth, in a mid-latitude thermocline."""
LEAST_NOISE: Final = 1e-3
LEAST_SPREAD: Final = 1e-2
"""Below these a sensor's resolution speaks, and a ratio to them would say nothing."""
VARIABLES: Final[tuple[str, ...]] = ("TEMP", "PSAL")

_OF_ONE: Final = (
    "spike", "second_difference", "slope_above", "slope_below", "departure", "noise",
    "from_history", "history_spread", "step_above", "step_below",
    "departure_by_noise", "from_history_by_spread", "from_history_here",
)  # fmt: skip
NAMES: Final = (
    "pressure", "pressure_above", "pressure_below", "from_top", "from_bottom", "levels",
    "repeated_pressure", "inversion_above", "inversion_below", "inversions", "inversions_near",
    "inversions_before", "stuck_levels", "below_before", "above_after", "to_inversion",
    "between_inversions", "disturbed_share", "inversions_share", "worst_inversion", "median_step",
    "blame_second", "blame_departure",
    *(f"{which}_{name}" for which in ("own", "other") for name in _OF_ONE),
)  # fmt: skip
"""Columns of the features, in order."""


@dataclass(frozen=True)
class _Row:
    """One profile without its holes; arrays (n,)."""

    place: npt.NDArray[np.intp]
    pressure: FloatArray
    value: dict[str, FloatArray]
    excess: FloatArray
    """(n−1,) density of each level over that of the next, NaN where unknown."""

    @property
    def inversions(self) -> int:
        """Pairs that lie upside down."""
        return int(np.count_nonzero(self.excess >= INVERSION))


def features(profiles: Profiles) -> dict[str, FloatArray]:
    """(N_PROF, N_LEVELS, len(NAMES)) of TEMP and PSAL where the float has them; NaN is unknown."""
    names = [name for name in VARIABLES if name in profiles.variables]
    shape = (profiles.n_prof, profiles.n_levels, len(NAMES))
    out = {name: np.full(shape, np.nan, dtype=np.float32) for name in names}
    if "PRES" not in profiles.variables or not names:
        return {name: one.astype(np.float64) for name, one in out.items()}
    before: list[_Row] = []
    for index in range(profiles.n_prof):
        row = _row(profiles, index, names)
        if row.place.size:
            for name, columns in _of_row(row, names, before).items():
                out[name][index, row.place] = columns
        scheme = str(profiles.scheme[index])
        if row.place.size >= 3 and (not scheme or scheme.startswith("Primary")):
            before = [*before, row][-HISTORY:]
    return {name: one.astype(np.float64) for name, one in out.items()}


def _row(profiles: Profiles, index: int, names: list[str]) -> _Row:
    pressure = profiles.variables["PRES"].value[index].astype(np.float64)
    place = np.flatnonzero(np.isfinite(pressure))
    pressure = pressure[place]
    value = {
        name: profiles.variables[name].value[index, place].astype(np.float64) for name in names
    }
    excess = np.full(max(place.size - 1, 0), np.nan)
    if len(names) == len(VARIABLES) and place.size > 1:
        excess = _excess(
            pressure, value["TEMP"], value["PSAL"],
            float(profiles.longitude[index]), float(profiles.latitude[index]),
        )  # fmt: skip
    return _Row(place, pressure, value, excess)


def _excess(
    pressure: FloatArray, temp: FloatArray, psal: FloatArray, longitude: float, latitude: float
) -> FloatArray:
    """As test 14 has it, at the pair's mean pressure; mid-ocean where the position is missing."""
    where = (longitude, latitude) if np.isfinite([longitude, latitude]).all() else (-30.0, 30.0)
    with np.errstate(invalid="ignore"):
        salinity = gsw.SA_from_SP(np.maximum(psal, 0.0), pressure, *where)
        heat = gsw.CT_from_t(salinity, temp, pressure)
        middle = (pressure[1:] + pressure[:-1]) / 2
        upper = gsw.rho(salinity[:-1], heat[:-1], middle)
        return np.asarray(upper - gsw.rho(salinity[1:], heat[1:], middle), dtype=np.float64)


def _of_row(row: _Row, names: list[str], before: list[_Row]) -> dict[str, FloatArray]:
    n = row.place.size
    step = np.diff(row.pressure)
    inverted = np.concatenate([row.excess >= INVERSION, [False]])
    marks = row.pressure[np.flatnonzero(inverted)]
    order = np.sort(marks)
    near = np.searchsorted(order, row.pressure + NEAR, "right") - np.searchsorted(
        order, row.pressure - NEAR, "left"
    )
    common = [
        row.pressure, _above(step, n), _below(step, n), row.pressure - row.pressure.min(),
        row.pressure.max() - row.pressure, np.full(n, n),
        _above(np.abs(step) <= 0.05, n) + _below(np.abs(step) <= 0.05, n),
        _above(row.excess, n), _below(row.excess, n), np.full(n, row.inversions), near,
        np.full(n, np.mean([one.inversions for one in before]) if before else np.nan),
        *_of_pressure(row.pressure), *_of_inversions(row, order, before),
        np.full(n, np.median(np.abs(step)) if n > 1 else np.nan),
    ]  # fmt: skip
    single = {name: _of_one(row, name, before) for name in names}
    common += _blame(single, n)
    unknown = [np.full(n, np.nan)] * len(_OF_ONE)
    found = {}
    for name in names:
        other = next((single[one] for one in names if one != name), unknown)
        found[name] = np.column_stack([*common, *single[name], *other])
    return found


def _of_pressure(pressure: FloatArray) -> list[FloatArray]:
    """Levels at one pressure, and how far a level lies above an earlier or below a later one."""
    n = pressure.size
    moves = np.concatenate([[True], np.abs(np.diff(pressure)) > STUCK])[:n]
    group = np.cumsum(moves) - 1
    stuck = np.bincount(group)[group].astype(np.float64) if n else pressure
    deepest = np.maximum.accumulate(pressure)
    shallowest = np.minimum.accumulate(pressure[::-1])[::-1]
    before, after = np.full(n, np.nan), np.full(n, np.nan)
    before[1:], after[:-1] = deepest[:-1] - pressure[1:], pressure[:-1] - shallowest[1:]
    return [stuck, before, after]


def _of_inversions(row: _Row, marks: FloatArray, before: list[_Row]) -> list[FloatArray]:
    """How near, dbar, and how dense inversions are around each level; how disturbed the float is.

    `marks`: sorted pressures of the upper levels of inversions.
    """
    n, edges = row.place.size, np.concatenate([[-np.inf], marks, [np.inf]])
    below = np.searchsorted(marks, row.pressure) + 1
    upper, lower = edges[below - 1], edges[below]
    to = np.minimum(row.pressure - upper, lower - row.pressure)
    between = lower - upper
    disturbed = np.mean([one.inversions >= CROWD for one in [*before, row]])
    known = row.excess[np.isfinite(row.excess)]
    return [
        np.where(np.isfinite(to), to, np.nan), np.where(np.isfinite(between), between, np.nan),
        np.full(n, disturbed), np.full(n, row.inversions / max(n, 1)),
        np.full(n, known.max() if known.size else np.nan),
    ]  # fmt: skip


def _blame(single: Mapping[str, list[FloatArray]], n: int) -> list[FloatArray]:
    """By how much more density salinity departs from its neighbours, and its median, than heat."""
    if len(single) < len(VARIABLES):
        return [np.full(n, np.nan)] * 2
    weight = {
        (name, what): HEAVY[name] * np.abs(columns[_OF_ONE.index(what)])
        for name, columns in single.items()
        for what in ("second_difference", "departure")
    }
    return [
        weight["PSAL", what] - weight["TEMP", what] for what in ("second_difference", "departure")
    ]


def _above(pairs: npt.NDArray[np.generic], n: int) -> FloatArray:
    """What a pair says to its lower level; NaN for the first."""
    return np.concatenate([[np.nan], pairs.astype(np.float64)])[:n]


def _below(pairs: npt.NDArray[np.generic], n: int) -> FloatArray:
    """What a pair says to its upper level; NaN for the last."""
    return np.concatenate([pairs.astype(np.float64), [np.nan]])[:n]


def _of_one(row: _Row, name: str, before: list[_Row]) -> list[FloatArray]:
    value, n = row.value[name], row.place.size
    second, half = np.full(n, np.nan), np.full(n, np.nan)
    if n > 2:
        second[1:-1] = value[1:-1] - (value[2:] + value[:-2]) / 2
        half[1:-1] = np.abs(value[2:] - value[:-2]) / 2
    step = np.diff(value)
    slope = step / np.maximum(np.abs(np.diff(row.pressure)), 0.5)
    median, noise = _running(value)
    usual, spread = _usual(row.pressure, name, before)
    off = value - usual
    return [
        np.abs(second) - half, second, _above(slope, n), _below(slope, n), value - median, noise,
        off, spread, _above(step, n), _below(step, n),
        (value - median) / np.maximum(noise, LEAST_NOISE), off / np.maximum(spread, LEAST_SPREAD),
        off - _around(off),
    ]  # fmt: skip


def _running(value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Median of the levels around each, and the median distance from it."""
    padded = np.pad(value, HALF, mode="edge") if value.size else value
    if value.size == 0:
        return value, value
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HALF + 1)
    middle = np.median(windows, axis=1)
    return middle, np.median(np.abs(windows - middle[:, None]), axis=1)


def _around(off: FloatArray) -> FloatArray:
    """Median of what is known of the levels around each, NaN where nothing is."""
    if not np.isfinite(off).any():
        return np.full(off.shape, np.nan)
    wide = 2 * AROUND + 1
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(off, AROUND, mode="edge"), wide)
    ordered, count = np.sort(windows, axis=1), np.isfinite(windows).sum(axis=1)  # NaN last
    place = np.arange(off.size)
    lower, upper = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, wide - 1)
    return np.asarray((ordered[place, lower] + ordered[place, upper]) / 2)


def _usual(pressure: FloatArray, name: str, before: list[_Row]) -> tuple[FloatArray, FloatArray]:
    """Median and half range of the last profiles at these pressures; NaN without any."""
    curves = []
    for one in before:
        if name not in one.value:
            continue
        known = np.isfinite(one.value[name])
        if known.sum() < 3:
            continue
        order = np.argsort(one.pressure[known], kind="stable")
        curve = (one.pressure[known][order], one.value[name][known][order])
        curves.append(np.interp(pressure, *curve, left=np.nan, right=np.nan))
    if not curves:
        unknown = np.full(pressure.shape, np.nan)
        return unknown, unknown
    stacked = np.sort(np.stack(curves), axis=0)  # NaN last
    count = np.isfinite(stacked).sum(axis=0)
    place = np.arange(pressure.size)
    lower = stacked[np.maximum((count - 1) // 2, 0), place]
    upper = stacked[np.maximum(count // 2, 0).clip(0, len(curves) - 1), place]
    middle = np.where(count > 0, (lower + upper) / 2, np.nan)
    top = stacked[np.maximum(count - 1, 0), place]
    return middle, np.where(count > 1, (top - stacked[0]) / 2, np.nan)
