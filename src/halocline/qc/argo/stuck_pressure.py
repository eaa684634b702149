"""Test 48, stuck pressure: ours, beyond the manual."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)

CLAIM = {"levels": 4, "tolerance": 0.05}


class StuckPressure(Params):
    """When a pressure that does not change is a sensor that does not answer."""

    levels: int
    """Levels in a row."""
    tolerance: float
    """dbar from one level to the next: less than any float resolves on its way up."""


@argo_test(
    number=48,
    name="stuck_pressure",
    params=StuckPressure,
    source="halocline, docs/reference/argo-qc-truth.md: on delayed-mode flags of 36 floats every "
    "level it found was bad; test 13 of the manual asks for a whole profile",
    examples=[
        Example(
            value={"PRES": [[2, 10, 10, 10.04, 10, 30]], "TEMP": [[9, 8, 7, 7, 7, 5]]},
            params=CLAIM,
            expected={"PRES": [[1, 4, 4, 4, 4, 1]], "TEMP": [[0, 4, 4, 4, 4, 0]]},
            reason="four levels at one pressure, to 0.05 dbar; their values are at no known depth",
        ),
        Example(
            value={"PRES": [[2, 10, 10, 10, 20]]},
            params=CLAIM,
            expected={"PRES": [[1, 1, 1, 1, 1]]},
            reason="three are fewer than four",
        ),
        Example(
            value={"PRES": [[10, 10, np.nan, 10, 10]]},
            params=CLAIM,
            expected={"PRES": [[4, 4, 9, 4, 4]]},
            reason="a missing level is passed over",
        ),
    ],
)
def stuck_pressure(casts: Casts, params: StuckPressure) -> Verdict:
    """Pressure stays where it was for several levels while the float is said to move."""
    if PRES not in casts.value:
        return {}
    usable = casts.usable(PRES)
    bad = np.zeros(usable.shape, dtype=bool)
    step = np.abs(np.diff(casts.value[PRES], axis=1))
    still = np.count_nonzero(step <= params.tolerance, axis=1)
    # A row with a missing level between two others has no step there: look at it closely too.
    holed = np.count_nonzero(usable, axis=1) - 1 > np.count_nonzero(np.isfinite(step), axis=1)
    for row in np.flatnonzero((still >= params.levels - 1) | holed).tolist():
        place = np.flatnonzero(usable[row])
        bad[row, place[_runs(casts.value[PRES][row, place], params)]] = True
    return {PRES: flags_where(usable, bad)}


def _runs(pressure: np.ndarray, params: StuckPressure) -> BoolArray:
    """(n,) members of runs of equal pressures that are long enough."""
    new = np.concatenate([[True], np.abs(np.diff(pressure)) > params.tolerance])
    run = np.cumsum(new) - 1
    return np.asarray((np.bincount(run) >= params.levels)[run], dtype=bool)
