"""From the bytes of one In Situ TAC netCDF file to a series.

Formats: OceanSITES 1.1 and 1.2 as In Situ TAC wrote them from 2002 to 2020 (System Requirements
Document 1.2 to 1.4): single precision or packed integers, fills of each writer, names of each
generation. Names are the file's: the same quantity has had several, and which means which is not
guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series, SeriesVariable, TimeArray, variable_name
from halocline.sources.insitu_tac.fields import flags_of, place_of, stamps_of, text_of, values_of
from halocline.sources.insitu_tac.listing import scope_of
from halocline.sources.insitu_tac.names import parse_name
from halocline.sources.netcdf.container import RawFile, open_raw
from halocline.sources.upsert import Slot, upsert

SLACK: Final = np.timedelta64(1, "D")
"""A row later than its receipt by more than this was never observed; a clock may run fast."""
KEPT: Final = (
    "wmo_platform_code", "platform_name", "site_code", "institution", "institution_edmo_code",
    "source", "source_platform_category_code", "data_mode", "format_version", "Conventions",
    "quality_control_indicator", "qc_manual", "update_interval", "citation",
    "distribution_statement", "date_update",
)  # fmt: skip
"""Global attributes kept with a series."""
FRAME: Final = frozenset({"TIME", "DEPTH", "LATITUDE", "LONGITUDE", "POSITION"})
_BESIDE: Final = ("_QC", "_DM")
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ReadCount:
    """What reading one file met, beside the rows set aside."""

    rows: int
    """Rows kept, before equal stamps are joined."""
    duplicates: int
    """Rows whose stamp an earlier row of the file holds already."""
    flag_disagreements: int
    """Values with flag 9, and fills with a flag of 1 to 8."""
    left_out: tuple[str, ...]
    """Variables of the file that are none of ours: adjusted values, other dimensions, text."""


@dataclass(frozen=True)
class Decoded:
    """One file read: its series, the rows set aside (one entry a reason), and counts."""

    series: Series
    quarantined: tuple[Quarantined, ...]
    count: ReadCount


def decode(content: bytes, file: str, received: np.datetime64) -> tuple[Series, list[Quarantined]]:
    """Read one file; rows that cannot be used are set aside, one entry a reason.

    The level of a variable is the place of its column on the file's DEPTH axis, from 1, as in
    the provider's CSV files: a label; DEPH of that level gives the metres. Columns without any
    value are left out.

    Raises:
        BadUpstreamData: theirs; as `read_file`.
    """
    decoded = read_file(content, file=file, received=received)
    return decoded.series, list(decoded.quarantined)


def read_file(content: bytes, *, file: str, received: np.datetime64) -> Decoded:
    """Read one file and count what it met; under a name of another kind, the content decides.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, TRUNCATED, UNREADABLE, MISSING_VARIABLE),
            OUT_OF_SCOPE (profiles, wave spectra), WRONG_PLATFORM, FUTURE_DATE and BAD_ROW when no
            other row is left, NO_DATA (no value anywhere).
    """
    raw = open_raw(content)
    _refuse_other_kinds(raw, file)
    platform = _platform(raw, file)
    time, usable = stamps_of(raw)
    future = usable & (time > received + SLACK)
    aside = list(_set_aside(time, file=file, platform=platform, usable=usable, future=future))
    keep = usable & ~future
    if not keep.any():
        if aside:
            raise BadUpstreamData(aside[-1].reason, aside[-1].detail)
        raise BadUpstreamData(Reason.NO_DATA, "no stamp")
    series, count = _series(raw, time=time, keep=keep, platform=platform)
    if not series.variables:
        raise BadUpstreamData(Reason.NO_DATA, "every variable is fill from end to end")
    origin = {"source_file": file, "received": f"{received.astype('datetime64[s]')}Z"}
    attributes = {**_attributes(raw), **origin}
    return Decoded(replace(series, attributes=attributes), tuple(aside), count)


def _refuse_other_kinds(raw: RawFile, file: str) -> None:
    name = parse_name(file)
    why = scope_of(name) if name else ""
    words = " ".join(text_of(raw, key).lower() for key in ("data_type", "cdm_data_type"))
    if not why and "profile" in words:
        why = f"the file says it holds {words.strip()}: only time series are read"
    if why:
        raise BadUpstreamData(Reason.OUT_OF_SCOPE, why)


def _platform(raw: RawFile, file: str) -> str:
    """Code of the platform: the file name's, which the file must not contradict."""
    name = parse_name(file)
    inside = [text_of(raw, key) for key in ("platform_code", "wmo_platform_code", "id")]
    said = [one for one in inside if one]
    if name is None:
        return said[0] if said else file.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    ids = {part for one in said for part in (one, *_named_in(one))}
    if said and name.platform.lower() not in {one.lower() for one in ids}:
        detail = f"the file is of {' or '.join(dict.fromkeys(said))}, its name of {name.platform}"
        raise BadUpstreamData(Reason.WRONG_PLATFORM, detail)
    return name.platform


def _named_in(identity: str) -> list[str]:
    """The code inside an `id` that is a file name without its end."""
    found = parse_name(f"{identity}.nc")
    return [found.platform] if found else []


def _set_aside(
    time: TimeArray, *, file: str, platform: str, usable: Mask, future: Mask
) -> Iterator[Quarantined]:
    if not usable.all():
        detail = f"{int((~usable).sum())} of {usable.size} rows have no usable TIME"
        yield Quarantined(file, Reason.BAD_ROW, detail, platform)
    if future.any():
        detail = f"{int(future.sum())} rows, the latest at {time[future].max()}Z"
        yield Quarantined(file, Reason.FUTURE_DATE, detail, platform)


def _series(
    raw: RawFile, *, time: TimeArray, keep: Mask, platform: str
) -> tuple[Series, ReadCount]:
    """Join rows of one stamp (a later value replaces, a later blank does not), sort by time."""
    axis, target = np.unique(time[keep], return_inverse=True)
    places = [
        upsert(
            Slot.empty(axis.size), target=target, value=place_of(raw, name, time.size)[keep]
        ).value
        for name in ("LATITUDE", "LONGITUDE")
    ]
    variables: dict[str, SeriesVariable] = {}
    disagreements = 0
    names, left_out = _parameters(raw)
    for name in names:
        value = values_of(raw, name).reshape(time.size, -1)
        flag = flags_of(raw, name, value)
        disagreements += _disagreements(raw, name, value)
        for column in np.flatnonzero(np.isfinite(value[keep]).any(axis=0)).tolist():
            slot = upsert(
                Slot.empty(axis.size), target=target, value=value[keep, column],
                flag=flag[keep, column],
            )  # fmt: skip
            variables[variable_name(name, column + 1)] = SeriesVariable(
                value=slot.value, flag_source=slot.flag, parameter=name, level=column + 1,
                units=str(raw.attribute(name, "units") or ""),
            )  # fmt: skip
    kept = int(keep.sum())
    count = ReadCount(kept, kept - axis.size, disagreements, left_out)
    return Series(platform, axis, places[0], places[1], variables), count


def _parameters(raw: RawFile) -> tuple[list[str], tuple[str, ...]]:
    """Variables measured in time at one or several depths, and those that are not ours."""
    found, left_out = [], []
    for name in raw.names():
        if name in FRAME or name.endswith(_BESIDE):
            continue
        dimensions = raw.dimensions(name)
        is_series = dimensions in (("TIME",), ("TIME", "DEPTH"))
        if is_series and "_ADJUSTED" not in name and raw.read(name).dtype.kind in "fiu":
            found.append(name)
        else:
            left_out.append(name)
    return found, tuple(left_out)


def _disagreements(raw: RawFile, name: str, value: npt.NDArray[np.float64]) -> int:
    if not raw.has(f"{name}_QC"):
        return 0
    given = raw.read(f"{name}_QC")
    if given.dtype.kind == "S":
        return 0
    given = given.reshape(value.shape)
    missing = np.isnan(value)
    return int((~missing & (given == 9)).sum() + (missing & (given >= 1) & (given <= 8)).sum())


def _attributes(raw: RawFile) -> dict[str, str]:
    found = {key: text_of(raw, key) for key in KEPT}
    return {key: value for key, value in found.items() if value}
