"""`<wmo>_meta.nc`: who built and owns a float, and what it was told to do."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac.fields import NO_VALUE, text_of, texts_of
from halocline.sources.netcdf.container import RawFile, open_raw

_FACTS: Final = (
    "DATA_CENTRE", "PROJECT_NAME", "PI_NAME", "PLATFORM_TYPE", "PLATFORM_FAMILY", "PLATFORM_MAKER",
    "WMO_INST_TYPE", "FLOAT_SERIAL_NO", "FIRMWARE_VERSION", "FLOAT_OWNER", "OPERATING_INSTITUTION",
    "LAUNCH_DATE", "END_MISSION_DATE",
)  # fmt: skip
_LISTS: Final = ("SENSOR_MODEL", "TRANS_SYSTEM")
"""Facts of which a float has several: their words, each once, in order."""
PROFILE_PRESSURE: Final = "CONFIG_ProfilePressure_dbar"
PARK_PRESSURE: Final = "CONFIG_ParkPressure_dbar"


@dataclass(frozen=True)
class Metadata:
    """Facts of a float and its configured pressures, dbar, by mission number."""

    platform: str
    facts: dict[str, str] = field(default_factory=dict)
    profile_pressure: dict[int, float] = field(default_factory=dict)
    launch_pressure: float = float("nan")
    """Where a mission does not say."""
    park_pressure: dict[int, float] = field(default_factory=dict)
    launch_park_pressure: float = float("nan")
    calibration: dict[str, str] = field(default_factory=dict)
    """PREDEPLOYMENT_CALIB_COEFFICIENT by parameter, where it says something."""


def read_metadata(content: bytes) -> Metadata:
    """Facts and configured pressures of a metadata file; what it lacks is left out.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, TRUNCATED, UNREADABLE, MISSING_VARIABLE).
    """
    raw = open_raw(content)
    raw.dimensions("PLATFORM_NUMBER")
    facts = {name: text_of(raw, name) for name in _FACTS}
    facts |= {name: _words(raw, name) for name in _LISTS}
    return Metadata(
        platform=text_of(raw, "PLATFORM_NUMBER"),
        facts={name: text for name, text in facts.items() if text},
        profile_pressure=_by_mission(raw, PROFILE_PRESSURE),
        launch_pressure=_at_launch(raw, PROFILE_PRESSURE),
        park_pressure=_by_mission(raw, PARK_PRESSURE),
        launch_park_pressure=_at_launch(raw, PARK_PRESSURE),
        calibration=_calibration(raw),
    )


def _words(raw: RawFile, name: str) -> str:
    if not raw.has(name):
        return ""
    return " ".join(dict.fromkeys(text for text in texts_of(raw, name) if text))


def _calibration(raw: RawFile) -> dict[str, str]:
    names = ("PARAMETER", "PREDEPLOYMENT_CALIB_COEFFICIENT")
    if not all(raw.has(name) for name in names):
        return {}
    parameters, words = (texts_of(raw, name) for name in names)
    if len(parameters) != len(words):
        return {}
    return {name: text for name, text in zip(parameters, words, strict=True) if "=" in text}


def _by_mission(raw: RawFile, wanted: str) -> dict[int, float]:
    names = ("CONFIG_PARAMETER_NAME", "CONFIG_PARAMETER_VALUE", "CONFIG_MISSION_NUMBER")
    if not all(raw.has(name) for name in names):
        return {}
    found = texts_of(raw, names[0])
    missions = _numbers(raw, names[2]).ravel()
    values = _numbers(raw, names[1])
    if wanted not in found or values.shape != (missions.size, len(found)):
        return {}
    pressures = values[:, found.index(wanted)]
    pairs = zip(missions.tolist(), pressures.tolist(), strict=True)
    return {
        int(mission): pressure
        for mission, pressure in pairs
        if np.isfinite([mission, pressure]).all()
    }


def _at_launch(raw: RawFile, wanted: str) -> float:
    names = ("LAUNCH_CONFIG_PARAMETER_NAME", "LAUNCH_CONFIG_PARAMETER_VALUE")
    if not all(raw.has(name) for name in names):
        return float("nan")
    found = texts_of(raw, names[0])
    values = _numbers(raw, names[1]).ravel()
    if wanted not in found or values.size != len(found):
        return float("nan")
    return float(values[found.index(wanted)])


def _numbers(raw: RawFile, name: str) -> npt.NDArray[np.float64]:
    stored = raw.read(name)
    if stored.dtype.kind not in "iuf":
        raise BadUpstreamData(Reason.UNREADABLE, f"{name} holds no numbers")
    found = stored.astype(np.float64)
    return np.where(np.isfinite(found) & (found < NO_VALUE), found, np.nan)
