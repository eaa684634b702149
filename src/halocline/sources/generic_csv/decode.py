"""From a text table to a series: columns found by name, numbers read, flags put beside them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from halocline.model.errors import BadUpstreamData
from halocline.model.fixed_zone import zone_offset_s
from halocline.model.quarantine import Quarantined, Reason
from halocline.model.series import Series, SeriesVariable, TimeArray
from halocline.sources.generic_csv import told
from halocline.sources.generic_csv.cells import Mask
from halocline.sources.generic_csv.columns import Column, read_columns
from halocline.sources.generic_csv.counted_time import units_of_time
from halocline.sources.generic_csv.dialect import lines_of, sniff
from halocline.sources.generic_csv.header import names_of, role_of
from halocline.sources.generic_csv.options import CsvOptions
from halocline.sources.generic_csv.repeats import Repeats, refuse_table_of_repeats, repeats_of
from halocline.sources.generic_csv.stamps import counted_stamps, parse_stamps
from halocline.sources.generic_csv.table import Table, table_of
from halocline.sources.generic_csv.time_columns import Zone, time_columns, zone_of
from halocline.sources.upsert import Slot, upsert

SLACK: Final = np.timedelta64(1, "D")
"""A row later than its receipt by more than this was never observed; a clock may run fast."""


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
    notes: tuple[str, ...] = ()
    """What was taken for missing, left alone or doubted: a sentence each, without the file."""
    left_alone: Mapping[str, str] = field(default_factory=dict)
    """Column, and the variable it would have been → why it is none."""
    columns: tuple[str, ...] = ()


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
    brackets behind a name. Columns of words are left alone, words in a column of numbers are
    missing values: `notes` say so.

    Raises:
        BadUpstreamData: theirs; EMPTY, NO_DATA, NOT_THE_FORMAT (no table, two readings, or rows of
            several series), MISSING_VARIABLE (no time, no variable), BAD_HEADER (two columns of
            one name), BAD_ROW and FUTURE_DATE when no row is left.
    """
    how = options or CsvOptions()
    lines = lines_of(content)
    dialect = sniff(lines, separator=how.separator, decimal=how.decimal)
    table = table_of(lines, dialect.separator)
    used = time_columns(list(table.cells), how.time, first=table.first)
    stamps = _stamps(table, used, how, dialect.decimal)
    kept, time, aside = _timed(table, stamps, used=used, received=received, file=file)
    columns, alone = read_columns(kept, used=used, decimal=dialect.decimal, how=how)
    if all(one.role for one in columns):
        raise BadUpstreamData(
            Reason.MISSING_VARIABLE, told.nothing_read([one.why for one in alone])
        )
    origin = {"source_file": file, "received": f"{received.astype('datetime64[s]')}Z"}
    platform = how.platform or _platform(kept) or _code(file)
    repeats = repeats_of(time, columns)
    if not how.revisions:
        refuse_table_of_repeats(repeats, time, used)
    series, count, notes = _joined(columns, time, platform=platform, repeats=repeats)
    return Decoded(
        series=replace(series, attributes=origin),
        quarantined=aside,
        count=count,
        notes=(*notes, *(one.why for one in alone if not one.is_hollow)),
        left_alone={key: one.why for one in alone for key in names_of(one.name, how.rename)},
        columns=tuple(table.cells),
    )


def _stamps(table: Table, used: Sequence[str], how: CsvOptions, decimal: str) -> TimeArray:
    """Stamp (n,) of each row, written out or counted; NaT where it has none."""
    texts = _stamp_texts(table, used)
    zone = Zone(zone_offset_s(how.zone)) if how.zone else zone_of(used)
    units = units_of_time(used, table.first[used[0]], how.time_units)
    if units is not None:
        return counted_stamps(texts, units, decimal=decimal, zone=zone)
    return parse_stamps(texts, order=how.day_order, zone=zone)


def _timed(
    table: Table, time: TimeArray, *, used: Sequence[str], received: np.datetime64, file: str
) -> tuple[Table, TimeArray, tuple[Quarantined, ...]]:
    """Rows that have a stamp not of the future, their stamps, and what is set aside; time (n,)."""
    future = time > received + SLACK
    keep = ~np.isnat(time) & ~future
    texts = _stamp_texts(table, used)
    aside = tuple(_set_aside(file, table, texts, time=time, future=future))
    if not keep.any():
        last = aside[-1]
        raise BadUpstreamData(last.reason, f"{last.detail}; time from {', '.join(used)} (--time)")
    return table.rows(keep), time[keep], aside


def _stamp_texts(table: Table, used: Sequence[str]) -> list[str]:
    """Text (n,) of each row's stamp; '' where a part of it is blank: no hour is no midnight."""
    parts = zip(*(table.cells[name] for name in used), strict=True)
    return [" ".join(both) if all(both) else "" for both in parts]


def _set_aside(
    file: str, table: Table, texts: Sequence[str], *, time: TimeArray, future: Mask
) -> Iterator[Quarantined]:
    unread = np.isnat(time)
    if table.cut or unread.any():
        shown = "; ".join(_unused_rows(table, texts, unread))
        yield Quarantined(file, Reason.BAD_ROW, shown)
    if future.any():
        detail = f"{told.counted(int(future.sum()), 'row')}, the latest at {time[future].max()}Z"
        yield Quarantined(file, Reason.FUTURE_DATE, detail)


def _unused_rows(table: Table, texts: Sequence[str], unread: Mask) -> Iterator[str]:
    if table.cut:
        rows = told.counted(len(table.cut), "row")
        yield f"{rows} of another width than the header, first row {table.cut[0]:,}"
    if unread.any():
        first = int(np.argmax(unread))
        yield (
            f"{told.counted(int(unread.sum()), 'row')} without a stamp that can be read, first "
            f"{texts[first]!r} in row {table.row[first]:,}"
        )


def _joined(
    columns: Sequence[Column], time: TimeArray, *, platform: str, repeats: Repeats
) -> tuple[Series, ReadCount, list[str]]:
    """Join rows of one stamp (a later value replaces, a later blank does not), sort by time."""
    axis, target = np.unique(time, return_inverse=True)
    position = {name: np.full(axis.size, np.nan) for name in ("latitude", "longitude")}
    variables: dict[str, SeriesVariable] = {}
    for one in columns:
        slot = upsert(Slot.empty(axis.size), target=target, value=one.value, flag=one.flag)
        if one.role is None:
            variables[one.parameter] = SeriesVariable(
                slot.value, slot.flag, one.parameter, 1, one.units
            )
        else:
            position[one.role] = slot.value
    count = ReadCount(time.size, time.size - axis.size, sum(one.fills for one in columns))
    notes = [*told.repeats(repeats.rows, of=time.size, differing=repeats.differing_stamps)]
    notes += [note for one in columns for note in one.notes]
    series = Series(platform, axis, position["latitude"], position["longitude"], variables)
    return series, count, notes


def _platform(table: Table) -> str:
    for name, cells in table.cells.items():
        if role_of(name) == "platform":
            codes = sorted(set(cells) - {""})
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
