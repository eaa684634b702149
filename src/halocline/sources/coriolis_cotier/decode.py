"""From the bytes of one Coriolis-côtier CSV file to a series.

Format and traps: files of eight stations, September 2024 to February 2025; the QC column holds
one digit per preceding column, in the order of that file's own header.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.flags import Flag
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series, SeriesVariable, variable_name
from halocline.sources.coriolis_cotier.fills import is_fill
from halocline.sources.coriolis_cotier.names import parse_name
from halocline.sources.coriolis_cotier.rows import Rows, read_rows
from halocline.sources.upsert import Slot, upsert

SLACK: Final = np.timedelta64(1, "D")
"""A row later than its receipt by more than this was never observed; a clock may run fast."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ReadCount:
    """What reading one file met, beside the rows set aside."""

    rows: int
    """Rows kept, before equal stamps are joined."""
    duplicates: int
    """Rows whose stamp an earlier row of the file holds already."""
    fills: int
    """Cells that held a number standing for "missing"."""
    flag_disagreements: int
    """Cells with a value and flag 9, or empty with another flag."""


@dataclass(frozen=True)
class Decoded:
    """One file read: its series, the rows set aside (one entry a reason), and counts."""

    series: Series
    quarantined: tuple[Quarantined, ...]
    count: ReadCount


def decode(content: bytes, file: str, received: np.datetime64) -> tuple[Series, list[Quarantined]]:
    """Read one file; rows that cannot be used are set aside, one entry a reason.

    `file` is the provider's name: its platform code is the one the rows must carry. Values are
    the float64 nearest to the text; stamps are kept as they are. See `read_file` for `Raises`.
    """
    decoded = read_file(content, file=file, received=received)
    return decoded.series, list(decoded.quarantined)


def read_file(content: bytes, *, file: str, received: np.datetime64) -> Decoded:
    """Read one file and count what it met.

    Raises:
        BadUpstreamData: theirs; besides the reasons of `read_rows`, NOT_THE_FORMAT (the name is
            not one of this source), WRONG_PLATFORM and FUTURE_DATE when no other row is left.
    """
    name = parse_name(file)
    if name is None:
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"{file}: not a name of this source")
    rows = read_rows(content)
    other = rows.platform != name.platform
    future = (rows.time > received + SLACK) & ~other
    aside = list(_set_aside(rows, file=file, platform=name.platform, other=other, future=future))
    keep = ~(other | future)
    if not keep.any():
        worst = max(aside, key=lambda item: item.reason != Reason.BAD_ROW)
        raise BadUpstreamData(worst.reason, worst.detail)
    series, count = _series(rows, keep=keep, platform=name.platform)
    origin = {"source_file": file, "received": f"{received.astype('datetime64[s]')}Z"}
    return Decoded(replace(series, attributes=origin), tuple(aside), count)


def _set_aside(
    rows: Rows, *, file: str, platform: str, other: Mask, future: Mask
) -> Iterator[Quarantined]:
    if rows.bad:
        detail = f"{rows.bad} rows disagree with the header; {rows.first_bad}"
        yield Quarantined(file, Reason.BAD_ROW, detail, platform)
    if other.any():
        found = ", ".join(sorted(set(rows.platform[other].tolist()))[:5])
        detail = f"{int(other.sum())} rows are of platform {found}"
        yield Quarantined(file, Reason.WRONG_PLATFORM, detail, platform)
    if future.any():
        detail = f"{int(future.sum())} rows, the latest at {rows.time[future].max()}Z"
        yield Quarantined(file, Reason.FUTURE_DATE, detail, platform)


def _series(rows: Rows, *, keep: Mask, platform: str) -> tuple[Series, ReadCount]:
    """Join rows of one stamp (a later value replaces, a later blank does not), sort by time."""
    time, target = np.unique(rows.time[keep], return_inverse=True)
    latitude = upsert(Slot.empty(time.size), target=target, value=rows.latitude[keep]).value
    longitude = upsert(Slot.empty(time.size), target=target, value=rows.longitude[keep]).value
    variables, fills, disagreements = {}, 0, 0
    for column, number in zip(rows.header.columns, rows.number, strict=True):
        value, flag = number[keep], rows.digit[keep, column.index]
        disagreements += int((np.isnan(value) != (flag == Flag.MISSING)).sum())
        fill = is_fill(value, parameter=column.parameter, level=column.level)
        fills += int(fill.sum())
        slot = upsert(
            Slot.empty(time.size), target=target, value=np.where(fill, np.nan, value), flag=flag
        )
        variables[variable_name(column.parameter, column.level)] = SeriesVariable(
            value=slot.value, flag_source=slot.flag, parameter=column.parameter,
            level=column.level, units=column.units,
        )  # fmt: skip
    kept = int(keep.sum())
    count = ReadCount(kept, kept - time.size, fills, disagreements)
    return Series(platform, time, latitude, longitude, variables), count
