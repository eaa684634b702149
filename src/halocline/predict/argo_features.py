"""What a learned opinion on Argo levels looks at: the same for training and for use.

Per level: the statistics the real-time tests compare with thresholds, what its neighbours do, what
the float measured at that pressure in its last cycles. Never a flag, ours or the provider's, never
a later cycle, and nothing that names the float or the place.
"""

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
NEAR: Final = 50.0
"""dbar within which inversions are counted."""
INVERSION: Final = 0.03
"""kg m-3, the threshold of test 14."""
VARIABLES: Final[tuple[str, ...]] = ("TEMP", "PSAL")

_OF_ONE: Final = (
    "spike", "second_difference", "slope_above", "slope_below", "departure", "noise",
    "from_history", "history_spread", "step_above", "step_below",
)  # fmt: skip
NAMES: Final = (
    "pressure", "pressure_above", "pressure_below", "from_top", "from_bottom", "levels",
    "repeated_pressure", "inversion_above", "inversion_below", "inversions", "inversions_near",
    "inversions_before",
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
    ]  # fmt: skip
    single = {name: _of_one(row, name, before) for name in names}
    unknown = [np.full(n, np.nan)] * len(_OF_ONE)
    found = {}
    for name in names:
        other = next((single[one] for one in names if one != name), unknown)
        found[name] = np.column_stack([*common, *single[name], *other])
    return found


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
    return [
        np.abs(second) - half, second, _above(slope, n), _below(slope, n), value - median, noise,
        value - usual, spread, _above(step, n), _below(step, n),
    ]  # fmt: skip


def _running(value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Median of the levels around each, and the median distance from it."""
    padded = np.pad(value, HALF, mode="edge") if value.size else value
    if value.size == 0:
        return value, value
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HALF + 1)
    middle = np.median(windows, axis=1)
    return middle, np.median(np.abs(windows - middle[:, None]), axis=1)


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
