"""Test 26, TEMP_CNDC: temperature of an RBR conductivity cell."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import PRES, PSAL, TEMP, Casts, Example, Verdict, argo_test, flags_where

CELL: Final = "TEMP_CNDC"


class CellTemperature(Params):
    """How far the cell may be from the water."""

    shallow: float
    """°C, down to `shallow_to`."""
    deep: float
    """°C below."""
    shallow_to: float
    """dbar."""
    most_levels: int
    """Levels beyond the limit that are still accepted."""


PARAMS: Final = {"shallow": 10, "deep": 1.5, "shallow_to": 500, "most_levels": 2}
THREE: Final = {"PRES": [[100, 600, 700, 800]], "TEMP": [[10, 5, 5, 5]], "PSAL": [[35] * 4]}


@argo_test(
    number=26,
    name="cell_temperature",
    params=CellTemperature,
    source="Coriolis chain v6.5, doi:10.17882/45589: more than two levels condemn the cell",
    examples=[
        Example(
            value=THREE | {"TEMP_CNDC": [[10, 7, 7, 7]]},
            params=PARAMS,
            expected={"TEMP_CNDC": [[4] * 4], "PSAL": [[3] * 4], "TEMP": [[0] * 4]},
            reason="2 °C off at three levels below 500 dbar",
        ),
        Example(
            value=THREE | {"TEMP_CNDC": [[19, 7, 7, 5]]},
            params=PARAMS,
            expected={"TEMP_CNDC": [[1] * 4], "PSAL": [[1] * 4]},
            reason="two levels; 9 °C are accepted at 100 dbar",
        ),
        Example(
            value=THREE | {"TEMP_CNDC": [[20, 6.5, 6.5, 3.5]]},
            params=PARAMS,
            expected={"TEMP_CNDC": [[1] * 4], "PSAL": [[1] * 4]},
            reason="10 °C above and 1.5 °C below 500 dbar are not more than that",
        ),
        Example(
            value={
                "PRES": [[499, 500, 500, 501]],
                "TEMP": [[5] * 4],
                "TEMP_CNDC": [[16, 16, 16, 5]],
                "PSAL": [[35, 35, np.nan, 35]],
            },
            params=PARAMS,
            expected={"TEMP_CNDC": [[4] * 4], "PSAL": [[3, 3, 9, 3]]},
            reason="11 °C off at three levels down to 500 dbar; the whole cell falls",
        ),
        Example(
            value=THREE | {"TEMP_CNDC": [[np.nan] * 4]},
            params=PARAMS,
            expected={"TEMP_CNDC": [[9] * 4], "PSAL": [[0] * 4]},
            reason="the cell's temperature is missing",
        ),
    ],
)
def cell_temperature(casts: Casts, params: CellTemperature) -> Verdict:
    """A conductivity cell whose temperature is not that of the water around it."""
    if not {PRES, TEMP, CELL} <= set(casts.value):
        return {}
    both = casts.usable(PRES) & casts.usable(TEMP) & casts.usable(CELL)
    limit = np.where(casts.value[PRES] <= params.shallow_to, params.shallow, params.deep)
    with np.errstate(invalid="ignore"):
        far = both & (np.abs(casts.value[CELL] - casts.value[TEMP]) > limit)
    judged = np.asarray(both.any(axis=1))
    bad = np.asarray(far.sum(axis=1) > params.most_levels)
    verdict = {}
    for name, flag in ((CELL, Flag.BAD), (PSAL, Flag.PROBABLY_BAD)):
        if name in casts.value:
            known = casts.present(name) & judged[:, None]
            verdict[name] = flags_where(known, known & bad[:, None], flag)
    return verdict
