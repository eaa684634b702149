"""Test 50, whom a density inversion accuses: ours, beyond the manual."""

import numpy as np
import numpy.typing as npt
from pydantic import NonNegativeInt

from halocline.model.estimates import FloatArray
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
from halocline.qc.argo._levels import pairs
from halocline.qc.argo.density_inversion import excess

SMALL = {
    "threshold": 0.03, "crowd": 2, "psal_band": 50.0, "temp_band": 20.0, "window": 2,
    "recurring": 2,
}  # fmt: skip
FLOAT = {
    "PRES": [[10, 20, 30, 40, 50]] * 2,
    "TEMP": [[15, 14, 13, 12, 11]] * 2,
    "PSAL": [[35, 34, 35, 34, 35]] * 2,
}


class InversionCulprit(Params):
    """When a density inversion accuses salinity alone, and how far it reaches."""

    threshold: float
    """kg m-3, as in test 14."""
    crowd: int
    """Inversions in one profile from which on it is disturbed, and not only pricked."""
    psal_band: float
    """dbar: in a disturbed profile, salinity between two inversions no farther apart is bad."""
    temp_band: float
    """dbar: the same of temperature, in a float that is disturbed over and over."""
    window: NonNegativeInt
    """Profiles looked at, this one and those before it."""
    recurring: int
    """Disturbed ones among them from which on temperature is accused as well."""


@argo_test(
    number=50,
    name="inversion_culprit",
    params=InversionCulprit,
    near_surface=False,
    needs_history=True,
    source="halocline, docs/reference/argo-qc-truth.md: experts blame salinity alone for 6 of 10 "
    "inversions; density as in test 14",
    examples=[
        Example(
            value={"PRES": [[10, 20, 30]], "TEMP": [[15, 14, 13]], "PSAL": [[35, 34.5, 34.5]]},
            params=SMALL,
            expected={"TEMP": [[1, 1, 1]], "PSAL": [[4, 4, 1]]},
            reason="one inversion: salinity, and temperature is left alone",
        ),
        Example(
            value={name: rows[:1] for name, rows in FLOAT.items()},
            params=SMALL,
            expected={"TEMP": [[1, 1, 1, 1, 1]], "PSAL": [[4, 4, 4, 4, 1]]},
            reason="two inversions, 10–20 and 30–40 dbar: salinity from the first to the last",
        ),
        Example(
            value=FLOAT,
            params=SMALL,
            expected={"TEMP": [[1] * 5, [4, 4, 4, 4, 1]], "PSAL": [[4, 4, 4, 4, 1]] * 2},
            reason="the second profile in a row that is disturbed: temperature as well",
        ),
        Example(
            value={"PRES": [[10, 20]], "TEMP": [[15, 14]], "PSAL": [[np.nan, 34]]},
            params=SMALL,
            expected={"TEMP": [[0, 0]], "PSAL": [[9, 0]]},
            reason="no density without salinity",
        ),
    ],
)
def inversion_culprit(casts: Casts, params: InversionCulprit) -> Verdict:
    """Salinity where density goes back, and temperature where a float does it over and over.

    A conductivity cell fails alone far more often than a thermistor. Once a profile has a crowd of
    inversions its salinity is bad between them too; once most of a float's latest profiles have,
    what its pump draws past the thermistor is not trusted either.
    """
    if not {PRES, TEMP, PSAL} <= set(casts.value):
        return {}
    usable = casts.has_position[:, None].copy()
    for name in (PRES, TEMP, PSAL):
        usable = usable & casts.usable(name)
    upper, lower = pairs(usable & ~casts.is_near_surface[:, None])
    heavy = excess(casts, upper, lower) >= params.threshold
    judged, pair = np.zeros(usable.shape, dtype=bool), np.zeros(usable.shape, dtype=bool)
    for place in (upper, lower):
        judged.reshape(-1)[place] = True
        pair.reshape(-1)[place[heavy]] = True
    count = np.bincount(upper[heavy] // max(usable.shape[1], 1), minlength=casts.n_prof)
    disturbed = count >= params.crowd
    again = disturbed & _recurring(disturbed, np.asarray(judged.any(axis=1)), params)
    pressure = casts.value[PRES]
    psal = pair | _between(pair & disturbed[:, None], pressure, params.psal_band)
    temp = _between(pair & again[:, None], pressure, params.temp_band)
    return {
        TEMP: flags_where(judged, temp & judged),
        PSAL: flags_where(judged, psal & judged),
    }


def _recurring(
    disturbed: BoolArray, counts: BoolArray, params: InversionCulprit
) -> npt.NDArray[np.bool_]:
    """(N_PROF,) enough of the last `window` profiles that could be judged were disturbed."""
    rows = np.flatnonzero(counts)
    total = np.concatenate([[0], np.cumsum(disturbed[rows])])
    last = np.arange(1, rows.size + 1)
    found = np.zeros(disturbed.shape, dtype=bool)
    found[rows] = total[last] - total[np.maximum(last - params.window, 0)] >= params.recurring
    return found


def _between(marked: BoolArray, pressure: FloatArray, band: float) -> BoolArray:
    """Marked levels, and those between two marked ones at most `band` dbar apart."""
    filled = marked.copy()
    first, second = pairs(marked)
    near = np.abs(pressure.reshape(-1)[second] - pressure.reshape(-1)[first]) <= band
    for start, stop in zip(first[near].tolist(), second[near].tolist(), strict=True):
        filled.reshape(-1)[start : stop + 1] = True
    return filled
