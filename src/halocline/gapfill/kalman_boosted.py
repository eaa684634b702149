"""Gradient-boosted trees on what the structural Kalman smoother leaves, with their own spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import PointFiller, station_method
from halocline.gapfill._boosting import Left, Trees, grow, with_columns
from halocline.gapfill._features import Features, features_of
from halocline.gapfill._regression import Line, fit_line
from halocline.gapfill._scene import Answers, Points, Scene, at, line_between
from halocline.model.estimates import FloatArray, Origin

LEVELS: Final = (0.05, 0.5, 0.95)
"""Quantiles learned: the centre, and the two ends of a 90 % interval."""
NOMINAL: Final = 1.6449
"""Half of a 90 % interval in Gaussian standard deviations: quantiles are handed on as spreads."""
LEAST: Final = 0.1
"""Least spread in units of the smoother's: crossing quantiles must not promise a certainty."""


@station_method(
    name="kalman_lightgbm",
    title="structural Kalman smoother corrected by gradient-boosted trees",
    origin=Origin.MODELLED,
    source="quantile regression forests of trees: Ke et al. 2017; smoother: see kalman",
)
def fit_kalman_boosted(
    scene: Scene,
    lessons: Points,
    *,
    bases: Mapping[str, PointFiller],
    seed: int,
    weight: FloatArray | None = None,
) -> "KalmanBoostedFiller":
    """Learn how other sensors tell the smoother's error: a straight relation, then quantiles.

    The median is learned because it is the better centre where errors have heavy tails (measured:
    docs/reference/filling-scores.md). With few lessons the smoother stands alone.
    """
    base = bases["kalman"]
    answers = base(scene, lessons)
    error = at(scene.grid.value, lessons.step) - answers.value
    left = Left.of(error)
    if not left.teaches:
        return KalmanBoostedFiller(base=base, line=None, trees=(), unit=1.0)
    features = _features(scene, lessons, answers)
    rows = Features(features.names, features.values[left.known])
    line = fit_line(rows, error[left.known])
    target = (error[left.known] - line(rows)) / left.spread
    counts = left.weight(weight)
    trees = tuple(
        grow(rows, target, seed=seed, objective=f"quantile:{level}", weight=counts)
        for level in LEVELS
    )
    return KalmanBoostedFiller(base=base, line=line, trees=trees, unit=left.spread)


@dataclass(frozen=True)
class KalmanBoostedFiller:
    """Smoother plus a straight relation to other sensors plus error quantiles in `unit`."""

    base: PointFiller
    line: Line | None
    trees: tuple[Trees, ...]
    unit: float

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Answer where the smoother does; wider by what the relation goes past all it has seen."""
        answers = self.base(scene, points)
        if self.line is None:
            return answers
        features = _features(scene, points, answers)
        low, middle, high = (self.unit * one(features) for one in self.trees)
        correction = self.line(features)
        least, beyond = LEAST * answers.below, self.line.beyond(correction)
        return Answers(
            value=answers.value + correction + middle,
            below=_spread(middle - low, least) + beyond,
            above=_spread(high - middle, least) + beyond,
        )


def _spread(half: FloatArray, least: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(half / NOMINAL, least), dtype=np.float64)


def _features(scene: Scene, points: Points, answers: Answers) -> Features:
    line = line_between(scene.grid.value, points)
    smoothed = {"kalman_departure": answers.value - line, "kalman_sd": answers.below}
    return with_columns(features_of(scene, points), smoothed)
