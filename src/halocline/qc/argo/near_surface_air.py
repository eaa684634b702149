"""Test 22, near-surface mixed air and water."""

from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import (
    PRES,
    PSAL,
    TEMP,
    BoolArray,
    Casts,
    Example,
    Verdict,
    argo_test,
    flags_where,
)


class NearSurfaceAir(Params):
    """Where a float may have measured air."""

    by_pressure: tuple[str, ...]
    """Beginnings of PLATFORM_TYPE whose pressure tells."""
    discrete: float
    """dbar; down to here air, in rows of single samples."""
    averaged: float
    """The same, in rows of averages."""
    by_spacing: tuple[str, ...]
    """Beginnings of PLATFORM_TYPE whose spacing of levels tells."""
    above: float
    """dbar; levels below are not looked at for their spacing."""
    argos_spacing: float
    """dbar; less between two levels means the float had arrived, with Argos transmission."""
    iridium_spacing: float
    """The same with Iridium."""


PARAMS: Final = {
    "by_pressure": ["PROVOR", "ARVOR"],
    "discrete": 0.5,
    "averaged": 1.0,
    "by_spacing": ["APEX", "NAVIS"],
    "above": 5,
    "argos_spacing": 0.5,
    "iridium_spacing": 0,
}
UNPUMPED: Final = ["Near-surface sampling: averaged, unpumped []"]


@argo_test(
    number=22,
    name="near_surface_air",
    params=NearSurfaceAir,
    source="Argo QC manual, doi:10.13155/33951; rules by platform: Coriolis chain v6.5, "
    "doi:10.17882/45589",
    examples=[
        Example(
            value={"PRES": [[0.4, 1.0, 1.1]], "TEMP": [[20, 20, 20]], "PSAL": [[35, 35, 35]]},
            facts={"scheme": UNPUMPED, "attributes": {"PLATFORM_TYPE": "ARVOR"}},
            params=PARAMS,
            expected={"TEMP": [[3, 3, 1]], "PSAL": [[0, 0, 0]]},
            reason="averages down to 1 dbar hold air",
        ),
        Example(
            value={"PRES": [[0.1, 0.2, 1.0, 4.0, 8.0]], "TEMP": [[20] * 5], "PSAL": [[35] * 5]},
            facts={
                "scheme": UNPUMPED,
                "attributes": {"PLATFORM_TYPE": "APEX", "TRANS_SYSTEM": "ARGOS"},
            },
            params=PARAMS,
            expected={"PRES": [[3, 1, 1, 1, 0]], "TEMP": [[3, 1, 1, 1, 0]], "PSAL": [[0] * 5]},
            reason="upwards from 4 dbar the first step below 0.5 dbar ends at 0.1",
        ),
        Example(
            value={"PRES": [[1.0, 1.0, 2.0]], "TEMP": [[20, np.nan, 20]], "PSAL": [[35] * 3]},
            facts={
                "scheme": UNPUMPED,
                "attributes": {"PLATFORM_TYPE": "NAVIS_A", "TRANS_SYSTEM": "IRIDIUM"},
            },
            params=PARAMS,
            expected={"TEMP": [[3, 9, 1]], "PSAL": [[3, 1, 1]]},
            reason="a step of 0 dbar: the float no longer rose",
        ),
        Example(
            value={"PRES": [[0.4]], "TEMP": [[20]]},
            facts={"scheme": UNPUMPED},
            params=PARAMS,
            expected={"TEMP": [[0]]},
            reason="what kind of float it is nobody says",
        ),
    ],
)
def near_surface_air(casts: Casts, params: NearSurfaceAir) -> Verdict:
    """Levels of near-surface rows at which the float had reached the air."""
    platform = casts.attributes.get("PLATFORM_TYPE", "").upper()
    near = casts.present(PRES) & casts.is_near_surface[:, None]
    if not near.any():
        return {}
    if platform.startswith(params.by_pressure):
        single = np.char.find(np.char.lower(casts.scheme), "discrete") >= 0
        limit = np.where(single, params.discrete, params.averaged)[:, None]
        air, names = near & (np.where(near, casts.value[PRES], np.inf) <= limit), (TEMP,)
        return _verdict(casts, near, air, names)
    if not platform.startswith(params.by_spacing):
        return {}
    argos = "ARGOS" in casts.attributes.get("TRANS_SYSTEM", "").upper()
    shallow = near & (np.where(near, casts.value[PRES], np.inf) < params.above)
    if argos and platform.startswith("APEX"):
        air = _arrived(casts.value[PRES], shallow, params.argos_spacing, strict=True)
        return _verdict(casts, shallow, air, (PRES, TEMP))
    air = _arrived(casts.value[PRES], shallow, params.iridium_spacing, strict=False)
    return _verdict(casts, shallow, air, (PRES, TEMP, PSAL))


def _verdict(casts: Casts, looked_at: BoolArray, air: BoolArray, names: tuple[str, ...]) -> Verdict:
    found = {}
    for name in names:
        if name in casts.value:
            judged = looked_at & casts.present(name)
            found[name] = flags_where(judged, judged & air, Flag.PROBABLY_BAD)
    return found


def _arrived(
    pressure: FloatArray, shallow: BoolArray, spacing: float, *, strict: bool
) -> BoolArray:
    """Levels above the first step, going up, that is too small for a rising float."""
    air = np.zeros(shallow.shape, dtype=bool)
    for row in np.flatnonzero(shallow.any(axis=1)):
        place = np.flatnonzero(shallow[row])
        steps = np.diff(pressure[row, place])
        small = np.flatnonzero(steps < spacing if strict else steps <= spacing)
        if small.size:
            air[row, place[: small[-1] + 1]] = True
    return air
