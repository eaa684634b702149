"""Test 21, near-surface unpumped salinity."""

from typing import Final

import numpy as np

from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import PSAL, Casts, Example, Verdict, argo_test, flags_where


class NearSurfaceSalinity(Params):
    """Whose salinity means nothing without a pump."""

    except_platforms: tuple[str, ...]
    """Beginnings of PLATFORM_TYPE that are not judged."""
    oxygen_sensors: tuple[str, ...]
    """Beginnings of SENSOR_MODEL of oxygen sensors in the pumped stream."""


PARAMS: Final = {"except_platforms": ["APEX"], "oxygen_sensors": ["SBE63_OPTODE"]}
SCHEMES: Final = [
    "Near-surface sampling: averaged, unpumped []",
    "Near-surface sampling: discrete, pumped []",
    "Primary sampling: averaged []",
]


@argo_test(
    number=21,
    name="near_surface_salinity",
    params=NearSurfaceSalinity,
    source="Argo QC manual, doi:10.13155/33951; platforms and oxygen: Coriolis chain v6.5, "
    "doi:10.17882/45589",
    examples=[
        Example(
            value={"PRES": [[1], [1], [1]], "PSAL": [[35], [35], [35]], "DOXY": [[200]] * 3},
            facts={"scheme": SCHEMES},
            params=PARAMS,
            expected={"PSAL": [[3], [1], [0]], "DOXY": [[0], [0], [0]]},
            reason="no pump; a pump; no near-surface row. This oxygen sensor needs no pump",
        ),
        Example(
            value={"PRES": [[1, 2]], "PSAL": [[35, np.nan]], "DOXY": [[200, 200]]},
            facts={"scheme": SCHEMES[:1], "attributes": {"SENSOR_MODEL": "SBE41CP SBE63_OPTODE"}},
            params=PARAMS,
            expected={"PSAL": [[3, 9]], "DOXY": [[3, 3]]},
            reason="an oxygen sensor in the same stream; missing stays missing",
        ),
        Example(
            value={"PRES": [[1]], "PSAL": [[35]]},
            facts={"scheme": SCHEMES[:1], "attributes": {"PLATFORM_TYPE": "APEX"}},
            params=PARAMS,
            expected={"PSAL": [[0]]},
            reason="Apex floats are not judged",
        ),
    ],
)
def near_surface_salinity(casts: Casts, params: NearSurfaceSalinity) -> Verdict:
    """Salinity, and oxygen of the same stream, measured near the surface without a pump."""
    platform = casts.attributes.get("PLATFORM_TYPE", "").upper()
    if not casts.is_near_surface.any() or platform.startswith(params.except_platforms):
        return {}
    words = np.char.lower(casts.scheme)
    pumped = (np.char.find(words, "pumped") >= 0) & (np.char.find(words, "unpumped") < 0)
    models = casts.attributes.get("SENSOR_MODEL", "").upper().split()
    streams = any(model.startswith(params.oxygen_sensors) for model in models)
    verdict = {}
    for name in (PSAL, "DOXY") if streams else (PSAL,):
        judged = casts.present(name) & casts.is_near_surface[:, None]
        if judged.any():
            verdict[name] = flags_where(judged, judged & ~pumped[:, None], Flag.PROBABLY_BAD)
    return verdict
