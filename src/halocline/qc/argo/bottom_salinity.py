"""Test 51, salinity of the deepest level: ours, beyond the manual."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    PSAL,
    TEMP,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)

DEEP = {"from_pressure": 900.0, "psal_step": 0.05, "temp_step": 0.2}


class BottomSalinity(Params):
    """What sets the deepest level apart."""

    from_pressure: float
    """dbar: above, salinity may well change that fast."""
    psal_step: float
    """From the level above, and from the line through the two above."""
    temp_step: float
    """°C: where temperature changes by more, so may salinity."""


@argo_test(
    number=51,
    name="bottom_salinity",
    params=BottomSalinity,
    near_surface=False,
    source="halocline, docs/reference/argo-qc-truth.md: the first sample before the pump has "
    "flushed the cell; test 10 of the manual, which looked at both ends, is obsolete",
    examples=[
        Example(
            value={"PRES": [[980, 990, 1000]], "TEMP": [[4, 4, 4]], "PSAL": [[35, 35, 34.9]]},
            params=DEEP,
            expected={"PSAL": [[0, 0, 4]]},
            reason="0.1 from the level above where temperature stands still",
        ),
        Example(
            value={"PRES": [[980, 990, 1000]], "TEMP": [[4, 4, 3.5]], "PSAL": [[35, 35, 34.9]]},
            params=DEEP,
            expected={"PSAL": [[0, 0, 1]]},
            reason="temperature changes by 0.5 °C: another water",
        ),
        Example(
            value={"PRES": [[80, 90, 100]], "TEMP": [[4, 4, 4]], "PSAL": [[35, 35, 34.9]]},
            params=DEEP,
            expected={"PSAL": [[0, 0, 0]]},
            reason="not deep enough to be judged",
        ),
        Example(
            value={"PRES": [[980, 1000]], "TEMP": [[4, 4]], "PSAL": [[35, np.nan]]},
            params=DEEP,
            expected={"PSAL": [[0, 9]]},
            reason="two levels above are needed",
        ),
    ],
)
def bottom_salinity(casts: Casts, params: BottomSalinity) -> Verdict:
    """The deepest salinity leaves the two above it while temperature does not."""
    if not {PRES, TEMP, PSAL} <= set(casts.value):
        return {}
    usable = casts.usable(PRES) & casts.usable(TEMP) & casts.usable(PSAL)
    if usable.shape[1] < 3:
        return {}
    enough = usable.sum(axis=1) >= 3
    # Place of the last, the last but one and the last but two usable levels of each row.
    rank = np.cumsum(usable[:, ::-1], axis=1)[:, ::-1] * usable
    rows = np.flatnonzero(enough)
    last, second, third = (np.argmax(rank[rows] == n, axis=1) for n in (1, 2, 3))
    deep = casts.value[PRES][rows, last] >= params.from_pressure
    psal, temp = casts.value[PSAL], casts.value[TEMP]
    step = psal[rows, last] - psal[rows, second]
    trend = psal[rows, second] - psal[rows, third]
    calm = np.abs(temp[rows, last] - temp[rows, second]) < params.temp_step
    out = (np.abs(step) > params.psal_step) & (np.abs(step - trend) > params.psal_step) & calm
    judged, bad = np.zeros(usable.shape, dtype=bool), np.zeros(usable.shape, dtype=bool)
    judged[rows[deep], last[deep]] = True
    bad[rows[deep & out], last[deep & out]] = True
    return {PSAL: flags_where(judged, bad)}
