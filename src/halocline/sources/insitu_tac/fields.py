"""Values, flags and stamps of an In Situ TAC file, whatever generation wrote it."""

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.quarantine import Reason
from halocline.model.series import TimeArray
from halocline.sources.netcdf.container import RawFile

NETCDF_FILL: Final = 1e36
"""Beyond it a float is netCDF's own fill (9.969e36), whether declared or not."""
FILLS: Final = {
    "i1": -127, "i2": -32767, "i4": -2147483647, "i8": -9223372036854775806,
}  # fmt: skip
"""netCDF's own fill of an integer type, used where a file declares none."""
WORST_FLAG: Final = 9
_UNITS: Final = re.compile(
    r"(?P<unit>days|hours|minutes|seconds) since (?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<clock>\d{2}:\d{2}:\d{2})(?:\.0+)?)?\s*(?:Z|UTC|\+00:?00)?",
    re.IGNORECASE,
)
_SECONDS: Final = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def values_of(raw: RawFile, name: str) -> FloatArray:
    """Values as float64, NaN where the file holds a fill; the shape is the file's.

    float32 is widened bit for bit. A packed integer becomes the float64 nearest to its decimal
    text: 12345 times 0.001 is 12.345, as the product 12345·0.001 of two floats is not.
    """
    stored = raw.read(name)
    missing = _missing(raw, name, stored)
    value = stored.astype(np.float64)
    scale, offset = raw.attribute(name, "scale_factor"), raw.attribute(name, "add_offset")
    if scale is not None:
        parts = round(1 / float(scale)) if 0 < abs(float(scale)) < 1 else 0
        exact = parts and np.float32(1 / parts) == np.float32(scale)
        value = value / parts if exact else value * float(scale)
    if offset:
        value = value + float(offset)
    value[missing] = np.nan
    return value


def flags_of(raw: RawFile, name: str, value: FloatArray) -> FlagArray:
    """The provider's flags of a variable: 9 where it holds nothing, 0 where no flag is given.

    Flags are read as bytes: fills of every generation (-128, -127) and codes outside 0-9 say
    nothing of a value.
    """
    if not raw.has(f"{name}_QC"):
        given = np.zeros(value.shape, dtype=np.int64)
    else:
        stored = raw.read(f"{name}_QC")
        given = _digits(stored).reshape(value.shape)
    known = np.where((given < 0) | (given > WORST_FLAG), Flag.NOT_EVALUATED, given)
    return np.where(np.isnan(value), Flag.MISSING, known).astype(np.uint8)


def stamps_of(raw: RawFile) -> tuple[TimeArray, npt.NDArray[np.bool_]]:
    """Stamps (n,) to the second, and which of them can be used: TIME and its flag say so.

    Raises:
        BadUpstreamData: theirs (MISSING_VARIABLE, UNREADABLE: units of time not understood).
    """
    value = values_of(raw, "TIME").reshape(-1)
    units = str(raw.attribute("TIME", "units"))
    found = _UNITS.fullmatch(units.strip())
    if found is None:
        raise BadUpstreamData(Reason.UNREADABLE, f"TIME in {units!r}; wanted days since a date")
    start = np.datetime64(f"{found['day']}T{found['clock'] or '00:00:00'}", "s")
    seconds = value * _SECONDS[found["unit"].lower()]
    usable = np.isfinite(seconds) & (np.abs(seconds) < 1e11)
    whole = np.round(np.where(usable, seconds, 0.0)).astype(np.int64)
    if raw.has("TIME_QC"):
        flag = _digits(raw.read("TIME_QC")).reshape(-1)
        usable &= ~np.isin(flag, (Flag.PROBABLY_BAD, Flag.BAD, Flag.MISSING))
    return start + whole.astype("timedelta64[s]"), usable


def place_of(raw: RawFile, name: str, size: int) -> FloatArray:
    """LATITUDE or LONGITUDE at every stamp (size,); a file may give one for all of them."""
    if not raw.has(name):
        return np.full(size, np.nan)
    value = values_of(raw, name).reshape(-1)
    value = np.where(np.abs(value) > 360, np.nan, value)
    if value.size == size:
        return value
    return np.full(size, value[0] if value.size else np.nan)


def text_of(raw: RawFile, key: str) -> str:
    """A global attribute as text, '' where it is absent or blank."""
    found = raw.general(key)
    return "" if found is None else str(found).replace("\0", "").strip()


def _missing(raw: RawFile, name: str, stored: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    declared = [raw.attribute(name, key) for key in ("_FillValue", "missing_value")]
    if stored.dtype.kind == "f":
        missing = ~np.isfinite(stored) | (np.abs(stored) >= NETCDF_FILL)
    else:
        missing = stored == FILLS.get(stored.dtype.str[1:], 0)
        if stored.dtype.str[1:] not in FILLS:
            missing = np.zeros(stored.shape, dtype=bool)
    for one in declared:
        if isinstance(one, int | float | np.number):
            # A fill may be declared as a double beside values of single precision (999.999).
            missing |= stored == np.asarray(one).astype(stored.dtype)
    return np.asarray(missing)


def _digits(stored: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Flags as numbers, of a generation that stores bytes or one that stores characters."""
    if stored.dtype.kind == "S":
        text = np.char.strip(stored.astype("S1"))
        digit = np.char.isdigit(text)
        return np.where(digit, np.where(digit, text, b"0").astype(np.int64), -1)
    return stored.astype(np.int64)
