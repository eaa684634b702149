"""The smoother on a scale that draws in tails, corrected on that scale by other sensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import PointFiller, station_method
from halocline.gapfill._correction import Correction, features_beside, learn_correction
from halocline.gapfill._scene import Answers, Points, Scene, at
from halocline.gapfill.kalman_asinh import Asinh
from halocline.gapfill.kalman_boosted import BASES, LEAST
from halocline.model.estimates import FloatArray, Origin

STRAIGHT: Final = 1.0
"""Early: this learner is the one that is wary of what it has not seen."""


@station_method(
    name="kalman_asinh_lightgbm",
    title="smoother on a scale that draws in tails, corrected by gradient-boosted trees",
    origin=Origin.MODELLED,
    source="trees: Ke et al. 2017; smoother: see kalman_asinh",
)
def fit_kalman_asinh_boosted(
    scene: Scene,
    lessons: Points,
    *,
    bases: Mapping[str, PointFiller],
    seed: int,
    weight: FloatArray | None = None,
) -> "KalmanAsinhBoostedFiller":
    """Learn how other sensors tell the error the smoother makes on its scale."""
    used = {name: bases[name] for name in BASES}
    scale = Asinh.of(scene.grid.value)
    smoothed = {name: one(scene, lessons) for name, one in used.items()}
    error = scale(at(scene.grid.value, lessons.step)) - scale(smoothed["kalman_asinh"].value)
    known = error[np.isfinite(error)]
    unit = float(np.std(known)) if known.size else 0.0
    if unit <= 0.0:
        return KalmanAsinhBoostedFiller(bases=used, scale=scale, correction=None, unit=1.0)
    features = features_beside(scene, lessons, smoothed)
    correction = learn_correction(
        features,
        error / unit,
        lessons=lessons,
        step_s=scene.grid.step_s,
        centre="quantile:0.5",
        straight=STRAIGHT,
        weight=weight,
        seed=seed,
    )
    return KalmanAsinhBoostedFiller(bases=used, scale=scale, correction=correction, unit=unit)


@dataclass(frozen=True)
class KalmanAsinhBoostedFiller:
    """Smoother plus a correction, both on the scale; `unit`: what a correction of 1 is there."""

    bases: dict[str, PointFiller]
    scale: Asinh
    correction: Correction | None
    unit: float

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Answer where the smoother does."""
        smoothed = {name: one(scene, points) for name, one in self.bases.items()}
        base = smoothed["kalman_asinh"]
        if self.correction is None:
            return base
        told = self.correction(features_beside(scene, points, smoothed))
        z = self.scale(base.value) + self.unit * told.value
        value = self.scale.back(z)
        low = self.scale.back(z - self.unit * told.below)
        high = self.scale.back(z + self.unit * told.above)
        return Answers(
            value=value,
            below=np.maximum(value - low, LEAST * base.below),
            above=np.maximum(high - value, LEAST * base.above),
        )
