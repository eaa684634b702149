"""What is known whatever happens to a station: neighbours, rivers, reanalysis, the tide."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from halocline.learn.tide import predicted_tide, tide_name
from halocline.model.digest import digests_of
from halocline.model.errors import ConfigInvalid
from halocline.model.series import Grid, Series, latitude_of
from halocline.pipeline.driver_entry import SUFFIXES, read_entry
from halocline.pipeline.received_series import read_received
from halocline.pipeline.series_grids import grids_of
from halocline.qc.series import SeriesSuite, check
from halocline.sources.series_file import SeriesRead


@dataclass(frozen=True)
class DriverFiles:
    """What a caller names: files of other platforms, and the level to analyse the tide from."""

    paths: tuple[Path, ...] = ()
    """Of a platform each: a file, or the entry (.yaml) that names some (`driver_entry`)."""
    tide: str = ""
    """A variable of the station, or of a driver (PLATFORM_VARIABLE); no tide when empty."""

    def __bool__(self) -> bool:
        """Whether anything is named."""
        return bool(self.paths or self.tide)


NO_DRIVERS: Final = DriverFiles()


@dataclass(frozen=True)
class Drivers:
    """Grids by name, PLATFORM_VARIABLE or tide_of_LEVEL, and the files they were read from."""

    grids: Mapping[str, Grid] = field(default_factory=dict)
    inputs: tuple[tuple[str, str], ...] = ()
    """(name, sha256) of each file."""
    notes: tuple[str, ...] = ()
    """What reading them had to tell, see `SeriesRead`."""


def read_drivers(
    files: DriverFiles,
    *,
    series: Series,
    grids: Mapping[str, Grid],
    suite: SeriesSuite,
    now: np.datetime64,
) -> Drivers:
    """Every variable of every file, checked as a station's own are, and the tide.

    `series`, `grids`: the station that is to be filled.

    Raises:
        ConfigInvalid: the operator's; a file that cannot be used or is of the station itself, a
            level that nobody has, a record too short for a tide.
    """
    found: dict[str, Grid] = {}
    notes: list[str] = []
    inputs: list[Path] = []
    for path in files.paths:
        read, paths = _read(path, now)
        other, notes, inputs = read.series, [*notes, *read.notes], [*inputs, *paths]
        if other.platform == series.platform or _is_same(other, series):
            raise ConfigInvalid(
                f"{path} is of the station itself ({other.platform}): a driver is known when the "
                "station is not; give its own files before the options"
            )
        gridded = grids_of(other, check(other, suite))
        if not gridded:
            raise ConfigInvalid(
                f"{path}: no variable has usable values on a regular step; it holds "
                f"{', '.join(other.variables)}"
            )
        found |= {f"{other.platform}_{name}": one.grid for name, one in gridded.items()}
    if files.tide:
        level = {**grids, **found}.get(files.tide)
        if level is None:
            known = ", ".join([*grids, *found])
            raise ConfigInvalid(f"no level {files.tide} to tell the tide from; there are {known}")
        found[tide_name(files.tide)] = predicted_tide(level, latitude=latitude_of(series))
    return Drivers(found, tuple(digests_of(inputs)), tuple(notes))


def _read(path: Path, now: np.datetime64) -> tuple[SeriesRead, list[Path]]:
    """A driver, by a file that says everything of itself or by an entry; the files read."""
    if path.suffix in SUFFIXES:
        entry = read_entry(path)
        read = read_received(entry.paths, received=now, options=entry.options)
        return replace(read, series=replace(read.series, platform=entry.code)), [*entry.paths]
    try:
        return read_received([path], received=now), [path]
    except ConfigInvalid as fault:
        if "--" not in str(fault):
            raise
        raise ConfigInvalid(
            f"{fault}. Options on the line are for the station's own files; the driver's are keys "
            "of an entry, as of `outside` in a network file: give --driver CODE.yaml, which holds "
            f"`addresses: [{path.absolute().parent}]`, `files: [{path.name}]` and what is to be "
            "said, such as `day_order: dmy`"
        ) from fault


def _is_same(other: Series, series: Series) -> bool:
    """Whether a variable of another name holds the very values: a copy is no neighbour."""
    return any(
        one.value.size == mine.value.size and np.array_equal(one.value, mine.value, equal_nan=True)
        for one in other.variables.values()
        for mine in series.variables.values()
        if np.isfinite(one.value).any()
    )
