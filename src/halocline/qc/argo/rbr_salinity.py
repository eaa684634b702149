"""Test 24, RBR conductivity cells made before April 2021."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import PSAL, Casts, Example, Verdict, argo_test, flags_where


class RbrSalinity(Params):
    """Which floats carry such a cell."""

    sensor: str
    """What SENSOR_MODEL of the cell begins with."""
    launched_before: str
    """YYYYMMDD; a float launched earlier carries an early cell."""
    platforms: tuple[str, ...]
    """Floats launched later that are known to carry one."""


PARAMS: Final = {"sensor": "RBR", "launched_before": "20210401", "platforms": ["6900001"]}
EARLY: Final = {"SENSOR_MODEL": "RBR_CTD DRUCK", "LAUNCH_DATE": "20201231000000"}
EDGE: Final = {"SENSOR_MODEL": "DRUCK RBR_CTD", "LAUNCH_DATE": "20210401000000"}
OTHER_CELL: Final = {"SENSOR_MODEL": "SBE41CP DRUCK", "LAUNCH_DATE": "20150101000000"}
LATER: Final = {"SENSOR_MODEL": "RBR_CTD DRUCK", "LAUNCH_DATE": "20220101000000"}


@argo_test(
    number=24,
    name="rbr_salinity",
    params=RbrSalinity,
    source="Argo QC manual, doi:10.13155/33951, flags for RBR data; a float launched before April "
    "2021 is one of them, later ones are listed",
    examples=[
        Example(
            value={"PRES": [[5, 10]], "TEMP": [[10, 10]], "PSAL": [[35, np.nan]]},
            facts={"attributes": EARLY, "platform": "6900002"},
            params=PARAMS,
            expected={"PSAL": [[3, 9]], "TEMP": [[0, 0]]},
            reason="launched in 2020: the cell is older than April 2021",
        ),
        Example(
            value={"PRES": [[5]], "PSAL": [[35]]},
            facts={"attributes": LATER, "platform": "6900002"},
            params=PARAMS,
            expected={"PSAL": [[1]]},
            reason="launched later, and not listed",
        ),
        Example(
            value={"PRES": [[5]], "PSAL": [[35]]},
            facts={"attributes": LATER},
            params=PARAMS,
            expected={"PSAL": [[3]]},
            reason="launched later, and listed",
        ),
        Example(
            value={"PRES": [[5]], "PSAL": [[35]]},
            facts={"attributes": EDGE, "platform": "6900002"},
            params=PARAMS,
            expected={"PSAL": [[1]]},
            reason="launched on the first of April 2021: not before it",
        ),
        Example(
            value={"PRES": [[5]], "PSAL": [[35]]},
            facts={"attributes": OTHER_CELL},
            params=PARAMS,
            expected={"PSAL": [[0]]},
            reason="another maker's cell, whoever the float is",
        ),
        Example(
            value={"PRES": [[5]], "PSAL": [[35]]},
            params=PARAMS,
            expected={"PSAL": [[0]]},
            reason="no metadata says what the cell is",
        ),
    ],
)
def rbr_salinity(casts: Casts, params: RbrSalinity) -> Verdict:
    """Salinity of an early RBR cell, whose answer to pressure was not yet known."""
    models = casts.attributes.get("SENSOR_MODEL", "").upper().split()
    launch = casts.attributes.get("LAUNCH_DATE", "")
    listed = casts.platform in params.platforms
    if not any(one.startswith(params.sensor) for one in models) or not (launch or listed):
        return {}
    early = listed or launch[:8] < params.launched_before
    judged = casts.present(PSAL)
    return {PSAL: flags_where(judged, judged & early, Flag.PROBABLY_BAD)} if judged.any() else {}
