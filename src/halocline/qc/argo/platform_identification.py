"""Test 1, platform identification."""

import re

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import JULD, POSITION, Casts, Example, Verdict, argo_test, flags_where


class PlatformIdentification(Params):
    """What the numbers of the network look like."""

    pattern: str
    """Regular expression the whole WMO number matches."""


WMO = {"pattern": r"[1-7]9\d{5}|\d{5}"}


@argo_test(
    number=1,
    name="platform_identification",
    params=PlatformIdentification,
    source="Argo QC manual, doi:10.13155/33951: a number nobody was given is refused; profiling "
    "floats have 5 digits or A9nnnnn, A the WMO region: WMO No. 306, table of identifiers",
    examples=[
        Example(
            value={"PRES": [[5.0]]},
            facts={"platform": "6900001"},
            params=WMO,
            expected={"POSITION": [1], "JULD": [1], "PRES": [[0]]},
            reason="a float of region 6; its values are not judged by its name",
        ),
        Example(
            value={"PRES": [[5.0]]},
            facts={"platform": "13857"},
            params=WMO,
            expected={"POSITION": [1]},
            reason="the first floats had five digits",
        ),
        Example(
            value={"PRES": [[5.0, np.nan]]},
            facts={"platform": "6200001"},
            params=WMO,
            expected={"POSITION": [4], "JULD": [4], "PRES": [[4, 9]]},
            reason="the second digit of a float is 9: whose values these are nobody knows",
        ),
        Example(
            value={"PRES": [[5.0]]},
            facts={"platform": ""},
            params=WMO,
            expected={"POSITION": [0], "JULD": [0]},
            reason="arrays without a number cannot be judged by it",
        ),
    ],
)
def platform_identification(casts: Casts, params: PlatformIdentification) -> Verdict:
    """A number the network can have given; under another one nothing is to be believed."""
    if not casts.platform:
        return {}
    unknown = re.fullmatch(params.pattern, casts.platform) is None
    judged = {name: casts.flag[name] != Flag.MISSING for name in (POSITION, JULD)}
    if unknown:
        judged |= {name: casts.present(name) for name in casts.value}
    return {name: flags_where(known, known & unknown) for name, known in judged.items()}
