"""Test 6, global range."""

import numpy as np

from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    PSAL,
    TEMP,
    Casts,
    Example,
    Verdict,
    argo_test,
    as_stored,
    flags_where,
)
from halocline.qc.argo._names import thresholds_of


class GlobalRange(Params):
    """Bounds by parameter, both possible, and pressures above the surface."""

    ranges: dict[str, tuple[float, float]]
    pressure_bad_below: float
    """dbar: pressure, temperature and salinity are BAD."""
    pressure_doubtful_below: float
    """dbar: the same are PROBABLY_BAD down from here."""


LIMITS = {
    "ranges": {"TEMP": [-2.5, 40], "PSAL": [2, 41]},
    "pressure_bad_below": -5,
    "pressure_doubtful_below": -2.4,
}


@argo_test(
    number=6,
    name="global_range",
    params=GlobalRange,
    source="Argo QC manual, doi:10.13155/33951; biogeochemical ranges: Coriolis chain v6.5, "
    "doi:10.17882/45589",
    examples=[
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[-2.5, 40, 40.1]], "PSAL": [[2, 41, 1.9]]},
            params=LIMITS,
            expected={"TEMP": [[1, 1, 4]], "PSAL": [[1, 1, 4]], "PRES": [[1, 1, 1]]},
            reason="the bounds themselves are possible",
        ),
        Example(
            value={"PRES": [[-6, -3, -2.4]], "TEMP": [[10, 10, 10]], "PSAL": [[35, 35, 35]]},
            params=LIMITS,
            expected={"PRES": [[4, 3, 1]], "TEMP": [[4, 3, 1]], "PSAL": [[4, 3, 1]]},
            reason="below −5 dbar BAD, from −5 to −2.4 PROBABLY_BAD, for all three",
        ),
        Example(
            value={"PRES": [[5, 10]], "TEMP": [[np.nan, 10]], "CNDC": [[4, 4]]},
            params=LIMITS,
            expected={"TEMP": [[9, 1]], "CNDC": [[0, 0]]},
            reason="missing stays missing; a parameter without a range is not judged",
        ),
    ],
)
def global_range(casts: Casts, params: GlobalRange) -> Verdict:
    """Values no ocean holds."""
    verdict = {}
    for name, value in casts.value.items():
        bounds = thresholds_of(name, params.ranges)
        if bounds is None:
            continue
        judged = casts.present(name)
        lower, upper = as_stored(bounds[0]), as_stored(bounds[1])
        with np.errstate(invalid="ignore"):
            outside = judged & ((value < lower) | (value > upper))
        verdict[name] = flags_where(judged, outside)
    if PRES in casts.value:
        _add_pressure(verdict, casts, params)
    return verdict


def _add_pressure(verdict: dict[str, FlagArray], casts: Casts, params: GlobalRange) -> None:
    """Above the surface by more than a sensor errs: pressure and what was measured there."""
    pressure = casts.value[PRES]
    with np.errstate(invalid="ignore"):
        bad = pressure < as_stored(params.pressure_bad_below)
        doubtful = (pressure < as_stored(params.pressure_doubtful_below)) & ~bad
    for name in (PRES, TEMP, PSAL):
        if name not in casts.value:
            continue
        judged = casts.present(name)
        said = flags_where(judged, judged & doubtful, Flag.PROBABLY_BAD)
        said = np.where(judged & bad, np.uint8(Flag.BAD), said)
        verdict[name] = np.maximum(verdict[name], said) if name in verdict else said
