"""A univariate method asked about points: each gap hidden alone, in a window around it."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from halocline.gapfill._api import Filler
from halocline.gapfill._scene import Answers, Points, Scene
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

SIDE_H: Final = 240.0
"""Hours seen on either side of a gap at least; of a longer one, its own length and three tidal days
more, so that a donor of the same phase is in sight."""
DONORS_H: Final = 75.0


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
            kept = (points, self._ask(scene.grid, points))
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


def _around(grid: Grid, *, first: int, stop: int) -> tuple[int, Grid]:
    """First step of the window, and the window with the gap hidden."""
    step_h = grid.step_s / 3600
    side = int(max(SIDE_H, (stop - first) * step_h + DONORS_H) / step_h) + 1
    low, high = max(0, first - side), min(grid.value.size, stop + side)
    value: FloatArray = grid.value[low:high].copy()
    value[first - low : stop - low] = np.nan
    start = grid.start + np.timedelta64(low * grid.step_s, "s")
    return low, replace(grid, start=start, value=value)
