"""Test 18, frozen profile."""

import numpy as np
import numpy.typing as npt
from pydantic import PositiveFloat

from halocline.model.estimates import FloatArray
from halocline.model.flags import FlagArray
from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    PSAL,
    TEMP,
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)
from halocline.qc.argo._history import series_of_profiles, slab_means


class Change(Params):
    """Bounds of the absolute change of a profile's slabs; below all three it did not change."""

    least: float
    most: float
    mean: float


class FrozenProfile(Params):
    """How alike two profiles in a row can be."""

    thickness: PositiveFloat
    """dbar of a slab."""
    min_slabs: int
    """Slabs two profiles must share to be compared."""
    changes: dict[str, Change]
    """By parameter: every one of them that both profiles hold must have stood still."""


BOUNDS = {
    "thickness": 50,
    "min_slabs": 2,
    "changes": {
        "TEMP": {"least": 0.001, "most": 0.3, "mean": 0.002},
        "PSAL": {"least": 0.001, "most": 0.3, "mean": 0.004},
    },
}
TWO = {"PRES": [[10, 60, 110], [10, 60, 110]]}


@argo_test(
    number=18,
    name="frozen_profile",
    params=FrozenProfile,
    near_surface=False,
    needs_history=True,
    source="Argo QC manual, doi:10.13155/33951; bounds of the Coriolis chain v6.5, "
    "doi:10.17882/45589",
    examples=[
        Example(
            value=TWO | {"TEMP": [[20, 15, 10], [20, 15, 10]], "PSAL": [[35, 35, 35]] * 2},
            params=BOUNDS,
            expected={"TEMP": [[0, 0, 0], [4, 4, 4]], "PSAL": [[0, 0, 0], [4, 4, 4]]},
            reason="nothing changed from one profile to the next",
        ),
        Example(
            value=TWO | {"TEMP": [[20, 15, 10], [20, 15.1, 10]], "PSAL": [[35, 35, 35]] * 2},
            params=BOUNDS,
            expected={"TEMP": [[0, 0, 0], [1, 1, 1]], "PSAL": [[0, 0, 0], [1, 1, 1]]},
            reason="the mean change of temperature is 0.033",
        ),
        Example(
            value=TWO | {"TEMP": [[20, 15, 10], [20, np.nan, 10]]},
            params=BOUNDS,
            expected={"TEMP": [[0, 0, 0], [4, 9, 4]]},
            reason="without salinity temperature decides, in the slabs both profiles hold",
        ),
        Example(
            value={"PRES": [[10], [10]], "TEMP": [[20], [20]]},
            params=BOUNDS,
            expected={"TEMP": [[0], [0]]},
            reason="one slab is too few",
        ),
    ],
)
def frozen_profile(casts: Casts, params: FrozenProfile) -> Verdict:
    """Temperature and salinity are those of the profile before, slab by slab."""
    if PRES not in casts.value:
        return {}
    names = [name for name in (TEMP, PSAL) if name in casts.value and name in params.changes]
    before = _rows_before(casts)
    later = np.flatnonzero(before >= 0)
    judged, moved = np.zeros(casts.n_prof, dtype=bool), np.zeros(casts.n_prof, dtype=bool)
    for name in names:
        usable = casts.usable(name) & casts.usable(PRES)
        mean = slab_means(casts.value[PRES], casts.value[name], usable, thickness=params.thickness)
        change = np.abs(mean[later] - mean[before[later]])
        enough = np.isfinite(change).sum(axis=1) >= params.min_slabs
        judged[later] |= enough
        moved[later] |= enough & ~_stood_still(change, params.changes[name])
    verdict: dict[str, FlagArray] = {}
    for name in names:
        known = casts.present(name) & judged[:, None]
        verdict[name] = flags_where(known, known & ~moved[:, None])
    return verdict


def _stood_still(change: FloatArray, bounds: Change) -> BoolArray:
    known = np.isfinite(change)
    number = np.maximum(known.sum(axis=1), 1)
    least = np.min(change, axis=1, where=known, initial=np.inf)
    most = np.max(change, axis=1, where=known, initial=-np.inf)
    mean = np.where(known, change, 0.0).sum(axis=1) / number
    return np.asarray((least < bounds.least) & (most < bounds.most) & (mean < bounds.mean))


def _rows_before(casts: Casts) -> npt.NDArray[np.intp]:
    """(N_PROF,) row of the profile before with a usable temperature, -1 without one."""
    before = np.full(casts.n_prof, -1, dtype=np.intp)
    holds = np.asarray(casts.usable(TEMP).any(axis=1))
    for rows in series_of_profiles(casts):
        held = rows[holds[rows]]
        before[held[1:]] = held[:-1]
    return before
