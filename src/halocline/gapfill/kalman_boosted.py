"""Structural Kalman smoother corrected, in units of how rough the sea is, by other sensors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import PointFiller, station_method
from halocline.gapfill._correction import Correction, features_beside, learn_correction
from halocline.gapfill._features import Features
from halocline.gapfill._scene import Answers, Points, Scene, at
from halocline.model.estimates import FloatArray, Origin

ROUGH: Final = ("before_sd_25h", "after_sd_25h")
"""Spread in the tidal day on either side of the gap: what quiet and rough seasons differ by."""
FLOOR: Final = 0.3
"""Least roughness, in that of the median lesson: a dead calm promises no certainty."""
HEAVIEST: Final = 20.0
"""Most a rough lesson counts, in the mean lesson's weight."""
LEAST: Final = 0.1
"""Least spread in units of the smoother's: crossing quantiles must not promise a certainty."""
STRAIGHT: Final = 4.0
"""A storm four times the usual still counts in full."""
BASES: Final = ("kalman", "kalman_asinh")


@station_method(
    name="kalman_lightgbm",
    title="structural Kalman smoother corrected by gradient-boosted trees",
    origin=Origin.MODELLED,
    source="trees: Ke et al. 2017; smoother: see kalman",
)
def fit_kalman_boosted(
    scene: Scene,
    lessons: Points,
    *,
    bases: Mapping[str, PointFiller],
    seed: int,
    weight: FloatArray | None = None,
) -> "KalmanBoostedFiller":
    """Learn how other sensors tell the smoother's error, in units of the roughness beside a gap.

    In its own unit the error of a bloom outweighs a year of winter; divided by the roughness one
    relation serves both, and a lesson counts by its roughness. With few lessons the smoother
    stands alone.
    """
    used = {name: bases[name] for name in BASES}
    smoothed = {name: one(scene, lessons) for name, one in used.items()}
    features = features_beside(scene, lessons, smoothed)
    own = roughness(features)
    typical = float(np.nanmedian(own)) if np.isfinite(own).any() else 0.0
    if typical <= 0.0:
        return KalmanBoostedFiller(bases=used, correction=None, typical=1.0)
    unit = _unit(features, typical)
    counts = np.minimum(unit / unit.mean(), HEAVIEST) * (1.0 if weight is None else weight)
    error = (at(scene.grid.value, lessons.step) - smoothed["kalman"].value) / unit
    correction = learn_correction(
        features,
        error,
        lessons=lessons,
        step_s=scene.grid.step_s,
        centre="mean",
        weight=counts,
        seed=seed,
        straight=STRAIGHT,
    )
    return KalmanBoostedFiller(bases=used, correction=correction, typical=typical)


@dataclass(frozen=True)
class KalmanBoostedFiller:
    """Smoother plus a correction in units of roughness; `typical`: the median lesson's."""

    bases: dict[str, PointFiller]
    correction: Correction | None
    typical: float

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Answer where the smoother does."""
        smoothed = {name: one(scene, points) for name, one in self.bases.items()}
        base = smoothed["kalman"]
        if self.correction is None:
            return base
        features = features_beside(scene, points, smoothed)
        unit = _unit(features, self.typical)
        told = self.correction(features)
        return Answers(
            value=base.value + unit * told.value,
            below=np.maximum(unit * told.below, LEAST * base.below),
            above=np.maximum(unit * told.above, LEAST * base.above),
        )


def roughness(features: Features) -> FloatArray:
    """Root mean square of the spreads beside each point's gap (k,); NaN where neither is known."""
    sides = np.stack([features.column(name) for name in ROUGH]) ** 2
    seen = np.isfinite(sides)
    total = np.where(seen, sides, 0.0).sum(axis=0)
    mean = total / np.maximum(seen.sum(axis=0), 1)
    return np.where(seen.any(axis=0), np.sqrt(mean), np.nan)


def _unit(features: Features, typical: float) -> FloatArray:
    own = roughness(features)
    return np.hypot(np.where(np.isfinite(own), own, typical), FLOOR * typical)
