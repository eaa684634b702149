"""A float's files judged together, and what was found laid back on each file, row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from halocline.model.checked import Checked
from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, start_flags
from halocline.model.profiles import Profiles, ProfileVariable
from halocline.qc.argo import ProfileFlags
from halocline.sources.argo_gdac.editions import ProfileFile, layers
from halocline.sources.argo_gdac.metadata import Metadata
from halocline.sources.argo_gdac.rectangle import rectangle

_Place = tuple[ProfileFlags, dict[str, FloatArray], int]


@dataclass(frozen=True)
class JudgedFile:
    """Profiles of one file in its order and width, and what quality control says of them."""

    file: str
    profiles: Profiles
    flags: ProfileFlags
    probability: dict[str, FloatArray]
    """(N_PROF, N_LEVELS) of a learned second opinion; empty where none was asked for."""


@dataclass(frozen=True)
class JudgedFloat:
    """The files of a float, and the best edition of each of its profiles."""

    files: tuple[JudgedFile, ...]
    profiles: Profiles
    flags: ProfileFlags


def judge_together(
    platform: str,
    files: Sequence[ProfileFile],
    metadata: Metadata,
    check: Callable[[Profiles], ProfileFlags],
    opinion: Callable[[Profiles], dict[str, FloatArray]] = lambda _: {},
) -> JudgedFloat:
    """Each file as `check` sees it among the best editions of the float's other profiles.

    There is at least one file. `opinion` says how probably bad each level of a variable is.
    """
    found = layers(platform, files, metadata)
    flags = [check(one.profiles) for one in found]
    said = [opinion(one.profiles) for one in found]
    where = {
        each: (flags[k], said[k], row)
        for k, one in enumerate(found)
        for each, row in one.rows.items()
    }
    judged = tuple(_of_file(platform, one, where, metadata) for one in files)
    return JudgedFloat(judged, found[0].profiles, flags[0])


def _of_file(
    platform: str,
    file: ProfileFile,
    where: Mapping[tuple[str, int], _Place],
    metadata: Metadata,
) -> JudgedFile:
    narrow = rectangle(platform, file.rows, metadata)
    wide = {name: widened(one, file.n_levels) for name, one in narrow.variables.items()}
    rows = [where[file.file, row.place] for row in file.rows]
    flags = ProfileFlags(
        variables={
            name: _levels([(flags.variables[name], row) for flags, _, row in rows], one)
            for name, one in wide.items()
        },
        position=_each([(flags.position, row) for flags, _, row in rows]),
        juld=_each([(flags.juld, row) for flags, _, row in rows]),
    )
    probability = {
        name: _probability([(said.get(name), row) for _, said, row in rows], one)
        for name, one in wide.items()
        if any(name in said for _, said, _ in rows)
    }
    return JudgedFile(file.file, replace(narrow, variables=wide), flags, probability)


def _probability(
    rows: Sequence[tuple[FloatArray | None, int]], variable: ProfileVariable
) -> FloatArray:
    """Rows of an opinion at the file's own width, NaN where it has none or no value is."""
    out: FloatArray = np.full(variable.value.shape, np.nan)
    for place, (said, row) in enumerate(rows):
        if said is not None:
            width = min(out.shape[1], said.shape[1])
            out[place, :width] = said[row, :width]
    return np.where(np.isfinite(variable.value), out, np.nan)


def widened(variable: ProfileVariable, width: int) -> ProfileVariable:
    """The same variable, (N_PROF, width): levels that were trimmed are missing again."""
    short = ((0, 0), (0, width - variable.value.shape[1]))
    return replace(
        variable,
        value=np.pad(variable.value, short, constant_values=np.nan),
        flag_source=np.pad(variable.flag_source, short, constant_values=Flag.MISSING),
        adjusted=np.pad(variable.adjusted, short, constant_values=np.nan),
        adjusted_flag_source=np.pad(
            variable.adjusted_flag_source, short, constant_values=Flag.MISSING
        ),
        adjusted_error=np.pad(variable.adjusted_error, short, constant_values=np.nan),
    )


def _levels(rows: Sequence[tuple[Checked, int]], variable: ProfileVariable) -> Checked:
    """Rows of the judgement of a variable at the file's own width.

    A value of the file that its companion lacks (a B file repeats pressures, rarely with holes
    filled) was not judged; one the file lacks is missing whatever the companion holds.
    """
    flag = start_flags(variable.value)
    failed, done = (np.zeros(flag.shape, dtype=np.uint64) for _ in range(2))
    for place, (checked, row) in enumerate(rows):
        width = min(flag.shape[1], checked.flag.shape[1])
        held = (flag[place, :width] != Flag.MISSING) & (checked.flag[row, :width] != Flag.MISSING)
        flag[place, :width][held] = checked.flag[row, :width][held]
        failed[place, :width][held] = checked.failed[row, :width][held]
        done[place, :width][held] = checked.done[row, :width][held]
    return Checked(flag=flag, failed=failed, done=done)


def _each(rows: Sequence[tuple[Checked, int]]) -> Checked:
    return Checked(
        flag=np.array([one.flag[row] for one, row in rows], dtype=np.uint8),
        failed=np.array([one.failed[row] for one, row in rows], dtype=np.uint64),
        done=np.array([one.done[row] for one, row in rows], dtype=np.uint64),
    )
