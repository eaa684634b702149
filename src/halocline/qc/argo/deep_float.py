"""Test 23, deep float."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import PRES, PSAL, TEMP, Casts, Example, Verdict, argo_test, flags_where


class DeepFloat(Params):
    """What is not yet known of sensors below 2000 dbar."""

    deeper_than: float
    """dbar."""
    platforms: tuple[str, ...]
    """PLATFORM_TYPE of deep floats, where the metadata name no PLATFORM_FAMILY."""
    flags: dict[str, Flag]
    """By parameter."""


PARAMS: Final = {
    "deeper_than": 2000,
    "platforms": ["ARVOR_D"],
    "flags": {"PRES": 2, "TEMP": 2, "PSAL": 3},
}
DEEP: Final = {"attributes": {"PLATFORM_TYPE": "ARVOR_D"}}


@argo_test(
    number=23,
    name="deep_float",
    params=DeepFloat,
    near_surface=False,
    source="Argo QC manual, doi:10.13155/33951, flags for data deeper than 2000 dbar; run on deep "
    "floats only, as the data centres do",
    examples=[
        Example(
            value={"PRES": [[2000, 2001]], "TEMP": [[3, 3]], "PSAL": [[35, 35]]},
            facts=DEEP,
            params=PARAMS,
            expected={"PRES": [[1, 1]], "TEMP": [[1, 1]], "PSAL": [[1, 3]]},
            reason="2001 dbar is deeper than 2000: PROBABLY_GOOD is no failure, salinity is in "
            "doubt",
        ),
        Example(
            value={"PRES": [[2001, 2002]], "PSAL": [[np.nan, 35]], "DOXY": [[200, 200]]},
            facts=DEEP,
            params=PARAMS,
            expected={"PSAL": [[9, 3]], "DOXY": [[0, 0]]},
            reason="missing stays missing; of oxygen the test says nothing",
        ),
        Example(
            value={"PRES": [[2037]], "PSAL": [[35]]},
            params=PARAMS,
            expected={"PSAL": [[0]]},
            reason="not a deep float, though it overshot",
        ),
    ],
)
def deep_float(casts: Casts, params: DeepFloat) -> Verdict:
    """Levels deeper than the sensors of a deep float are known to be good."""
    family = casts.attributes.get("PLATFORM_FAMILY", "").upper()
    platform = casts.attributes.get("PLATFORM_TYPE", "").upper()
    if PRES not in casts.value or not (family == "FLOAT_DEEP" or platform in params.platforms):
        return {}
    known = casts.present(PRES)
    below = known & (np.where(known, casts.value[PRES], 0.0) > params.deeper_than)
    return {
        name: flags_where(known & casts.present(name), below & casts.present(name), flag)
        for name, flag in params.flags.items()
        if name in casts.value and name in (PRES, TEMP, PSAL)
    }
