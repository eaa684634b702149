"""The header of a Coriolis-côtier CSV file: which column, and so which QC digit, is what."""

import re
from dataclasses import dataclass
from typing import Final

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason

_PARAMETER: Final = re.compile(r"([A-Z][A-Z0-9_]*) LEVEL(-?\d+) \((.*)\)")
_LEADING: Final = {"PLATFORM": "platform", "DATE": "date", "LATITUDE": "latitude",
                   "LONGITUDE": "longitude"}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of values: its place in the row, which is also the place of its QC digit."""

    index: int
    parameter: str
    level: int
    units: str


@dataclass(frozen=True)
class Header:
    """Places of the columns; `width` counts QC, so a row's QC holds `width - 1` digits."""

    width: int
    platform: int
    date: int
    latitude: int
    longitude: int
    columns: tuple[Column, ...]


def parse_header(line: str) -> Header:
    """Understand a header line, ARGOS_ID or any other column without a level ignored.

    Raises:
        BadUpstreamData: theirs; BAD_HEADER when QC is not last or a name comes twice,
            MISSING_VARIABLE when platform, date, position or every parameter is absent.
    """
    names = line.strip().split(",")
    if names[-1] != "QC":
        raise BadUpstreamData(Reason.BAD_HEADER, f"last column is {names[-1]!r}, wanted 'QC'")
    places: dict[str, int] = {}
    columns: list[Column] = []
    for index, name in enumerate(names[:-1]):
        found = _PARAMETER.fullmatch(name)
        if found:
            columns.append(Column(index, found[1], int(found[2]), found[3]))
        elif (word := name.split(" ", 1)[0]) in _LEADING:
            places.setdefault(_LEADING[word], index)
    _refuse_incomplete(names=names, places=places, columns=columns)
    return Header(width=len(names), columns=tuple(columns), **places)


def _refuse_incomplete(*, names: list[str], places: dict[str, int], columns: list[Column]) -> None:
    absent = [word for word, key in _LEADING.items() if key not in places]
    if absent or not columns:
        what = ", ".join(absent) or "any parameter"
        raise BadUpstreamData(Reason.MISSING_VARIABLE, f"no column of {what}")
    if len({(c.parameter, c.level) for c in columns}) < len(columns):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadUpstreamData(Reason.BAD_HEADER, f"columns given twice: {', '.join(twice)}")
