"""What a smoother leaves, learned from the other sensors: a smooth relation, then trees."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from halocline.gapfill._boosting import Left, Trees, grow_many, with_columns
from halocline.gapfill._features import Features, features_of
from halocline.gapfill._regression import Line, fit_line
from halocline.gapfill._scene import Answers, Points, Scene, line_between
from halocline.model.estimates import FloatArray

NOMINAL: Final = 1.6449
"""Half of a 90 % interval in Gaussian standard deviations: quantiles are handed on as spreads."""
CAREFUL: Final[dict[str, Any]] = {
    "min_data_in_leaf": 200,
    "num_leaves": 15,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.6,
    "lambda_l2": 5.0,
}
"""Trees that learn less from each lesson than the plain learner's: lessons overlap, so that what
looks like two hundred is a few weeks, and a year is unlike the next (leave a year out: 2 %)."""
LEVELS: Final = ("quantile:0.05", "quantile:0.95")


@dataclass(frozen=True)
class Correction:
    """Centre and 90 % range of what is left, in the learner's own unit."""

    line: Line
    centre: Trees
    ends: tuple[Trees, Trees]

    def __call__(self, features: Features) -> Answers:
        """Centre (k,), and spreads beside it: wider by what the relation goes past all it saw."""
        line = self.line(features)
        centre = self.centre(features)
        low, high = (one(features) for one in self.ends)
        beyond = self.line.beyond(line)
        return Answers(
            value=line + centre,
            below=np.maximum(centre - low, 0.0) / NOMINAL + beyond,
            above=np.maximum(high - centre, 0.0) / NOMINAL + beyond,
        )


def learn_correction(
    features: Features,
    target: FloatArray,
    *,
    centre: str,
    straight: float,
    weight: FloatArray | None,
    seed: int,
) -> Correction | None:
    """Learn the target (k,) at rows where it is known; None where there is too little to learn.

    `centre`: what the centre is, "mean" or "quantile:0.5"; `straight`: see `_regression.Line`.
    """
    left = Left.of(target)
    if not left.teaches:
        return None
    rows = Features(features.names, features.values[left.known])
    counts, known = left.weight(weight), target[left.known]
    line = fit_line(rows, known, straight=straight, weight=counts)
    middle, low, high = grow_many(
        rows,
        known - line(rows),
        seed=seed,
        objectives=(centre, *LEVELS),
        weight=counts,
        **CAREFUL,
    )
    return Correction(line=line, centre=middle, ends=(low, high))


def features_beside(scene: Scene, points: Points, smoothed: dict[str, Answers]) -> Features:
    """What is seen of each point, and how each smoother departs there from the straight line."""
    line = line_between(scene.grid.value, points)
    columns: dict[str, FloatArray] = {}
    for name, answers in smoothed.items():
        columns[f"{name}_departure"] = answers.value - line
        columns[f"{name}_sd"] = (answers.below + answers.above) / 2
    return with_columns(features_of(scene, points), columns)
