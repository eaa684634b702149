"""The Argo half of an archive: the tree of a GDAC, its index files, and a few files gone wrong."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from halocline.model.quarantine import Reason
from halocline.simulate.argo_files import (
    Rows,
    bio_file,
    core_file,
    meta_file,
    parameter_modes,
    stamp,
)
from halocline.simulate.argo_format import BGC
from halocline.simulate.casts import Casts, observe
from halocline.simulate.faults import Fault
from halocline.simulate.fleet import Float, plan_float, track
from halocline.simulate.provider import Publication, publish
from halocline.simulate.summary import BadFile, FaultEvent, Parameters, Tally, write_truth

GDAC: Final = "argo/gdac"
HTML: Final = (
    b"<!DOCTYPE html>\n<html><head><title>503 Service Unavailable</title></head>\n"
    b"<body><h1>Service Unavailable</h1></body></html>\n"
)
BAD_REASONS: Final = (
    Reason.TRUNCATED,
    Reason.EMPTY,
    Reason.NOT_THE_FORMAT,
    Reason.WRONG_PLATFORM,
    Reason.FUTURE_DATE,
)
FUTURE: Final = "20990101000000"


@dataclass(frozen=True)
class MadeFile:
    """One file below dac/: path, bytes, and the index row that announces it (without the path)."""

    path: str
    kind: str
    content: bytes
    index: str


@dataclass
class Indexes:
    """Lines of the index files, one list per file, in the order floats were written."""

    core: list[str] = field(default_factory=list)
    bio: list[str] = field(default_factory=list)
    meta: list[str] = field(default_factory=list)
    grey: list[str] = field(default_factory=list)

    def add(self, made: MadeFile) -> None:
        """Announce a file."""
        lines = {"core": self.core, "bio": self.bio, "meta": self.meta}.get(made.kind)
        if lines is not None:
            lines.append(f"{made.path},{made.index}")


def make_casts(number: int, parameters: Parameters) -> Casts:
    """The casts of one float; depends on nothing but its number and the parameters."""
    plan = plan_float(number)
    rng = np.random.default_rng([parameters.seed, 1, number])
    path = track(plan, cycles=parameters.profiles_per_float, end=parameters.end, rng=rng)
    return observe(plan, path, rng=rng)


def make_publication(
    casts: Casts, parameters: Parameters, *, today: np.datetime64, hasten: int = 0
) -> Publication:
    """What the provider shows on `today`; see `publish`."""
    rng = np.random.default_rng([parameters.seed, 2, casts.plan.number])
    return publish(casts, today=today, rng=rng, hasten=hasten)


def float_files(
    casts: Casts, publication: Publication, *, cycles: int, bad: tuple[int, Reason] | None
) -> Iterator[MadeFile]:
    """Every file of a float with its first `cycles` casts; one of them bad if asked.

    `bad` is (index of the cast, reason).
    """
    plan, home = casts.plan, f"{casts.plan.dac}/{casts.plan.wmo}"
    for cast in range(cycles):
        reason = bad[1] if bad is not None and bad[0] == cast else None
        yield core_of(casts, publication, cast, bad=reason)
        if plan.kind == "bgc":
            yield bio_of(casts, publication, cast)
    newest = stamp(publication.date_update[:cycles].max())
    first = stamp(publication.date_update[:cycles].min())
    everything = Rows(np.arange(cycles), first, newest, 0)
    content = core_file(casts, publication, everything)
    yield MadeFile(f"{home}/{plan.wmo}_prof.nc", "prof", content, "")
    yield MadeFile(
        f"{home}/{plan.wmo}_meta.nc",
        "meta",
        meta_file(plan, casts, updated=first),
        f"{plan.platform_type[1]},{plan.institution},{first}",
    )


def core_of(
    casts: Casts, publication: Publication, cast: int, *, bad: Reason | None = None
) -> MadeFile:
    """The core file of one cast, or what a fault of the provider put in its place."""
    plan = casts.plan
    updated = stamp(publication.date_update[cast])
    letter = "D" if publication.mode[cast] == b"D" else "R"
    path = _mono_path(plan, letter, int(casts.track.cycle[cast]))
    if bad is Reason.FUTURE_DATE:
        updated = FUTURE
    content = core_file(casts, publication, _rows(publication, cast, updated))
    content = _spoil(content, plan, bad)
    return MadeFile(path, "core", content, f"{_place(casts, cast)},{updated}")


def bio_of(casts: Casts, publication: Publication, cast: int) -> MadeFile:
    """The B file of one cast."""
    plan, updated = casts.plan, stamp(publication.date_update[cast])
    letter = "BD" if publication.mode[cast] == b"D" else "BR"
    content = bio_file(casts, publication, _rows(publication, cast, updated))
    modes = parameter_modes(publication, cast)
    index = f"{_place(casts, cast)},{' '.join(('PRES', *BGC))},{modes},{updated}"
    path = _mono_path(plan, letter, int(casts.track.cycle[cast]))
    return MadeFile(path, "bio", content, index)


def _rows(publication: Publication, cast: int, updated: str) -> Rows:
    return Rows(np.array([cast]), stamp(publication.date_update[cast]), updated, 2)


def _mono_path(plan: Float, letter: str, cycle: int) -> str:
    return f"{plan.dac}/{plan.wmo}/profiles/{letter}{plan.wmo}_{cycle:03d}.nc"


def _place(casts: Casts, cast: int) -> str:
    """The part of an index row both kinds share: date, latitude, longitude, ocean, type, centre."""
    plan, path = casts.plan, casts.track
    time = np.datetime64("1950-01-01", "s") + round(float(path.juld[cast]) * 86400)
    return (
        f"{stamp(time)},{path.latitude[cast]:.3f},{path.longitude[cast]:.3f},"
        f"{plan.region.ocean},{plan.platform_type[1]},{plan.institution}"
    )


def _spoil(content: bytes, plan: Float, bad: Reason | None) -> bytes:
    if bad is Reason.TRUNCATED:
        return content[: len(content) * 3 // 5]
    if bad is Reason.EMPTY:
        return b""
    if bad is Reason.NOT_THE_FORMAT:
        return HTML
    if bad is Reason.WRONG_PLATFORM:
        return content.replace(plan.wmo.encode(), str(int(plan.wmo) + 500).encode())
    return content


def bad_casts(parameters: Parameters) -> dict[int, tuple[int, Reason]]:
    """By number of float: which of its casts is a bad file, and why; spread over the fleet."""
    chosen: dict[int, tuple[int, Reason]] = {}
    for k, reason in enumerate(BAD_REASONS):
        number = 1 + k * max(1, parameters.floats // len(BAD_REASONS))
        if number < parameters.floats:
            chosen[number] = (min(3 + 2 * k, parameters.profiles_per_float - 1), reason)
    return chosen


def write_float(folder: Path, *, number: int, parameters: Parameters, tally: Tally,
                indexes: Indexes) -> str:  # fmt: skip
    """Write every file of one float, its truth and its index lines; return its WMO."""
    casts, cycles = make_casts(number, parameters), parameters.profiles_per_float
    publication = make_publication(casts, parameters, today=parameters.end)
    bad = bad_casts(parameters).get(number)
    plan, dac = casts.plan, folder / GDAC / "dac"
    (dac / plan.dac / plan.wmo / "profiles").mkdir(parents=True, exist_ok=True)
    for made in float_files(casts, publication, cycles=cycles, bad=bad):
        (dac / made.path).write_bytes(made.content)
        indexes.add(made)
        tally.counts[made.kind] += 1
    if bad is not None:
        spoilt = core_of(casts, publication, bad[0]).path
        tally.bad_files.append(BadFile("argo", spoilt, plan.wmo, bad[1]))
    if plan.drifts and np.any(casts.drift[:cycles] > 0.1):
        day = stamp(publication.date_update[int(np.argmax(casts.drift > 0.1))])[:8]
        comment = "salinity drift"
        indexes.grey.append(f"{plan.wmo},PSAL,{day},,3,{comment},{plan.institution}")
    tally.faults.extend(_events(casts, cycles))
    write_float_truth(folder, casts, cycles=cycles)
    return plan.wmo


def _events(casts: Casts, cycles: int) -> Iterator[FaultEvent]:
    for cast in range(cycles):
        cycle = str(int(casts.track.cycle[cast]))
        for name, codes in casts.fault.items():
            for code in np.unique(codes[cast][codes[cast] > 0]):
                many = int((codes[cast] == code).sum())
                kind = Fault(int(code)).name.lower()
                yield FaultEvent("argo", casts.plan.wmo, cycle, name, kind, many)
        for name, codes in (("JULD", casts.date_fault), ("LATITUDE", casts.position_fault)):
            if codes[cast]:
                kind = Fault(int(codes[cast])).name.lower()
                yield FaultEvent("argo", casts.plan.wmo, cycle, name, kind, 1)


def write_float_truth(folder: Path, casts: Casts, *, cycles: int) -> None:
    """True values (float32) and fault codes of a float's primary rows, (cycles, levels)."""
    arrays: dict[str, np.ndarray] = {"CYCLE_NUMBER": casts.track.cycle[:cycles].astype(np.int32)}
    for name, true in casts.true.items():
        arrays[name] = true[:cycles].astype(np.float32)
        arrays[f"{name}_FAULT"] = casts.fault[name][:cycles]
    arrays["JULD_FAULT"] = casts.date_fault[:cycles]
    arrays["POSITION_FAULT"] = casts.position_fault[:cycles]
    write_truth(folder / "truth" / "argo" / f"{casts.plan.wmo}.npz", arrays.items())


def write_indexes(folder: Path, indexes: Indexes, *, today: np.datetime64) -> None:
    """Write the index files of the GDAC, plain and gzipped, dated `today`."""
    root = folder / GDAC
    place = "file,date,latitude,longitude,ocean,profiler_type,institution"
    tables = {
        "ar_index_global_prof.txt": ("Profile", f"{place},date_update", indexes.core),
        "argo_bio-profile_index.txt": (
            "Bio-Profile", f"{place},parameters,parameter_data_mode,date_update", indexes.bio),
        "ar_index_global_meta.txt": (
            "Metadata", "file,profiler_type,institution,date_update", indexes.meta),
    }  # fmt: skip
    for name, (what, columns, lines) in tables.items():
        text = "\n".join([*_comments(what, today), columns, *sorted(lines)]) + "\n"
        (root / name).write_text(text, encoding="utf-8")
        (root / f"{name}.gz").write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    grey = ["PLATFORM_CODE,PARAMETER_NAME,START_DATE,END_DATE,QUALITY_CODE,COMMENT,DAC"]
    text = "\n".join([*grey, *indexes.grey]) + "\n"
    (root / "ar_greylist.txt").write_text(text, encoding="utf-8")


def _comments(what: str, today: np.datetime64) -> list[str]:
    return [
        f"# Title : {what} directory file of the Argo Global Data Assembly Center",
        f"# Description : The directory file describes all {what.lower()} files of the argo GDAC.",
        "# Project : ARGO",
        "# Format version : 2.0",
        f"# Date of update : {stamp(today)}",
        "# FTP root number 1 : ftp://ftp.ifremer.fr/ifremer/argo/dac",
        "# FTP root number 2 : ftp://usgodae.org/pub/outgoing/argo/dac",
        "# GDAC node : CORIOLIS",
    ]
