"""Test 11, gradient."""

import numpy as np

from halocline.qc.argo._api import Casts, Example, Verdict, argo_test
from halocline.qc.argo._second_difference import SizesByDepth, too_large

SIZES = {"deep_from": 500, "sizes": {"DOXY": {"shallow": 50, "deep": 25}}}


@argo_test(
    number=11,
    name="gradient",
    params=SizesByDepth,
    source="Argo QC manual for oxygen, doi:10.13155/46542: |V2 − (V3+V1)/2|; no longer used for "
    "temperature and salinity",
    examples=[
        Example(
            value={"PRES": [[5, 10, 15]], "DOXY": [[200, 251, 200]]},
            params=SIZES,
            expected={"DOXY": [[0, 4, 0]]},
            reason="|251 − 200| = 51 > 50; the ends have one neighbour only",
        ),
        Example(
            value={"PRES": [[5, 10, 15]], "DOXY": [[200, 300, 300]]},
            params=SIZES,
            expected={"DOXY": [[0, 1, 0]]},
            reason="|300 − 250| = 50 is not more than 50",
        ),
        Example(
            value={"PRES": [[490, 500, 510]], "DOXY": [[200, 226, 200]]},
            params=SIZES,
            expected={"DOXY": [[0, 4, 0]]},
            reason="from 500 dbar the threshold is 25",
        ),
        Example(
            value={"PRES": [[5, 10, 15]], "DOXY": [[200, 260, np.nan]], "TEMP": [[1, 90, 1]]},
            params=SIZES,
            expected={"DOXY": [[0, 0, 9]], "TEMP": [[0, 0, 0]]},
            reason="a missing neighbour cuts the profile; temperature is not judged",
        ),
    ],
)
def gradient(casts: Casts, params: SizesByDepth) -> Verdict:
    """A level too far from the mean of its neighbours."""
    return too_large(casts, params, less_step=False)
