"""Test 12, digit rollover."""

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import Casts, Example, Verdict, argo_test, flags_where
from halocline.qc.argo._levels import slices
from halocline.qc.argo._names import thresholds_of


class DigitRollover(Params):
    """Largest step between neighbours, by parameter, in its unit."""

    jumps: dict[str, float]


JUMPS = {"jumps": {"TEMP": 10, "PSAL": 5}}


@argo_test(
    number=12,
    name="digit_rollover",
    params=DigitRollover,
    source="Argo QC manual, doi:10.13155/33951; the rest of the slice: Coriolis chain v6.5, "
    "doi:10.17882/45589",
    examples=[
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[20, 9.9, 9.8]]},
            params=JUMPS,
            expected={"TEMP": [[4, 4, 3]]},
            reason="a step of 10.1 condemns both its levels and puts the rest in doubt",
        ),
        Example(
            value={"PRES": [[5, 10, 15]], "TEMP": [[20, 10, 9.8]]},
            params=JUMPS,
            expected={"TEMP": [[1, 1, 1]]},
            reason="10 is not more than 10",
        ),
        Example(
            value={"PRES": [[5, 10, 15]], "PSAL": [[35, np.nan, 5]]},
            params=JUMPS,
            expected={"PSAL": [[0, 9, 0]]},
            reason="a missing level cuts the profile: nobody has a neighbour",
        ),
    ],
)
def digit_rollover(casts: Casts, params: DigitRollover) -> Verdict:
    """A step between neighbours that only a counter running over makes."""
    verdict = {}
    for name, value in casts.value.items():
        limit = thresholds_of(name, params.jumps)
        if limit is None:
            continue
        usable = casts.usable(name)
        held = np.where(usable, value, 0.0)
        pair = usable[:, 1:] & usable[:, :-1]
        jump = pair & (np.abs(np.diff(held, axis=1)) > limit)
        judged = np.zeros(usable.shape, dtype=bool)
        bad = judged.copy()
        for mark, where in ((judged, pair), (bad, jump)):
            mark[:, 1:] |= where
            mark[:, :-1] |= where
        verdict[name] = flags_where(judged, bad)
        if bad.any():
            part = slices(usable)
            doubted = judged & ~bad & np.isin(part, part[bad & usable])
            verdict[name][doubted] = Flag.PROBABLY_BAD
    return verdict
