"""Test 2, impossible date."""

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import FlagArray
from halocline.model.params import Params
from halocline.qc.argo._api import (
    JULD,
    POSITION,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)

NOW = 27000.0
"""The examples' reference date: 2023-12-04."""


class ImpossibleDate(Params):
    """Days since 1950-01-01 of the first date a float can have sent."""

    first_juld: float


@argo_test(
    number=2,
    name="impossible_date",
    params=ImpossibleDate,
    source="Argo QC manual, doi:10.13155/33951; first date of the Coriolis chain, "
    "doi:10.13155/49438",
    examples=[
        Example(
            value={"PRES": [[5.0]]},
            facts={"juld": [26000.0]},
            params={"first_juld": 17167},
            expected={"JULD": [1]},
            reason="2021-03-09 is between 1997 and now",
        ),
        Example(
            value={"PRES": [[5.0]]},
            facts={"juld": [17166.9]},
            params={"first_juld": 17167},
            expected={"JULD": [4]},
            reason="1996-12-31, before the first float of the network",
        ),
        Example(
            value={"PRES": [[5.0]]},
            facts={"juld": [NOW + 1]},
            params={"first_juld": 17167},
            expected={"JULD": [4]},
            reason="a day after now",
        ),
        Example(
            value={"PRES": [[5.0]]},
            facts={"juld_location": [NOW + 1]},
            params={"first_juld": 17167},
            expected={"POSITION": [4]},
            reason="the position was fixed a day after now",
        ),
        Example(
            value={"PRES": [[5.0]]},
            facts={"juld": [np.nan]},
            params={"first_juld": 17167},
            expected={"JULD": [9]},
            reason="no date",
        ),
    ],
)
def impossible_date(casts: Casts, params: ImpossibleDate) -> Verdict:
    """JULD between 1997 and now; a position fixed outside of that is BAD too."""
    return {
        JULD: _judge(casts.juld, casts, params),
        POSITION: _judge(casts.juld_location, casts, params),
    }


def _judge(juld: FloatArray, casts: Casts, params: ImpossibleDate) -> FlagArray:
    known = np.isfinite(juld)
    with np.errstate(invalid="ignore"):
        impossible = known & ((juld < params.first_juld) | (juld > casts.reference_juld))
    return flags_where(known, impossible)
