"""What a smoother leaves, learned from the other sensors: a smooth relation, then trees."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from halocline.gapfill._boosting import (
    MIN_ROWS,
    Goal,
    Left,
    Trees,
    grow_many,
    with_columns,
)
from halocline.gapfill._described import described
from halocline.gapfill._features import Features
from halocline.gapfill._memory import PAST
from halocline.gapfill._regression import Line, fit_line
from halocline.gapfill._scene import Answers, BoolArray, Points, Scene, line_between
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
"""Trees that learn less from each lesson than the plain learner's, for spreads, which calibration
sets right, and for months of a record: lessons overlap there, and what looks like two hundred is a
few days."""
YEAR_H: Final = 8766.0
"""Of lessons that span a year the plain learner's trees err less (years left out: 0.6 to 1 % with
other sensors alive, 0.1 to 0.2 % without), of four months more (0.6 % without, in gaps to 6 h)."""
ENDS: Final = (Goal("quantile:0.05", CAREFUL), Goal("quantile:0.95", CAREFUL))
PAYS: Final = 0.01
"""What the past of other series must take off the error in lessons of another time to be looked at:
it halves that of temperature, and tells oxygen little more than the luck of a year."""


@dataclass(frozen=True)
class Correction:
    """Centre and 90 % range of what is left, in the learner's own unit.

    `names`: the columns looked at.
    """

    names: tuple[str, ...]
    line: Line
    centre: Trees
    ends: tuple[Trees, Trees]

    def __call__(self, features: Features) -> Answers:
        """Centre (k,), and spreads beside it: wider by what the relation goes past all it saw."""
        seen = features.only(self.names)
        line = self.line(seen)
        centre = self.centre(seen)
        low, high = (one(seen) for one in self.ends)
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
    lessons: Points,
    step_s: int,
    centre: str,
    straight: float,
    weight: FloatArray | None,
    seed: int,
) -> Correction | None:
    """Learn the target (k,) at rows where it is known; None where there is too little to learn.

    `lessons` (k,): where each row was, in steps of `step_s`; `centre`: what the centre is, "mean"
    or "quantile:0.5"; `straight`: see `_regression.Line`.
    """
    left = Left.of(target)
    if not left.teaches:
        return None
    counts, known = left.weight(weight), target[left.known]
    rows = features.rows(left.known)
    step = lessons.step[left.known]
    early = step < np.median(step)
    rows = rows.only(_worth_seeing(rows, known, counts, early=early, straight=straight))
    line = fit_line(rows, known, straight=straight, weight=counts)
    rest = known - line(rows)
    care = {} if _span_h(lessons, step_s) >= YEAR_H else CAREFUL
    goals = (Goal(centre, care), *ENDS)
    middle, low, high = grow_many(rows, rest, seed=seed, goals=goals, weight=counts)
    return Correction(names=rows.names, line=line, centre=middle, ends=(low, high))


def _span_h(lessons: Points, step_s: int) -> float:
    """Hours from the first lesson to the last."""
    return float(np.ptp(lessons.step)) * step_s / 3600 if len(lessons) else 0.0


def _worth_seeing(
    rows: Features,
    target: FloatArray,
    weight: FloatArray | None,
    *,
    early: BoolArray,
    straight: float,
) -> tuple[str, ...]:
    """All columns, or all but the past of other series where that does not pay.

    Judged by the straight relation alone: what one half of the time teaches, asked in the other.
    """
    plain = tuple(name for name in rows.names if PAST not in name)
    if plain == rows.names or min(early.sum(), (~early).sum()) < MIN_ROWS:
        return plain
    counts = np.ones(target.size) if weight is None else weight

    def missed(seen: Features) -> float:
        total = 0.0
        for here in (early, ~early):
            taught, asked = seen.rows(here), seen.rows(~here)
            line = fit_line(taught, target[here], straight=straight, weight=counts[here])
            total += float(np.sum(counts[~here] * (target[~here] - line(asked)) ** 2))
        return total

    pays = missed(rows) <= (1 - PAYS) ** 2 * missed(rows.only(plain))
    return rows.names if pays else plain


def features_beside(scene: Scene, points: Points, smoothed: dict[str, Answers]) -> Features:
    """What is seen of each point, and how each smoother departs there from the straight line."""
    line = line_between(scene.grid.value, points)
    columns: dict[str, FloatArray] = {}
    for name, answers in smoothed.items():
        columns[f"{name}_departure"] = answers.value - line
        columns[f"{name}_sd"] = (answers.below + answers.above) / 2
    return with_columns(described(scene, points), columns)
