"""What a GDAC offers of the floats asked for: rows of its indexes, and files they do not name."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from halocline.model.errors import SourceUnavailable
from halocline.model.latest import latest
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.address import Address, Addresses
from halocline.sources.argo_gdac.index import (
    BIO,
    CORE,
    META,
    TEXT,
    Index,
    empty_rows,
    fetch_index,
)  # fmt: skip
from halocline.sources.argo_gdac.names import DACS, GREYLIST, RemoteFile, parse_name
from halocline.sources.argo_gdac.selection import Selection

log = logging.getLogger(__name__)
_SHOWN: Final = 5


@dataclass(frozen=True)
class Listing:
    """Files offered, (n,) arrays of text; each path once."""

    file: pa.Array
    platform: pa.Array
    date_update: pa.Array
    complete: bool
    """Whether a file that is not in it is gone: never without a profile index read in full."""
    quarantined: tuple[Quarantined, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of files that were seen in a folder."""

    def remote(self, indices: Iterable[int]) -> list[RemoteFile]:
        """The files at these places."""
        places = pa.array(indices, pa.int64())
        files = self.file.take(places).to_pylist()
        dates = self.date_update.take(places).to_pylist()
        found = [
            parse_name(file, date_update=date, size=self.sizes.get(file))
            for file, date in zip(files, dates, strict=True)
        ]
        return [one for one in found if one is not None]

    @property
    def files(self) -> list[RemoteFile]:
        """Every file; for small listings."""
        return self.remote(range(len(self.file)))

    def table(self) -> pa.Table:
        """Columns file, platform, date_update."""
        names = ("file", "platform", "date_update")
        return pa.table({name: getattr(self, name) for name in names})


@dataclass
class _Seen:
    """Files seen in folders, which no index names or dates."""

    sizes: dict[str, int | None] = field(default_factory=dict)
    complete: bool = True


def list_files(addresses: Addresses, selection: Selection) -> Listing:
    """Files of the selected floats on the first address that answers.

    Profile files come from the indexes. A local folder is looked through as well, so that files
    its indexes lack are offered without a date (their content decides). A server's folders are
    looked through only for floats its indexes do not name, where path criteria select them.
    `_meta.nc` is offered for every float; `_prof.nc` where it is seen in a folder.

    Raises:
        SourceUnavailable: theirs; no address answers.
    """
    return addresses.first(lambda address: _list(address, selection))


def _list(address: Address, selection: Selection) -> Listing:
    indexes = {name: fetch_index(address, name) for name in _wanted_indexes(selection)}
    core, bio, meta = (_rows_of(indexes.get(name)) for name in (CORE, BIO, META))
    chosen = [core, bio] if selection.bio else [core]
    if not selection.is_everything:  # the whole index is not copied to leave nothing out
        floats = selection.platforms(core, bio)
        chosen = [one.filter(pc.is_in(one["platform"], value_set=floats)) for one in chosen]
    seen, aside = _look_around(address, selection, chosen, known=_floats_of(core, bio))
    aside += [one for index in indexes.values() if index for one in index.quarantined]
    chosen.append(_metadata_rows(address, meta, chosen, seen))
    chosen.append(_seen_rows(seen, chosen, selection))
    table = pa.concat_tables([one.select(["file", "platform", "date_update"]) for one in chosen])
    table = latest(table, key=("file",), order="date_update")
    return Listing(
        file=table["file"].combine_chunks(),
        platform=table["platform"].combine_chunks(),
        date_update=table["date_update"].combine_chunks(),
        complete=seen.complete and _is_whole(indexes),
        quarantined=tuple(aside),
        sizes={file: size for file, size in seen.sizes.items() if size is not None},
    )


def _is_whole(indexes: Mapping[str, Index | None]) -> bool:
    """Whether what is not offered is gone: a folder of some files and no index cannot say so."""
    if indexes[CORE] is None:
        return False
    return all(index.complete for index in indexes.values() if index)


def _wanted_indexes(selection: Selection) -> tuple[str, ...]:
    return (CORE, BIO, META) if selection.bio or selection.needs_index else (CORE, META)


def _rows_of(index: Index | None) -> pa.Table:
    return empty_rows() if index is None else index.rows


def _floats_of(*tables: pa.Table) -> set[str]:
    return {name for one in tables for name in one["platform"].unique().to_pylist()}


def _look_around(
    address: Address, selection: Selection, chosen: Sequence[pa.Table], *, known: set[str]
) -> tuple[_Seen, list[Quarantined]]:
    """Files in the folders of the floats that are looked through, and floats nothing is known of.

    `known`: every float an index names, selected or not.
    """
    seen = _Seen()
    unknown: list[str] = []
    selected = _floats_of(*chosen)
    try:
        for folder, platform in _folders(address, selection, known):
            if platform not in known and selection.needs_index:
                unknown.append(folder)
            elif platform not in known or (address.is_local and platform in selected):
                _look_into(address, folder, seen)
        if address.list("", GREYLIST) if address.is_local else address.read(GREYLIST) is not None:
            seen.sizes[GREYLIST] = None
    except SourceUnavailable as fault:
        if address.is_local or not known:
            raise
        log.warning("folders of %s were not looked through: %s", address.url, fault)
        seen.complete = False
    if not unknown:
        return seen, []
    shown = ", ".join(unknown[:_SHOWN])
    detail = f"{len(unknown)} floats have no row: where they are and what they measure is unknown"
    return seen, [Quarantined(CORE, Reason.NO_DATA, f"{detail} ({shown})")]


def _folders(address: Address, selection: Selection, known: set[str]) -> Iterator[tuple[str, str]]:
    """Folders of floats whose path meets the criteria, with their WMO number.

    A server is not asked for folders when its indexes name every float that can be selected.
    """
    all_known = bool(selection.wmo) and known.issuperset(selection.wmo)
    if not address.is_local and (selection.needs_index or all_known):
        return
    for folder in address.folders("dac"):
        dac = folder.rpartition("/")[2]
        if dac not in DACS or (selection.dac and dac not in selection.dac):
            continue
        for one in address.folders(folder):
            platform = one.rpartition("/")[2]
            if selection.accepts_path(dac, platform):
                yield one, platform


def _look_into(address: Address, folder: str, seen: _Seen) -> None:
    for place in (folder, f"{folder}/profiles"):
        for entry in address.list(place, "*.nc"):
            file = entry.path.removeprefix("dac/")
            named = parse_name(file)
            if named is not None and named.kind != "synthetic":
                seen.sizes[file] = entry.size


def _metadata_rows(
    address: Address, meta: pa.Table, chosen: Sequence[pa.Table], seen: _Seen
) -> pa.Table:
    """`_meta.nc` of every selected float, with its date where an index gives it."""
    folders = {name.rpartition("/profiles/")[0] for one in chosen for name in _firsts(one)}
    wanted = {f"{folder}/{folder.rpartition('/')[2]}_meta.nc" for folder in folders}
    if address.is_local:
        wanted &= seen.sizes.keys()
    wanted |= {file for file in seen.sizes if file.endswith("_meta.nc")}
    files = sorted(wanted)
    dated = meta.filter(pc.is_in(meta["file"], value_set=pa.array(files, TEXT)))
    dates = dict(zip(*(dated[name].to_pylist() for name in ("file", "date_update")), strict=True))
    return _table(files, [dates.get(file, "") for file in files])


def _firsts(rows: pa.Table) -> list[str]:
    """One path of each float."""
    if not rows.num_rows:
        return []
    found = rows.group_by("platform").aggregate([("file", "min")])["file_min"].to_pylist()
    return [str(one) for one in found]


def _seen_rows(seen: _Seen, chosen: Sequence[pa.Table], selection: Selection) -> pa.Table:
    """Files that were seen and that no row names yet."""
    files = [file for file in sorted(seen.sizes) if selection.bio or not _is_bio(file)]
    paths = pa.array(files, TEXT)
    for one in chosen if files else ():
        paths = paths.filter(pc.invert(pc.is_in(paths, value_set=one["file"].combine_chunks())))
    return _table(paths.to_pylist(), [""] * len(paths))


def _is_bio(file: str) -> bool:
    return "/profiles/B" in file


def _table(files: Sequence[str], dates: Sequence[str]) -> pa.Table:
    platforms = [file.split("/")[1] if "/" in file else "" for file in files]
    arrays = {"file": files, "platform": platforms, "date_update": dates}
    return pa.table({name: pa.array(values, TEXT) for name, values in arrays.items()})
