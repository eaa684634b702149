"""Rows of profiles to one padded rectangle."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.flags import Flag
from halocline.model.profiles import Float32Array, Profiles, ProfileVariable
from halocline.sources.argo_gdac.decode import Column, Row
from halocline.sources.argo_gdac.metadata import Metadata

_FIRST: Final = ("PRES", "TEMP", "PSAL")


def rectangle(platform: str, rows: Sequence[Row], metadata: Metadata) -> Profiles:
    """Profiles of one float, N_PROF × N_LEVELS, in the order of `rows`."""
    levels = max(row.levels for row in rows)
    names = {name for row in rows for name in row.columns}
    ordered = [name for name in _FIRST if name in names] + sorted(names.difference(_FIRST))

    def each(get: Callable[[Row], Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        return np.array([get(row) for row in rows], dtype=dtype)

    return Profiles(
        platform=platform,
        cycle=each(lambda row: row.cycle, np.int32),
        direction=each(lambda row: row.direction, "U1"),
        scheme=each(lambda row: row.scheme, np.str_),
        mode=each(lambda row: row.mode, "U1"),
        juld=each(lambda row: row.juld, np.float64),
        juld_flag_source=each(lambda row: row.juld_flag, np.uint8),
        juld_location=each(lambda row: row.juld_location, np.float64),
        latitude=each(lambda row: row.latitude, np.float64),
        longitude=each(lambda row: row.longitude, np.float64),
        position_flag_source=each(lambda row: row.position_flag, np.uint8),
        date_update=each(lambda row: row.date_update, "datetime64[s]"),
        source_file=each(lambda row: row.file, np.str_),
        variables={
            name: _variable([row.columns.get(name) for row in rows], levels) for name in ordered
        },
        attributes=_attributes(rows, metadata),
        park_and_profile_pressure=_configured(
            rows, metadata.profile_pressure, metadata.launch_pressure
        ),
        park_pressure=_configured(rows, metadata.park_pressure, metadata.launch_park_pressure),
        spectra=_spectra(rows, levels),
        calibration=dict(sorted(metadata.calibration.items())),
    )


def _variable(columns: Sequence[Column | None], levels: int) -> ProfileVariable:
    shape = (len(columns), levels)
    value, adjusted, error = (np.full(shape, np.nan, np.float32) for _ in range(3))
    flag, adjusted_flag = (np.full(shape, Flag.MISSING, np.uint8) for _ in range(2))
    for place, one in enumerate(columns):
        if one is None:
            continue
        size = one.value.size
        value[place, :size] = one.value
        flag[place, :size] = one.flag
        adjusted[place, :size] = one.adjusted
        adjusted_flag[place, :size] = one.adjusted_flag
        error[place, :size] = one.error
    return ProfileVariable(
        value=value,
        flag_source=flag,
        adjusted=adjusted,
        adjusted_flag_source=adjusted_flag,
        adjusted_error=error,
        mode=np.array([one.mode if one else "" for one in columns], dtype="U1"),
        units=next((one.units for one in columns if one and one.units), ""),
    )


def _attributes(rows: Sequence[Row], metadata: Metadata) -> dict[str, str]:
    """What the metadata file says, else the last profile that says it."""
    found: dict[str, str] = {}
    for row in rows:
        found |= row.facts
    return dict(sorted((found | metadata.facts).items()))


def _configured(
    rows: Sequence[Row], by_mission: Mapping[int, float], otherwise: float
) -> npt.NDArray[np.float64] | None:
    """Configured pressure of each row, dbar, NaN where unknown; None where all are."""
    found = np.array([by_mission.get(row.mission, otherwise) for row in rows], np.float64)
    return found if np.isfinite(found).any() else None


def _spectra(rows: Sequence[Row], levels: int) -> dict[str, Float32Array]:
    found = {}
    for name in sorted({name for row in rows for name in row.spectra}):
        each = [row.spectra.get(name) for row in rows]
        channels = max(one.shape[1] for one in each if one is not None)
        padded = np.full((len(rows), levels, channels), np.nan, np.float32)
        for place, one in enumerate(each):
            if one is not None:
                size = min(one.shape[0], levels)
                padded[place, :size, : one.shape[1]] = one[:size]
        found[name] = padded
    return found
