"""Test 56, pH."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import Casts, Example, Verdict, argo_test
from halocline.qc.argo._names import TWIN

PARAMETERS: Final = ("PH_IN_SITU_TOTAL", "PH_IN_SITU_FREE")


class RawPh(Params):
    """What an unadjusted value is worth."""

    raw: Flag


@argo_test(
    number=56,
    name="raw_ph",
    params=RawPh,
    source="Coriolis chain v6.5, doi:10.17882/45589: pH is not to be used before it is adjusted",
    examples=[
        Example(
            value={"PRES": [[5, 10]], "PH_IN_SITU_TOTAL": [[8.0, np.nan]], "TEMP": [[10, 10]]},
            params={"raw": 3},
            expected={"PH_IN_SITU_TOTAL": [[3, 9]], "TEMP": [[0, 0]]},
            reason="every raw value is in doubt",
        ),
        Example(
            value={"PRES": [[5]], "PH_IN_SITU_FREE": [[8.0]]},
            params={"raw": 1},
            expected={"PH_IN_SITU_FREE": [[1]]},
            reason="a suite may trust it",
        ),
    ],
)
def raw_ph(casts: Casts, params: RawPh) -> Verdict:
    """A raw pH, which the sensor's offset makes doubtful."""
    return {
        name: np.where(casts.present(name), np.uint8(params.raw), np.uint8(0))
        for name in casts.value
        if TWIN.sub("", name) in PARAMETERS
    }
