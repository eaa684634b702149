"""Neighbours along a profile: the levels a test may look at beside one another."""

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.qc.argo._api import BoolArray


def second_difference(value: FloatArray, usable: BoolArray) -> tuple[BoolArray, FloatArray]:
    """|V2 − (V3+V1)/2| of each inner level and where it exists; both (N_PROF, N_LEVELS).

    A level that is not usable cuts the profile: its neighbours have no neighbour on that side.
    """
    judged = np.zeros(value.shape, dtype=bool)
    size = np.zeros(value.shape)
    judged[:, 1:-1] = usable[:, :-2] & usable[:, 1:-1] & usable[:, 2:]
    size[:, 1:-1] = np.abs(value[:, 1:-1] - (value[:, 2:] + value[:, :-2]) / 2)
    return judged, size


def half_step(value: FloatArray) -> FloatArray:
    """|(V3 − V1)/2| around each inner level, zero at the ends."""
    size = np.zeros(value.shape)
    size[:, 1:-1] = np.abs(value[:, 2:] - value[:, :-2]) / 2
    return size


def slices(usable: BoolArray) -> npt.NDArray[np.int64]:
    """Number of the run of usable levels each level belongs to, unique over all profiles.

    Numbers of levels that are not usable mean nothing.
    """
    starts = usable.copy()
    starts[:, 1:] &= ~usable[:, :-1]
    return np.asarray(np.cumsum(starts.ravel()).reshape(usable.shape), dtype=np.int64)


def pairs(usable: BoolArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Flat indices of each usable level and of the next usable one of the same profile.

    Levels between the two that are not usable are passed over.
    """
    place = np.flatnonzero(usable)
    row = place // max(usable.shape[1], 1)
    same = row[1:] == row[:-1]
    return place[:-1][same], place[1:][same]
