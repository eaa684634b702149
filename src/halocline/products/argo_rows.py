"""The rows of a float's product: which profile each one is, when it was taken and where.

One row a (cycle, direction, vertical sampling scheme), as in `model.Profiles`.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.flags import FlagArray
from halocline.model.profiles import Profiles
from halocline.products.argo_flags import ProfileFlags
from halocline.products.blocks import flag_variable
from halocline.products.netcdf import Attribute, NcVariable, text

PROFILE: Final = ("N_PROF",)
FILL: Final = 99999.0
"""The provider's own fill value."""
JULD_FILL: Final = 999999.0
LAST_DAY: Final = 1e6
"""Days: a number beyond is no date, whatever a broken file says."""
EPOCH: Final = np.datetime64("1950-01-01T00:00:00", "ms")
DAYS: Final[dict[str, Attribute]] = {
    "units": "days since 1950-01-01 00:00:00",
    "calendar": "standard",
    "units_metadata": "leap_seconds: none",
}


def rows(profiles: Profiles, flags: ProfileFlags) -> list[NcVariable]:
    """What a product holds once a row, before its levels."""
    return [
        *_identities(profiles),
        *_descriptions(profiles),
        *_times(profiles, flags),
        *_positions(profiles, flags),
    ]


def moments(juld: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
    """Dates as datetime64[ms], NaT where NaN or no date; `juld` days since 1950-01-01 UTC."""
    known = np.isfinite(juld) & (np.abs(juld) < LAST_DAY)
    milliseconds = np.round(np.where(known, juld, 0.0) * 86_400_000).astype(np.int64)
    return np.where(known, EPOCH + milliseconds.astype("timedelta64[ms]"), np.datetime64("NaT"))


def modes(letters: npt.NDArray[np.str_]) -> npt.NDArray[np.bytes_]:
    """R, A or D each; a blank where the provider gives none."""
    return _letters(np.where(letters == "", " ", letters))


def _identities(profiles: Profiles) -> list[NcVariable]:
    return [
        NcVariable(
            "PLATFORM_NUMBER",
            (),
            text(profiles.platform, 16),
            {"long_name": "WMO number of the float", "standard_name": "platform_id"},
        ),
        NcVariable(
            "PROFILE_ID",
            PROFILE,
            text(_profile_ids(profiles), 32),
            {
                "long_name": "Float, cycle, D if descending, rank of the row",
                "cf_role": "profile_id",
            },
        ),
    ]


def _profile_ids(profiles: Profiles) -> list[str]:
    """<wmo>_<cycle>[D]_<rank>: the rank tells the sampling schemes of one ascent apart."""
    ids: list[str] = []
    seen: dict[str, int] = {}
    for cycle, direction in zip(profiles.cycle, profiles.direction, strict=True):
        ascent = f"{profiles.platform}_{cycle:03d}{'D' if direction == 'D' else ''}"
        seen[ascent] = seen.get(ascent, 0) + 1
        ids.append(f"{ascent}_{seen[ascent]}")
    return ids


def _descriptions(profiles: Profiles) -> list[NcVariable]:
    words = {
        "CYCLE_NUMBER": "Number of the cycle",
        "DIRECTION": "A ascending, D descending",
        "DATA_MODE": "Mode of the core parameters: R real time, A adjusted, D delayed",
        "VERTICAL_SAMPLING_SCHEME": "Vertical sampling scheme",
        "SOURCE_FILE": "File the core values came from, below the provider's folder dac",
    }
    data: dict[str, npt.NDArray[Any]] = {
        "CYCLE_NUMBER": profiles.cycle.astype(np.int32),
        "DIRECTION": _letters(profiles.direction),
        "DATA_MODE": modes(profiles.mode),
        "VERTICAL_SAMPLING_SCHEME": _text(profiles.scheme, 256),
        "SOURCE_FILE": _text(profiles.source_file, 128),
    }
    return [NcVariable(name, PROFILE, data[name], {"long_name": words[name]}) for name in words]


def _letters(values: npt.NDArray[np.str_]) -> npt.NDArray[np.bytes_]:
    """One letter each; `?` for what a broken file holds instead of one."""
    return text(np.where(np.char.str_len(np.char.encode(values, "utf-8")) > 1, "?", values), 1)


def _text(values: npt.NDArray[np.str_], usual: int) -> npt.NDArray[np.bytes_]:
    """Texts at their usual width, or wider: bytes that are no UTF-8 grow when they are replaced."""
    return text(values, max(usual, np.char.encode(values, "utf-8").dtype.itemsize))


def _times(profiles: Profiles, flags: ProfileFlags) -> list[NcVariable]:
    juld: dict[str, Attribute] = {
        "long_name": "Time of the profile, UTC",
        "standard_name": "time",
        **DAYS,
        "axis": "T",
        "ancillary_variables": "JULD_QC_SOURCE JULD_QC",
    }
    location: dict[str, Attribute] = {
        "long_name": "Time of the position, UTC",
        "standard_name": "time",
        **DAYS,
    }
    update: dict[str, Attribute] = {
        "long_name": "Time the provider last wrote the file of the profile, UTC",
        **DAYS,
    }
    return [
        NcVariable("JULD", PROFILE, profiles.juld, juld, JULD_FILL),
        *_flag_pair("JULD", profiles.juld_flag_source, flags.juld_flag),
        NcVariable("JULD_LOCATION", PROFILE, profiles.juld_location, location, JULD_FILL),
        NcVariable("SOURCE_DATE_UPDATE", PROFILE, _days(profiles.date_update), update, JULD_FILL),
    ]


def _days(stamp: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    since = (stamp.astype("datetime64[s]") - EPOCH.astype("datetime64[s]")).astype(np.float64)
    return np.where(np.isnat(stamp), np.nan, since / 86_400)


def _positions(profiles: Profiles, flags: ProfileFlags) -> list[NcVariable]:
    return [
        _coordinate("LATITUDE", profiles.latitude, units="degrees_north", axis="Y"),
        _coordinate("LONGITUDE", profiles.longitude, units="degrees_east", axis="X"),
        *_flag_pair("POSITION", profiles.position_flag_source, flags.position_flag),
    ]


def _coordinate(name: str, data: npt.NDArray[np.float64], *, units: str, axis: str) -> NcVariable:
    attributes: dict[str, Attribute] = {
        "long_name": f"{name.capitalize()} of the profile",
        "standard_name": name.lower(),
        "units": units,
        "axis": axis,
        "ancillary_variables": "POSITION_QC_SOURCE POSITION_QC",
    }
    return NcVariable(name, PROFILE, data, attributes, FILL)


def _flag_pair(name: str, theirs: FlagArray, ours: FlagArray) -> list[NcVariable]:
    what = "date" if name == "JULD" else "position"
    return [
        flag_variable(
            f"{name}_QC_SOURCE",
            PROFILE,
            theirs,
            long_name=f"Quality flag of the {what} given by the provider, untouched",
            ours=False,
        ),
        flag_variable(
            f"{name}_QC",
            PROFILE,
            ours,
            long_name=f"Quality flag of the {what} by halocline, independent of the provider's",
            ours=True,
        ),
    ]
