"""A series from files of any format that is known: what the toolbox reads."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series
from halocline.sources import coriolis_cotier, generic_csv, insitu_tac
from halocline.sources.coriolis_cotier.names import parse_name
from halocline.sources.deliveries import MergeCount, merge
from halocline.sources.generic_csv import CsvOptions


@dataclass(frozen=True)
class SeriesRead:
    """One series of one station, what was set aside, and what each file changed."""

    series: Series
    quarantined: tuple[Quarantined, ...]
    count: MergeCount


def read_series(
    paths: Sequence[Path], *, received: np.datetime64, options: CsvOptions | None = None
) -> SeriesRead:
    """Read files of one station and merge them; the format is told from each file's content.

    Coriolis-côtier CSV, In Situ TAC netCDF, or any table with a column of time; .gz is opened. All
    are taken as received at once: of two words on one value, the file written last has it.

    Raises:
        ConfigInvalid: the operator's; a path cannot be read, a file not be understood, or the files
            are of several stations. The message names the file.
    """
    deliveries: list[Series] = []
    aside: list[Quarantined] = []
    for path in paths:
        try:
            series, bad = decode_any(_content(path), _name(path), received, options=options)
        except BadUpstreamData as fault:
            raise ConfigInvalid(
                f"{path} cannot be used: {fault.detail} ({fault.reason})"
            ) from fault
        deliveries.append(series)
        aside += bad
    platforms = sorted({series.platform for series in deliveries})
    if len(platforms) != 1:
        raise ConfigInvalid(
            f"files of {len(platforms)} stations ({', '.join(platforms)}): give one"
        )
    merged, count = merge(deliveries)
    return SeriesRead(merged, tuple(aside), count)


def decode_any(
    content: bytes, file: str, received: np.datetime64, *, options: CsvOptions | None = None
) -> tuple[Series, list[Quarantined]]:
    """Series of one file, whichever of the three formats it is.

    Raises:
        BadUpstreamData: theirs; as the source that reads it.
    """
    if content[:3] == b"CDF" or content[:4] == b"\x89HDF":
        return insitu_tac.decode(content, file, received)
    if content.lstrip(b"\xef\xbb\xbf").startswith(b"PLATFORM,") and b" LEVEL" in content[:4000]:
        return coriolis_cotier.decode(content, _coriolis_name(content, file), received)
    decoded = generic_csv.read_file(content, file=file, received=received, options=options)
    return decoded.series, list(decoded.quarantined)


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
