"""What an In Situ TAC product offers: its indexes, or the folders of a mirror without them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from halocline.model.errors import BadUpstreamData, SourceUnavailable
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.address import Addresses
from halocline.sources.insitu_tac.index import (
    PARTS,
    Box,
    IndexRow,
    PlatformRow,
    parse_index,
    parse_platforms,
)
from halocline.sources.insitu_tac.names import FileName, parse_name

FIXED: Final = ("MO", "TG", "RF")
"""Types of platform that stay where they are: mooring, tide gauge, river flow."""
SERIES: Final = "TS"
DEEPEST: Final = 3
"""Folders below a part: `monthly/MO/202001/` is two, and one is left for a mirror's own."""
FAR: Final = 5.0
"""Degrees between a file's box and its platform's last position beyond which the box is wrong: a
mooring in the Channel was indexed across the Atlantic."""


@dataclass(frozen=True)
class Selection:
    """Which files are wanted: those that meet every criterion given."""

    platforms: tuple[str, ...] = ()
    """Codes as in the file names; every platform when empty."""
    kinds: tuple[str, ...] = FIXED
    parts: tuple[str, ...] = PARTS
    box: Box | None = None


@dataclass(frozen=True)
class RemoteFile:
    """One file the provider offers."""

    file: str
    platform: str
    date_update: str
    """When the provider wrote it, '' where neither index nor folder says."""


@dataclass(frozen=True)
class TacListing:
    """Files that meet a selection, by path, and what cannot be used."""

    files: tuple[RemoteFile, ...]
    quarantined: tuple[Quarantined, ...]


def list_files(addresses: Addresses, selection: Selection) -> TacListing:
    """Files of the parts asked for, each part by its index, else by its folders.

    Without an index and without part folders, the files of the root itself are taken.

    Raises:
        SourceUnavailable: theirs; no address answers, or an index is not one or was cut short.
    """
    platforms = _platforms(addresses) if selection.box else {}
    found: dict[str, RemoteFile] = {}
    aside: list[Quarantined] = []
    profiles: dict[str, str] = {}
    for row in _rows(addresses, selection.parts, aside):
        if not _is_asked(row, selection, platforms):
            continue
        if row.name.data == SERIES and row.name.kind in selection.kinds:
            found[row.file] = RemoteFile(row.file, row.name.platform, row.date_update)
        else:
            profiles.setdefault(row.name.platform, row.file)
    aside += _out_of_scope(profiles, found=found.values(), asked=selection.platforms)
    return TacListing(tuple(found[file] for file in sorted(found)), tuple(aside))


def _rows(
    addresses: Addresses, parts: Iterable[str], aside: list[Quarantined]
) -> Iterator[IndexRow]:
    any_part = False
    for part in parts:
        content = addresses.read(f"index_{part}.txt")
        if content is not None:
            any_part = True
            yield from _indexed(content, part, aside)
            continue
        for row in _walked(addresses, part, depth=0):
            any_part = True
            yield row
    if not any_part:
        yield from _listed(addresses, "")


def _indexed(content: bytes, part: str, aside: list[Quarantined]) -> Iterator[IndexRow]:
    name = f"index_{part}.txt"
    try:
        index = parse_index(content, name)
    except BadUpstreamData as fault:
        raise SourceUnavailable(f"{name} is no index: {fault}") from fault
    if not index.complete:
        raise SourceUnavailable(f"{name} ends within a line: the download was cut; try again")
    aside += index.quarantined
    yield from index.rows


def _walked(addresses: Addresses, folder: str, *, depth: int) -> Iterator[IndexRow]:
    yield from _listed(addresses, folder)
    if depth < DEEPEST:
        for one in addresses.first(lambda address: address.folders(folder)):
            yield from _walked(addresses, one, depth=depth + 1)


def _listed(addresses: Addresses, folder: str) -> Iterator[IndexRow]:
    for entry in addresses.list(folder, "*.nc"):
        name = parse_name(entry.path)
        if name is not None:
            yield IndexRow(entry.path, name, None, "", "", entry.modified, "", ())


def _is_asked(row: IndexRow, selection: Selection, platforms: Mapping[str, PlatformRow]) -> bool:
    if selection.platforms and row.name.platform not in selection.platforms:
        return False
    if selection.box is None:
        return True
    place = _place(row, platforms.get(row.name.platform))
    return place is not None and place.meets(selection.box)


def _place(row: IndexRow, known: PlatformRow | None) -> Box | None:
    """Where a file was observed: its row's box, unless its platform was seen far from there."""
    if known is None:
        return row.box
    here = Box(known.latitude, known.latitude, known.longitude, known.longitude)
    if row.box is None or row.name.kind not in FIXED:
        return row.box or here
    near = Box(
        max(row.box.south - FAR, -90),
        min(row.box.north + FAR, 90),
        max(row.box.west - FAR, -180),
        min(row.box.east + FAR, 180),
    )
    return row.box if near.meets(here) else here


def _platforms(addresses: Addresses) -> dict[str, PlatformRow]:
    content = addresses.read("index_platform.txt")
    if content is None:
        return {}
    try:
        return {row.platform: row for row in parse_platforms(content)}
    except BadUpstreamData as fault:
        raise SourceUnavailable(f"index_platform.txt is no index: {fault}") from fault


def _out_of_scope(
    profiles: Mapping[str, str], *, found: Iterable[RemoteFile], asked: tuple[str, ...]
) -> list[Quarantined]:
    """Platforms asked for by name of which there is something, and no series of a fixed station."""
    served = {one.platform for one in found}
    detail = "no series of a fixed station: profiles and moving platforms are not read here"
    return [
        Quarantined(file, Reason.OUT_OF_SCOPE, detail, platform)
        for platform, file in sorted(profiles.items())
        if platform in asked and platform not in served
    ]


def scope_of(name: FileName) -> str:
    """Why a file cannot be read as a series, '' when it can."""
    if name.data == "PR":
        return "profiles (PR): read them with the Argo tools; a series has few fixed depths"
    if name.data != SERIES:
        return f"data of kind {name.data}: only time series (TS) are read"
    return ""
