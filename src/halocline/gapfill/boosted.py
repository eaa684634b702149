"""Gradient-boosted trees on what a straight line leaves: the plain learner others are held to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from halocline.gapfill._api import PointFiller, station_method
from halocline.gapfill._boosting import Left, Trees, grow
from halocline.gapfill._features import features_of
from halocline.gapfill._scene import Answers, Points, Scene, at, line_between
from halocline.model.estimates import FloatArray, Origin


@station_method(
    name="lightgbm",
    title="gradient-boosted trees on a line",
    origin=Origin.MODELLED,
    source="Ke et al. 2017, LightGBM: a highly efficient gradient boosting decision tree",
)
def fit_boosted(
    scene: Scene,
    lessons: Points,
    *,
    bases: Mapping[str, PointFiller],
    seed: int,
    weight: FloatArray | None = None,
) -> "BoostedFiller":
    """Learn the mean departure from the line between the edges; with few lessons, the line."""
    del bases  # it starts from the line
    target = at(scene.grid.value, lessons.step) - line_between(scene.grid.value, lessons)
    left = Left.of(target)
    if not left.teaches:
        return BoostedFiller(trees=None, sd=max(left.spread, 1e-9))
    trees = grow(
        features_of(scene, lessons.of(left.known)),
        target[left.known] / left.spread,
        seed=seed,
        objective="mean",
        weight=left.weight(weight),
    )
    return BoostedFiller(trees=trees, sd=left.spread)


@dataclass(frozen=True)
class BoostedFiller:
    """Line plus predicted departure, in units of `sd`, the departures' own spread."""

    trees: Trees | None
    sd: float

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Answer where both edges are known, with one spread for all: calibration does the rest."""
        value: FloatArray = line_between(scene.grid.value, points)
        if self.trees is not None:
            value = value + self.sd * self.trees(features_of(scene, points))
        sd = np.where(np.isfinite(value), self.sd, np.nan)
        return Answers(value=value, below=sd, above=sd)
