"""Test 63, chlorophyll a: what a raw value is worth."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import Casts, Example, Verdict, argo_test
from halocline.qc.argo._names import TWIN


class RawChlorophyll(Params):
    """What an unadjusted value is worth, by parameter."""

    raw: dict[str, Flag]


PARAMS: Final = {"raw": {"CHLA": 3, "CHLA_FLUORESCENCE": 1}}


@argo_test(
    number=63,
    name="raw_chlorophyll",
    params=RawChlorophyll,
    source="Argo QC manual for chlorophyll a, doi:10.13155/35385: the factory's dark and scale and "
    "the quenching at the surface make a raw value doubtful",
    examples=[
        Example(
            value={"PRES": [[5, 10]], "CHLA": [[0.5, np.nan]], "CHLA_FLUORESCENCE": [[0.5, 0.5]]},
            params=PARAMS,
            expected={"CHLA": [[3, 9]], "CHLA_FLUORESCENCE": [[1, 1]]},
            reason="chlorophyll is in doubt, what the sensor saw is not",
        ),
        Example(
            value={"PRES": [[5]], "CHLA2": [[0.5]], "DOXY": [[200]]},
            params=PARAMS,
            expected={"CHLA2": [[3]], "DOXY": [[0]]},
            reason="a second sensor is chlorophyll too; oxygen is not judged",
        ),
    ],
)
def raw_chlorophyll(casts: Casts, params: RawChlorophyll) -> Verdict:
    """Raw chlorophyll, which the factory's calibration and daylight make doubtful."""
    found = {}
    for name in casts.value:
        flag = params.raw.get(TWIN.sub("", name))
        if flag is not None:
            found[name] = np.where(casts.present(name), np.uint8(flag), np.uint8(0))
    return found
