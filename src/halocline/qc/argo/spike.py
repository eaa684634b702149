"""Test 9, spike."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import PRES, Casts, Example, Verdict, argo_test, flags_where
from halocline.qc.argo._levels import half_step, second_difference
from halocline.qc.argo._names import thresholds_of


class SpikeSize(Params):
    """Threshold above and below `deep_from` dbar, in the unit of the parameter."""

    shallow: float
    deep: float


class Spike(Params):
    """Thresholds by parameter."""

    deep_from: float
    """dbar."""
    sizes: dict[str, SpikeSize]


SIZES = {"deep_from": 500, "sizes": {"TEMP": {"shallow": 6, "deep": 2}}}


@argo_test(
    number=9,
    name="spike",
    params=Spike,
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
def spike(casts: Casts, params: Spike) -> Verdict:
    """A level that stands out of the line through its neighbours by more than their own step."""
    if PRES not in casts.value:
        return {}
    verdict = {}
    deep = casts.value[PRES] >= params.deep_from
    for name, value in casts.value.items():
        size = thresholds_of(name, params.sizes)
        if size is None:
            continue
        usable = casts.usable(name) & casts.usable(PRES)
        judged, out = second_difference(np.where(usable, value, 0.0), usable)
        step = half_step(np.where(usable, value, 0.0))
        limit = np.where(deep, size.deep, size.shallow)
        verdict[name] = flags_where(judged, judged & (out - step > limit))
    return verdict
