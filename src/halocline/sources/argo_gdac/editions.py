"""A float's files side by side: every profile of every file among the float's best others.

An archive may hold one profile several times: in real time and delayed mode, alone and in the
float's own file. Each of them is judged, and each among the best editions of the others, so that
no profile is its own neighbour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from halocline.model.profiles import Profiles
from halocline.sources.argo_gdac.assemble import Key, order_of, same_levels, with_keys
from halocline.sources.argo_gdac.decode import Row
from halocline.sources.argo_gdac.metadata import Metadata
from halocline.sources.argo_gdac.rectangle import rectangle


@dataclass(frozen=True)
class ProfileFile:
    """One decoded file of a float."""

    file: str
    is_bio: bool
    rows: tuple[Row, ...]
    n_levels: int
    """Its own N_LEVELS."""


@dataclass(frozen=True)
class Layer:
    """Profiles of a float, each once, and which row of them a profile of a file became."""

    profiles: Profiles
    rows: dict[tuple[str, int], int]
    """(file, place in the file) → row; those this layer speaks for."""


_Edition = tuple[str, Row]


def layers(platform: str, files: Sequence[ProfileFile], metadata: Metadata) -> list[Layer]:
    """Sets of profiles in which each profile of each file is spoken for once.

    The first holds the best edition of each (delayed mode, then the later DATE_UPDATE, then the
    mono file), a later one the next best where there is one and the best elsewhere. A B profile
    stands beside the core profile of its key where their levels agree, else on its own.
    """
    core = _editions([one for one in files if not one.is_bio])
    bio = _editions([one for one in files if one.is_bio])
    depth = max((len(found) for found in [*core.values(), *bio.values()]), default=0)
    return [_layer(platform, core, bio, level, metadata) for level in range(depth)]


def _editions(files: Sequence[ProfileFile]) -> dict[Key, list[_Edition]]:
    """Editions of each profile, the best one first."""
    found: dict[Key, list[_Edition]] = {}
    for one in files:
        for key, row in with_keys(one.rows):
            found.setdefault(key, []).append((one.file, row))
    return {key: sorted(each, key=_rank, reverse=True) for key, each in found.items()}


def _rank(edition: _Edition) -> tuple[bool, str, bool, str]:
    file, row = edition
    name = PurePosixPath(file).name
    delayed = row.mode == "D" or name.lstrip("BS").startswith("D")
    update = "" if np.isnat(row.date_update) else str(row.date_update)
    return delayed, update, "_prof" not in name, file


def _layer(
    platform: str,
    core: dict[Key, list[_Edition]],
    bio: dict[Key, list[_Edition]],
    level: int,
    metadata: Metadata,
) -> Layer:
    rows: dict[Key, Row] = {}
    spoken: dict[tuple[str, int], Key] = {}
    for key, each in core.items():
        file, row = each[level if level < len(each) else 0]
        rows[key] = row
        if level < len(each):
            spoken[file, row.place] = key
    for key, each in bio.items():
        file, row = each[level if level < len(each) else 0]
        where = _lay(rows, key, row)
        if level < len(each):
            spoken[file, row.place] = where
    ordered = sorted(rows, key=lambda key: order_of(key, rows))
    index = {key: place for place, key in enumerate(ordered)}
    profiles = rectangle(platform, [rows[key] for key in ordered], metadata)
    return Layer(profiles, {each: index[key] for each, key in spoken.items()})


def _lay(rows: dict[Key, Row], key: Key, bio: Row) -> Key:
    """Put a B profile beside its core profile, or on its own; the key it is found under."""
    core = rows.get(key)
    if core is not None and same_levels(core.columns.get("PRES"), bio.columns.get("PRES")):
        rows[key] = core.beside(
            {name: one for name, one in bio.columns.items() if name not in core.columns},
            bio.spectra,
        )
        return key
    cycle, direction, scheme, which = key
    own = key if core is None else (cycle, direction, f"{scheme} (b)", which)
    rows[own] = bio
    return own
