"""What data centres say their real-time tests found: HISTORY_QCTEST, test by test."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa

from halocline.model.errors import BadUpstreamData
from halocline.pipeline.judged import JudgedFile, judge_together
from halocline.pipeline.qc_files import profile_file
from halocline.qc.argo import ArgoSuite, ProfileFlags, check, test_names
from halocline.sources.argo_gdac.editions import ProfileFile
from halocline.sources.argo_gdac.greylist import read_greylist
from halocline.sources.argo_gdac.kinds import kind_of, platform_named
from halocline.sources.argo_gdac.metadata import Metadata, read_metadata
from halocline.sources.netcdf.container import RawFile, open_raw
from tests.bench._argo_attempts import only
from tests.bench._argo_causes import Case, case

NOW = 27759.0
"""2026-01-01: after every file."""
LAST_TEST = 26
"""A mask with a later bit is none: kma writes decimal digits where hexadecimal ones are meant."""
UNFIT = {"2902269": "incois: the one float with a mass pressure failure"}


@dataclass
class Compared:
    """One test over all profiles for which a data centre says that it ran it."""

    agree_pass: int = 0
    agree_fail: int = 0
    missed: list[str] = field(default_factory=list)
    """Files the centre failed and we passed, here and in the rest of the cycle."""
    elsewhere: list[str] = field(default_factory=list)
    """Files the centre failed and we passed, but failed in another profile or B parameter of the
    same cycle, whose mask is one."""
    extra: list[str] = field(default_factory=list)
    """Files we failed and the centre passed."""
    causes: list[Case] = field(default_factory=list)
    """Why, of each file missed."""
    doubted: int = 0
    """Values of the extra files that we failed and the file's own flags call bad, 3 or 4 …"""
    trusted: int = 0
    """… and those they call good."""
    not_run: int = 0
    """Files in which we had nothing to judge."""

    def add(self, other: "Compared") -> None:
        """Count another float's files too."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def compare(argo: Path, suite: ArgoSuite) -> tuple[dict[int, Compared], int, int]:
    """Each test of the suite beside the centres' masks; how many files were read, had a mask."""
    found = {number: Compared() for number in test_names() if number <= LAST_TEST}
    entries = tuple(read_greylist((argo / "gdac" / "ar_greylist.txt").read_bytes()))
    read = masked = 0
    for platform, files in floats_of(argo).items():
        if platform in UNFIT:
            continue
        float_ = _read(platform, files)
        judged = _judged(float_, suite, entries)
        read += len(float_.masks)
        ours = {number: Compared() for number in found}
        for name, mask in float_.masks.items():
            if mask is None or name not in judged:
                continue
            masked += 1
            around = [judged[one].flags for one in (name, f"B{name}") if one in judged]
            _count(ours, name, around, *mask)
        for number, one in ours.items():
            one.causes += _causes(float_, number, one.missed, suite=suite, entries=entries)
            for name in one.extra:
                _weigh(one, judged[name], number)
            found[number].add(one)
    return found, read, masked


def floats_of(argo: Path) -> dict[str, dict[str, bytes]]:
    """Core, B and metadata files of `gdac/` and of the archive of 14 floats, by float."""
    found: dict[str, dict[str, bytes]] = {}
    for name, content in _all_files(argo):
        base = PurePosixPath(name).name
        if base.endswith(".nc") and not base.endswith(("_prof.nc", "_tech.nc", "traj.nc")):
            found.setdefault(platform_named(base), {}).setdefault(base, content)
    return found


def _all_files(argo: Path) -> Iterator[tuple[str, bytes]]:
    with (
        pa.CompressedInputStream(str(argo / "gdac_14floats_full.tar.zst"), "zstd") as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for member in archive:
            if member.isfile():
                yield member.name, archive.extractfile(member).read()
    for path in sorted((argo / "gdac").rglob("*.nc")):
        yield path.name, path.read_bytes()


@dataclass
class _Float:
    """One float's files, decoded."""

    platform: str
    contents: dict[str, bytes]
    metadata: Metadata
    profiles: list[ProfileFile] = field(default_factory=list)
    masks: dict[str, tuple[int, int] | None] = field(default_factory=dict)


def _read(platform: str, files: dict[str, bytes]) -> _Float:
    found = _Float(platform, files, Metadata(platform))
    for name, content in files.items():
        try:
            raw = open_raw(content)
            kind = kind_of(raw)
            if kind == "meta":
                found.metadata = read_metadata(content)
            elif kind in ("core", "bio"):
                found.profiles.append(profile_file(content, name, platform=platform))
                if kind == "core":
                    found.masks[name] = _masks(raw)
        except BadUpstreamData:
            continue
    return found


def _judged(float_: _Float, suite: ArgoSuite, entries) -> dict[str, JudgedFile]:
    """Each file's profiles and flags."""
    if not float_.profiles:
        return {}
    run = partial(check, suite=suite, reference_juld=NOW, greylist=entries)
    judged = judge_together(float_.platform, float_.profiles, float_.metadata, run)
    return {one.file: one for one in judged.files}


def _causes(
    float_: _Float, number: int, missed: list[str], *, suite: ArgoSuite, entries
) -> list[Case]:
    """Why each of these files fails at the centre and not here."""
    if not missed:
        return []
    alone = _judged(float_, only(suite, test_names()[number]), entries)
    profiles = {name: one.profiles for name, one in alone.items() if not name.startswith("B")}
    return [
        case(name, number, float_.contents[name], alone=_failed(alone[name].flags),
             profiles=profiles)
        for name in missed
    ]  # fmt: skip


def _failed(flags: ProfileFlags) -> int:
    """Tests of ours that failed anything of the first profile."""
    mask = 0
    for one in (*flags.variables.values(), flags.position, flags.juld):
        mask |= int(np.bitwise_or.reduce(one.failed[0], axis=None))
    return mask


def _weigh(compared: Compared, judged: JudgedFile, number: int) -> None:
    """Count what the file's own flags say of the values we failed."""
    for name, one in judged.flags.variables.items():
        mine = one.failed[0] >> np.uint64(number) & np.uint64(1) == 1
        theirs = judged.profiles.variables[name].flag_source[0][mine]
        compared.doubted += int(np.isin(theirs, (3, 4)).sum())
        compared.trusted += int(np.isin(theirs, (1, 2)).sum())


def _masks(raw: RawFile) -> tuple[int, int] | None:
    """Tests performed and failed on the first profile; None where nothing usable is said."""
    if not (raw.has("HISTORY_ACTION") and raw.has("HISTORY_QCTEST")):
        return None
    actions, tests = raw.read("HISTORY_ACTION"), raw.read("HISTORY_QCTEST")
    said = {"QCP$": 0, "QCF$": 0}
    for action, test in zip(actions[:, 0], tests[:, 0], strict=True):
        word, digits = (b"".join(one).decode("ascii", "replace").strip() for one in (action, test))
        if word in said and digits.strip("0"):
            try:
                said[word] |= int(digits, 16)
            except ValueError:
                return None
    if not said["QCP$"] or max(said.values()) >= 1 << (LAST_TEST + 1):
        return None
    return said["QCP$"], said["QCF$"]


def _count(found, name, around: list[ProfileFlags], performed: int, failed: int) -> None:
    done, ours, cycle = 0, _failed(around[0]), 0
    for one in (*around[0].variables.values(), around[0].position, around[0].juld):
        done |= int(np.bitwise_or.reduce(one.done[0], axis=None))
    for flags in around:
        for one in (*flags.variables.values(), flags.position, flags.juld):
            cycle |= int(np.bitwise_or.reduce(one.failed, axis=None))
    for number, compared in found.items():
        if not performed >> number & 1:
            continue
        theirs, here = failed >> number & 1, ours >> number & 1
        if not done >> number & 1:
            compared.not_run += 1
        elif theirs and not here and cycle >> number & 1:
            compared.elsewhere.append(name)
        elif theirs and here:
            compared.agree_fail += 1
        elif theirs:
            compared.missed.append(name)
        elif here:
            compared.extra.append(name)
        else:
            compared.agree_pass += 1
