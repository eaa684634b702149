"""The median with a distance: a smooth curve through a profile, and what lies far from it.

Written from the description of the test (specification v1.2, doi:10.13155/33951, test 25) and from
the medians and envelopes of its reference profiles; tests/real/test_medd.py compares the two.
All arrays of one profile are (n,), sorted by pressure, without missing values.
"""

from typing import Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.qc.argo._api import BoolArray

IndexArray = npt.NDArray[np.int64]
SLOPE_EDGES: Final = np.array([60.0, 150.0, 500.0, 1000.0, 2100.0])
"""dbar; a slope belongs to the band of its lower level."""
DISTANCE_EDGES: Final = np.array([500.0, 1000.0, 1500.0])
WINDOW_EDGES: Final = np.array([150.0, 500.0, 1000.0, 1500.0])
WINDOWS: Final = np.array([110.0, 180.0, 400.0, 500.0])
"""dbar; linear between the edges, constant outside."""
SCALE_DBAR: Final = 700.0
"""Pressure that counts as much as one scale of the value."""
GAP_DBAR: Final = 200.0
"""Levels farther apart are the end of one piece of a profile and the beginning of the next."""
BOTTOM_DBAR: Final = 1950.0
FEWEST: Final = 6
MOST_POINTS: Final = 10_000.0
"""Between two neighbours of the curve, near a level: the ocean's steepest step has 200."""


class Curve(NamedTuple):
    """What the test knows of one variable."""

    slopes: FloatArray
    """(6,) largest slope, in the variable's unit per dbar, by band of pressure."""
    turns: FloatArray
    """(6,) largest slope on both sides of a level where the sign changes."""
    rise: float
    """Larger slopes are doubtful at any depth; inf for none."""
    fall: float
    """So are smaller ones; -inf for none."""
    least_scale: float
    most_scale: float


@numba.njit(cache=True)
def outside(
    pressure: FloatArray, value: FloatArray, levels: IndexArray, distances: FloatArray, curve: Curve
) -> BoolArray:
    """Where a value lies farther from the curve than the distance of its depth.

    levels: number of each among all levels of the profile, so that a missing one between is seen.
    distances: (4,) in scales, above and between the DISTANCE_EDGES and below.
    """
    median = _median(pressure, value, _doubtful(pressure, value, curve))
    scale = min(max(median.max() - median.min(), curve.least_scale), curve.most_scale)
    reach = distances[np.searchsorted(DISTANCE_EDGES, pressure, side="right")]
    scaled = median / scale
    out = np.zeros(value.size, dtype=np.bool_)
    for k in range(value.size):
        # The curve at the level itself reaches this far: most levels need no closer look.
        if abs(value[k] - median[k]) > reach[k] * scale:
            low, high = _envelope(k, pressure, scaled, levels, reach)
            out[k] = value[k] < low * scale or value[k] > high * scale
    return out


@numba.njit(cache=True)
def _doubtful(pressure: FloatArray, value: FloatArray, curve: Curve) -> BoolArray:
    """Levels the curve is not drawn through: too steep, or a turn between two steep slopes."""
    n = pressure.size
    doubtful = np.zeros(n, dtype=np.bool_)
    band = np.searchsorted(SLOPE_EDGES, pressure, side="right")
    slope = np.zeros(n)
    for k in range(1, n):
        slope[k] = _slope(pressure[k] - pressure[k - 1], value[k] - value[k - 1])
        steep = abs(slope[k]) > curve.slopes[band[k]]
        doubtful[k] = steep or slope[k] > curve.rise or slope[k] < curve.fall
    for k in range(1, n - 1):
        if slope[k] * slope[k + 1] < 0:
            limit = curve.turns[band[k]]
            doubtful[k] |= abs(slope[k]) >= limit and abs(slope[k + 1]) >= limit
    _doubt_ends(pressure, doubtful)
    return doubtful


@numba.njit(cache=True)
def _slope(step: float, change: float) -> float:
    if abs(change) < 0.01 and step < 5:
        return 0.0
    if step <= 0:
        return np.inf if change > 0 else -np.inf
    return change / step


@numba.njit(cache=True)
def _doubt_ends(pressure: FloatArray, doubtful: BoolArray) -> None:
    """Doubt the first and the last level of a piece when its neighbour is doubtful."""
    n = pressure.size
    start = 0
    for stop in range(1, n + 1):
        if stop < n and pressure[stop] - pressure[stop - 1] <= GAP_DBAR:
            continue
        if stop - start > 1:
            doubtful[start] |= doubtful[start + 1]
            last = stop - 1
            while last > start and doubtful[last]:
                last -= 1
            if last > start and doubtful[last - 1] and pressure[last] < BOTTOM_DBAR:
                doubtful[last] = True
        start = stop


@numba.njit(cache=True)
def _median(pressure: FloatArray, value: FloatArray, doubtful: BoolArray) -> FloatArray:
    """Sliding median of the levels that are not doubtful, as many above as below.

    Fewer than two on either side leave the value itself; a doubtful level takes the median of the
    level above it in its piece, or of the next below.
    """
    median = np.full(value.size, np.nan)
    place = np.flatnonzero(~doubtful)
    p, x = pressure[place], value[place]
    # The window in order of value, in the middle of a longer array: it grows at its nearer end, so
    # that a profile that only falls costs no more than one that wavers.
    held = np.empty(3 * place.size + 2)
    start = stop = held.size // 2
    first, last = 0, -1
    low, high = 0, -1
    for i in range(place.size):
        half = np.ceil(_window(p[i]) / 2 - 1e-9) + 1
        # At 1e38 dbar a window is nothing: the level itself would lie above it.
        while low < i and p[low] <= p[i] - half:
            low += 1
        high = max(high, i)
        while high + 1 < place.size and p[high + 1] < p[i] + half:
            high += 1
        each = min(i - low, high - i)
        if each < 2:
            median[place[i]] = x[i]
            continue
        if i - each > last or i + each < first:
            start = stop = held.size // 2
            first, last = i - each, i - each - 1
        while last < i + each:
            last += 1
            start, stop = _put(held, start, stop, x[last])
        while first > i - each:
            first -= 1
            start, stop = _put(held, start, stop, x[first])
        while last > i + each:
            start, stop = _take(held, start, stop, x[last])
            last -= 1
        while first < i - each:
            start, stop = _take(held, start, stop, x[first])
            first += 1
        median[place[i]] = held[start + (stop - start) // 2]
    _bridge(pressure, median)
    return median


@numba.njit(cache=True)
def _window(pressure: float) -> float:
    """Length of the window at a pressure, linear between the edges; dbar."""
    if pressure <= WINDOW_EDGES[0]:
        return float(WINDOWS[0])
    for k in range(1, WINDOW_EDGES.size):
        if pressure < WINDOW_EDGES[k]:
            steep = (WINDOWS[k] - WINDOWS[k - 1]) / (WINDOW_EDGES[k] - WINDOW_EDGES[k - 1])
            return float(steep * (pressure - WINDOW_EDGES[k - 1]) + WINDOWS[k - 1])
    return float(WINDOWS[-1])


@numba.njit(cache=True)
def _put(held: FloatArray, start: int, stop: int, value: float) -> tuple[int, int]:
    """Add a value to the sorted part of an array, moving the fewer of its neighbours."""
    if start == 0 or stop == held.size:
        middle = (held.size - stop + start) // 2
        moved = held[start:stop].copy()
        for i in range(moved.size):
            held[middle + i] = moved[i]
        start, stop = middle, middle + stop - start
    k = start + np.searchsorted(held[start:stop], value)
    if k - start < stop - k:
        for i in range(start, k):
            held[i - 1] = held[i]
        held[k - 1] = value
        return start - 1, stop
    for i in range(stop, k, -1):
        held[i] = held[i - 1]
    held[k] = value
    return start, stop + 1


@numba.njit(cache=True)
def _take(held: FloatArray, start: int, stop: int, value: float) -> tuple[int, int]:
    """Take a value out of the sorted part of an array, moving the fewer of its neighbours."""
    k = start + np.searchsorted(held[start:stop], value)
    if k - start < stop - k:
        for i in range(k, start, -1):
            held[i] = held[i - 1]
        return start + 1, stop
    for i in range(k, stop - 1):
        held[i] = held[i + 1]
    return start, stop - 1


@numba.njit(cache=True)
def _bridge(pressure: FloatArray, median: FloatArray) -> None:
    n = median.size
    for k in range(1, n):
        if np.isnan(median[k]) and pressure[k] - pressure[k - 1] <= GAP_DBAR:
            median[k] = median[k - 1]
    for k in range(n - 2, -1, -1):
        if np.isnan(median[k]):
            median[k] = median[k + 1]
    for k in range(1, n):
        if np.isnan(median[k]):
            median[k] = median[k - 1]


@numba.njit(cache=True)
def _envelope(
    k: int, pressure: FloatArray, curve: FloatArray, levels: IndexArray, reach: FloatArray
) -> tuple[float, float]:
    """Least and largest value within `reach[k]` of the curve, both in scales, at level k.

    The curve is its levels, and points between two neighbours that are far apart.
    """
    low, high = np.inf, -np.inf
    above = np.searchsorted(pressure, pressure[k] - reach[k] * SCALE_DBAR)
    for i in range(max(above - 1, 0), pressure.size):
        if pressure[i] > pressure[k] + reach[k] * SCALE_DBAR:
            break
        parts, step, rise = 1.0, 0.0, 0.0
        if i + 1 < pressure.size:
            step, rise = pressure[i + 1] - pressure[i], curve[i + 1] - curve[i]
            if levels[i + 1] == levels[i] + 1:
                parts = max(np.floor(np.hypot(rise, step / SCALE_DBAR) / reach[i] + 0.8), 1.0)
        first, last = 0.0, parts - 1
        if step > 0:
            # Of a step of 1e38 dbar only the points near the level are looked at.
            around, share = reach[k] * SCALE_DBAR, parts / step
            first = max(np.floor((pressure[k] - around - pressure[i]) * share) - 1, first)
            last = min(np.ceil((pressure[k] + around - pressure[i]) * share) + 1, last)
        for more in range(int(min(max(last - first + 1, 0.0), MOST_POINTS))):
            part = first + more
            away = (pressure[i] + step * part / parts - pressure[k]) / SCALE_DBAR
            room = reach[k] ** 2 - away**2
            if abs(away) < reach[k] - 1e-12:
                point, width = curve[i] + rise * part / parts, np.sqrt(room)
                low, high = min(low, point - width), max(high, point + width)
    return low, high
