"""Straight relation between a variable's error and what other sensors show, able to extrapolate.

Trees answer with what they have seen: a storm stronger than any of the past would be cut to the
strongest of the past. A straight line through the other sensors' departures is not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._features import Features
from halocline.gapfill._memory import MEMORY_H, PAST
from halocline.model.estimates import FloatArray

SEEN: Final = ("other_", "driver_", "nearby_")
TOLD: Final = ("_departure", "_smooth_3h", "_smooth_25h", *(f"{PAST}{h:g}h" for h in MEMORY_H))
"""Beginnings and endings of the columns used: how another series, or the mean of its past, departs
from its own line across the gap, and what the relation learned beside the gap says."""
PENALTY: Final = 0.6
"""Ridge penalty as a share of the weight of all lessons: columns are standardised. With 0.2 a cell
errs up to 4 % more in the year left out; with 1 a planted storm is cut to below six tenths."""


@dataclass(frozen=True)
class Line:
    """Coefficients of columns drawn in beyond `straight`, no constant: no departure, no correction.

    s·asinh(x/s), with x in root mean squares of the lessons and s = `straight`: the relation goes
    on past all it has seen, ever more slowly. A line that never bends answered a bloom larger than
    all its lessons with an oxygen 64 % further off than the smoother alone (leave a year out, gaps
    of 30 days); one that bends early cuts a storm down. Two learners take one each.
    """

    names: tuple[str, ...]
    scale: FloatArray
    coefficients: FloatArray
    straight: float
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
        return np.asarray(_drawn_in(columns, self.straight) @ self.coefficients)


def _drawn_in(columns: FloatArray, straight: float) -> FloatArray:
    return straight * np.arcsinh(columns / straight)


def fit_line(
    features: Features, target: FloatArray, *, straight: float, weight: FloatArray | None = None
) -> Line:
    """Ridge regression of the target on the other series' departures; nothing where none is."""
    names = tuple(name for name in features.names if name.startswith(SEEN) and name.endswith(TOLD))
    columns = _columns(features, names)
    scale: FloatArray = np.asarray(np.sqrt(np.mean(columns**2, axis=0)), dtype=np.float64)
    names = tuple(name for name, one in zip(names, scale, strict=True) if one > 0)
    columns, scale = columns[:, scale > 0], scale[scale > 0]
    if not names:
        nothing = np.empty(0)
        return Line((), nothing, nothing, straight, furthest=0.0)
    columns = _drawn_in(columns / scale, straight)
    counts = np.ones(target.size) if weight is None else weight
    counted = columns.T * counts
    gram = counted @ columns + PENALTY * counts.sum() * np.eye(len(names))
    coefficients = np.asarray(np.linalg.solve(gram, counted @ target), dtype=np.float64)
    furthest = float(np.abs(columns @ coefficients).max())
    return Line(names, scale, coefficients, straight, furthest)


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
