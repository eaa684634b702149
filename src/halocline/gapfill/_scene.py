"""What a learned method may look at, and the points it is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.gaps import Gaps
from halocline.model.series import Grid

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Scene:
    """One variable and what else is known around it, all on one grid: arrays (n,), NaN missing.

    `others`: sensors of the same station, lost with it in an outage. `drivers`: known whatever
    happens to the station (tide, river flow, reanalysis, a neighbouring station, satellite): any
    quantity that helps enters here, by a name that stays the same between fitting and filling.
    """

    grid: Grid
    others: Mapping[str, FloatArray] = field(default_factory=dict)
    drivers: Mapping[str, FloatArray] = field(default_factory=dict)

    def alone(self) -> "Scene":
        """The scene of a station outage: no other sensor."""
        return replace(self, others={})

    def known(self, keep: BoolArray) -> "Scene":
        """The scene with the variable's values outside `keep` (n,) hidden."""
        hidden = np.where(keep, self.grid.value, np.nan)
        return replace(self, grid=replace(self.grid, value=hidden))


@dataclass(frozen=True)
class Points:
    """Steps asked about, each inside a gap [first, stop) of its own: arrays (k,), ordered by gap.

    Each gap is hidden alone: a method may look at every value of the variable outside
    [first, stop), and at none inside, whatever the grid holds there.
    """

    gap: IntArray
    first: IntArray
    stop: IntArray
    step: IntArray

    def __len__(self) -> int:
        return int(self.step.size)

    @property
    def length(self) -> IntArray:
        """Steps in the gap of each point."""
        return self.stop - self.first

    @property
    def share(self) -> FloatArray:
        """Way from the value before the gap (0) to the value after it (1), exclusive."""
        return np.asarray((self.step - self.first + 1) / (self.length + 1), dtype=np.float64)

    def of(self, keep: BoolArray) -> "Points":
        """The points where `keep` (k,) is True."""
        return Points(self.gap[keep], self.first[keep], self.stop[keep], self.step[keep])


@dataclass(frozen=True)
class Answers:
    """What a method says at k points, in the unit of the variable: arrays (k,).

    `below` and `above` are standard deviations towards smaller and larger values, > 0; equal for
    a method that knows no difference.
    """

    value: FloatArray
    below: FloatArray
    above: FloatArray


def points_of(gaps: Gaps) -> Points:
    """Every step of every gap."""
    lengths = gaps.length
    gap = np.repeat(np.arange(lengths.size), lengths)
    offset = np.arange(gap.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    first = gaps.first[gap]
    return Points(gap=gap, first=first, stop=gaps.stop[gap], step=first + offset)


def at(value: FloatArray, step: IntArray) -> FloatArray:
    """Values at steps (k,), NaN outside the grid."""
    inside = (step >= 0) & (step < value.size)
    if value.size == 0:
        return np.full(step.shape, np.nan)
    return np.where(inside, value[np.clip(step, 0, value.size - 1)], np.nan)


def line_between(value: FloatArray, points: Points) -> FloatArray:
    """Straight line between the two edges of each point's gap; NaN where an edge is missing."""
    left, right = at(value, points.first - 1), at(value, points.stop)
    return np.asarray((1 - points.share) * left + points.share * right)


@dataclass(frozen=True)
class Windows:
    """Sums over any stretch of a series in constant time, missing values left out."""

    count: FloatArray
    total: FloatArray
    squares: FloatArray
    centre: float

    @classmethod
    def of(cls, value: FloatArray) -> "Windows":
        """Running sums of a series (n,)."""
        present = np.isfinite(value)
        centre = float(np.mean(value[present])) if present.any() else 0.0
        centred = np.where(present, value - centre, 0.0)
        zero = np.zeros(1)
        return cls(
            count=np.concatenate((zero, np.cumsum(present, dtype=np.float64))),
            total=np.concatenate((zero, np.cumsum(centred))),
            squares=np.concatenate((zero, np.cumsum(centred**2))),
            centre=centre,
        )

    def mean(self, low: IntArray, high: IntArray) -> FloatArray:
        """Mean of [low, high) at each of k stretches; NaN where nothing is present."""
        low, high = self._inside(low), self._inside(high)
        count = self.count[high] - self.count[low]
        total = self.total[high] - self.total[low]
        return np.where(count > 0, self.centre + total / np.maximum(count, 1), np.nan)

    def sd(self, low: IntArray, high: IntArray) -> FloatArray:
        """Standard deviation in [low, high); NaN for fewer than two values."""
        low, high = self._inside(low), self._inside(high)
        count = self.count[high] - self.count[low]
        safe = np.maximum(count, 1)
        mean = (self.total[high] - self.total[low]) / safe
        square = (self.squares[high] - self.squares[low]) / safe
        return np.where(count > 1, np.sqrt(np.maximum(square - mean**2, 0.0)), np.nan)

    def _inside(self, step: IntArray) -> IntArray:
        return np.clip(step, 0, self.count.size - 1)
