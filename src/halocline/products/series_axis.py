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
from halocline.model.series import SNAP_SHARE, Grid, Series, TimeArray

IndexArray = npt.NDArray[np.int64]
GOOD = (Flag.GOOD, Flag.PROBABLY_GOOD)


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
    checked: Mapping[str, Checked],
    grids: Mapping[str, Grid],
    filled: Mapping[str, Filled],
    year: int,
) -> Placed:
    """Put received rows and filled grids on one axis, and keep the stamps of `year`.

    `filled[name]` is on `grids[name]`. Good values between grid points are kept as measured.

    Raises:
        ContractBroken: ours; a value said to be measured is not that of any row at its time.
    """
    seconds = _seconds(series.time)
    rows = {
        name: _row_of_point(series.variables[name].value, seconds, grids[name], one, name)
        for name, one in filled.items()
    }
    added = [
        _seconds(grids[name].time)[(rows[name] < 0) & (one.origin != Origin.MISSING)]
        for name, one in filled.items()
    ]
    extra = np.setdiff1d(np.concatenate([*added, np.empty(0, dtype=np.int64)]), seconds)
    every = np.sort(np.concatenate([seconds, extra]))
    start, stop = (_seconds(np.array([f"{one:04d}-01-01"], "M8[s]"))[0] for one in (year, year + 1))
    stamps = every[(every >= start) & (every < stop)]
    position = np.minimum(np.searchsorted(seconds, stamps), max(seconds.size - 1, 0))
    row = np.where(seconds[position] == stamps, position, -1) if seconds.size else -1 + 0 * stamps
    axis = Axis(time=stamps.astype("datetime64[s]"), row=row.astype(np.int64))
    return Placed(
        axis=axis,
        filled={
            name: _on_axis(
                axis,
                one,
                stamp=np.where(rows[name] >= 0, seconds[rows[name]], _seconds(grids[name].time)),
                value=axis.spread(series.variables[name].value, absent=np.nan),
                flag=axis.spread(checked[name].flag, absent=Flag.MISSING),
            )
            for name, one in filled.items()
        },
    )


def _seconds(time: TimeArray) -> IndexArray:
    return time.astype("datetime64[s]").astype(np.int64)


def _row_of_point(
    value: FloatArray, seconds: IndexArray, grid: Grid, filled: Filled, name: str
) -> IndexArray:
    """Row each grid point stands for, -1 where no row is near: (n_grid,).

    Of several rows near a point: the one it was measured by, else one that holds a value, else
    the nearest.
    """
    start = int(_seconds(np.asarray([grid.start]))[0])
    point = np.round((seconds - start) / grid.step_s).astype(np.int64)
    away = np.abs(seconds - start - point * grid.step_s)
    near = (point >= 0) & (point < filled.origin.size) & (away <= SNAP_SHARE * grid.step_s)
    candidate = np.flatnonzero(near)
    target = point[candidate]
    measured = filled.origin[target] == Origin.MEASURED
    same = measured & (value[candidate] == filled.value[target])
    order = np.lexsort((away[candidate], ~np.isfinite(value[candidate]), ~same, target))
    first = np.unique(target[order], return_index=True)[1]
    row = np.full(filled.origin.size, -1, dtype=np.int64)
    row[target[order][first]] = candidate[order][first]
    _refuse_strangers(value, filled, row, name)
    return row


def _refuse_strangers(value: FloatArray, filled: Filled, row: IndexArray, name: str) -> None:
    measured = filled.origin == Origin.MEASURED
    held = np.where(row >= 0, value[np.maximum(row, 0)], np.nan) if value.size else np.nan
    strangers = measured & ~(held == filled.value)
    if strangers.any():
        raise ContractBroken(
            f"{name}: {int(strangers.sum())} grid values are called measured, "
            "and no row at their time holds them"
        )


def _on_axis(
    axis: Axis, filled: Filled, *, stamp: IndexArray, value: FloatArray, flag: npt.NDArray[np.uint8]
) -> Filled:
    size = axis.time.size
    stamps = _seconds(axis.time)
    spot = np.minimum(np.searchsorted(stamps, stamp), max(size - 1, 0))
    inside = (stamps[spot] == stamp) if size else np.zeros(stamp.size, dtype=np.bool_)
    known = inside & (filled.origin != Origin.MISSING)
    # A good value between grid points feeds no estimate, but it is measured all the same.
    good = np.isfinite(value) & np.isin(flag, [int(one) for one in GOOD])
    origin = np.where(good, Origin.MEASURED, Origin.MISSING).astype(np.uint8)
    origin[spot[known]] = filled.origin[known]
    placed = {"value": np.where(good, value, np.nan)}
    for part in ("sd", "lower", "upper"):
        placed[part] = np.full(size, np.nan)
    for part, array in placed.items():
        array[spot[known]] = getattr(filled, part)[known]
    return Filled(origin=origin, **placed)
