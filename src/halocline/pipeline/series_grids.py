"""A checked series on the grids filling works on: each variable on its own step."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from halocline.learn.native import Native
from halocline.model.checked import Checked
from halocline.model.errors import ConfigInvalid
from halocline.model.flags import Flag
from halocline.model.gridding import NOWHERE, Gridded, to_grid
from halocline.model.series import Series

USABLE: Final = (Flag.NOT_EVALUATED, Flag.GOOD, Flag.PROBABLY_GOOD, Flag.CHANGED)
"""Our flags that feed an estimate; a value with flag 3 or 4 becomes a gap."""
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def gridded_of(
    series: Series,
    checked: Mapping[str, Checked],
    *,
    usable: Collection[int] = USABLE,
    start: np.datetime64 | None = None,
    stop: np.datetime64 | None = None,
) -> dict[str, Gridded]:
    """Each variable that has a step of its own and a value to build on, over [start, stop).

    A direction has none: it is published as measured, without estimates. Without `start` and
    `stop`, grids cover the stamps of the series.
    """
    codes = sorted(int(flag) for flag in usable)
    found = {
        name: to_grid(series, name, np.isin(checked[name].flag, codes), start=start, stop=stop)
        for name, variable in series.variables.items()
        if not variable.is_direction
    }
    return {
        name: one
        for name, one in found.items()
        if one is not None and np.isfinite(one.grid.value).any()
    }


def grids_of(
    series: Series, checked: Mapping[str, Checked], *, usable: Collection[int] = USABLE
) -> dict[str, Gridded]:
    """As `gridded_of`, over the stamps at which anything is usable.

    A clock that once fell back to 1980 must not ask for decades of estimates.
    """
    codes = sorted(int(flag) for flag in usable)
    held = [np.isin(checked[name].flag, codes) for name in series.variables]
    rows = np.flatnonzero(np.any(held, axis=0)) if held else np.array([], int)
    if not rows.size:
        return {}
    start, stop = series.time[rows[0]], series.time[rows[-1]] + np.timedelta64(1, "s")
    return gridded_of(series, checked, usable=usable, start=start, stop=stop)


def wanted(series: Series, names: Sequence[str], left_alone: Mapping[str, str] = NOTHING) -> Series:
    """The variables asked for, by name or parameter; all of them when none is.

    `left_alone`: columns that are no variables, and why.

    Raises:
        ConfigInvalid: the operator's; a name the series does not have. The message lists those, and
            says why a column of that name is none.
    """
    if not names:
        return series
    known = {n for name, one in series.variables.items() for n in (name, one.parameter)}
    strange = sorted(set(names) - known)
    if strange:
        why = [left_alone[name] for name in strange if name in left_alone]
        there = f"the series has {', '.join(series.variables)}"
        raise ConfigInvalid("; ".join([f"no variable {', '.join(strange)}", *why, there]))
    kept = {
        name: one
        for name, one in series.variables.items()
        if name in names or one.parameter in names
    }
    return replace(series, variables=kept)


def asked_grids(
    series: Series, checked: Mapping[str, Checked], variables: Sequence[str]
) -> tuple[dict[str, Gridded], dict[str, Gridded]]:
    """Every variable's grid, and those asked for: the same grids, whatever else is asked for.

    Raises:
        ConfigInvalid: the operator's; a variable the series does not have.
    """
    everything = grids_of(series, checked)
    asked = wanted(series, variables).variables
    return everything, {name: one for name, one in everything.items() if name in asked}


def on_grid(native: Native, gridded: Gridded) -> np.ndarray:
    """Which grid points (n,) hold a value that a sensor wrote."""
    spoken = gridded.stamp != NOWHERE
    held = np.zeros(gridded.stamp.size, dtype=bool)
    held[spoken] = native.mask[gridded.stamp[spoken]]
    return held & np.isfinite(gridded.grid.value)
