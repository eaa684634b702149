"""How a variable went with other series in the days beside a gap: a relation of its own place.

Off a river's mouth fresh water is cold in winter and warm in summer: one relation for all the year
has to average them, one learned beside the gap does not.
"""
# ruff: noqa: PLR0917  compiled functions take their arrays by position

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._compiled import compiled
from halocline.gapfill._scene import IntArray, Points, Scene, Windows, at, line_between
from halocline.model.estimates import FloatArray

SIDE_H: Final = 240.0
"""Hours learned from on either side of a gap, in whole stretches of its length; a longer gap's own
length."""
POINTS_A_SIDE: Final = 120
PENALTY: Final = 0.2
"""Ridge penalty as a share of the number of lessons, columns in units of their own spread there."""
FEWEST: Final = 20
"""Lessons the penalty supposes at least: a handful must not decide."""
CYCLES_H: Final = (24.0, 12.0, 12.42)
ENDS_H: Final = 1.25
SLOW_H: Final = 25.0
ROUNDING: Final = 1e-9
"""Departure, as a share of what departs, that is none: a nominal depth departs from its own line by
the last bit, and a relation to that has no solution."""
GAPS_AT_ONCE: Final = 256
"""Gaps solved in one go: memory stays small, whatever is asked."""


@dataclass(frozen=True)
class _Stretches:
    """Steps, each in a stretch [first, stop) of its own: arrays of one shape."""

    first: IntArray
    stop: IntArray
    step: IntArray

    @property
    def share(self) -> FloatArray:
        return np.asarray((self.step - self.first + 1) / (self.stop - self.first + 1))


def nearby_departure(scene: Scene, points: Points) -> FloatArray:
    """How the relation learned beside each gap departs there from the straight line, (k,).

    Stretches as long as the gap are laid end to end on both sides of it. In each, the variable's
    departure from the stretch's own line is told by the departures of the other series, fast and
    slow, the day and the tide; a ridge regression of those tells the gap's. No value inside the
    gap is looked at. 0 where nothing else is known, NaN where an edge is missing.
    """
    series = [*scene.drivers.values(), *scene.others.values()]
    told = np.empty(len(points))
    starts = np.flatnonzero(np.diff(points.gap, prepend=-1))
    ends = np.append(starts[1:], len(points))
    windows, own = [Windows.of(one) for one in series], Windows.of(scene.grid.value)
    step_h = scene.grid.step_s / 3600
    for low in range(0, starts.size, GAPS_AT_ONCE):
        chosen = slice(low, low + GAPS_AT_ONCE)
        here = slice(int(starts[chosen][0]), int(ends[chosen][-1]))
        gap = np.repeat(np.arange(starts[chosen].size), ends[chosen] - starts[chosen])
        asked = _Stretches(points.first[here], points.stop[here], points.step[here])
        lessons = _lessons(points.first[starts[chosen]], points.stop[starts[chosen]], step_h=step_h)
        told[here] = _solve(
            _columns(series, windows, lessons, step_h=step_h),
            _target(scene.grid.value, own, points, starts[chosen], lessons, step_h=step_h),
            _columns(series, windows, asked, step_h=step_h),
            gap,
        )
    return np.where(np.isfinite(line_between(scene.grid.value, points)), told, np.nan)


def _lessons(first: IntArray, stop: IntArray, *, step_h: float) -> _Stretches:
    """Steps on both sides of each gap, (gaps, 2 · POINTS_A_SIDE), spread evenly."""
    first, stop = first[:, None], stop[:, None]
    length = stop - first
    reach = np.maximum(1, round(SIDE_H / step_h) // length) * length
    away = ((np.arange(POINTS_A_SIDE) + 0.5) / POINTS_A_SIDE * reach).astype(np.int64)
    number = away // length
    before = first - number * length
    after = stop + number * length
    return _Stretches(
        first=np.concatenate((before - length, after), axis=1),
        stop=np.concatenate((before, after + length), axis=1),
        step=np.concatenate((first - 1 - away, stop + away), axis=1),
    )


def _ends(step_h: float) -> int:
    return max(1, round(ENDS_H / step_h))


def _target(
    value: FloatArray,
    windows: Windows,
    points: Points,
    starts: IntArray,
    lessons: _Stretches,
    *,
    step_h: float,
) -> FloatArray:
    """The variable's departure from each stretch's own line; the gap lends its outer ends."""
    width = _ends(step_h)
    first, stop = points.first[starts][:, None], points.stop[starts][:, None]
    low = np.where(lessons.first == stop, stop + width, lessons.first)
    high = np.where(lessons.stop == first, first - width, lessons.stop)
    left, right = windows.mean(low - width, low), windows.mean(high, high + width)
    return at(value, lessons.step) - (1 - lessons.share) * left - lessons.share * right


def _columns(
    series: list[FloatArray], windows: list[Windows], asked: _Stretches, *, step_h: float
) -> FloatArray:
    """Departures from each stretch's own line, last axis the column; 0 where unknown."""
    low, high = int(asked.first.min()) - 1, int(asked.stop.max()) + 1
    waves = np.stack(list(_waves(np.arange(low, high), step_h=step_h)))
    columns = np.empty((asked.step.size, 2 * len(series) + len(waves)))
    stretches = (asked.first.ravel(), asked.stop.ravel(), asked.step.ravel())
    width, half = _ends(step_h), max(1, round(SLOW_H / step_h / 2))
    for number, (value, sums) in enumerate(zip(series, windows, strict=True)):
        place = (*stretches, width, half, columns[:, 2 * number : 2 * number + 2])
        _depart(value, sums.count, sums.total, sums.centre, *place)
    _waves_depart(waves, low, *stretches, columns[:, 2 * len(series) :])
    return columns.reshape(*asked.step.shape, -1)


def _waves(step: IntArray, *, step_h: float) -> Iterator[FloatArray]:
    """Cosine and sine (n,) of each cycle at n steps: found once, where stretches share them."""
    for period in CYCLES_H:
        angle = 2 * np.pi * step_h / period
        yield np.cos(angle * step)
        yield np.sin(angle * step)


@compiled
def _depart(
    value: FloatArray,
    count: FloatArray,
    total: FloatArray,
    centre: float,
    first: IntArray,
    stop: IntArray,
    step: IntArray,
    width: int,
    half: int,
    columns: FloatArray,
) -> None:
    """Set how a series departs at k steps, as read and smoothed; columns (k, 2)."""
    for k in range(step.size):
        low, high, now = first[k], stop[k], step[k]
        share = (now - low + 1) / (high - low + 1)
        left = _mean(count, total, centre, low - width, low)
        right = _mean(count, total, centre, high, high + width)
        here = value[now] if 0 <= now < value.size else np.nan
        columns[k, 0] = _off(here, (1 - share) * left + share * right)
        left = _mean(count, total, centre, low - 2 * half - 1, low)
        right = _mean(count, total, centre, high, high + 2 * half + 1)
        here = _mean(count, total, centre, now - half, now + half + 1)
        columns[k, 1] = _off(here, (1 - share) * left + share * right)


@compiled
def _waves_depart(
    waves: FloatArray,
    begin: int,
    first: IntArray,
    stop: IntArray,
    step: IntArray,
    columns: FloatArray,
) -> None:
    """Set how each wave (w, n), the first of its steps `begin`, departs; columns (k, w)."""
    for k in range(step.size):
        low, high, now = first[k] - 1 - begin, stop[k] - begin, step[k] - begin
        share = (now - low) / (high - low)
        for one in range(waves.shape[0]):
            left, right = waves[one, low], waves[one, high]
            columns[k, one] = waves[one, now] - (1 - share) * left - share * right


@compiled
def _mean(count: FloatArray, total: FloatArray, centre: float, low: int, high: int) -> float:
    """`Windows.mean` of one stretch."""
    last = count.size - 1
    low, high = min(max(low, 0), last), min(max(high, 0), last)
    known = count[high] - count[low]
    return centre + (total[high] - total[low]) / known if known > 0 else np.nan


@compiled
def _off(value: float, line: float) -> float:
    """What a value departs from its line by; 0 where that is rounding, or either is unknown."""
    departure = value - line
    return departure if abs(departure) > ROUNDING * abs(value) else 0.0


def _solve(lessons: FloatArray, target: FloatArray, asked: FloatArray, gap: IntArray) -> FloatArray:
    """A ridge regression a gap: lessons (g, l, p), target (g, l); asked (k, p), gap (k,) → (k,)."""
    known = np.isfinite(target)
    columns = np.where(known[..., None], lessons, 0.0)
    gram = np.matmul(columns.transpose(0, 2, 1), columns)
    lessons_of = np.maximum(known.sum(axis=1), 1)
    size = np.diagonal(gram, axis1=1, axis2=2) / lessons_of[:, None]
    answers = np.matmul(columns.transpose(0, 2, 1), np.where(known, target, 0.0)[..., None])
    pull = PENALTY * np.maximum(known.sum(axis=1), FEWEST)
    pulled = pull[:, None] * np.where(size > 0, size, 1.0)
    gram += pulled[..., None] * np.eye(size.shape[1])
    coefficients = np.linalg.solve(gram, answers)[..., 0]
    return np.asarray(np.sum(asked * coefficients[gap], axis=1))
