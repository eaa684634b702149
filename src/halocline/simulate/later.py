"""The same archive some days later: what a second pull has to notice, and nothing else."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.simulate.argo_archive import (
    GDAC,
    Indexes,
    MadeFile,
    bio_of,
    core_of,
    make_casts,
    make_publication,
    write_indexes,
)
from halocline.simulate.argo_files import Rows, core_file, stamp
from halocline.simulate.casts import Casts
from halocline.simulate.coast_archive import (
    FOLDER,
    bad_months,
    csv_text,
    deliveries,
    make_record,
)
from halocline.simulate.fleet import SPARE_CYCLES, plan_float
from halocline.simulate.provider import Publication
from halocline.simulate.summary import Parameters, read_summary

LATER_DAYS: Final = 10
WITHDRAWN_CAST: Final = 1
JUDGED_CAST: Final = 2
INDEXES: Final = {
    "core": "ar_index_global_prof.txt",
    "bio": "argo_bio-profile_index.txt",
    "meta": "ar_index_global_meta.txt",
    "grey": "ar_greylist.txt",
}


@dataclass(frozen=True)
class LaterArchive:
    """What differs from the earlier archive; platforms are exactly those whose data changed."""

    floats: tuple[str, ...]
    station_years: tuple[tuple[str, int], ...]
    added: tuple[str, ...]
    """New paths below dac/: new cycles, and D files that take the place of R."""
    superseded: tuple[str, ...]
    """R files gone because their D file is there."""
    withdrawn: tuple[str, ...]
    """Files gone and not replaced."""
    updated: tuple[str, ...]
    """Paths with another content and DATE_UPDATE."""


def later_archive(folder_from: Path, folder_to: Path, *, seed: int) -> LaterArchive:
    """Write the archive of `folder_from` as it stands LATER_DAYS later.

    `seed` chooses which floats change: one with new cycles, one judged in delayed mode, one file
    withdrawn, one judged again; and the last station has new rows. Untouched files are hard links.

    Raises:
        ValueError: the earlier archive has fewer than four floats (the caller's).
    """
    shutil.copytree(folder_from, folder_to, copy_function=os.link)
    parameters = read_summary(folder_from).parameters
    today = parameters.end + np.timedelta64(LATER_DAYS, "D")
    tree = _Tree(folder_to / GDAC)
    grown, judged, cut, again = _chosen(parameters, seed=seed)
    _grow(tree, grown, parameters, today)
    _judge_delayed(tree, judged, parameters, today)
    _withdraw(tree, cut, parameters)
    _judge_again(tree, again, parameters, today)
    tree.write_indexes(folder_to, today=today)
    return LaterArchive(
        floats=tuple(sorted(plan_float(one).wmo for one in (grown, judged, cut, again))),
        station_years=_later_station(folder_to / FOLDER, parameters, today=today),
        added=tuple(tree.added),
        superseded=tuple(tree.superseded),
        withdrawn=tuple(tree.withdrawn),
        updated=tuple(tree.updated),
    )


def _chosen(parameters: Parameters, *, seed: int) -> tuple[int, int, int, int]:
    """Four floats; the second is one that experts judge."""
    if parameters.floats < 4:
        raise ValueError(f"a later archive needs at least 4 floats, not {parameters.floats}")
    order = np.random.default_rng([seed, 5]).permutation(parameters.floats).tolist()
    judged = next(one for one in order if plan_float(one).mode == "D")
    grown, cut, again = [one for one in order if one != judged][:3]
    return grown, judged, cut, again


@dataclass
class _Tree:
    """A GDAC tree while it changes."""

    root: Path
    added: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, name in INDEXES.items():
            text = (self.root / name).read_text(encoding="utf-8").splitlines()
            rows = [line for line in text if not line.startswith("#")]
            self.lines[kind] = rows[1:]

    def put(self, made: MadeFile) -> None:
        """Write a file in the place of a link, and its index row."""
        self.remove(made.path)
        (self.root / "dac" / made.path).write_bytes(made.content)
        if made.kind in self.lines:
            self.lines[made.kind].append(f"{made.path},{made.index}")

    def remove(self, path: str) -> None:
        """Take a file and its index row away."""
        (self.root / "dac" / path).unlink(missing_ok=True)
        for kind, rows in self.lines.items():
            self.lines[kind] = [row for row in rows if not row.startswith(f"{path},")]

    def write_indexes(self, folder: Path, *, today: np.datetime64) -> None:
        """Write the index files anew; the links to the earlier ones are cut first."""
        for name in INDEXES.values():
            (self.root / name).unlink()
            (self.root / f"{name}.gz").unlink(missing_ok=True)
        write_indexes(folder, Indexes(**self.lines), today=today)


def _grow(tree: _Tree, number: int, parameters: Parameters, today: np.datetime64) -> None:
    """Add SPARE_CYCLES new cycles."""
    casts = make_casts(number, parameters)
    publication = make_publication(casts, parameters, today=today)
    cycles = parameters.profiles_per_float
    for cast in range(cycles, cycles + SPARE_CYCLES):
        for made in _files_of(casts, publication, cast):
            tree.put(made)
            tree.added.append(made.path)
    _renew_prof(tree, casts, publication, np.arange(cycles + SPARE_CYCLES))


def _judge_delayed(tree: _Tree, number: int, parameters: Parameters, today: np.datetime64) -> None:
    """Put a D file in the place of each R file that an expert has judged meanwhile."""
    casts = make_casts(number, parameters)
    before = make_publication(casts, parameters, today=parameters.end)
    after = make_publication(casts, parameters, today=today, hasten=1)
    cycles = np.arange(parameters.profiles_per_float)
    for cast in cycles[before.mode[cycles] != after.mode[cycles]].tolist():
        old, new = (_files_of(casts, one, cast) for one in (before, after))
        for gone, made in zip(old, new, strict=True):
            tree.remove(gone.path)
            tree.put(made)
            tree.superseded.append(gone.path)
            tree.added.append(made.path)
    _renew_prof(tree, casts, after, cycles)


def _withdraw(tree: _Tree, number: int, parameters: Parameters) -> None:
    """Take one cycle back without a word."""
    casts = make_casts(number, parameters)
    publication = make_publication(casts, parameters, today=parameters.end)
    for gone in _files_of(casts, publication, WITHDRAWN_CAST):
        tree.remove(gone.path)
        tree.withdrawn.append(gone.path)
    kept = np.delete(np.arange(parameters.profiles_per_float), WITHDRAWN_CAST)
    _renew_prof(tree, casts, publication, kept)


def _judge_again(tree: _Tree, number: int, parameters: Parameters, today: np.datetime64) -> None:
    """Publish one core file anew: the provider now doubts its salinity."""
    casts = make_casts(number, parameters)
    publication = make_publication(casts, parameters, today=parameters.end)
    judged = publication.judged["PSAL"]
    for flag in (judged.flag, judged.adjusted_flag):
        flag[JUDGED_CAST][np.isin(flag[JUDGED_CAST], [b"1", b"2"])] = b"3"
    publication.date_update[JUDGED_CAST] = today - np.timedelta64(1, "D")
    made = core_of(casts, publication, JUDGED_CAST)
    tree.put(made)
    tree.updated.append(made.path)
    _renew_prof(tree, casts, publication, np.arange(parameters.profiles_per_float))


def _files_of(casts: Casts, publication: Publication, cast: int) -> list[MadeFile]:
    files = [core_of(casts, publication, cast)]
    return [*files, bio_of(casts, publication, cast)] if casts.plan.kind == "bgc" else files


def _renew_prof(
    tree: _Tree,
    casts: Casts,
    publication: Publication,
    which: npt.NDArray[np.int64],
) -> None:
    """The multi-profile file follows its mono files."""
    dates = publication.date_update[which]
    rows = Rows(which, stamp(dates.min()), stamp(dates.max()), 0)
    path = f"{casts.plan.dac}/{casts.plan.wmo}/{casts.plan.wmo}_prof.nc"
    tree.put(MadeFile(path, "prof", core_file(casts, publication, rows), ""))


def _later_station(
    folder: Path, parameters: Parameters, *, today: np.datetime64
) -> tuple[tuple[str, int], ...]:
    """Give the last station its new rows; its code and the years that changed files hold."""
    number = parameters.stations - 1
    record = make_record(number, parameters)
    spoilt = {k for one, k in bad_months(parameters) if one == number} | {1}
    years: set[int] = set()
    for k, delivery in enumerate(deliveries(record, end=today, seed=parameters.seed)):
        path, content = folder / delivery.name, csv_text(record, delivery).encode()
        if k in spoilt or (path.exists() and path.read_bytes() == content):
            continue
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        years |= set(_years(record.time[delivery.rows]))
    return tuple((record.station.code, year) for year in sorted(years))


def _years(time: npt.NDArray[np.datetime64]) -> Iterator[int]:
    for year in np.unique(time.astype("datetime64[Y]").astype(np.int64)).tolist():
        yield 1970 + year
