"""How far values are from the smooth curve of their neighbours, whatever the time between."""

from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.qc.series._api import Column
from halocline.qc.series._windows import IndexArray

NEIGHBOURS: Final = ((-2, -1, 1, 2), (-2, -1, 2, 3), (-3, -2, 1, 2))
"""Values a curve is drawn through: both sides alike, and without the value after or before, which
in a spike of two is wrong as well and would draw the curve to itself."""


def curve_departure(column: Column, place: IndexArray, *, silent_s: float) -> FloatArray:
    """Distance of the values at `place` (m,) from the cubics through four neighbours; (m,) ≥ 0.

    The largest of three (`NEIGHBOURS`), so that a spike of two values cannot hide one in the other.
    A neighbour that is absent or beyond a silence of more than `silent_s` is left out, and the
    curve is of one degree less. A cubic follows the crest of a wave sampled 12 times a period
    within 1 % of its amplitude, 3 % with one value left out.
    """
    bout = np.concatenate(([0], np.cumsum(column.spacing_s > silent_s)))
    distances = [_distance(column, place, np.array(around), bout) for around in NEIGHBOURS]
    return np.asarray(np.max(distances, axis=0))


def _distance(
    column: Column, place: IndexArray, around: IndexArray, bout: IndexArray
) -> FloatArray:
    """Distance (m,) of values from the one curve through the neighbours at `around` (4,)."""
    wanted = place[:, None] + around
    index = np.clip(wanted, 0, column.value.size - 1)
    there = (wanted == index) & (bout[index] == bout[place][:, None])
    away_s = (column.time_s[index] - column.time_s[place][:, None]).astype(float)
    said = np.where(there, column.value[index] * _weights(away_s, there), 0.0).sum(axis=1)
    return np.asarray(np.abs(column.value[place] - said))


def _weights(away_s: FloatArray, there: npt.NDArray[np.bool_]) -> FloatArray:
    """Lagrange's weights (m, k) at 0 of nodes `away_s` from it, of those that are there."""
    weight = np.ones(away_s.shape)
    for other in range(away_s.shape[1]):
        node, use = away_s[:, [other]], there[:, [other]].repeat(away_s.shape[1], axis=1)
        use[:, other] = False
        weight *= np.divide(-node, away_s - node, out=np.ones_like(weight), where=use & there)
    return weight
