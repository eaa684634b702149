"""Straight relation between a variable's error and what other sensors show, able to extrapolate.

Trees answer with what they have seen: a storm stronger than any of the past would be cut to the
strongest of the past. A straight line through the other sensors' departures is not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._features import Features
from halocline.model.estimates import FloatArray

TOLD: Final = ("_departure", "_smooth_3h", "_smooth_25h")
"""Endings of the columns used: how another series departs from its own line across the gap."""
PENALTY: Final = 0.02
"""Ridge penalty as a share of the number of lessons: columns are standardised."""
BEYOND: Final = 3.0
"""How far past the largest departure of the lessons, in multiples of it, a column still counts."""


@dataclass(frozen=True)
class Line:
    """Coefficients of standardised columns, no constant: no departure, no correction."""

    names: tuple[str, ...]
    scale: FloatArray
    most: FloatArray
    coefficients: FloatArray
    furthest: float
    """Largest correction the lessons asked for."""

    def beyond(self, correction: FloatArray) -> FloatArray:
        """How far a correction (k,) goes past all that was ever seen: 0 where it does not."""
        return np.maximum(np.abs(correction) - self.furthest, 0.0)

    def __call__(self, features: Features) -> FloatArray:
        """Correction at each point (k,), in units of the target."""
        if not self.names:
            return np.zeros(features.values.shape[0])
        columns = _columns(features, self.names) / self.scale
        reach = BEYOND * self.most
        return np.asarray(np.clip(columns, -reach, reach) @ self.coefficients)


def fit_line(features: Features, target: FloatArray) -> Line:
    """Ridge regression of the target on the other series' departures; nothing where none is."""
    names = tuple(
        name
        for name in features.names
        if name.startswith(("other_", "driver_")) and name.endswith(TOLD)
    )
    columns = _columns(features, names)
    scale: FloatArray = np.asarray(np.sqrt(np.mean(columns**2, axis=0)), dtype=np.float64)
    names = tuple(name for name, one in zip(names, scale, strict=True) if one > 0)
    columns, scale = columns[:, scale > 0], scale[scale > 0]
    if not names:
        nothing = np.empty(0)
        return Line((), nothing, nothing, nothing, furthest=0.0)
    columns = columns / scale
    most = np.abs(columns).max(axis=0)
    gram = columns.T @ columns + PENALTY * target.size * np.eye(len(names))
    coefficients = np.asarray(np.linalg.solve(gram, columns.T @ target), dtype=np.float64)
    furthest = float(np.abs(columns @ coefficients).max())
    return Line(names, scale, most, coefficients, furthest)


def _columns(features: Features, names: tuple[str, ...]) -> FloatArray:
    """Chosen columns (k, p) float64; what is unknown departs from nothing."""
    place = {name: column for column, name in enumerate(features.names)}
    known = [
        features.values[:, place[name]].astype(np.float64)
        if name in place
        else np.zeros(features.values.shape[0])
        for name in names
    ]
    if not known:
        return np.empty((features.values.shape[0], 0))
    return np.nan_to_num(np.stack(known, axis=1), nan=0.0)
