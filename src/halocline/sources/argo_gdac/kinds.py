"""What kind of Argo file some bytes are, whatever they are called."""

import re
from pathlib import PurePosixPath
from typing import Final, Literal

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac.decode import Row
from halocline.sources.argo_gdac.fields import text_of
from halocline.sources.netcdf.container import RawFile

FileKind = Literal["core", "bio", "synthetic", "meta"]
_KINDS: Final[dict[str, FileKind]] = {
    "argo profile": "core",
    "argo multi-profile": "core",
    "b-argo profile": "bio",
    "argo synthetic profile": "synthetic",
    "argo meta-data": "meta",
}
"""DATA_TYPE of the files that are read, in lower case: user's manual, doi:10.13155/29825."""
_PLATFORM: Final = re.compile(r"(?:[BSM]?[RD])?(\d{7}|\d{5})_")
_MONO: Final = re.compile(r"[BSM]?[RD](\d{7}|\d{5})_(\d{3,4})(D?)\.nc")
_OTHER: Final = re.compile(r"(?:\d{7}|\d{5})_(?:tech|B?[RD]?traj)\.nc")


def platform_named(file: str) -> str:
    """WMO number that a file's name begins with; '' where it begins with none."""
    found = _PLATFORM.match(PurePosixPath(file).name)
    return found[1] if found else ""


def is_named_out_of_scope(file: str) -> bool:
    """Whether the name says technical data or a trajectory."""
    return _OTHER.fullmatch(PurePosixPath(file).name) is not None


def kind_of(raw: RawFile) -> FileKind:
    """Kind of a file by its own DATA_TYPE; without one, by the variables only that kind has.

    Raises:
        BadUpstreamData: theirs (OUT_OF_SCOPE); trajectories, technical data, anything else.
    """
    stated = text_of(raw, "DATA_TYPE")
    found = _KINDS.get(" ".join(stated.lower().split()))
    if found is not None:
        return found
    if raw.has("STATION_PARAMETERS"):
        return "bio" if raw.has("PARAMETER_DATA_MODE") else "core"
    if raw.has("CONFIG_PARAMETER_NAME"):
        return "meta"
    raise BadUpstreamData(Reason.OUT_OF_SCOPE, f"DATA_TYPE {stated!r} is no file of profiles")


def must_be_named_for(rows: list[Row], file: str) -> None:
    """Return where a mono file's name agrees with what it holds, or says nothing.

    Raises:
        BadUpstreamData: theirs (WRONG_PLATFORM, WRONG_CYCLE).
    """
    platform, mono = platform_named(file), _MONO.fullmatch(PurePosixPath(file).name)
    for row in rows:
        if platform and row.platform != platform:
            detail = f"{row.platform!r} in the file, {platform} in its name"
            raise BadUpstreamData(Reason.WRONG_PLATFORM, detail[:300])
        if mono and (row.cycle, row.direction) != (int(mono[2]), mono[3] or "A"):
            detail = f"cycle {row.cycle} {row.direction}, not that of its name"
            raise BadUpstreamData(Reason.WRONG_CYCLE, detail)
