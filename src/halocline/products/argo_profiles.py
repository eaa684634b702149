"""The product of a float: every profile as received, our flags, filled levels, uncertainty.

One row a (cycle, direction, vertical sampling scheme), as in `model.Profiles`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.corrected import Corrected
from halocline.model.estimates import Filled, FloatArray
from halocline.model.flags import Flag, FlagArray, start_flags
from halocline.model.profiles import Profiles, ProfileVariable
from halocline.products.beside import corrected_variables, probability_variable
from halocline.products.blocks import (
    MEASUREMENT,
    QUALITY,
    Block,
    block_variables,
    flag_variable,
)
from halocline.products.discovery import Coverage, global_attributes
from halocline.products.netcdf import Attribute, NcVariable, text, to_bytes
from halocline.products.provenance import Provenance
from halocline.products.scores import LevelScore, level_attributes
from halocline.products.vocabulary import ARGO, parameter_of, units_of

PROFILE: Final = ("N_PROF",)
LEVEL: Final = ("N_PROF", "N_LEVELS")
FILL: Final = 99999.0
"""The provider's own fill value."""
JULD_FILL: Final = 999999.0
LAST_DAY: Final = 1e6
"""Days: a number beyond is no date, whatever a broken file says."""
PLACE: Final = "JULD LATITUDE LONGITUDE"
EPOCH: Final = np.datetime64("1950-01-01T00:00:00", "ms")
BAD: Final = (Flag.PROBABLY_BAD, Flag.BAD, Flag.MISSING)


@dataclass(frozen=True)
class Wording:
    """How a file is introduced: what it holds beside the float's number, and a summary."""

    title: str
    summary: str


WHOLE: Final = Wording(
    title="checked and filled profiles",
    summary=(
        "Profiles of one Argo float as received, with quality flags that are independent "
        "of the provider's, levels filled where they could be, and a 90 % interval for "
        "every estimate. <VAR> is measured, <VAR>_FILLED is complete, <VAR>_ORIGIN tells "
        "the measured values of <VAR>_FILLED from the estimated ones."
    ),
)
CHECKED: Final = Wording(
    title="checked profiles of one file",
    summary=(
        "Profiles of one file of an Argo float as received, in its order, with quality flags "
        "that are independent of the provider's: <VAR>_QC_SOURCE is theirs, <VAR>_QC ours, "
        "<VAR>_QC_TESTS_DONE and <VAR>_QC_TESTS_FAILED say which tests judged and which failed."
    ),
)


class ProfileFlags(Protocol):
    """What quality control says of a float: see `halocline.qc.argo`."""

    @property
    def variables(self) -> Mapping[str, Checked]:
        """Judgement of each variable, (N_PROF, N_LEVELS)."""

    @property
    def position_flag(self) -> FlagArray:
        """Flag of each position, (N_PROF,)."""

    @property
    def juld_flag(self) -> FlagArray:
        """Flag of each date, (N_PROF,)."""


def encode(
    *,
    profiles: Profiles,
    flags: ProfileFlags,
    filled: Mapping[str, Filled],
    provenance: Provenance,
    fill_method: str,
    tests: Mapping[int, str],
    scores: Mapping[str, LevelScore] | None = None,
    corrected: Mapping[str, Corrected] | None = None,
    uncorrected: Mapping[str, str] | None = None,
    probability: Mapping[str, FloatArray] | None = None,
    wording: Wording = WHOLE,
) -> bytes:
    """netCDF-4 bytes of a float's product.

    `filled` holds the parameters whose levels were completed, `fill_method` says how, `scores` how
    well on hidden levels; `tests` names each bit of the test masks, `wording` introduces the file.
    `corrected` holds parameters freed from a sensor's systematic error, `uncorrected` why others
    are not, `probability` how probably bad a learned second opinion calls each level.

    Raises:
        ContractBroken: ours; there is no profile or no level, or shapes disagree.
    """
    variables = [*_rows(profiles, flags)]
    for name, variable in profiles.variables.items():
        block = Block(
            name=name,
            dims=LEVEL,
            value=variable.value,
            flag_source=variable.flag_source,
            checked=checked_of(name, variable, flags),
            parameter=parameter_of(ARGO, name),
            units=units_of(variable.units),
            fill=FILL,
            coordinates=PLACE if name == "PRES" else f"{PLACE} PRES",
            tests=tests,
            filled=filled.get(name),
            fill_attributes={
                "fill_method": fill_method,
                **(level_attributes(scores[name]) if scores and name in scores else {}),
            },
            value_attributes=_said_of(name, uncorrected or {}),
        )
        beside = _adjusted(block, variable)
        if corrected and name in corrected:
            beside += corrected_variables(block, corrected[name])
        if probability and name in probability:
            beside.append(probability_variable(block, probability[name]))
        variables += block_variables(block, provided=beside)
    return to_bytes(
        dimensions={"N_PROF": profiles.n_prof, "N_LEVELS": profiles.n_levels},
        variables=variables,
        attributes=_attributes(profiles, flags, provenance, wording),
    )


def _said_of(name: str, uncorrected: Mapping[str, str]) -> dict[str, Attribute]:
    """Attributes of a measured variable: which way it points, why it has no correction of ours."""
    axis: dict[str, Attribute] = {"axis": "Z", "positive": "down"} if name == "PRES" else {}
    return {**axis, "correction": f"none: {uncorrected[name]}"} if name in uncorrected else axis


def checked_of(name: str, variable: ProfileVariable, flags: ProfileFlags) -> Checked:
    """Judgement of a variable; of one no test looks at, NOT_EVALUATED and empty masks."""
    if name in flags.variables:
        return flags.variables[name]
    none = np.zeros(variable.value.shape, dtype=np.uint64)
    return Checked(flag=start_flags(variable.value), failed=none, done=none)


def moments(juld: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
    """Dates as datetime64[ms], NaT where NaN or no date; `juld` days since 1950-01-01 UTC."""
    known = np.isfinite(juld) & (np.abs(juld) < LAST_DAY)
    milliseconds = np.round(np.where(known, juld, 0.0) * 86_400_000).astype(np.int64)
    return np.where(known, EPOCH + milliseconds.astype("timedelta64[ms]"), np.datetime64("NaT"))


def _rows(profiles: Profiles, flags: ProfileFlags) -> list[NcVariable]:
    words = {
        "CYCLE_NUMBER": "Number of the cycle",
        "DIRECTION": "A ascending, D descending",
        "DATA_MODE": "Mode of the core parameters: R real time, A adjusted, D delayed",
        "VERTICAL_SAMPLING_SCHEME": "Vertical sampling scheme",
        "SOURCE_FILE": "File the core values came from, below the provider's folder dac",
    }
    texts = {
        "DIRECTION": _letters(profiles.direction),
        "DATA_MODE": _modes(profiles.mode),
        "VERTICAL_SAMPLING_SCHEME": _text(profiles.scheme, 256),
        "SOURCE_FILE": _text(profiles.source_file, 128),
    }
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
        NcVariable(
            "CYCLE_NUMBER",
            PROFILE,
            profiles.cycle.astype(np.int32),
            {"long_name": words["CYCLE_NUMBER"]},
        ),
        *(
            NcVariable(name, PROFILE, data, {"long_name": words[name]})
            for name, data in texts.items()
        ),
        *_times(profiles, flags),
        *_positions(profiles, flags),
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


def _times(profiles: Profiles, flags: ProfileFlags) -> list[NcVariable]:
    days: dict[str, Attribute] = {
        "units": "days since 1950-01-01 00:00:00",
        "calendar": "standard",
        "units_metadata": "leap_seconds: none",
    }
    juld: dict[str, Attribute] = {
        "long_name": "Time of the profile, UTC",
        "standard_name": "time",
        **days,
        "axis": "T",
        "ancillary_variables": "JULD_QC_SOURCE JULD_QC",
    }
    location: dict[str, Attribute] = {
        "long_name": "Time of the position, UTC",
        "standard_name": "time",
        **days,
    }
    update: dict[str, Attribute] = {
        "long_name": "Time the provider last wrote the file of the profile, UTC",
        **days,
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
    names = {
        "LATITUDE": ("latitude", "degrees_north", "Y"),
        "LONGITUDE": ("longitude", "degrees_east", "X"),
    }
    data = {"LATITUDE": profiles.latitude, "LONGITUDE": profiles.longitude}
    return [
        *(
            NcVariable(
                name,
                PROFILE,
                data[name],
                {
                    "long_name": f"{standard.capitalize()} of the profile",
                    "standard_name": standard,
                    "units": units,
                    "axis": axis,
                    "ancillary_variables": "POSITION_QC_SOURCE POSITION_QC",
                },
                FILL,
            )
            for name, (standard, units, axis) in names.items()
        ),
        *_flag_pair("POSITION", profiles.position_flag_source, flags.position_flag),
    ]


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


def _modes(modes: npt.NDArray[np.str_]) -> npt.NDArray[np.bytes_]:
    return _letters(np.where(modes == "", " ", modes))


def _letters(values: npt.NDArray[np.str_]) -> npt.NDArray[np.bytes_]:
    """One letter each; `?` for what a broken file holds instead of one."""
    return text(np.where(np.char.str_len(np.char.encode(values, "utf-8")) > 1, "?", values), 1)


def _text(values: npt.NDArray[np.str_], usual: int) -> npt.NDArray[np.bytes_]:
    """Texts at their usual width, or wider: bytes that are no UTF-8 grow when they are replaced."""
    return text(values, max(usual, np.char.encode(values, "utf-8").dtype.itemsize))


def _adjusted(block: Block, variable: ProfileVariable) -> list[NcVariable]:
    """The provider's own correction, as received, and the mode of the parameter."""
    name, units = f"{block.name}_ADJUSTED", block.units
    known: dict[str, Attribute] = {"units": units.cf, "coordinates": block.coordinates}
    if units.source != units.cf:
        known["units_source"] = units.source or "none given"
    words = block.parameter.long_name
    return [
        NcVariable(
            name,
            LEVEL,
            variable.adjusted,
            {
                "long_name": f"{words}, adjusted by the provider",
                "coverage_content_type": MEASUREMENT,
                **known,
                "ancillary_variables": f"{name}_QC {name}_ERROR",
            },
            FILL,
        ),
        flag_variable(
            f"{name}_QC",
            LEVEL,
            variable.adjusted_flag_source,
            long_name=f"Quality flag of {name} given by the provider, untouched",
            ours=False,
            extra={"coordinates": block.coordinates},
        ),
        NcVariable(
            f"{name}_ERROR",
            LEVEL,
            variable.adjusted_error,
            {
                "long_name": f"Error of {name} given by the provider",
                "coverage_content_type": QUALITY,
                **known,
            },
            FILL,
        ),
        NcVariable(
            f"{block.name}_DATA_MODE",
            PROFILE,
            _modes(variable.mode),
            {"long_name": f"Mode of {block.name}: R real time, A adjusted, D delayed"},
        ),
    ]


def _attributes(
    profiles: Profiles, flags: ProfileFlags, provenance: Provenance, wording: Wording
) -> dict[str, Attribute]:
    located = ~np.isin(flags.position_flag, BAD)
    dated = ~np.isin(flags.juld_flag, BAD)
    coverage = Coverage(
        time=moments(profiles.juld)[dated],
        latitude=profiles.latitude[located],
        longitude=profiles.longitude[located],
        vertical=_good_pressure(profiles, flags),
        vertical_units="decibar",
    )
    platform = {
        f"platform_{name.lower().removeprefix('platform_')}": value
        for name, value in sorted(profiles.attributes.items())
        if value
    }
    return {
        **global_attributes(
            title=f"Argo float {profiles.platform}, {wording.title}",
            summary=wording.summary,
            feature_type="profile",
            parameters=list(profiles.variables),
            coverage=coverage,
            provenance=provenance,
        ),
        "platform_code": profiles.platform,
        **platform,
    }


def _good_pressure(profiles: Profiles, flags: ProfileFlags) -> npt.NDArray[np.float32]:
    if "PRES" not in profiles.variables:
        return np.empty(0, dtype=np.float32)
    pressure = profiles.variables["PRES"]
    trusted = ~np.isin(checked_of("PRES", pressure, flags).flag, BAD)
    return pressure.value[trusted & np.isfinite(pressure.value)]
