"""Test 9, spike."""

import numpy as np

from halocline.qc.argo._api import Casts, Example, Verdict, argo_test
from halocline.qc.argo._second_difference import SizesByDepth, too_large

SIZES = {"deep_from": 500, "sizes": {"TEMP": {"shallow": 6, "deep": 2}}}


@argo_test(
    number=9,
    name="spike",
    params=SizesByDepth,
    source="Argo QC manual, doi:10.13155/33951: |V2 − (V3+V1)/2| − |(V3−V1)/2|",
    examples=[
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[10, 17, 10]]},
            params=SIZES,
            expected={"TEMP": [[0, 4, 0]]},
            reason="|17 − 10| − 0 = 7 > 6; the ends have one neighbour only",
        ),
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[10, 16, 10]]},
            params=SIZES,
            expected={"TEMP": [[0, 1, 0]]},
            reason="6 is not more than 6",
        ),
        Example(
            value={"PRES": [[500, 510, 520]], "TEMP": [[5, 8, 5]]},
            params=SIZES,
            expected={"TEMP": [[0, 4, 0]]},
            reason="from 500 dbar the threshold is 2",
        ),
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[10, 17, np.nan]]},
            params=SIZES,
            expected={"TEMP": [[0, 0, 9]]},
            reason="a missing neighbour cuts the profile",
        ),
    ],
)
def spike(casts: Casts, params: SizesByDepth) -> Verdict:
    """A level that stands out of the line through its neighbours by more than their own step."""
    return too_large(casts, params, less_step=True)
