"""Test 13, stuck value."""

import numpy as np

from halocline.model.params import Params
from halocline.qc.argo._api import Casts, Example, Verdict, argo_test, flags_where


class StuckValue(Params):
    """How many levels a profile needs to be judged."""

    min_levels: int


@argo_test(
    number=13,
    name="stuck_value",
    params=StuckValue,
    near_surface=False,
    source="Argo QC manual, doi:10.13155/33951",
    examples=[
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[4, 4, 4]], "PSAL": [[35, 35, 35.1]]},
            params={"min_levels": 2},
            expected={"TEMP": [[4, 4, 4]], "PSAL": [[1, 1, 1]]},
            reason="every temperature of the profile is the same",
        ),
        Example(
            value={"PRES": [[5, 10]], "TEMP": [[4, np.nan]]},
            params={"min_levels": 2},
            expected={"TEMP": [[0, 9]]},
            reason="one value cannot be stuck",
        ),
    ],
)
def stuck_value(casts: Casts, params: StuckValue) -> Verdict:
    """All values of a parameter in one profile are equal."""
    verdict = {}
    for name, value in casts.value.items():
        present = casts.present(name)
        enough = (present.sum(axis=1) >= params.min_levels)[:, None]
        lowest = np.min(value, axis=1, where=present, initial=np.inf)
        highest = np.max(value, axis=1, where=present, initial=-np.inf)
        judged = present & enough
        verdict[name] = flags_where(judged, judged & (lowest == highest)[:, None])
    return verdict
