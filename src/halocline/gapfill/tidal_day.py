"""Seasonal-naive on the tide: the shape of the tidal days beside a gap, on a straight line."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._api import series_method
from halocline.gapfill.linear import LinearFiller, fit_linear
from halocline.model.estimates import Estimate, FloatArray, Origin
from halocline.model.gaps import Gaps, find_gaps
from halocline.model.series import Grid

IntArray = npt.NDArray[np.int64]
TIDAL_DAY_H: Final = 24.84
"""Two M2 tides: the tide and, nearly, the day return."""
DONORS: Final = 2
"""Tidal days averaged on either side of a gap."""


@series_method(
    name="tidal_day",
    title="tidal days before and after, on a line",
    origin=Origin.MODELLED,
    source="seasonal naive, Hyndman and Athanasopoulos 2021, §5.2, with the tidal day as season",
)
def fit_tidal_day(grid: Grid, *, seed: int) -> "TidalDayFiller":
    """Learn how a series differs from itself a tidal day earlier: the error of a donor."""
    period = max(1, round(TIDAL_DAY_H * 3600 / grid.step_s))
    earlier = np.concatenate((np.full(min(period, grid.value.size), np.nan), grid.value))
    difference = grid.value - earlier[: grid.value.size]
    return TidalDayFiller(fit_linear(Grid(grid.start, grid.step_s, difference), seed=seed), period)


@dataclass(frozen=True)
class TidalDayFiller:
    """Line between the edges plus the donors' departure from their own line."""

    difference: LinearFiller
    period: int

    def __call__(self, grid: Grid) -> Estimate:
        """Fill between present values; where no donor is present the line stands alone."""
        line = self.difference(grid)
        gaps = find_gaps(~np.isfinite(grid.value))
        inner = (gaps.first > 0) & (gaps.stop < grid.value.size)
        gaps = Gaps(gaps.first[inner], gaps.stop[inner])
        value = line.value.copy()
        if gaps.first.size:
            step, shape = self._shapes(grid.value, gaps)
            value[step] += shape
        return Estimate(value=value, sd=line.sd)

    def _shapes(self, value: FloatArray, gaps: Gaps) -> tuple[IntArray, FloatArray]:
        """Missing steps, and there the donors' mean departure from the line of their ends."""
        lengths = gaps.length
        gap = np.repeat(np.arange(lengths.size), lengths)
        step = np.arange(gap.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        first, stop = gaps.first[gap], gaps.stop[gap]
        step = step + first
        share = (step - first + 1) / (stop - first + 1)
        before = self._donor(value, step, first=first, stop=stop, share=share, side=-1)
        after = self._donor(value, step, first=first, stop=stop, share=share, side=1)
        weights = (
            np.where(np.isfinite(before), 1 - share, 0),
            np.where(np.isfinite(after), share, 0),
        )
        total = np.maximum(weights[0] + weights[1], 1e-12)
        mixed = weights[0] * np.nan_to_num(before) + weights[1] * np.nan_to_num(after)
        return step, mixed / total

    def _donor(
        self,
        value: FloatArray,
        step: IntArray,
        *,
        first: IntArray,
        stop: IntArray,
        share: FloatArray,
        side: int,
    ) -> FloatArray:
        """Mean over DONORS whole shifts that carry the gap and its edges to present days."""
        whole = (stop - first + 1 + self.period - 1) // self.period
        found = []
        for extra in range(DONORS):
            shift = side * (whole + extra) * self.period
            ends = (1 - share) * _at(value, first - 1 + shift) + share * _at(value, stop + shift)
            found.append(_at(value, step + shift) - ends)
        stack = np.stack(found)
        seen = np.isfinite(stack)
        total = np.where(seen, stack, 0.0).sum(axis=0)
        return np.where(seen.any(axis=0), total / np.maximum(seen.sum(axis=0), 1), np.nan)


def _at(value: FloatArray, step: IntArray) -> FloatArray:
    inside = (step >= 0) & (step < value.size)
    return np.where(inside, value[np.clip(step, 0, value.size - 1)], np.nan)
