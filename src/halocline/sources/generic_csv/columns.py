"""The columns of numbers of a table as variables, and what is to be told of every column."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.model.errors import BadUpstreamData
from halocline.model.estimates import FloatArray
from halocline.model.flags import FlagArray
from halocline.model.quarantine import Reason
from halocline.sources.generic_csv import told
from halocline.sources.generic_csv.cells import (
    FILLS,
    Mask,
    given_flags,
    is_row_count,
    missing_where_none,
    numbers_of,
    suspects_of,
)
from halocline.sources.generic_csv.header import Role, flags_of, parameter_of, role_of
from halocline.sources.generic_csv.options import CsvOptions
from halocline.sources.generic_csv.table import Table

MOST_WORDS: Final = 0.1
"""Share of a column's cells that may be no numbers: broken cells of a sensor; beyond, a remark."""


@dataclass(frozen=True)
class Column:
    """One column of numbers."""

    name: str
    parameter: str
    units: str
    role: Role | None
    """None for a variable."""
    value: FloatArray
    """(n,), NaN where there is none."""
    flag: FlagArray
    fills: int
    """Cells that held a number standing for "missing"."""
    notes: tuple[str, ...]
    """What is to be told of it."""


@dataclass(frozen=True)
class LeftAlone:
    """A column that is not read."""

    name: str
    why: str
    is_hollow: bool = False
    """It holds nothing: nothing is lost."""


def read_columns(
    table: Table, *, used: Collection[str], decimal: str, how: CsvOptions
) -> tuple[list[Column], list[LeftAlone]]:
    """Every column but those of time, platform and flags, read or left alone.

    Raises:
        BadUpstreamData: theirs (BAD_HEADER); columns that come to one name.
    """
    flags = flags_of(table.cells)
    columns: list[Column] = []
    alone = list(_second_flags(flags))
    passed = {*used, *(name for several in flags.values() for name in several)}
    for name, cells in table.cells.items():
        if name in passed or role_of(name) == "platform":
            continue
        value, words = numbers_of(cells, decimal)
        left = _left_alone(name, table, value, words)
        if left is not None:
            alone.append(left)
            continue
        of = next(iter(flags.get(name, ())), None)
        columns.append(_column(name, table, value, words, flags=of, how=how))
    _refuse_one_name(columns)
    return columns, alone


def _second_flags(flags: Mapping[str, Sequence[str]]) -> Iterator[LeftAlone]:
    """Columns of flags of a column that has others."""
    for column, (first, *others) in flags.items():
        for name in others:
            why = f"column {name} left alone: the flags of {column} are read from {first}"
            yield LeftAlone(name, why)


def _column(
    name: str, table: Table, number: FloatArray, words: Mask, *, flags: str | None, how: CsvOptions
) -> Column:
    fill = np.isin(number, FILLS + how.missing)
    value = np.where(fill, np.nan, number)
    flag = missing_where_none(np.zeros(value.size, dtype=np.uint8), value)
    notes = [
        *told.words_taken_as_missing(name, table, number, words),
        *told.fills_taken_as_missing(name, number[fill]),
        *told.suspects(name, suspects_of(value)),
    ]
    if name in table.unnamed:
        notes.insert(0, f"column {name} has no name in the header: read under this one")
    if flags is not None:
        flag, strange = given_flags(table.cells[flags], value)
        notes += told.flags_not_understood(flags, table, strange)
    parameter, units = parameter_of(name, how.rename)
    role = None if name in how.rename else role_of(name)
    return Column(name, parameter, units, role, value, flag, int(fill.sum()), tuple(notes))


def _left_alone(name: str, table: Table, value: FloatArray, words: Mask) -> LeftAlone | None:
    """Why a column is not read; None where it is."""
    filled = int(words.sum() + np.isfinite(value).sum())
    if not filled:
        return LeftAlone(name, f"column {name} left alone: it holds no value", is_hollow=True)
    if words.sum() > MOST_WORDS * filled:
        return LeftAlone(name, told.words_left_alone(name, table, words, filled))
    if name in table.unnamed and is_row_count(value):
        return LeftAlone(name, f"column {name} left alone: it has no name and merely counts rows")
    return None


def _refuse_one_name(columns: Sequence[Column]) -> None:
    alike: dict[str, list[str]] = {}
    for one in columns:
        alike.setdefault(one.role or one.parameter, []).append(one.name)
    for parameter, names in alike.items():
        if len(names) > 1:
            given = ",".join(f"{name}={parameter}_{place}" for place, name in enumerate(names, 1))
            raise BadUpstreamData(
                Reason.BAD_HEADER,
                f"columns {', '.join(names)} come to one name, {parameter}: give each its own "
                f"(--rename '{given}')",
            )
