"""One time axis for what a station sent and what was estimated between.

Filling works on a regular grid per variable; a station sends rows on stamps that drift by seconds
or minutes. A grid point takes the stamp of the row it was measured by, so that a measured value
keeps its own time; a point of a gap takes a row of the station near it, else its own time, which
is then added to the axis and said to be added.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.errors import ContractBroken
from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.flags import Flag
from halocline.model.gridding import NOWHERE, Gridded
from halocline.model.series import Series, TimeArray

IndexArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """Stamps of a product, strictly increasing.

    time (m,) datetime64[s]; row (m,): index of the received row at each stamp, -1 where the
    stamp was added.
    """

    time: TimeArray
    row: IndexArray

    def spread(self, values: npt.NDArray[Any], *, absent: Any) -> npt.NDArray[Any]:
        """Values of received rows on the axis, `absent` at added stamps; dtype is kept."""
        taken = values[np.maximum(self.row, 0)]
        return np.where(self.row >= 0, taken, values.dtype.type(absent)).astype(values.dtype)

    def spread_checked(self, checked: Checked) -> Checked:
        """Judgement on the axis: an added stamp holds no value, so it is MISSING and unjudged."""
        return Checked(
            flag=self.spread(checked.flag, absent=Flag.MISSING),
            failed=self.spread(checked.failed, absent=0),
            done=self.spread(checked.done, absent=0),
        )


@dataclass(frozen=True)
class Placed:
    """An axis, and the filled series of each variable on it."""

    axis: Axis
    filled: dict[str, Filled]


def place(
    *,
    series: Series,
    gridded: Mapping[str, Gridded],
    filled: Mapping[str, Filled],
    year: int,
) -> Placed:
    """Put received rows and filled grids on one axis, and keep the stamps of `year`; 0 keeps all.

    `filled[name]` is on the grid of `gridded[name]`, which was made from this `series`. Usable
    values that speak for no grid point are kept as measured.

    Raises:
        ContractBroken: ours; a value said to be measured is not that of the row it came from.
    """
    for name, one in filled.items():
        _refuse_strangers(series.variables[name].value, one, gridded[name].stamp, name)
    axis = _axis(series, gridded, filled, year)
    return Placed(
        axis=axis,
        filled={
            name: _on_axis(
                axis,
                one,
                stamp=_stamps_of(gridded[name], _seconds(series.time)),
                value=axis.spread(series.variables[name].value, absent=np.nan),
                usable=axis.spread(gridded[name].usable, absent=False),
            )
            for name, one in filled.items()
        },
    )


def _axis(
    series: Series, gridded: Mapping[str, Gridded], filled: Mapping[str, Filled], year: int
) -> Axis:
    seconds = _seconds(series.time)
    lonely = [
        _seconds(gridded[name].grid.time)[
            (gridded[name].stamp == NOWHERE) & (one.origin != Origin.MISSING)
        ]
        for name, one in filled.items()
    ]
    every = np.union1d(seconds, np.concatenate([*lonely, np.empty(0, dtype=np.int64)]))
    stamps = every
    if year:
        limits = np.array([f"{year:04d}-01-01", f"{year + 1:04d}-01-01"], dtype="datetime64[s]")
        start, stop = limits.astype(np.int64)
        stamps = every[(every >= start) & (every < stop)]
    row = np.searchsorted(seconds, stamps)
    received = np.isin(stamps, seconds)
    return Axis(
        time=stamps.astype("datetime64[s]"), row=np.where(received, row, NOWHERE).astype(np.int64)
    )


def _seconds(time: TimeArray) -> IndexArray:
    return time.astype("datetime64[s]").astype(np.int64)


def _stamps_of(gridded: Gridded, seconds: IndexArray) -> IndexArray:
    """Second at which each grid point stands: that of its row, else its own."""
    own = _seconds(gridded.grid.time)
    if not seconds.size:
        return own
    return np.where(gridded.stamp == NOWHERE, own, seconds[gridded.stamp])


def _refuse_strangers(value: FloatArray, filled: Filled, row: IndexArray, name: str) -> None:
    measured = np.flatnonzero(filled.origin == Origin.MEASURED)
    spoken = row[measured] != NOWHERE
    same = value[row[measured[spoken]]] == filled.value[measured[spoken]]
    strangers = int((~spoken).sum() + (~same).sum())
    if strangers:
        raise ContractBroken(
            f"{name}: {strangers} grid values are called measured, "
            "and the row at their time does not hold them"
        )


def _on_axis(
    axis: Axis,
    filled: Filled,
    *,
    stamp: IndexArray,
    value: FloatArray,
    usable: npt.NDArray[np.bool_],
) -> Filled:
    size = axis.time.size
    stamps = _seconds(axis.time)
    spot = np.minimum(np.searchsorted(stamps, stamp), max(size - 1, 0))
    inside = (stamps[spot] == stamp) if size else np.zeros(stamp.size, dtype=np.bool_)
    known = inside & (filled.origin != Origin.MISSING)
    # Of two values nearest to one grid point one feeds no estimate, but is measured all the same.
    origin = np.where(usable, Origin.MEASURED, Origin.MISSING).astype(np.uint8)
    origin[spot[known]] = filled.origin[known]
    placed = {"value": np.where(usable, value, np.nan)}
    for part in ("sd", "lower", "upper"):
        placed[part] = np.full(size, np.nan)
    for part, array in placed.items():
        array[spot[known]] = getattr(filled, part)[known]
    return Filled(origin=origin, **placed)
