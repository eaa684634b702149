"""Header variables of Argo files as texts, dates and numbers; whatever is odd is refused here."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.netcdf.container import RawFile

NO_VALUE: Final = 99999.0
"""What Argo writes for a missing value where the file does not say otherwise."""


def by_profile(raw: RawFile, name: str, profiles: int) -> npt.NDArray[Any]:
    """A variable whose first dimension is N_PROF."""
    found = raw.read(name)
    if found.ndim == 0 or found.shape[0] != profiles:
        raise BadUpstreamData(Reason.UNREADABLE, f"{name} has shape {found.shape}")
    return found


def letters_or(raw: RawFile, name: str, profiles: int, otherwise: str) -> list[str]:
    """(N_PROF,) one letter of each profile, `otherwise` where it is blank or absent."""
    if not raw.has(name):
        return [otherwise] * profiles
    found = by_profile(raw, name, profiles).reshape(profiles, -1)
    return [text[:1] or otherwise for text in texts(found)]


def texts(letters: npt.NDArray[Any]) -> list[str]:
    """Characters (n, width) as n texts without blanks around them."""
    return [text.split("\0")[0].strip() for text in untouched(letters)]


def untouched(letters: npt.NDArray[Any]) -> list[str]:
    """Characters (n, width) as n texts, blanks included."""
    if letters.ndim != 2 or letters.dtype != np.dtype("S1") or not letters.shape[1]:
        raise BadUpstreamData(Reason.UNREADABLE, f"text of shape {letters.shape}")
    width, content = letters.shape[1], letters.tobytes()
    cells = (content[at : at + width] for at in range(0, len(content), width))
    return [cell.decode("utf-8", "replace") for cell in cells]


def text_of(raw: RawFile, name: str) -> str:
    """A text of the whole file; '' without it."""
    letters = raw.read(name) if raw.has(name) else np.empty(0, "S1")
    return texts(letters.reshape(1, -1))[0] if letters.size else ""


def texts_of(raw: RawFile, name: str) -> list[str]:
    """Texts of a variable whose last dimension is their width."""
    letters = raw.read(name)
    return texts(letters.reshape(-1, letters.shape[-1] if letters.ndim else 1))


def cycles_of(raw: RawFile) -> npt.NDArray[np.int32]:
    """(N_PROF,) CYCLE_NUMBER.

    Raises:
        BadUpstreamData: theirs (MISSING_VARIABLE, UNREADABLE).
    """
    stored = raw.read("CYCLE_NUMBER")
    if stored.ndim != 1 or stored.dtype.kind not in "iu":
        raise BadUpstreamData(Reason.UNREADABLE, "CYCLE_NUMBER holds no whole numbers")
    return stored.astype(np.int32)


def letters_of(raw: RawFile, name: str) -> str:
    """One character of each profile, in order.

    Raises:
        BadUpstreamData: theirs (MISSING_VARIABLE, UNREADABLE).
    """
    stored = raw.read(name)
    return "".join(untouched(stored.reshape(1, -1))) if stored.size else ""


def date_of(raw: RawFile) -> np.datetime64:
    """DATE_UPDATE, datetime64[s]; not a time where it cannot be understood.

    Raises:
        BadUpstreamData: theirs (MISSING_VARIABLE).
    """
    raw.dimensions("DATE_UPDATE")
    return instant_of(text_of(raw, "DATE_UPDATE"))


def instant_of(digits: str) -> np.datetime64:
    """YYYYMMDDHHMMSS as datetime64[s]; not a time where it is none."""
    if len(digits) != 14 or not digits.isdigit():
        return np.datetime64("NaT", "s")
    parts = [digits[:4], *(digits[at : at + 2] for at in range(4, 14, 2))]
    try:
        return np.datetime64("{}-{}-{}T{}:{}:{}".format(*parts), "s")
    except ValueError:
        return np.datetime64("NaT", "s")


def numbers(raw: RawFile, name: str, profiles: int, missing: float) -> npt.NDArray[np.float64]:
    """(N_PROF,) numbers, NaN for what is missing or not finite, and without the variable."""
    if not raw.has(name):
        return np.full(profiles, np.nan)
    stored = by_profile(raw, name, profiles)
    if stored.ndim != 1 or stored.dtype.kind not in "iuf":
        raise BadUpstreamData(Reason.UNREADABLE, f"{name} holds no number for a profile")
    found = stored.astype(np.float64)
    found[(found == missing) | ~np.isfinite(found) | (found == NO_VALUE)] = np.nan
    return found


def days(raw: RawFile, name: str, profiles: int) -> npt.NDArray[np.float64]:
    """(N_PROF,) days since 1950-01-01, NaN where missing."""
    return numbers(raw, name, profiles, 999999.0)


def degrees(raw: RawFile, name: str, profiles: int) -> npt.NDArray[np.float64]:
    """(N_PROF,) degrees, NaN where missing; nonsense below 10,000 is left for QC to see."""
    found = numbers(raw, name, profiles, NO_VALUE)
    found[np.abs(found) > 9999] = np.nan
    return found


def missions(raw: RawFile, profiles: int) -> npt.NDArray[np.int64]:
    """(N_PROF,) CONFIG_MISSION_NUMBER, -1 where missing."""
    found = numbers(raw, "CONFIG_MISSION_NUMBER", profiles, NO_VALUE)
    return np.where(np.abs(found) < NO_VALUE, found, -1).astype(np.int64)
