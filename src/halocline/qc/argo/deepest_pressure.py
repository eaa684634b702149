"""Test 19, deepest pressure."""

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)


class DeepestPressure(Params):
    """How far below its configured depth a float can be."""

    deep_margin: float
    """Share, for floats that profile from 1000 dbar and deeper."""
    shallow_margin: float
    """Share at 10 dbar; between, the share falls linearly with depth."""


SHARES = {"deep_margin": 0.1, "shallow_margin": 1.5}


@argo_test(
    number=19,
    name="deepest_pressure",
    params=DeepestPressure,
    source="Coriolis RTQC document, doi:10.13155/49438: configured depth and 10 % below 1000 dbar, "
    "linear to 150 % at 10 dbar; flag 3 as in the Coriolis chain v6.5, doi:10.17882/45589",
    examples=[
        Example(
            value={"PRES": [[1990, 2200, 2201]], "TEMP": [[4, 4, 4]]},
            facts={"park_and_profile_pressure": [2000.0]},
            params=SHARES,
            expected={"PRES": [[1, 1, 3]], "TEMP": [[1, 1, 3]]},
            reason="2000 dbar and 10 % are 2200 dbar; all parameters follow",
        ),
        Example(
            value={"PRES": [[230, 237, 238]]},
            facts={"park_and_profile_pressure": [100.0]},
            params=SHARES,
            expected={"PRES": [[1, 1, 3]]},
            reason="100 dbar allow 237.3 dbar",
        ),
        Example(
            value={"PRES": [[5000.0]]},
            params=SHARES,
            expected={"PRES": [[0]]},
            reason="the configured depth is not known",
        ),
        Example(
            value={"PRES": [[np.nan, 2201]], "TEMP": [[4, np.nan]]},
            facts={"park_and_profile_pressure": [2000.0]},
            params=SHARES,
            expected={"PRES": [[9, 3]], "TEMP": [[0, 9]]},
            reason="missing stays missing; a value at no known depth cannot be too deep",
        ),
    ],
)
def deepest_pressure(casts: Casts, params: DeepestPressure) -> Verdict:
    """Levels deeper than the float was told to go, and a margin."""
    if PRES not in casts.value:
        return {}
    limit = deepest(casts.profile_pressure, params)[:, None]
    known = np.isfinite(limit) & casts.present(PRES)
    with np.errstate(invalid="ignore"):
        below = known & (casts.value[PRES] > limit)
    return {
        name: flags_where(
            known & casts.present(name), below & casts.present(name), Flag.PROBABLY_BAD
        )
        for name in casts.value
    }


def deepest(profile_pressure: FloatArray, params: DeepestPressure) -> FloatArray:
    """Deepest possible pressure of each profile, dbar; NaN where the configuration is unknown."""
    share = np.interp(profile_pressure, [10, 1000], [params.shallow_margin, params.deep_margin])
    return np.asarray(profile_pressure * (1 + share), dtype=np.float64)
