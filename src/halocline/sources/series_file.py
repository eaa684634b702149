"""A series from files of any format that is known: what the toolbox reads."""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series
from halocline.sources import coriolis_cotier, generic_csv, insitu_tac
from halocline.sources.coriolis_cotier.names import parse_name
from halocline.sources.deliveries import MergeCount, merge
from halocline.sources.generic_csv import CsvOptions, Decoded, ReadCount
from halocline.sources.generic_csv.header import bare_name


@dataclass(frozen=True)
class SeriesRead:
    """One series of one station, what was set aside, and what each file changed."""

    series: Series
    quarantined: tuple[Quarantined, ...]
    count: MergeCount
    notes: tuple[str, ...] = ()
    """What was taken for missing, left alone or doubted: sentences that name file and column."""
    left_alone: Mapping[str, str] = field(default_factory=dict)
    """Column of a table, and the variable it would have been → why it is none."""


def read_series(
    paths: Sequence[Path], *, received: np.datetime64, options: CsvOptions | None = None
) -> SeriesRead:
    """Read files of one station and merge them; the format is told from each file's content.

    Coriolis-côtier CSV, In Situ TAC netCDF, or any table with a column of time; .gz is opened. All
    are taken as received at once: of two words on one value, the file written last has it.

    Raises:
        ConfigInvalid: the operator's; a path cannot be read, a file not be understood, the files
            are of several stations, or no table has a column that is to be renamed. The message
            names the file.
    """
    found = {path: _read(path, received, options) for path in paths}
    _refuse_strange_columns([one for one in found.values() if one.columns], options)
    platforms = sorted({one.series.platform for one in found.values()})
    if len(platforms) != 1:
        raise ConfigInvalid(
            f"files of {len(platforms)} stations ({', '.join(platforms)}): give those of one, or "
            "say that tables are of one (--platform CODE)"
        )
    merged, count = merge([one.series for one in found.values()])
    return SeriesRead(
        series=merged,
        quarantined=tuple(aside for one in found.values() for aside in one.quarantined),
        count=count,
        notes=tuple(f"{path.name}: {note}" for path, one in found.items() for note in one.notes),
        left_alone={
            name: why
            for one in found.values()
            for name, why in one.left_alone.items()
            if name not in merged.variables
        },
    )


def _read(path: Path, received: np.datetime64, options: CsvOptions | None) -> Decoded:
    try:
        return _decoded(_content(path), _name(path), received, options)
    except BadUpstreamData as fault:
        raise ConfigInvalid(f"{path} cannot be used: {fault.detail} ({fault.reason})") from fault


def _refuse_strange_columns(tables: Sequence[Decoded], options: CsvOptions | None) -> None:
    """Every column that is to be renamed is one of a table's: a name misspelt renames nothing."""
    strange, there = _strange_columns(tables, options)
    if strange:
        raise ConfigInvalid(f"no column {strange} to rename (--rename); {there}")


def _strange_columns(tables: Sequence[Decoded], options: CsvOptions | None) -> tuple[str, str]:
    """Columns that are to be renamed and no table has, '' for none; those that there are."""
    columns = list(dict.fromkeys(name for one in tables for name in one.columns))
    known = {*columns, *(bare_name(name)[0] for name in columns)}
    strange = [name for name in (options.rename if options else ()) if name not in known]
    there = f"there are {', '.join(columns)}" if columns else "no file is a table of columns"
    return ", ".join(strange), there


def decode_any(
    content: bytes, file: str, received: np.datetime64, *, options: CsvOptions | None = None
) -> tuple[Series, list[Quarantined], tuple[str, ...]]:
    """Series of one file, whichever of the three formats it is, with notes as in `SeriesRead`.

    A column that is to be renamed and is not there is told of: it may be another file's.

    Raises:
        BadUpstreamData: theirs; as the source that reads it.
    """
    decoded = _decoded(content, file, received, options)
    strange, there = _strange_columns([decoded], options)
    said = (f"no column {strange}, which `rename` names; {there}",) if strange else ()
    return decoded.series, list(decoded.quarantined), (*said, *decoded.notes)


def _decoded(
    content: bytes, file: str, received: np.datetime64, options: CsvOptions | None
) -> Decoded:
    if content[:3] == b"CDF" or content[:4] == b"\x89HDF":
        return _without_notes(*insitu_tac.decode(content, file, received))
    if content.lstrip(b"\xef\xbb\xbf").startswith(b"PLATFORM,") and b" LEVEL" in content[:4000]:
        name = _coriolis_name(content, file)
        return _without_notes(*coriolis_cotier.decode(content, name, received))
    return generic_csv.read_file(content, file=file, received=received, options=options)


def _without_notes(series: Series, aside: Sequence[Quarantined]) -> Decoded:
    """A file of a format that says everything of itself."""
    return Decoded(series, tuple(aside), ReadCount(series.time.size, 0, 0))


def _coriolis_name(content: bytes, file: str) -> str:
    """The file's name; of one that was renamed, that of the platform in its first row."""
    if parse_name(file) is not None:
        return file
    rows = content.split(b"\n", 2)
    code = rows[1].split(b",")[0].decode("latin-1") if len(rows) > 1 else ""
    return f"OC_LATEST_TS_MO_{code}.csv"


def opened(content: bytes) -> bytes:
    """Bytes of a file, those inside where it is .gz.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); a .gz that was cut or is none.
    """
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as fault:
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"a .gz that ends badly: {fault}") from fault


def _content(path: Path) -> bytes:
    try:
        return opened(path.read_bytes())
    except (OSError, BadUpstreamData) as fault:
        raise ConfigInvalid(f"{path} cannot be read: {fault}") from fault


def _name(path: Path) -> str:
    return path.name.removesuffix(".gz")


__all__ = ["CsvOptions", "Reason", "SeriesRead", "decode_any", "opened", "read_series"]
