"""What the names of a GDAC tree say: `dac/<dac>/<wmo>/profiles/[B][RD]<wmo>_<cycle>[D].nc`."""

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["core", "bio", "prof", "meta", "greylist", "synthetic"]
GREYLIST: Final = "ar_greylist.txt"
DACS: Final = (
    "aoml", "bodc", "coriolis", "csio", "csiro", "incois", "jma", "kma", "kordi", "meds", "nmdis",
)  # fmt: skip
_MONO: Final = re.compile(
    r"([a-z]+)/(\d{5}|\d{7})/profiles/([BS]?)([RD])(\d{5}|\d{7})_(\d{3,4})(D?)\.nc"
)
_WHOLE: Final = re.compile(r"([a-z]+)/(\d{5}|\d{7})/(\d{5}|\d{7})_(prof|meta)\.nc")
_KINDS: Final[dict[str, Kind]] = {"": "core", "B": "bio", "S": "synthetic"}


@dataclass(frozen=True)
class RemoteFile:
    """One file the provider offers."""

    file: str
    """Path below `dac/` as the index has it, or the name of a file at the root."""
    kind: Kind
    platform: str
    """WMO number; '' for the grey list."""
    cycle: int = -1
    """-1 for a file of a whole float."""
    direction: str = ""
    """A, D, or '' for a file of a whole float."""
    mode: str = ""
    """R or D as the name says, '' for a file of a whole float."""
    date_update: str = ""
    """YYYYMMDDHHMMSS as the index has it, '' where only the content can tell."""
    size: int | None = None


def parse_name(file: str, *, date_update: str = "", size: int | None = None) -> RemoteFile | None:
    """What a path below `dac/` says; None when it is no file of profiles or of metadata."""
    if file == GREYLIST:
        return RemoteFile(file, "greylist", "", date_update=date_update, size=size)
    match = _MONO.fullmatch(file)
    if match:
        _, folder, letter, mode, wmo, cycle, descending = match.groups()
        return None if folder != wmo else RemoteFile(
            file=file, kind=_KINDS[letter], platform=wmo, cycle=int(cycle),
            direction=descending or "A", mode=mode, date_update=date_update, size=size,
        )  # fmt: skip
    match = _WHOLE.fullmatch(file)
    if match is None or match[2] != match[3]:
        return None
    kind: Kind = "prof" if match[4] == "prof" else "meta"
    return RemoteFile(file, kind, match[2], date_update=date_update, size=size)


def path_of(file: str) -> str:
    """Path of a `RemoteFile.file` below the root of the tree."""
    return f"dac/{file}" if "/" in file else file
