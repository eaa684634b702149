"""Test 5, impossible speed."""

import numba
import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import (
    JULD,
    POSITION,
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)

EARTH_RADIUS_M = 6_371_000.0
SECONDS_A_DAY = 86_400.0


class ImpossibleSpeed(Params):
    """How fast a float can drift."""

    limit: float
    """m/s; more is impossible."""
    position_error: float
    """m; two fixes may be apart by this much without the float having moved."""
    trusted_systems: tuple[str, ...]
    """Positioning systems whose fixes are not judged."""


SPEED = {"limit": 3, "position_error": 2000, "trusted_systems": ["IRIDIUM"]}
WEEK = [26000.0, 26010.0, 26020.0]
ONE = {"PRES": [[5.0], [5.0], [5.0]]}


@argo_test(
    number=5,
    name="impossible_speed",
    params=ImpossibleSpeed,
    needs_history=True,
    source="Argo QC manual up to v3.3, doi:10.13155/33951: 3 m/s between fixes; which fix is to "
    "blame is decided here by the fewest",
    examples=[
        Example(
            value=ONE,
            facts={"latitude": [45.0, 45.5, 46.0], "juld": WEEK, "juld_location": WEEK},
            params=SPEED,
            expected={"POSITION": [1, 1, 1]},
            reason="half a degree in ten days: 6 cm/s",
        ),
        Example(
            value=ONE,
            facts={"latitude": [45.0, 75.0, 46.0], "juld": WEEK, "juld_location": WEEK},
            params=SPEED,
            expected={"POSITION": [1, 4, 1]},
            reason="30° in ten days are 3.9 m/s, there and back; without it the track is possible",
        ),
        Example(
            value={"PRES": [[5.0], [5.0]]},
            facts={"latitude": [45.0, 75.0], "juld": WEEK[:2], "juld_location": WEEK[:2]},
            params=SPEED,
            expected={"POSITION": [4, 4]},
            reason="two fixes that cannot both be right: nothing tells which is wrong",
        ),
        Example(
            value=ONE,
            facts={
                "latitude": [45.0, np.nan, 46.0],
                "juld": WEEK,
                "juld_location": [np.nan] * 3,
            },
            params=SPEED,
            expected={"POSITION": [1, 9, 1]},
            reason="a missing position is passed over; the date of the profile dates the fix",
        ),
        Example(
            value={"PRES": [[5.0]]},
            params=SPEED,
            expected={"POSITION": [0]},
            reason="one fix has no speed",
        ),
    ],
)
def impossible_speed(casts: Casts, params: ImpossibleSpeed) -> Verdict:
    """The fewest fixes without which every drift between the others is possible.

    Where several choices are equally few, every fix that one of them leaves out is BAD.
    """
    if casts.attributes.get("POSITIONING_SYSTEM", "").upper() in params.trusted_systems:
        return {}
    date = np.where(np.isfinite(casts.juld_location), casts.juld_location, casts.juld)
    known = casts.has_position & np.isfinite(date) & (casts.flag[JULD] != Flag.BAD)
    place = np.flatnonzero(known)
    if place.size < 2:
        return {}
    place = place[np.argsort(date[place], kind="stable")]
    degrees = (casts.latitude[place], casts.longitude[place])
    fixes = np.column_stack([date[place] * SECONDS_A_DAY, *np.radians(degrees)])
    bad = np.zeros(casts.n_prof, dtype=bool)
    bad[place] = _to_blame(fixes, params.limit, params.position_error)
    return {POSITION: flags_where(known, bad)}


@numba.njit(cache=True)
def _possible(first: int, second: int, fixes: FloatArray, limit: float, error: float) -> bool:
    """Whether a float can have been at both fixes (haversine, metres)."""
    (t1, lat1, lon1), (t2, lat2, lon2) = fixes[first], fixes[second]
    chord = np.sin((lat2 - lat1) / 2) ** 2
    chord += np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    distance = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(min(chord, 1.0)))
    return bool(distance <= limit * (t2 - t1) + error)


@numba.njit(cache=True)
def _to_blame(fixes: FloatArray, limit: float, error: float) -> BoolArray:
    """Fixes (n, 3: s, rad, rad), in order of time, that are not in every longest possible track."""
    n = fixes.shape[0]
    bad = np.zeros(n, dtype=np.bool_)
    broken = False
    for k in range(1, n):
        if not _possible(k - 1, k, fixes, limit, error):
            broken = True
    if not broken:
        return bad
    before = np.ones(n, dtype=np.int64)
    after = np.ones(n, dtype=np.int64)
    for k in range(n):
        for j in range(k):
            if before[j] >= before[k] and _possible(j, k, fixes, limit, error):
                before[k] = before[j] + 1
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            if after[j] >= after[k] and _possible(k, j, fixes, limit, error):
                after[k] = after[j] + 1
    return _outside_every_longest(before, after)


@numba.njit(cache=True)
def _outside_every_longest(
    before: npt.NDArray[np.int64], after: npt.NDArray[np.int64]
) -> BoolArray:
    longest = before.max()
    rivals = np.zeros(longest + 1, dtype=np.int64)
    for k in range(before.size):
        if before[k] + after[k] - 1 == longest:
            rivals[before[k]] += 1
    bad = np.ones(before.size, dtype=np.bool_)
    for k in range(before.size):
        bad[k] = before[k] + after[k] - 1 != longest or rivals[before[k]] > 1
    return bad
