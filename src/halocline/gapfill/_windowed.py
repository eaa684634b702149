"""A univariate method asked about points: each gap hidden alone, in a window around it."""

from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from halocline.gapfill._api import Filler
from halocline.gapfill._scene import Answers, IntArray, Points, Scene
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

SIDE_H: Final = 240.0
"""Hours seen on either side of a gap at least; of a longer one, its own length and three tidal days
more, so that a donor of the same phase is in sight."""
DONORS_H: Final = 75.0
BLOCK_H: Final = 240.0
"""Windows begin and end at whole multiples of this since 1970: few distinct ones to pass through,
and the same ones whatever part of the series is given, so that late data far away change nothing.
"""


@runtime_checkable
class AsksAlone(Protocol):
    """A filler that answers about many gaps, each hidden alone, faster than gap by gap."""

    def alone(self, grid: Grid, points: Points) -> Answers:
        """As `Filler.__call__` on a window around each gap with that gap hidden."""
        ...


@dataclass(frozen=True)
class Windowed:
    """A fitted univariate method as a `PointFiller`.

    Answers about one `Points` object are kept: several learners start from the same ones.
    """

    filler: Filler
    remembered: dict[int, tuple[Points, Answers]] = field(default_factory=dict, compare=False)

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Answer from the variable alone; other sensors and drivers are not looked at."""
        kept = self.remembered.get(id(points))
        if kept is None or kept[0] is not points:
            filler: Any = self.filler
            said = filler.alone if isinstance(filler, AsksAlone) else self._ask
            kept = (points, said(scene.grid, points))
            self.remembered[id(points)] = kept
        return kept[1]

    def __getstate__(self) -> dict[str, Any]:
        """The method only: what it was asked before does not travel between processes."""
        return {"filler": self.filler, "remembered": {}}

    def _ask(self, grid: Grid, points: Points) -> Answers:
        value, sd = np.full(len(points), np.nan), np.full(len(points), np.nan)
        bounds = np.flatnonzero(np.diff(points.gap, prepend=-1, append=-1))
        for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            first, stop = int(points.first[start]), int(points.stop[start])
            low, window = _around(grid, first=first, stop=stop)
            estimate = self.filler(window)
            here = points.step[start:end] - low
            value[start:end], sd[start:end] = estimate.value[here], estimate.sd[here]
        return Answers(value=value, below=sd, above=sd)


def windows_of(grid: Grid, points: Points) -> tuple[IntArray, IntArray]:
    """First step and end of the window of each point's gap (k,): _side on both sides, or more."""
    step_h = grid.step_s / 3600
    block = max(1, round(BLOCK_H / step_h))
    start = int(grid.start.astype("datetime64[s]").astype(np.int64)) // grid.step_s
    side = np.maximum(SIDE_H, points.length * step_h + DONORS_H) / step_h
    width = side.astype(np.int64) + 1
    low = (points.first - width + start) // block * block - start
    high = -((-points.stop - width - start) // block) * block - start
    return np.maximum(low, 0), np.minimum(high, grid.value.size)


def _around(grid: Grid, *, first: int, stop: int) -> tuple[int, Grid]:
    """First step of the window, and the window with the gap hidden."""
    step_h = grid.step_s / 3600
    side = int(max(SIDE_H, (stop - first) * step_h + DONORS_H) / step_h) + 1
    low, high = max(0, first - side), min(grid.value.size, stop + side)
    value: FloatArray = grid.value[low:high].copy()
    value[first - low : stop - low] = np.nan
    start = grid.start + np.timedelta64(low * grid.step_s, "s")
    return low, replace(grid, start=start, value=value)
