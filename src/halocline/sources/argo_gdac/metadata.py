"""`<wmo>_meta.nc`: who built and owns a float, and what it was told to do."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac.container import RawFile, open_raw
from halocline.sources.argo_gdac.fields import NO_VALUE, text_of, texts_of

_FACTS: Final = (
    "DATA_CENTRE", "PROJECT_NAME", "PI_NAME", "PLATFORM_TYPE", "PLATFORM_FAMILY", "PLATFORM_MAKER",
    "WMO_INST_TYPE", "FLOAT_SERIAL_NO", "FIRMWARE_VERSION", "FLOAT_OWNER", "OPERATING_INSTITUTION",
    "LAUNCH_DATE", "END_MISSION_DATE",
)  # fmt: skip
PROFILE_PRESSURE: Final = "CONFIG_ProfilePressure_dbar"


@dataclass(frozen=True)
class Metadata:
    """Facts of a float and its profile pressure, dbar, by mission number."""

    platform: str
    facts: dict[str, str] = field(default_factory=dict)
    profile_pressure: dict[int, float] = field(default_factory=dict)
    launch_pressure: float = float("nan")
    """Where a mission does not say."""


def read_metadata(content: bytes) -> Metadata:
    """Facts and configured pressures of a metadata file; what it lacks is left out.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, TRUNCATED, UNREADABLE, MISSING_VARIABLE).
    """
    raw = open_raw(content)
    raw.dimensions("PLATFORM_NUMBER")
    facts = {name: text_of(raw, name) for name in _FACTS}
    return Metadata(
        platform=text_of(raw, "PLATFORM_NUMBER"),
        facts={name: text for name, text in facts.items() if text},
        profile_pressure=_by_mission(raw),
        launch_pressure=_at_launch(raw),
    )


def _by_mission(raw: RawFile) -> dict[int, float]:
    names = ("CONFIG_PARAMETER_NAME", "CONFIG_PARAMETER_VALUE", "CONFIG_MISSION_NUMBER")
    if not all(raw.has(name) for name in names):
        return {}
    found = texts_of(raw, names[0])
    missions = _numbers(raw, names[2]).ravel()
    values = _numbers(raw, names[1])
    if PROFILE_PRESSURE not in found or values.shape != (missions.size, len(found)):
        return {}
    pressures = values[:, found.index(PROFILE_PRESSURE)]
    pairs = zip(missions.tolist(), pressures.tolist(), strict=True)
    return {
        int(mission): pressure
        for mission, pressure in pairs
        if np.isfinite([mission, pressure]).all()
    }


def _at_launch(raw: RawFile) -> float:
    names = ("LAUNCH_CONFIG_PARAMETER_NAME", "LAUNCH_CONFIG_PARAMETER_VALUE")
    if not all(raw.has(name) for name in names):
        return float("nan")
    found = texts_of(raw, names[0])
    values = _numbers(raw, names[1]).ravel()
    if PROFILE_PRESSURE not in found or values.size != len(found):
        return float("nan")
    return float(values[found.index(PROFILE_PRESSURE)])


def _numbers(raw: RawFile, name: str) -> npt.NDArray[np.float64]:
    stored = raw.read(name)
    if stored.dtype.kind not in "iuf":
        raise BadUpstreamData(Reason.UNREADABLE, f"{name} holds no numbers")
    found = stored.astype(np.float64)
    return np.where(np.isfinite(found) & (found < NO_VALUE), found, np.nan)
