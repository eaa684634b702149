"""Test 16, gross salinity or temperature sensor drift."""

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import PRES, BoolArray, Casts, Example, Verdict, argo_test, flags_where
from halocline.qc.argo._history import series_of_profiles
from halocline.qc.argo._names import thresholds_of


class GrossSensorDrift(Params):
    """How far deep water can have changed since the last good profile."""

    thickness: float
    """dbar above the deepest level over which a profile is averaged."""
    from_pressure: float
    """dbar; a profile that ends above it has no deep water and is not judged."""
    jumps: dict[str, float]
    """Largest change of that mean, by parameter, in its unit."""


JUMPS = {"thickness": 100, "from_pressure": 100, "jumps": {"TEMP": 1, "PSAL": 0.5}}
PAIR = {"PRES": [[1000, 1900, 1980], [1000, 1900, 1980]]}


@argo_test(
    number=16,
    name="gross_sensor_drift",
    params=GrossSensorDrift,
    near_surface=False,
    needs_history=True,
    source="Argo QC manual, doi:10.13155/33951; compared only where the two means lie within the "
    "slab's thickness of one another, since a shallower profile ends in other water",
    examples=[
        Example(
            value=PAIR | {"PSAL": [[35, 34.9, 34.9], [35, 35.3, 35.6]]},
            params=JUMPS,
            expected={"PSAL": [[0, 0, 0], [3, 3, 3]]},
            reason="the means of the deepest 100 dbar are 34.9 and 35.45: 0.55 more than before",
        ),
        Example(
            value=PAIR | {"TEMP": [[9, 3, 3], [9, 4, 4]]},
            params=JUMPS,
            expected={"TEMP": [[0, 0, 0], [1, 1, 1]]},
            reason="1 °C is not more than 1 °C; the first profile has none before it",
        ),
        Example(
            value={
                "PRES": [[1900, 1980], [1900, 1980], [1900, 1980]],
                "TEMP": [[3, 3], [6, 6], [3, 3]],
            },
            params=JUMPS,
            expected={"TEMP": [[0, 0], [3, 3], [1, 1]]},
            reason="the third profile is compared with the first, the last good one",
        ),
        Example(
            value={"PRES": [[1900, 1980], [500, 580]], "TEMP": [[3, 3], [12, np.nan]]},
            params=JUMPS,
            expected={"TEMP": [[0, 0], [0, 9]]},
            reason="a profile that ends at 580 dbar ends in other water",
        ),
        Example(
            value={"PRES": [[10, 99], [10, 99]], "TEMP": [[20, 18], [15, 13]]},
            params=JUMPS,
            expected={"TEMP": [[0, 0], [0, 0]]},
            reason="water above 100 dbar is not deep",
        ),
        Example(
            value={"PRES": [[10, 499], [10, 499]], "TEMP": [[20, 8], [15, 6]]},
            params=JUMPS | {"from_pressure": 500},
            expected={"TEMP": [[0, 0], [0, 0]]},
            reason="a suite may ask for deeper water",
        ),
    ],
)
def gross_sensor_drift(casts: Casts, params: GrossSensorDrift) -> Verdict:
    """The deep mean jumped since the last good profile of the same direction."""
    if PRES not in casts.value:
        return {}
    verdict = {}
    for name in casts.value:
        limit = thresholds_of(name, params.jumps)
        if limit is None:
            continue
        good = casts.usable(name) & casts.usable(PRES)
        good &= (casts.flag[name] != Flag.PROBABLY_BAD) & (casts.flag[PRES] != Flag.PROBABLY_BAD)
        depth, mean = _deep(casts.value[PRES], casts.value[name], good, params)
        judged, bad = _drift(casts, depth, mean, limit=limit, thickness=params.thickness)
        present = casts.present(name)
        verdict[name] = flags_where(
            present & judged[:, None], present & bad[:, None], Flag.PROBABLY_BAD
        )
    return verdict


def _deep(
    pressure: FloatArray, value: FloatArray, good: BoolArray, params: GrossSensorDrift
) -> tuple[FloatArray, FloatArray]:
    """Mean pressure and mean value of the deepest good levels, (N_PROF,), NaN without any."""
    deepest = np.max(pressure, axis=1, where=good, initial=-np.inf)[:, None]
    near = good & (np.where(good, pressure, -np.inf) >= deepest - params.thickness)
    near &= deepest >= params.from_pressure
    number = near.sum(axis=1)
    means = [
        np.where(number > 0, np.where(near, one, 0.0).sum(axis=1) / np.maximum(number, 1), np.nan)
        for one in (pressure, value)
    ]
    return means[0], means[1]


def _drift(
    casts: Casts, depth: FloatArray, mean: FloatArray, *, limit: float, thickness: float
) -> tuple[BoolArray, BoolArray]:
    judged, bad = [False] * casts.n_prof, [False] * casts.n_prof
    depths, means = depth.tolist(), mean.tolist()
    for rows in series_of_profiles(casts):
        last = -1
        for row in rows[np.isfinite(mean[rows])].tolist():
            if last >= 0 and abs(depths[row] - depths[last]) <= thickness:
                judged[row] = True
                bad[row] = abs(means[row] - means[last]) > limit
            if not bad[row]:
                last = row
    return np.array(judged, dtype=bool), np.array(bad, dtype=bool)
