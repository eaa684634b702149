"""The index files of an In Situ TAC product: `index_latest`, `_monthly`, `_history`, `_platform`.

Five lines of comment, then a header whose first name has a `#` glued to it, then one file a line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.address import safe_path
from halocline.sources.insitu_tac.names import FileName, parse_name

PARTS: Final = ("history", "monthly", "latest")
"""Folders of a product, from a platform's whole life to its last days."""
FIELDS: Final = 12
MOST_SHOWN: Final = 1000
"""Rows set aside one by one; beyond it the index is a different file."""
_PLACE_OF_PROVIDER: Final = 8
"""The one free text of a row: a comma in it is the only one that may be too many."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z?")
_WRITTEN: Final = re.compile(rb"Last Update\s*:\s*(\d{14})", re.IGNORECASE)


@dataclass(frozen=True)
class Box:
    """Degrees north and east; west greater than east crosses the date line."""

    south: float
    north: float
    west: float
    east: float

    @property
    def credible(self) -> bool:
        """Whether there is such a place on Earth."""
        latitudes = -90 <= self.south <= self.north <= 90
        return latitudes and abs(self.west) <= 180 and abs(self.east) <= 180

    def meets(self, other: "Box") -> bool:
        """Whether the two have a point in common."""
        if self.south > other.north or other.south > self.north:
            return False
        return any(
            one[0] <= two[1] and two[0] <= one[1] for one in self._spans() for two in other._spans()
        )

    def _spans(self) -> list[tuple[float, float]]:
        if self.west <= self.east:
            return [(self.west, self.east)]
        return [(self.west, 180.0), (-180.0, self.east)]


@dataclass(frozen=True)
class IndexRow:
    """One file of a product."""

    file: str
    """Path below the product's root, from `history/`, `monthly/` or `latest/` on."""
    name: FileName
    box: Box | None
    """Where it was observed, None where the row does not say or cannot be right."""
    first: str
    last: str
    date_update: str
    """When the provider wrote it, as given: the watermark of an incremental pull."""
    mode: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """Rows of one index, those that cannot be used, and when the provider wrote it (14 digits)."""

    rows: tuple[IndexRow, ...]
    quarantined: tuple[Quarantined, ...]
    written: str
    complete: bool
    """Whether the last line is whole: a cut download ends within one."""


@dataclass(frozen=True)
class PlatformRow:
    """One platform of `index_platform`: where it reported last."""

    platform: str
    wmo: str
    date_update: str
    latitude: float
    longitude: float
    parameters: tuple[str, ...]


def parse_index(content: bytes, name: str) -> Index:
    """Read an index of files; rows that cannot be used are set aside.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, BAD_HEADER); it is no index at all.
    """
    columns, lines = _table(content, name, wanted=("file_name", "date_update"))
    rows: list[IndexRow] = []
    aside: list[Quarantined] = []
    for line in lines:
        row = _row(dict(zip(columns, _cells(line, len(columns)), strict=False)), name, line)
        if isinstance(row, IndexRow):
            rows.append(row)
        elif len(aside) < MOST_SHOWN:
            aside.append(row)
    found = _WRITTEN.search(content[:2000])
    return Index(
        rows=tuple(rows),
        quarantined=tuple(aside),
        written=found[1].decode() if found else "",
        complete=content.endswith(b"\n"),
    )


def parse_platforms(content: bytes, name: str = "index_platform.txt") -> tuple[PlatformRow, ...]:
    """Read an index of platforms; a row without a usable position is left out.

    Raises:
        BadUpstreamData: theirs, as `parse_index`.
    """
    wanted = ("platform_code", "last_latitude_observation", "last_longitude_observation")
    columns, lines = _table(content, name, wanted=wanted)
    return tuple(_platforms(columns, lines))


def _platforms(columns: Sequence[str], lines: Iterator[str]) -> Iterator[PlatformRow]:
    for line in lines:
        cells = dict(zip(columns, line.split(","), strict=False))
        place = (
            _number(cells.get("last_latitude_observation", "")),
            _number(cells.get("last_longitude_observation", "")),
        )
        if place[0] is None or place[1] is None:
            continue
        yield PlatformRow(
            platform=cells["platform_code"].strip(),
            wmo=cells.get("wmo_platform_code", "").strip(),
            date_update=cells.get("update_date", "").strip(),
            latitude=place[0],
            longitude=place[1],
            parameters=tuple(cells.get("parameters", "").split()),
        )


def _table(content: bytes, name: str, *, wanted: Sequence[str]) -> tuple[list[str], Iterator[str]]:
    """Names of the columns, and the lines after the header; blank ones left out."""
    if not content.strip():
        raise BadUpstreamData(Reason.EMPTY, f"{name} holds nothing")
    lines = content.decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines):
        columns = [word.strip() for word in line.lstrip("# \ufeff").split(",")]
        if set(wanted) <= set(columns):
            return columns, (one for one in lines[number + 1 :] if one.strip())
        if line.strip() and not line.startswith("#"):
            break
    if not lines[0].startswith("#"):
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"{name} begins with {lines[0][:60]!r}")
    raise BadUpstreamData(Reason.BAD_HEADER, f"{name} names no columns {', '.join(wanted)}")


def _cells(line: str, width: int) -> list[str]:
    """Fields of a row; commas beyond their number belong to the provider's name."""
    cells = line.split(",")
    extra = len(cells) - width
    if extra <= 0 or width != FIELDS:
        return cells
    stop = _PLACE_OF_PROVIDER + extra + 1
    return [
        *cells[:_PLACE_OF_PROVIDER],
        ",".join(cells[_PLACE_OF_PROVIDER:stop]),
        *cells[stop:],
    ]


def _row(cells: dict[str, str], index: str, line: str) -> IndexRow | Quarantined:
    path = path_below(cells.get("file_name", "").strip())
    name = parse_name(path)
    updated = cells.get("date_update", "").strip()
    try:
        safe_path(path)
    except BadUpstreamData as fault:
        return Quarantined(path[:200], fault.reason, f"row of {index}")
    if name is None or not _DATE.fullmatch(updated):
        what = f"no file of this source, or no date_update: {line[:120]!r}, row of {index}"
        return Quarantined(path[:200], Reason.BAD_ROW, what)
    return IndexRow(
        file=path,
        name=name,
        box=_box(cells),
        first=cells.get("time_coverage_start", "").strip(),
        last=cells.get("time_coverage_end", "").strip(),
        date_update=updated,
        mode=cells.get("data_mode", "").strip(),
        parameters=tuple(cells.get("parameters", "").split()),
    )


def path_below(address: str) -> str:
    """Path of a file below its product's root: indexes give the address of another server."""
    parts = address.split("/")
    for place, part in enumerate(parts):
        if part in PARTS:
            return "/".join(parts[place:])
    return parts[-1]


def _box(cells: dict[str, str]) -> Box | None:
    names = ("lat_min", "lat_max", "lon_min", "lon_max")
    sides = [_number(cells.get(f"geospatial_{name}", "")) for name in names]
    if any(side is None for side in sides):
        return None
    box = Box(*[float(side) for side in sides if side is not None])
    return box if box.credible else None


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) <= 360 else None  # also refuses NaN
