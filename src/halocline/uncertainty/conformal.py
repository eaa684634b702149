"""Split-conformal intervals whose unit is the gap and whose group is the place in it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from halocline.model.estimates import INTERVAL_LEVEL, FloatArray

IntArray = npt.NDArray[np.int64]
PLACES: Final = (0.1, 0.25, 0.5, 1.0)
"""Upper bounds of the groups of place: 0 at an edge, 1 in the middle. Without them intervals
over-cover the edges and under-cover the middle of a gap."""
LENGTH_UNITS: Final = 14
"""Gaps on each side before short and long ones are calibrated apart: above the nine a 90 %
interval needs, so that the factor is not the largest score met."""
NOMINAL: Final = float(ndtri(0.5 + INTERVAL_LEVEL / 2))
"""Half-width, in sd, of a Gaussian interval of this level (1.645): what ties sd to the interval."""
FALLBACK: Final = 4.0
"""Half-width, in sd, where too few units exist to guarantee anything: what 99.99 % of a Gaussian,
and 94 % of any distribution, stay within. The caller publishes that it is a fall-back."""


@dataclass(frozen=True)
class PlaceCalibration:
    """Half-width of the interval, in the method's sd, for each group of place.

    `places` are upper bounds, rising, the last one 1; `factor` has one entry each. `calibrated`
    is False when there were too few units even in a single group: the factor is then a fall-back.
    """

    places: tuple[float, ...]
    factor: tuple[float, ...]
    n_units: int
    calibrated: bool

    def half_width(self, sd: FloatArray, place: FloatArray) -> FloatArray:
        """Half-width at each point: sd (k,), place (k,) in (0, 1] → (k,)."""
        group = np.minimum(np.searchsorted(self.places, place, side="left"), len(self.places) - 1)
        return np.asarray(sd * np.asarray(self.factor)[group], dtype=np.float64)


def units_needed(level: float) -> int:
    """Fewest units that can bound the next one at this level: 9 for 90 %."""
    return math.ceil(level / (1 - level) - 1e-9)


@dataclass(frozen=True)
class Calibration:
    """One calibration for short and one for long gaps of a class, or one for all of them.

    `bounds` are upper bounds of length in hours, rising, the last one infinite.
    """

    bounds: tuple[float, ...]
    parts: tuple[PlaceCalibration, ...]

    @property
    def calibrated(self) -> bool:
        """Whether every interval rests on enough gaps."""
        return all(part.calibrated for part in self.parts)

    def half_width(self, sd: FloatArray, *, place: FloatArray, length_h: FloatArray) -> FloatArray:
        """Half-width at each point of gaps `length_h` (k,) long."""
        group = np.searchsorted(self.bounds, length_h, side="left")
        half = np.empty(sd.shape)
        for number, part in enumerate(self.parts):
            here = group == number
            half[here] = part.half_width(sd[here], place[here])
        return half


def calibrate(
    score: FloatArray, *, place: FloatArray, length_h: FloatArray, unit: IntArray
) -> Calibration:
    """Calibrate short and long gaps apart where there are enough of both.

    A gap counts once whatever its length, so one factor for a whole class is that of its many
    short gaps and leaves the long ones, with most of the points, under-covered. Cut: the median
    length of the gaps.
    """
    _, first = np.unique(unit, return_index=True)
    lengths = length_h[first]
    if lengths.size >= 2 * LENGTH_UNITS:
        cut = float(np.median(lengths))
        short = length_h <= cut
        if min(np.sum(lengths <= cut), np.sum(lengths > cut)) >= LENGTH_UNITS:
            parts = tuple(
                calibrate_places(score[here], place[here], unit[here]) for here in (short, ~short)
            )
            return Calibration((cut, np.inf), parts)
    return Calibration((np.inf,), (calibrate_places(score, place, unit),))


def calibrate_places(
    score: FloatArray, place: FloatArray, unit: IntArray, *, level: float = INTERVAL_LEVEL
) -> PlaceCalibration:
    """Find the factor of each group of place that covers the next gap at `level`.

    score (k,): |truth − estimate| / sd; place (k,) in (0, 1]; unit (k,): which gap. Points of one
    gap are not exchangeable, gaps are: each gap counts once, whatever its length, and one more
    counts as infinite. Groups with too few gaps are merged with their neighbour, never clipped.

    Source: Lee, Barber, Willett 2023, arXiv:2306.06342 (hierarchical conformal prediction), with
    groups as in Mondrian conformal prediction (Vovk 2012).
    """
    places, members = _groups(place, unit, needed=units_needed(level))
    n_units = int(np.unique(unit).size)
    if not places:
        return PlaceCalibration((1.0,), (fallback(score),), n_units, calibrated=False)
    factors = [unit_quantile(score[member], unit[member], level=level) for member in members]
    return PlaceCalibration(tuple(places), tuple(factors), n_units, calibrated=True)


def unit_quantile(score: FloatArray, unit: IntArray, *, level: float) -> float:
    """Smallest score that covers a new unit at `level`; inf when there are too few units.

    Weight of a point: 1 / ((units + 1) · points of its unit); the missing weight is at infinity.
    """
    names, index, counts = np.unique(unit, return_inverse=True, return_counts=True)
    order = np.argsort(score, kind="stable")
    weight = 1.0 / ((names.size + 1) * counts[index[order]])
    reached = np.searchsorted(np.cumsum(weight), level - 1e-9)
    return float(score[order][reached]) if reached < score.size else float("inf")


def fallback(score: FloatArray) -> float:
    """Factor to use when units are too few: FALLBACK, or what covers 99 % of the points seen."""
    seen = float(np.quantile(score, 0.99, method="higher")) if score.size else 0.0
    return max(FALLBACK, seen)


def _groups(
    place: FloatArray, unit: IntArray, *, needed: int
) -> tuple[list[float], list[npt.NDArray[np.bool_]]]:
    """Upper bounds and members of groups that hold `needed` units each; none if all are too few."""
    bounds: list[float] = []
    members: list[npt.NDArray[np.bool_]] = []
    lower = 0.0
    for upper in PLACES:
        member = (place > lower) & (place <= upper)
        if np.unique(unit[member]).size >= needed:
            bounds.append(upper)
            members.append(member)
            lower = upper
    if bounds and bounds[-1] < PLACES[-1]:
        members[-1] |= place > bounds[-1]
        bounds[-1] = PLACES[-1]
    return bounds, members


def place_in_gap(from_first: FloatArray, length: FloatArray) -> FloatArray:
    """Nearness to the middle in (0, 1]: steps to the nearest edge over half the gap.

    `from_first` counts from 0 at the first missing step; `length` is the gap's, in steps.
    """
    nearest = np.minimum(from_first + 1, length - from_first)
    return np.asarray(nearest / ((length + 1) / 2), dtype=np.float64)
