"""Which files `halocline qc` was given, float by float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.model.greylist import GreylistEntry
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.argo_gdac.fields import texts_of
from halocline.sources.argo_gdac.greylist import parse_greylist
from halocline.sources.argo_gdac.kinds import is_named_out_of_scope, platform_named
from halocline.sources.argo_gdac.names import GREYLIST
from halocline.sources.netcdf.container import open_raw

OUTPUT: Final = "_qc.nc"


@dataclass(frozen=True)
class Given:
    """One file that was named, or found below a folder that was."""

    path: Path
    name: str
    """Path below the folder that was given, or the file's own name."""
    platform: str
    explicit: bool
    """Whether the file itself was named: then a kind that is not read is worth a word."""

    @property
    def output(self) -> str:
        """Where its judged copy goes, below the folder of results."""
        return self.name.removesuffix(".nc") + OUTPUT


@dataclass(frozen=True)
class Inputs:
    """Everything to read."""

    floats: dict[str, tuple[Given, ...]]
    """By WMO number, in order of number."""
    aside: tuple[Quarantined, ...]
    """Files no float could be told of."""
    left_out: int
    """Trajectories and technical files found below a folder: not what was meant."""
    greylist: tuple[GreylistEntry, ...] | None
    greylist_files: tuple[Path, ...]


def find_inputs(paths: Sequence[Path]) -> Inputs:
    """Files of profiles and metadata among and below `paths`, and the grey list of their tree.

    The grey list is looked for below each folder given, and at the root of a GDAC tree (the folder
    that holds `dac`) that a path lies in; without one, test 15 does not run.

    Raises:
        ConfigInvalid: the operator's; a path does not exist, or two results would have one name.
    """
    found = [one for path in paths for one in _below(path)]
    found = list({one.path.resolve(): one for one in found}.values())
    _one_name_each(found)
    floats: dict[str, list[Given]] = {}
    aside: list[Quarantined] = []
    left_out = 0
    for one in sorted(found, key=lambda one: one.name):
        if not one.explicit and is_named_out_of_scope(one.name):
            left_out += 1
            continue
        try:
            floats.setdefault(one.platform or _platform_inside(one), []).append(one)
        except BadUpstreamData as fault:
            if fault.reason == Reason.OUT_OF_SCOPE and not one.explicit:
                left_out += 1
            else:
                aside.append(Quarantined(one.name, fault.reason, fault.detail))
    lists = _greylists(paths)
    listed = _entries(lists, aside)
    ordered = {name: tuple(floats[name]) for name in sorted(floats)}
    return Inputs(ordered, tuple(aside), left_out, listed if lists else None, tuple(lists))


def _below(path: Path) -> Iterable[Given]:
    if path.is_dir():
        for one in sorted(path.rglob("*.nc")):
            if one.is_file():
                yield _given(one, one.relative_to(path).as_posix(), explicit=False)
    elif path.is_file():
        yield _given(path, path.name, explicit=True)
    else:
        raise ConfigInvalid(f"{path} does not exist: name netCDF files, folders or a GDAC tree")


def _given(path: Path, name: str, *, explicit: bool) -> Given:
    return Given(path, name, platform_named(name), explicit)


def _one_name_each(found: Iterable[Given]) -> None:
    seen: dict[str, Path] = {}
    for one in found:
        other = seen.setdefault(one.output, one.path)
        if other != one.path:
            raise ConfigInvalid(
                f"{other} and {one.path} would both be written to {one.output}: "
                "give the folder that holds both"
            )


def _platform_inside(one: Given) -> str:
    """WMO number a file of no telling name holds.

    Raises:
        BadUpstreamData: theirs; it cannot be read, or holds no or several floats.
    """
    raw = open_raw(one.path.read_bytes())
    if not raw.has("PLATFORM_NUMBER"):
        raise BadUpstreamData(Reason.OUT_OF_SCOPE, "no variable PLATFORM_NUMBER: no Argo file")
    found = sorted({text for text in texts_of(raw, "PLATFORM_NUMBER") if text})
    if len(found) != 1:
        detail = f"PLATFORM_NUMBER {', '.join(found)[:200] or 'is empty'}: one float a file"
        raise BadUpstreamData(Reason.WRONG_PLATFORM, detail)
    return found[0]


def _greylists(paths: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        here = path.resolve()
        if path.is_dir():
            found.update(dict.fromkeys(sorted(here.rglob(GREYLIST))))
        for above in here.parents:
            if above.name == "dac" and (above.parent / GREYLIST).is_file():
                found[above.parent / GREYLIST] = None
        if here.name == "dac" and (here.parent / GREYLIST).is_file():
            found[here.parent / GREYLIST] = None
    return list(found)


def _entries(lists: Iterable[Path], aside: list[Quarantined]) -> tuple[GreylistEntry, ...]:
    entries: list[GreylistEntry] = []
    for path in lists:
        try:
            rows, faulty = parse_greylist(path.read_bytes())
        except BadUpstreamData as fault:
            aside.append(Quarantined(path.name, fault.reason, fault.detail))
            continue
        entries += rows
        aside += faulty
    return tuple(entries)
