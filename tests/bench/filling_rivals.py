"""Learners of other kinds beside the trees: is there anything left that they would find?

MAREL Carnot, each of 2005-2007 left out. Both correct the Kalman smoother, as the trees do, in the
same units, after the same straight relation, from the same columns, of which they see those that
trees found useful. `kernel`: ridge regression on 400 random Fourier features (Rahimi and Recht
2007), a Gaussian process in all but name. `analogs`: what the smoother missed in the hundred most
alike of all lessons, as analog ensembles do (Lguensat et al. 2017, doi:10.1175/MWR-D-16-0441.1).
Each adds its answers to the mixture as a sixth member.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from halocline.gapfill._api import PointFiller, station_methods
from halocline.gapfill._boosting import MIN_ROWS, Left, grow
from halocline.gapfill._correction import CAREFUL, features_beside
from halocline.gapfill._features import Features
from halocline.gapfill._regression import Line, fit_line
from halocline.gapfill._scene import Answers, Points, Scene, at
from halocline.gapfill.kalman_boosted import BASES, HEAVIEST, STRAIGHT, _unit, roughness
from halocline.learn.members import LEARNED
from halocline.model.estimates import FloatArray
from tests.bench._filling_contests import Later, left_out
from tests.bench._shared import found, say
from tests.bench.filling_gate import Rule, published
from tests.samples.marel import VARIABLES

COLUMNS: Final = 12
"""Columns a rival sees at most: in more, everything is far from everything."""
FURTHEST: Final = 4.0
"""Standard deviations at which a column is cut, and 1.5 times those of a lesson's error."""
RIVALS: Final[Mapping[str, Callable[[int, int], Any]]] = {
    "kernel": lambda seed, columns: make_pipeline(
        RBFSampler(gamma=0.5 / columns, n_components=400, random_state=seed), Ridge(alpha=20.0)
    ),
    "analogs": lambda _seed, _columns: KNeighborsRegressor(100, weights="distance"),
}


@dataclass(frozen=True)
class Scaled:
    """Columns a rival looks at, centred, in standard deviations times what they are worth."""

    names: tuple[str, ...]
    middle: FloatArray
    unit: FloatArray
    worth: FloatArray

    def __call__(self, features: Features) -> FloatArray:
        """Matrix (k, p); the unknown is ordinary."""
        values = (features.only(self.names).values - self.middle) / self.unit
        return np.clip(np.nan_to_num(values), -FURTHEST, FURTHEST) * self.worth


@dataclass(frozen=True)
class RivalFiller:
    """Smoother, straight relation and rival, in units of roughness."""

    bases: Mapping[str, PointFiller]
    typical: float
    line: Line
    scaled: Scaled
    rival: Any

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Value; the spreads are the smoother's."""
        smoothed = {name: one(scene, points) for name, one in self.bases.items()}
        features = features_beside(scene, points, smoothed)
        told = self.line(features)
        if len(points):
            told = told + self.rival.predict(self.scaled(features))
        base = smoothed["kalman"]
        return replace(base, value=base.value + _unit(features, self.typical) * told)


def fitting(make: Callable[[int, int], Any]) -> Callable[..., PointFiller]:
    """How a rival is learned: the trees' own lessons and units."""

    def fit(
        scene: Scene, lessons: Points, *, bases: Mapping[str, PointFiller], seed: int,
        weight: FloatArray | None = None,
    ) -> PointFiller:  # fmt: skip
        assert weight is None
        used = {name: bases[name] for name in BASES}
        smoothed = {name: one(scene, lessons) for name, one in used.items()}
        features = features_beside(scene, lessons, smoothed)
        typical = float(np.nanmedian(roughness(features)))
        unit = _unit(features, typical)
        error = (at(scene.grid.value, lessons.step) - smoothed["kalman"].value) / unit
        known = Left.of(error).known
        assert known.sum() >= MIN_ROWS
        counts = np.minimum(unit / unit.mean(), HEAVIEST)[known]
        rows = features.rows(known)
        line = fit_line(rows, error[known], straight=STRAIGHT, weight=counts)
        left = error[known] - line(rows)
        scaled = _scaled(rows, left, counts, seed=seed)
        rival = make(seed, len(scaled.names))
        most = 1.5 * FURTHEST * float(np.std(left))
        rival.fit(scaled(rows), np.clip(left, -most, most))
        return RivalFiller(used, typical, line, scaled, rival)

    return fit


def _scaled(rows: Features, left: FloatArray, counts: FloatArray, *, seed: int) -> Scaled:
    """The columns that lessen the error of a few trees most, weighed by the root of that."""
    trees = grow(rows, left, seed=seed, objective="mean", weight=counts, rounds=40, **CAREFUL)
    gain = np.sqrt(trees._booster.feature_importance("gain"))
    names = tuple(rows.names[column] for column in np.argsort(-gain)[:COLUMNS])
    values = rows.only(names).values.astype(float)
    unit = np.nanstd(values, axis=0)
    worth = np.array([gain[rows.names.index(name)] for name in names]) / max(gain.max(), 1.0)
    return Scaled(names, np.nanmedian(values, axis=0), np.where(unit > 0, unit, 1.0), worth)


def _contested(variable: str) -> list[Later]:
    trees = station_methods()["kalman_lightgbm"]
    more = {name: replace(trees, name=name, fit=fitting(make)) for name, make in RIVALS.items()}
    return left_out(variable, more=more)


def main() -> None:
    """Print how each learner does alone, and what it adds to the mixture."""
    if found("coasthf/marel_carnot") is None:
        return
    with ProcessPoolExecutor(max_workers=2) as pool:
        cells = [one for part in pool.map(_contested, VARIABLES) for one in part]
    say("| answer | " + " | ".join(_head(mode) for mode in ("sensor", "station")) + " |")
    say("|---" * 7 + "|")
    for name in ("kalman", "kalman_lightgbm", "kalman_asinh_lightgbm", *RIVALS):
        _say(f"{name} alone", cells, [one.rmse(one.said[name].value) for one in cells])
    mixtures = {"mixture": LEARNED}
    mixtures |= {f"mixture with {name}": (*LEARNED, name) for name in RIVALS}
    for name, members in mixtures.items():
        rule = Rule(name, members=members)
        _say(name, cells, [one.rmse(published(rule, one)[1]) for one in cells])


def _head(mode: str) -> str:
    return f"{mode}: over the best baseline | within 2 % | 5 % better"


def _say(name: str, cells: list[Later], rmse: list[float]) -> None:
    best = np.array(rmse) / [one.best for one in cells]
    parts = []
    for mode in ("sensor", "station"):
        here = best[[one.mode == mode for one in cells]]
        parts.append(
            f"{np.exp(np.log(here).mean()):.3f} | {np.sum(here <= 1.02)} | {np.sum(here <= 0.95)}"
        )
    say(f"| {name} | {' | '.join(parts)} |")
