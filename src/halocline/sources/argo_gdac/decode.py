"""A profile file, core or B, mono or multi-profile, to one row per profile."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.flags import Flag, FlagArray
from halocline.model.profiles import Float32Array
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac.fields import (
    NO_VALUE,
    by_profile,
    cycles_of,
    date_of,
    days,
    degrees,
    letters_or,
    missions,
    texts,
    untouched,
)  # fmt: skip
from halocline.sources.netcdf.container import RawFile, open_raw

FACTS: Final = (
    "DATA_CENTRE", "PROJECT_NAME", "PI_NAME", "PLATFORM_TYPE", "WMO_INST_TYPE", "FLOAT_SERIAL_NO",
    "FIRMWARE_VERSION", "POSITIONING_SYSTEM",
)  # fmt: skip
SPECTRA: Final = ("UV_INTENSITY_NITRATE",)
"""Counts of many channels a level that a test looks at; other spectra are left out."""
_ADJUSTED, _ERROR, _QC = "_ADJUSTED", "_ADJUSTED_ERROR", "_QC"


@dataclass(frozen=True)
class Column:
    """One parameter of one profile; arrays are (levels,), trimmed of what is empty at the end."""

    value: Float32Array
    flag: FlagArray
    adjusted: Float32Array
    adjusted_flag: FlagArray
    error: Float32Array
    mode: str
    units: str


@dataclass(frozen=True)
class Row:
    """One profile of a file: what `model.profiles.Profiles` says of a row."""

    file: str
    place: int
    """Which profile of the file it is, from 0."""
    platform: str
    cycle: int
    direction: str
    scheme: str
    mode: str
    juld: float
    juld_flag: int
    juld_location: float
    latitude: float
    longitude: float
    position_flag: int
    date_update: np.datetime64
    mission: int
    """CONFIG_MISSION_NUMBER, -1 where the file has none."""
    columns: dict[str, Column]
    facts: dict[str, str] = field(default_factory=dict)
    spectra: dict[str, Float32Array] = field(default_factory=dict)
    """(levels, channels) counts of the profile, NaN where missing."""

    @property
    def levels(self) -> int:
        """Length of the longest parameter."""
        return max((one.value.size for one in self.columns.values()), default=0)

    @property
    def has_values(self) -> bool:
        """Whether any parameter has a value."""
        return any(bool(np.isfinite(one.value).any()) for one in self.columns.values())

    def beside(self, columns: dict[str, Column], spectra: dict[str, Float32Array]) -> "Row":
        """The same row with these parameters and spectra added."""
        return replace(
            self, columns={**self.columns, **columns}, spectra={**self.spectra, **spectra}
        )


def decode(content: bytes, file: str) -> list[Row]:
    """Every profile of a file, in its order; values as stored, NaN where missing or not finite.

    Parameters are those STATION_PARAMETERS names for the profile, twin sensors included; one that
    has more than a number a level (spectra) or no variable is left out. `file` is only carried.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, TRUNCATED, UNREADABLE, MISSING_VARIABLE).
    """
    raw = open_raw(content)
    head = _Head(raw)
    parameters = [texts(row) for row in by_profile(raw, "STATION_PARAMETERS", head.count)]
    modes = _modes(raw, head, parameters)
    blocks = {
        name: block
        for name in dict.fromkeys(name for row in parameters for name in row if name)
        if (block := _block(raw, name, head.count)) is not None
    }
    if "PRES" not in blocks:
        raise BadUpstreamData(Reason.MISSING_VARIABLE, "no variable PRES for its profiles")
    spectra = _spectra(raw, head.count)
    rows = [
        head.row(
            place,
            file,
            {name: blocks[name].row(place, modes[place][name]) for name in names if name in blocks},
        )
        for place, names in enumerate(parameters)
    ]
    return [
        replace(row, spectra=_of_row(spectra, place)) if spectra else row
        for place, row in enumerate(rows)
    ]


class _Head:
    """What a file says of each of its profiles; all arrays are (N_PROF,)."""

    def __init__(self, raw: RawFile) -> None:
        self.cycle = cycles_of(raw)
        self.count = int(self.cycle.size)
        self.platform = texts(by_profile(raw, "PLATFORM_NUMBER", self.count))
        self.direction = letters_or(raw, "DIRECTION", self.count, "A")
        self.mode = letters_or(raw, "DATA_MODE", self.count, "R")
        self.scheme = (
            texts(by_profile(raw, "VERTICAL_SAMPLING_SCHEME", self.count))
            if raw.has("VERTICAL_SAMPLING_SCHEME")
            else [""] * self.count
        )
        self.juld = days(raw, "JULD", self.count)
        self.juld_location = days(raw, "JULD_LOCATION", self.count)
        self.latitude = degrees(raw, "LATITUDE", self.count)
        self.longitude = degrees(raw, "LONGITUDE", self.count)
        self.juld_flag = _flags(raw, "JULD_QC", self.juld)
        self.position_flag = _flags(raw, "POSITION_QC", self.latitude)
        self.mission = missions(raw, self.count)
        self.date_update = date_of(raw)
        self.facts = {
            name: texts(by_profile(raw, name, self.count)) for name in FACTS if raw.has(name)
        }

    def row(self, place: int, file: str, columns: dict[str, Column]) -> Row:
        """One profile with its parameters."""
        return Row(
            file=file, place=place, platform=self.platform[place], cycle=int(self.cycle[place]),
            direction=self.direction[place], scheme=self.scheme[place], mode=self.mode[place],
            juld=float(self.juld[place]), juld_flag=int(self.juld_flag[place]),
            juld_location=float(self.juld_location[place]),
            latitude=float(self.latitude[place]), longitude=float(self.longitude[place]),
            position_flag=int(self.position_flag[place]), date_update=self.date_update,
            mission=int(self.mission[place]), columns=columns,
            facts={name: each[place] for name, each in self.facts.items() if each[place]},
        )  # fmt: skip


@dataclass(frozen=True)
class _Block:
    """One parameter of a whole file; arrays are (N_PROF, N_LEVELS)."""

    value: Float32Array
    flag: FlagArray
    adjusted: Float32Array
    adjusted_flag: FlagArray
    error: Float32Array
    ends: npt.NDArray[np.intp]
    units: str

    def row(self, place: int, mode: str) -> Column:
        """The parameter in one profile."""
        cut = slice(0, int(self.ends[place]))
        return Column(
            self.value[place, cut], self.flag[place, cut], self.adjusted[place, cut],
            self.adjusted_flag[place, cut], self.error[place, cut], mode, self.units,
        )  # fmt: skip


def _block(raw: RawFile, name: str, profiles: int) -> _Block | None:
    if not raw.has(name) or len(raw.dimensions(name)) != 2:
        return None
    value = _values(raw, name)
    if value.shape[0] != profiles:
        raise BadUpstreamData(Reason.UNREADABLE, f"{name} has shape {value.shape}")
    adjusted = _like(value, raw, name + _ADJUSTED)
    error = _like(value, raw, name + _ERROR)
    flag = _flags(raw, name + _QC, value)
    present = np.isfinite(value) | np.isfinite(adjusted) | ((flag > 0) & (flag < Flag.MISSING))
    ends = np.where(present.any(1), value.shape[1] - present[:, ::-1].argmax(1), 0)
    adjusted_flag = _flags(raw, name + _ADJUSTED + _QC, adjusted)
    units = raw.attribute(name, "units")
    stated = units.strip() if isinstance(units, str) else ""
    return _Block(value, flag, adjusted, adjusted_flag, error, ends, stated)


def _spectra(raw: RawFile, profiles: int) -> dict[str, Float32Array]:
    """(N_PROF, N_LEVELS, N_VALUES) of each spectrum that is one; what is none is left out."""
    found = {name: _values(raw, name) for name in SPECTRA if raw.has(name)}
    return {
        name: value
        for name, value in found.items()
        if value.ndim == 3 and value.shape[0] == profiles and value.shape[2]
    }


def _of_row(spectra: dict[str, Float32Array], place: int) -> dict[str, Float32Array]:
    held = {name: value[place] for name, value in spectra.items()}
    return {name: value for name, value in held.items() if np.isfinite(value).any()}


def _values(raw: RawFile, name: str) -> Float32Array:
    """Numbers of a variable, NaN for the fill value and for what is not finite."""
    stored = raw.read(name)
    if stored.dtype.kind not in "iuf":
        raise BadUpstreamData(Reason.UNREADABLE, f"{name} holds no numbers")
    fill = raw.attribute(name, "_FillValue")
    no_value = fill if isinstance(fill, int | float | np.number) else NO_VALUE
    missing = (stored == no_value) | ~np.isfinite(stored)
    with np.errstate(over="ignore", invalid="ignore"):
        values = stored.astype(np.float32)
    values[missing | ~np.isfinite(values)] = np.nan
    return values


def _like(value: Float32Array, raw: RawFile, name: str) -> Float32Array:
    found = _values(raw, name) if raw.has(name) else None
    return (
        found if found is not None and found.shape == value.shape else np.full_like(value, np.nan)
    )


def _flags(raw: RawFile, name: str, value: npt.NDArray[np.floating]) -> FlagArray:
    """Digits as numbers; where there is none, 9 beside a missing value and 0 beside a present."""
    unsaid = np.where(np.isfinite(value), Flag.NOT_EVALUATED, Flag.MISSING).astype(np.uint8)
    if not raw.has(name):
        return unsaid
    letters = raw.read(name)
    if letters.dtype != np.dtype("S1") or letters.shape != value.shape:
        return unsaid
    digits = np.ascontiguousarray(letters).view(np.uint8).reshape(value.shape) - np.uint8(ord("0"))
    return np.where(digits <= 9, digits, unsaid).astype(np.uint8)


def _modes(raw: RawFile, head: _Head, parameters: list[list[str]]) -> list[dict[str, str]]:
    """Data mode of each parameter of each profile: its own in a B file, the profile's in a core."""
    own = [""] * head.count
    if raw.has("PARAMETER_DATA_MODE"):
        own = untouched(by_profile(raw, "PARAMETER_DATA_MODE", head.count))
    found = []
    for place, names in enumerate(parameters):
        stated = dict(zip(names, own[place], strict=False))
        found.append({name: stated.get(name, "").strip() or head.mode[place] for name in names})
    return found
