"""How good an estimate and its interval were, once the truth is known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import INTERVAL_LEVEL, FloatArray

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class IntervalScore:
    """Share of truths inside, mean width, and mean Winkler score (width plus penalty)."""

    coverage: float
    width: float
    winkler: float


def score_interval(
    truth: FloatArray, lower: FloatArray, upper: FloatArray, *, level: float = INTERVAL_LEVEL
) -> IntervalScore:
    """Score intervals (k,) of nominal `level`; NaN for no points. Winkler 1972: lower is better."""
    if truth.size == 0:
        return IntervalScore(float("nan"), float("nan"), float("nan"))
    outside = np.maximum(lower - truth, 0.0) + np.maximum(truth - upper, 0.0)
    width = upper - lower
    return IntervalScore(
        coverage=float(np.mean(outside == 0.0)),
        width=float(np.mean(width)),
        winkler=float(np.mean(width + 2 / (1 - level) * outside)),
    )


def mean_by_unit(value: FloatArray, unit: IntArray) -> FloatArray:
    """Mean of the values of each unit, in order of unit: (k,) → (number of units,)."""
    _, index, counts = np.unique(unit, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(index, weights=value) / counts, dtype=np.float64)
