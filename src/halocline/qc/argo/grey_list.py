"""Test 15, grey list."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.greylist import GreylistEntry
from halocline.model.params import Params
from halocline.qc.argo._api import JULD, Casts, Example, Verdict, argo_test

RAISING: Final = frozenset({Flag.PROBABLY_GOOD, Flag.PROBABLY_BAD, Flag.BAD})


class GreyList(Params):
    """Which of the flags a list may give are taken over."""

    flags: tuple[Flag, ...]


TAKEN = {"flags": [2, 3, 4]}


def _listed(parameter: str, flag: int, platform: str = "6900001") -> GreylistEntry:
    """A row of the examples' list: from 2021-01-01 to the end of that year."""
    return GreylistEntry(platform, parameter, 25933.0, 26298.0, flag)


@argo_test(
    number=15,
    name="grey_list",
    params=GreyList,
    source="Argo QC manual, doi:10.13155/33951; list: ar_greylist.txt of the data centres, "
    "doi:10.17882/42182",
    examples=[
        Example(
            value={"PRES": [[5], [5]], "PSAL": [[35], [35]]},
            facts={"juld": [26000.0, 26298.0], "greylist": [_listed("PSAL", 3)]},
            params=TAKEN,
            expected={"PSAL": [[3], [1]], "PRES": [[1], [1]]},
            reason="the first profile lies inside the dates, the second after their end",
        ),
        Example(
            value={"PRES": [[5]], "TEMP": [[10]], "PSAL": [[35]]},
            facts={"greylist": [_listed("PRES", 4)]},
            params=TAKEN,
            expected={"PRES": [[4]], "TEMP": [[4]], "PSAL": [[4]]},
            reason="where pressure is BAD everything is",
        ),
        Example(
            value={"PRES": [[5]], "PSAL": [[np.nan]]},
            facts={"greylist": [_listed("PSAL", 4), _listed("PRES", 4, platform="6900002")]},
            params=TAKEN,
            expected={"PRES": [[1]], "PSAL": [[9]]},
            reason="missing stays missing; the other row is of another float",
        ),
        Example(
            value={"PRES": [[5]]},
            params=TAKEN,
            expected={"PRES": [[0]]},
            reason="no list is at hand",
        ),
        Example(
            value={"PRES": [[5]]},
            facts={"juld": [np.nan], "greylist": []},
            params=TAKEN,
            expected={"PRES": [[0]]},
            reason="no date to look up",
        ),
    ],
)
def grey_list(casts: Casts, params: GreyList) -> Verdict:
    """The flag a data centre gives a sensor it no longer trusts, in profiles of those dates."""
    if casts.greylist is None:
        return {}
    dated = np.isfinite(casts.juld) & (casts.flag[JULD] != Flag.BAD)
    rows = [one for one in casts.greylist if one.platform == casts.platform]
    verdict = {}
    for name in casts.value:
        listed = dated.astype(np.uint8)
        for one in rows:
            if one.parameter != name or one.flag not in RAISING.intersection(params.flags):
                continue
            with np.errstate(invalid="ignore"):
                inside = dated & (casts.juld >= one.start) & (casts.juld < one.end)
            listed = np.where(inside, np.maximum(listed, np.uint8(one.flag)), listed)
        verdict[name] = np.where(casts.present(name), listed[:, None], np.uint8(0))
    return verdict
