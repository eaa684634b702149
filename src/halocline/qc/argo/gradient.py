"""Test 11, gradient."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import PRES, Casts, Example, Verdict, argo_test, flags_where
from halocline.qc.argo._levels import second_difference
from halocline.qc.argo._names import thresholds_of


class GradientSize(Params):
    """Threshold above and below `deep_from` dbar, in the unit of the parameter."""

    shallow: float
    deep: float


class Gradient(Params):
    """Thresholds by parameter."""

    deep_from: float
    """dbar."""
    sizes: dict[str, GradientSize]


SIZES = {"deep_from": 500, "sizes": {"DOXY": {"shallow": 50, "deep": 25}}}


@argo_test(
    number=11,
    name="gradient",
    params=Gradient,
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
def gradient(casts: Casts, params: Gradient) -> Verdict:
    """A level too far from the mean of its neighbours."""
    if PRES not in casts.value:
        return {}
    verdict = {}
    for name, value in casts.value.items():
        size = thresholds_of(name, params.sizes)
        if size is None:
            continue
        usable = casts.usable(name) & casts.usable(PRES)
        judged, out = second_difference(np.where(usable, value, 0.0), usable)
        limit = np.where(casts.value[PRES] >= params.deep_from, size.deep, size.shallow)
        verdict[name] = flags_where(judged, judged & (out > limit))
    return verdict
