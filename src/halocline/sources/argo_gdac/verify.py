"""Whether a received file is what its path says, before anything is made of it."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac.fields import cycles_of, date_of, letters_of, text_of, texts_of
from halocline.sources.argo_gdac.greylist import parse_greylist
from halocline.sources.netcdf.container import RawFile, open_raw

SLACK: Final = np.timedelta64(1, "D")
"""Clocks and time zones: a file dated a day ahead is no fault."""
EPOCH: Final = np.datetime64("1950-01-01", "s")
_PROFILE: Final = (
    "PLATFORM_NUMBER", "CYCLE_NUMBER", "DIRECTION", "DATE_UPDATE", "STATION_PARAMETERS", "JULD",
    "LATITUDE", "LONGITUDE", "PRES",
)  # fmt: skip
_META: Final = ("PLATFORM_NUMBER", "DATE_UPDATE")
_LAST_DAY: Final = 900_000.0
"""Of JULD: beyond it a number is a fill value, no date."""


class Described(Protocol):
    """What the path and the index say of a file."""

    @property
    def file(self) -> str:
        """Path below `dac/`."""

    @property
    def kind(self) -> str:
        """One of core, bio, prof, meta, greylist."""

    @property
    def platform(self) -> str:
        """WMO number."""

    @property
    def cycle(self) -> int:
        """-1 for a file of a whole float."""

    @property
    def direction(self) -> str:
        """A, D, or ''."""


@dataclass(frozen=True)
class Facts:
    """What a sound file says of itself."""

    first: str
    """First and last date of its profiles, ISO UTC, '' without any."""
    last: str
    mode: str
    """DATA_MODE of a mono file's primary profile, else ''."""
    date_update: str
    """DATE_UPDATE, YYYYMMDDHHMMSS."""


def examine(content: bytes, remote: Described, received: str) -> Facts:
    """Find that a file opens and holds what its path says.

    `received` is ISO UTC, when it came. Opens netCDF files: never call it in a thread.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, TRUNCATED, UNREADABLE, MISSING_VARIABLE,
            WRONG_PLATFORM, WRONG_CYCLE, FUTURE_DATE, BAD_HEADER, OUT_OF_SCOPE).
    """
    if remote.kind == "greylist":
        parse_greylist(content)
        return Facts("", "", "", "")
    if remote.kind not in ("core", "bio", "prof", "meta"):
        raise BadUpstreamData(Reason.OUT_OF_SCOPE, f"files of kind {remote.kind} are not read")
    raw = open_raw(content)
    _must_have(raw, _META if remote.kind == "meta" else _PROFILE)
    _must_be_of(raw, remote.platform)
    latest = np.datetime64(received.rstrip("Z"), "s") + SLACK
    updated = date_of(raw)
    if updated > latest:
        raise BadUpstreamData(Reason.FUTURE_DATE, f"DATE_UPDATE {updated}, received {received}")
    stamp = text_of(raw, "DATE_UPDATE") if not np.isnat(updated) else ""
    if remote.kind == "meta":
        return Facts("", "", "", stamp)
    dates = _dates(raw)
    mode = ""
    if remote.kind != "prof":
        _must_be_cycle(raw, remote)
        if dates.size and dates[-1] > latest:
            raise BadUpstreamData(Reason.FUTURE_DATE, f"JULD {dates[-1]}, received {received}")
        mode = text_of(raw, "DATA_MODE")[:1]
    first, last = (f"{dates[0]}Z", f"{dates[-1]}Z") if dates.size else ("", "")
    return Facts(first, last, mode, stamp)


def _must_have(raw: RawFile, names: tuple[str, ...]) -> None:
    missing = [name for name in names if not raw.has(name)]
    if missing:
        raise BadUpstreamData(Reason.MISSING_VARIABLE, f"no variable {', '.join(missing)}")


def _must_be_of(raw: RawFile, platform: str) -> None:
    found = sorted(set(texts_of(raw, "PLATFORM_NUMBER")))
    if found != [platform]:
        detail = f"PLATFORM_NUMBER {', '.join(found) or 'of no profile'}, wanted {platform}"
        raise BadUpstreamData(Reason.WRONG_PLATFORM, detail[:300])


def _must_be_cycle(raw: RawFile, remote: Described) -> None:
    cycles = sorted(set(cycles_of(raw).tolist()))
    directions = sorted(set(letters_of(raw, "DIRECTION")))
    if cycles != [remote.cycle] or directions != [remote.direction]:
        detail = f"CYCLE_NUMBER {cycles}, DIRECTION {directions}"
        raise BadUpstreamData(
            Reason.WRONG_CYCLE, f"{detail[:200]}, wanted {remote.cycle} {remote.direction}"
        )


def _dates(raw: RawFile) -> npt.NDArray[np.datetime64]:
    """JULD as datetime64[s], sorted, without what is missing."""
    stored = raw.read("JULD")
    if stored.dtype.kind not in "iuf":
        raise BadUpstreamData(Reason.UNREADABLE, "JULD holds no numbers")
    days = stored.ravel().astype(np.float64)
    days = np.sort(days[np.isfinite(days) & (np.abs(days) < _LAST_DAY)])
    return EPOCH + np.rint(days * 86400).astype("timedelta64[s]")


__all__ = ["Described", "Facts", "examine"]
