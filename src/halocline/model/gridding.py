"""From the stamps of a station to the regular grid of one variable."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.series import SNAP_SHARE, Grid, Series, TimeArray, own_step_s

IndexArray = npt.NDArray[np.int64]
NOWHERE: Final = -1
"""In an index map: no grid point, or no stamp."""
SNAPPED_SHARE: Final = 0.95
"""A step is refined when fewer of the stamps than this are near a grid point. MOLIT samples its
water hourly, some days on the hour, others on the half hour: of an hourly grid 40 % of the values
would be half an hour away."""
REFINEMENTS: Final = (1, 2, 4)


@dataclass(frozen=True)
class Gridded:
    """One variable on its own regular step, and who is who.

    `index` (n stamps,) is the grid point each stamp of the series is nearest to, NOWHERE outside
    the grid: a clock that drifts, or a logger restarted at another minute, is followed within half
    a step. A stamp without a usable value is NOWHERE further away than SNAP_SHARE of the step: an
    estimate is not told of another moment. `stamp` (n grid,) is the one stamp that speaks for a
    grid point, NOWHERE where there is none: among those nearest to it, one that holds a usable
    value, then the nearest, then the earliest. `usable` (n stamps,): a value to build on, whether
    it speaks for a grid point or not.
    """

    grid: Grid
    index: IndexArray
    stamp: IndexArray
    usable: npt.NDArray[np.bool_]


def to_grid(
    series: Series,
    name: str,
    usable: npt.NDArray[np.bool_],
    *,
    start: np.datetime64 | None = None,
    stop: np.datetime64 | None = None,
) -> Gridded | None:
    """Put the usable values (n,) of one variable on its own step; None when it has no step.

    Step and phase are those of the measured values: see `_layout`. The grid covers [start, stop),
    or the stamps of the series.
    """
    variable = series.variables[name]
    held = variable.measured
    own_step = own_step_s(series.time[held])
    if own_step == 0:
        return None
    seconds = _seconds(series.time)
    first = seconds[0] if start is None else _second(start)
    step, phase = _layout(seconds[held], own_step)
    end = seconds[-1] + step // 2 if stop is None else _second(stop)
    origin = _first_point(first, step=step, phase=phase)
    size = max(0, -(-(end - origin) // step))
    holds = held & usable
    index, distance = _nearest(seconds, origin=origin, step=step, size=size)
    index = np.where(holds | (distance <= SNAP_SHARE * step), index, NOWHERE)
    stamp = _speakers(index, distance=distance, holds=holds, size=size)
    value = np.full(size, np.nan)
    spoken = stamp != NOWHERE
    speaker = stamp[spoken]
    value[spoken] = np.where(usable[speaker], variable.value[speaker], np.nan)
    start_time = np.datetime64(int(origin), "s")
    grid = Grid(start=start_time, step_s=step, value=value)
    return Gridded(grid, index, stamp, usable=usable & np.isfinite(variable.value))


def _layout(seconds: IndexArray, own_step: int) -> tuple[int, int]:
    """Step and phase of the grid of stamps (n,), both whole minutes.

    The step is the variable's own (a station interleaves rows of several instruments), divided by
    the smallest of REFINEMENTS with which SNAPPED_SHARE of the stamps are nearer than SNAP_SHARE of
    it to a grid point, left whole when none does. The phase is the median distance of the stamps
    from whole steps.
    """
    whole = (own_step, _phase(seconds, own_step))
    for divisor in REFINEMENTS:
        step = own_step // divisor
        if step % 60:
            break
        phase = _phase(seconds, step)
        away = np.abs((seconds - phase + step // 2) % step - step // 2)
        if (away <= SNAP_SHARE * step).mean() >= SNAPPED_SHARE:
            return step, phase
    return whole


def _phase(seconds: IndexArray, step: int) -> int:
    """Median distance of stamps from whole steps since 1970, to the minute, in [0, step).

    Measured around the most frequent minute, because the distance is circular: stamps at 59 s
    before and 1 s after a whole step are neighbours. The lower of two middles: their mean could lie
    where no stamp is.
    """
    rest = seconds % step
    values, counts = np.unique(rest // 60, return_counts=True)
    centre = int(values[np.argmax(counts)]) * 60 + 30
    around = (rest - centre + step // 2) % step - step // 2
    middle = np.sort(around)[(around.size - 1) // 2]
    return int(np.round((middle + centre) / 60) * 60) % step


def _first_point(first: int, *, step: int, phase: int) -> int:
    """Grid point nearest to `first`, the later of two."""
    return int((first - phase + step // 2) // step * step + phase)


def _nearest(
    seconds: IndexArray, *, origin: int, step: int, size: int
) -> tuple[IndexArray, IndexArray]:
    index = np.floor_divide(seconds - origin + step // 2, step)
    distance = np.abs(seconds - origin - index * step)
    inside = (index >= 0) & (index < size)
    return np.where(inside, index, NOWHERE), distance


def _speakers(
    index: IndexArray, *, distance: IndexArray, holds: npt.NDArray[np.bool_], size: int
) -> IndexArray:
    """The stamp that speaks for each grid point."""
    snapped = np.flatnonzero(index != NOWHERE)
    order = snapped[np.lexsort((snapped, distance[snapped], ~holds[snapped]))]
    stamp = np.full(size, NOWHERE, dtype=np.int64)
    points, best = np.unique(index[order], return_index=True)
    stamp[points] = order[best]
    return stamp


def _seconds(time: TimeArray) -> IndexArray:
    return np.asarray(time, dtype="datetime64[s]").astype(np.int64)


def _second(time: np.datetime64) -> int:
    return int(time.astype("datetime64[s]").astype(np.int64))
