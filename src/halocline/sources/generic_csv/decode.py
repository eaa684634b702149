"""From a text table to a series: columns found by name, numbers read, flags put beside them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.flags import Flag, FlagArray
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series, SeriesVariable
from halocline.sources.generic_csv.dialect import cells_of, lines_of, sniff
from halocline.sources.generic_csv.stamps import DayOrder, parse_stamps
from halocline.sources.generic_csv.time_columns import time_columns, zone_of
from halocline.sources.upsert import Slot, upsert

SLACK: Final = np.timedelta64(1, "D")
"""A row later than its receipt by more than this was never observed; a clock may run fast."""
BLANK: Final = frozenset({"", "na", "nan", "n/a", "null", "none", "-", "--"})
FILLS: Final = (-9999.0, -99999.0, 99999.0, -999999.0, 9.96921e36)
"""Numbers that mean "missing" wherever loggers' exports were seen; -999 or -1 may be values: name
them with `missing`."""
_UNITS: Final = re.compile(r"(.*?)\s*[\[(](.*)[\])]\s*")
_FLAG: Final = re.compile(r"(?:QC|FLAG)[_ ](.+)|(.+)[_ ](?:QC|FLAG)", re.IGNORECASE)
_PLACES: Final = {
    "latitude": "latitude", "lat": "latitude", "longitude": "longitude", "lon": "longitude",
    "platform": "platform", "station": "platform", "platform_code": "platform", "site": "platform",
}  # fmt: skip
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CsvOptions:
    """What a table does not say of itself."""

    separator: str | None = None
    decimal: str | None = None
    time: str | None = None
    """Name of the column of time, or of a date and a time of day, comma between."""
    day_order: DayOrder | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    """Column → parameter: E__TA=TEMP makes the thresholds and twins of TEMP apply."""
    missing: tuple[float, ...] = ()
    """Numbers that stand for "no value", beside those known."""
    platform: str | None = None


@dataclass(frozen=True)
class ReadCount:
    """What reading one file met, beside the rows set aside."""

    rows: int
    duplicates: int
    fills: int
    """Cells that held a number standing for "missing"."""


@dataclass(frozen=True)
class Decoded:
    """One file read: its series, the rows set aside (one entry a reason), and counts."""

    series: Series
    quarantined: tuple[Quarantined, ...]
    count: ReadCount


def decode(content: bytes, file: str, received: np.datetime64) -> tuple[Series, list[Quarantined]]:
    """Read one file that says everything of itself; see `read_file`."""
    decoded = read_file(content, file=file, received=received)
    return decoded.series, list(decoded.quarantined)


def read_file(
    content: bytes, *, file: str, received: np.datetime64, options: CsvOptions | None = None
) -> Decoded:
    """Read one table; rows that cannot be used are set aside, one entry a reason.

    A column is a variable unless it is of time, place or platform, or holds the flags of another
    (`QC_<column>` or `<column>_QC`, 0 to 9; without one, flag 0). Units are what stands in
    brackets behind a name. Columns of words are left alone.

    Raises:
        BadUpstreamData: theirs; EMPTY, NO_DATA, NOT_THE_FORMAT (no table, or two readings),
            MISSING_VARIABLE (no time, no variable), BAD_ROW and FUTURE_DATE when no row is left.
    """
    how = options or CsvOptions()
    lines = lines_of(content)
    dialect = sniff(lines, separator=how.separator, decimal=how.decimal)
    header, *rows = cells_of(lines, dialect.separator)
    header[0] = header[0].lstrip("#").strip()
    sound = [row for row in rows if len(row) == len(header)]
    table = dict(zip(header, zip(*sound, strict=True), strict=True)) if sound else {}
    if len(table) < len(header):
        twice = sorted({name for name in header if header.count(name) > 1})
        reason = Reason.BAD_HEADER if twice else Reason.BAD_ROW
        raise BadUpstreamData(reason, f"columns given twice: {twice}" if twice else "no sound row")
    used = time_columns(header, how.time)
    texts = [
        " ".join(parts) * all(parts) for parts in zip(*(table[name] for name in used), strict=True)
    ]
    time = parse_stamps(texts, order=how.day_order, zone=zone_of(used))
    future = time > received + SLACK
    keep = ~np.isnat(time) & ~future
    aside = list(_set_aside(file, cut=len(rows) - len(sound), time=time, future=future))
    if not keep.any():
        raise BadUpstreamData(aside[-1].reason, aside[-1].detail)
    series, count = _series(
        table, used=set(used), time=time, keep=keep, decimal=dialect.decimal, how=how, file=file
    )
    origin = {"source_file": file, "received": f"{received.astype('datetime64[s]')}Z"}
    return Decoded(replace(series, attributes=origin), tuple(aside), count)


def _set_aside(
    file: str, *, cut: int, time: npt.NDArray[np.datetime64], future: Mask
) -> Iterator[Quarantined]:
    unread = cut + int(np.isnat(time).sum())
    if unread:
        detail = f"{unread} rows of another width than the header, or without a stamp"
        yield Quarantined(file, Reason.BAD_ROW, detail)
    if future.any():
        detail = f"{int(future.sum())} rows, the latest at {time[future].max()}Z"
        yield Quarantined(file, Reason.FUTURE_DATE, detail)


def _series(
    table: Mapping[str, Sequence[str]], *, used: set[str], time: npt.NDArray[np.datetime64],
    keep: Mask, decimal: str, how: CsvOptions, file: str,
) -> tuple[Series, ReadCount]:  # fmt: skip
    """Join rows of one stamp (a later value replaces, a later blank does not), sort by time."""
    axis, target = np.unique(time[keep], return_inverse=True)
    roles = {name: _PLACES.get(name.lower()) for name in table}
    flags = {_flagged(name, table): name for name in table if _flagged(name, table)}
    variables: dict[str, SeriesVariable] = {}
    position = {"latitude": np.full(axis.size, np.nan), "longitude": np.full(axis.size, np.nan)}
    fills = 0
    for name, cells in table.items():
        if name in used or roles[name] == "platform" or name in flags.values():
            continue
        number = _numbers(cells, decimal)
        if number is None:
            continue
        fill = np.isin(number, FILLS + how.missing)
        fills += int(fill[keep].sum())
        value = np.where(fill, np.nan, number)
        flag = _flags(table.get(flags.get(name, ""), ()), value)
        slot = upsert(Slot.empty(axis.size), target=target, value=value[keep], flag=flag[keep])
        role = roles[name]
        if role is not None:
            position[role] = slot.value
            continue
        parameter, units = _parameter(name, how.rename)
        variables[parameter] = SeriesVariable(slot.value, slot.flag, parameter, 1, units)
    if not variables:
        raise BadUpstreamData(Reason.MISSING_VARIABLE, "no column of numbers beside the time")
    platform = how.platform or _platform(table, roles) or _code(file)
    kept = int(keep.sum())
    count = ReadCount(kept, kept - axis.size, fills)
    return Series(platform, axis, position["latitude"], position["longitude"], variables), count


def _flagged(name: str, table: Mapping[str, Sequence[str]]) -> str:
    """The column a flag column speaks of, '' for one that holds no flags."""
    found = _FLAG.fullmatch(name)
    other = (found[1] or found[2]) if found else ""
    for column in table:
        if other and other.lower() in (column.lower(), _bare(column)[0].lower()):
            return column
    return ""


def _numbers(cells: Sequence[str], decimal: str) -> npt.NDArray[np.float64] | None:
    """Numbers of a column, NaN where blank; None where it holds a word."""
    found = np.full(len(cells), np.nan)
    for place, cell in enumerate(cells):
        if cell.lower() in BLANK:
            continue
        try:
            found[place] = float(cell.replace(",", ".") if decimal == "," else cell)
        except ValueError:
            return None
    return np.where(np.isinf(found), np.nan, found) if np.isfinite(found).any() else None


def _flags(cells: Sequence[str], value: npt.NDArray[np.float64]) -> FlagArray:
    digits = [int(cell) if cell.isdecimal() and int(cell) < 10 else 0 for cell in cells]
    given = np.array(digits or [0] * value.size, dtype=np.uint8)
    return np.where(np.isnan(value), Flag.MISSING, given).astype(np.uint8)


def _bare(name: str) -> tuple[str, str]:
    """Name and units of a column."""
    found = _UNITS.fullmatch(name)
    return (found[1].strip(), found[2].strip()) if found else (name, "")


def _parameter(name: str, rename: Mapping[str, str]) -> tuple[str, str]:
    bare, units = _bare(name)
    given = rename.get(name) or rename.get(bare)
    cleaned = re.sub(r"\W+", "_", given or bare).strip("_")
    return (cleaned if cleaned[:1].isalpha() else f"V_{cleaned}"), units


def _platform(table: Mapping[str, Sequence[str]], roles: Mapping[str, str | None]) -> str:
    for name, role in roles.items():
        if role == "platform":
            codes = sorted(set(table[name]) - {""})
            if len(codes) > 1:
                raise BadUpstreamData(
                    Reason.WRONG_PLATFORM,
                    f"column {name} names {len(codes)} stations ({', '.join(codes[:4])} …): "
                    "give a file of one",
                )
            return "".join(codes)
    return ""


def _code(file: str) -> str:
    stem = file.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    return re.sub(r"\W+", "_", stem)[:16] or "series"
