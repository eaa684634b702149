"""Most similar stretch of the past, found by dynamic time warping before and after a gap."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import PointFiller, station_method
from halocline.gapfill._compiled import compiled
from halocline.gapfill._scene import Answers, BoolArray, IntArray, Points, Scene, at, line_between
from halocline.model.estimates import FloatArray, Origin
from halocline.model.gaps import find_gaps

QUERY_H: Final = (25.0, 75.0)
"""Length of the stretch compared: the gap's own, but a tidal day at least and three at most."""
SHAPE: Final = 48
"""Points a stretch is compared by."""
BLOCKS: Final = 8
"""Block means that shortlist: the global features of the source, ordered in time. A stretch has a
step for each, however seldom the sea is sampled."""
SHORTLIST: Final = 40
DONORS: Final = 3
BAND: Final = 0.1
"""Share of a stretch that warping may shift (Sakoe and Chiba 1978)."""
PRESENT_SHARE: Final = 0.8


@station_method(
    name="dtw",
    title="most similar stretches by dynamic time warping",
    origin=Origin.MODELLED,
    source="Phan et al. 2017 (DTWBI), doi:10.1016/j.patrec.2017.08.019; here three donors a side, "
    "set on the line between the edges",
)
def fit_dtw(
    scene: Scene,
    lessons: Points,
    *,
    bases: Mapping[str, PointFiller],
    seed: int,
    weight: FloatArray | None = None,
) -> "DtwFiller":
    """Keep the past to search, and how far the lessons depart from their lines."""
    del bases, seed, weight  # it searches the series itself, nothing is drawn or weighed
    value = scene.grid.value
    departure = at(value, lessons.step) - line_between(value, lessons)
    known = np.isfinite(departure)
    spread = float(np.std(departure[known])) if known.any() else 0.0
    return DtwFiller(library=value.copy(), sd=max(spread, 1e-9))


@dataclass(frozen=True)
class DtwFiller:
    """Searches `library` (n,), the series as it was when fitted."""

    library: FloatArray
    sd: float

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Line plus the donors' mean departure from their own lines; the line where none is."""
        value = line_between(scene.grid.value, points)
        bounds = np.flatnonzero(np.diff(points.gap, prepend=-1, append=-1))
        for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            first, stop = int(points.first[start]), int(points.stop[start])
            shape = self._shape(scene, first=first, stop=stop)
            value[start:end] += shape[points.step[start:end] - first]
        sd = np.where(np.isfinite(value), self.sd, np.nan)
        return Answers(value=value, below=sd, above=sd)

    def _shape(self, scene: Scene, *, first: int, stop: int) -> FloatArray:
        """Departure from the line at every step of the gap."""
        value, length = scene.grid.value, stop - first
        low, high = (max(BLOCKS, round(one * 3600 / scene.grid.step_s)) for one in QUERY_H)
        width = int(np.clip(length, low, high))
        before, after = value[max(0, first - width) : first], value[stop : stop + width]
        shapes = _donors(self.library, before, length=length, width=width)
        # the stretch after the gap is searched in time reversed, and what it found turned back
        shapes += [
            one[::-1]
            for one in _donors(self.library[::-1], after[::-1], length=length, width=width)
        ]
        return np.mean(shapes, axis=0) if shapes else np.zeros(length)


def _donors(library: FloatArray, query: FloatArray, *, length: int, width: int) -> list[FloatArray]:
    """Shapes that followed the stretches of the library most like the query."""
    if query.size < width or np.isfinite(query).mean() < PRESENT_SHARE:
        return []
    whole, asked = _bridged(library), _bridged(query)
    starts = _candidates(np.isfinite(library), length=length, width=width)
    if starts.size == 0 or whole.size == 0:
        return []
    near = _shortlist(whole, asked, starts, width=width)
    wanted = _resampled(asked[None, :])[0]
    shapes = _resampled(whole[near[:, None] + np.arange(width)])
    distance = np.array([_warped(wanted - wanted.mean(), one - one.mean()) for one in shapes])
    best = near[np.argsort(distance, kind="stable")[:DONORS]]
    share = np.arange(1, length + 1) / (length + 1)
    found = []
    for one in best.tolist():
        left, right = whole[one + width - 1], whole[one + width + length]
        donor = whole[one + width : one + width + length]
        found.append(donor - (1 - share) * left - share * right)
    return found


def _candidates(present: BoolArray, *, length: int, width: int) -> IntArray:
    """Starts of stretches mostly present, together with the donor behind them."""
    span = width + length + 1
    if present.size < span:
        return np.empty(0, dtype=np.int64)
    counted = np.concatenate(([0], np.cumsum(present)))
    starts = np.arange(0, present.size - span + 1, max(1, width // SHAPE))
    seen = counted[starts + span] - counted[starts]
    return starts[seen >= PRESENT_SHARE * span]


def _shortlist(whole: FloatArray, query: FloatArray, starts: IntArray, *, width: int) -> IntArray:
    """The candidates whose block means, about their own mean, are nearest the query's."""
    edges = np.linspace(0, width, BLOCKS + 1).astype(np.int64)
    sums = np.concatenate(([0.0], np.cumsum(whole)))
    means = (sums[starts[:, None] + edges[1:]] - sums[starts[:, None] + edges[:-1]]) / np.diff(
        edges
    )
    asked = np.add.reduceat(query, edges[:-1]) / np.diff(edges)
    means -= means.mean(axis=1, keepdims=True)
    distance = np.sum((means - (asked - asked.mean())) ** 2, axis=1)
    return starts[np.argsort(distance, kind="stable")[:SHORTLIST]]


def _bridged(value: FloatArray) -> FloatArray:
    """The series with its gaps bridged by lines, ends held; empty where nothing is present."""
    present = np.flatnonzero(np.isfinite(value))
    if present.size == 0:
        return np.empty(0)
    if find_gaps(~np.isfinite(value)).first.size == 0:
        return value
    return np.interp(np.arange(value.size), present, value[present])


def _resampled(windows: FloatArray) -> FloatArray:
    """Each row at SHAPE points, evenly spaced."""
    column = np.linspace(0, windows.shape[1] - 1, min(SHAPE, windows.shape[1])).astype(np.int64)
    return np.ascontiguousarray(windows[:, column])


@compiled
def _warped(first: FloatArray, second: FloatArray) -> float:
    """Dynamic time warping distance of two equally long shapes within BAND."""
    n = first.size
    reach = max(1, int(n * BAND))
    previous = np.full(n + 1, np.inf)
    previous[0] = 0.0
    for i in range(1, n + 1):
        current = np.full(n + 1, np.inf)
        for j in range(max(1, i - reach), min(n, i + reach) + 1):
            cost = (first[i - 1] - second[j - 1]) ** 2
            current[j] = cost + min(previous[j], current[j - 1], previous[j - 1])
        previous = current
    return float(previous[n])
