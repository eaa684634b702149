"""Test 14, density inversion."""

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
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
from halocline.qc.argo._levels import pairs

IndexArray = npt.NDArray[np.intp]


class DensityInversion(Params):
    """kg m-3 by which the shallower of two levels may be denser."""

    threshold: float


@argo_test(
    number=14,
    name="density_inversion",
    params=DensityInversion,
    near_surface=False,
    source="Argo QC manual, doi:10.13155/33951; TEOS-10 by GSW, doi:10.5670/oceanog.2011.26",
    examples=[
        Example(
            value={"PRES": [[10, 20, 30]], "TEMP": [[15, 14, 13]], "PSAL": [[35, 35, 35]]},
            params={"threshold": 0.03},
            expected={"TEMP": [[1, 1, 1]], "PSAL": [[1, 1, 1]]},
            reason="colder below: stable",
        ),
        Example(
            value={"PRES": [[10, 20, 30]], "TEMP": [[13, 14, 13]], "PSAL": [[35, 35, 35]]},
            params={"threshold": 0.03},
            expected={"TEMP": [[4, 4, 1]], "PSAL": [[4, 4, 1]]},
            reason="1 °C warmer below at 35: lighter by 0.2 kg m-3; both levels, both parameters",
        ),
        Example(
            value={"PRES": [[10, 20]], "TEMP": [[13, 14]], "PSAL": [[np.nan, 35]]},
            params={"threshold": 0.03},
            expected={"TEMP": [[0, 0]], "PSAL": [[9, 0]]},
            reason="no density without salinity",
        ),
        Example(
            value={"PRES": [[10, 20]], "TEMP": [[13, 14]], "PSAL": [[35, 35]]},
            facts={"latitude": [np.nan]},
            params={"threshold": 0.03},
            expected={"TEMP": [[0, 0]], "PSAL": [[0, 0]]},
            reason="no density without a position",
        ),
    ],
)
def density_inversion(casts: Casts, params: DensityInversion) -> Verdict:
    """The shallower of two neighbours is denser at their mean pressure."""
    if not {PRES, TEMP, PSAL} <= set(casts.value):
        return {}
    usable = casts.has_position[:, None].copy()
    for name in (PRES, TEMP, PSAL):
        usable = usable & casts.usable(name)
    upper, lower = pairs(usable)
    heavy = excess(casts, upper, lower) >= params.threshold
    judged, bad = np.zeros(usable.shape, dtype=bool), np.zeros(usable.shape, dtype=bool)
    for place in (upper, lower):
        judged.reshape(-1)[place] = True
        bad.reshape(-1)[place[heavy]] = True
    said = flags_where(judged, bad)
    return {TEMP: said, PSAL: said.copy()}


def excess(casts: Casts, upper: IndexArray, lower: IndexArray) -> FloatArray:
    """Potential density of the upper level minus that of the lower, at their mean pressure."""
    pressure = casts.value[PRES]
    middle = (pressure.reshape(-1)[upper] + pressure.reshape(-1)[lower]) / 2
    water = casts.water
    return water.density(upper, middle) - water.density(lower, middle)
