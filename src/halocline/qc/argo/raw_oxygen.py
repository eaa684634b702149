"""Test 57, oxygen."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.argo._api import PRES, PSAL, TEMP, Casts, Example, Verdict, argo_test
from halocline.qc.argo._names import TWIN


class RawOxygen(Params):
    """What an unadjusted value is worth, and one computed from a bad neighbour."""

    raw: Flag
    beside_bad: dict[str, Flag]
    """Flag of oxygen where this parameter is BAD at its level."""


PARAMS: Final = {"raw": 3, "beside_bad": {"PRES": 4, "TEMP": 4, "PSAL": 4}}
FAR_DBAR: Final = 50.0
"""A level of the CTD farther away than this says nothing of the water at the sensor."""


@argo_test(
    number=57,
    name="raw_oxygen",
    params=RawOxygen,
    needs_history=True,
    source="Argo QC manual for oxygen, doi:10.13155/46542; salinity BAD makes it BAD as the "
    "Coriolis chain v6.5 does, doi:10.17882/45589, whose header says 3",
    examples=[
        Example(
            value={"PRES": [[5, 10]], "TEMP": [[10, 10]], "DOXY": [[200, np.nan]]},
            params=PARAMS,
            expected={"DOXY": [[3, 9]], "TEMP": [[0, 0]]},
            reason="every raw value is in doubt until it is adjusted",
        ),
        Example(
            value={"PRES": [[5, 10]], "DOXY": [[200, 200]], "DOXY2": [[200, 200]]},
            params=PARAMS | {"raw": 1},
            expected={"DOXY": [[1, 1]], "DOXY2": [[1, 1]]},
            reason="a suite may trust it; a second sensor is oxygen too",
        ),
    ],
)
def raw_oxygen(casts: Casts, params: RawOxygen) -> Verdict:
    """Raw oxygen, and oxygen computed from bad pressure, temperature or salinity."""
    names = [name for name in casts.value if TWIN.sub("", name) == "DOXY"]
    if not names:
        return {}
    worst = np.full(casts.shape, np.uint8(params.raw))
    for other, flag in params.beside_bad.items():
        worst = np.where(
            _at_every_level(casts, other) == Flag.BAD, np.maximum(worst, np.uint8(flag)), worst
        )
    return {name: np.where(casts.present(name), worst, np.uint8(0)) for name in names}


def _at_every_level(casts: Casts, name: str) -> FlagArray:
    """Flags of a CTD parameter: its own, or those of the nearest level of the same ascent.

    A sensor with a sampling of its own stands in a row that has no temperature.
    """
    if name not in (PRES, TEMP, PSAL) or name not in casts.value:
        return np.zeros(casts.shape, dtype=np.uint8)
    flag = casts.flag[name].copy()
    holds = casts.present(name).any(axis=1)
    for row in np.flatnonzero(~holds & casts.present(PRES).any(axis=1)):
        same = (casts.cycle == casts.cycle[row]) & (casts.direction == casts.direction[row])
        others = np.flatnonzero(same & holds & casts.is_primary)
        if others.size:
            flag[row] = _nearest(casts, name, row=int(row), ctd=int(others[0]))
    return flag


def _nearest(casts: Casts, name: str, *, row: int, ctd: int) -> FlagArray:
    pressure = casts.value[PRES]
    known = np.flatnonzero(casts.present(name)[ctd] & casts.present(PRES)[ctd])
    here = np.flatnonzero(casts.present(PRES)[row])
    found = np.zeros(pressure.shape[1], dtype=np.uint8)
    if not known.size:
        return found
    away = np.abs(pressure[row, here][:, None] - pressure[ctd, known][None, :])
    nearest = away.argmin(axis=1)
    near = away[np.arange(here.size), nearest] <= FAR_DBAR
    found[here[near]] = casts.flag[name][ctd, known[nearest[near]]]
    return found
