"""Which floats to follow."""

import re
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_EVERY_FLOAT_HAS: Final = frozenset({"PRES", "TEMP"})
"""Sensors the bio index says nothing of; PSAL is taken for granted too, few floats lack it."""


@dataclass(frozen=True)
class Selection:
    """Floats that meet every criterion given; every float without any."""

    wmo: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None
    """West, east, south, north, degrees, borders inside; west > east crosses the date line. A
    float with one profile inside is selected with all of its profiles."""
    dac: tuple[str, ...] = ()
    """Data centres, as the tree names their folders."""
    parameters: tuple[str, ...] = ()
    """Sensors a float must have, by the bio index."""
    bio: bool = True
    """Whether B files are wanted beside core files."""

    @property
    def is_everything(self) -> bool:
        """Whether no float is left out."""
        return not (self.wmo or self.dac or self.needs_index)

    @property
    def needs_index(self) -> bool:
        """Whether paths alone cannot tell."""
        return self.box is not None or bool(self._sensors)

    @property
    def _sensors(self) -> tuple[str, ...]:
        return tuple(n for n in self.parameters if n not in _EVERY_FLOAT_HAS | {"PSAL"})

    def accepts_path(self, dac: str, platform: str) -> bool:
        """Whether a float's folder meets the criteria that paths can tell."""
        return (not self.dac or dac in self.dac) and (not self.wmo or platform in self.wmo)

    def platforms(self, core: pa.Table, bio: pa.Table) -> pa.Array:
        """Floats that meet every criterion; the tables are rows of the profile indexes."""
        rows = [self._by_path(one) for one in (core, bio)]
        found = _unique(rows)
        if self.box is not None:
            inside = _unique([one.filter(_inside(one, self.box)) for one in rows])
            found = found.filter(pc.is_in(found, value_set=inside))
        for name in self._sensors:
            having = rows[1].filter(_holds(rows[1], name))["platform"].unique()
            found = found.filter(pc.is_in(found, value_set=having))
        return found

    def _by_path(self, rows: pa.Table) -> pa.Table:
        if self.wmo:
            rows = rows.filter(pc.is_in(rows["platform"], value_set=pa.array(self.wmo)))
        if self.dac:
            pattern = f"^({'|'.join(re.escape(name) for name in self.dac)})/"
            rows = rows.filter(pc.match_substring_regex(rows["file"], pattern))
        return rows


def _unique(tables: list[pa.Table]) -> pa.Array:
    chunks = [chunk for one in tables for chunk in one["platform"].chunks]
    return pa.chunked_array(chunks, pa.string()).unique()


def _inside(rows: pa.Table, box: tuple[float, float, float, float]) -> pa.ChunkedArray:
    west, east, south, north = box
    latitude, longitude = rows["latitude"], rows["longitude"]
    longitude = pc.if_else(pc.greater(longitude, 180.0), pc.subtract(longitude, 360.0), longitude)
    join = pc.and_ if west <= east else pc.or_
    across = join(pc.greater_equal(longitude, west), pc.less_equal(longitude, east))
    along = pc.and_(pc.greater_equal(latitude, south), pc.less_equal(latitude, north))
    real = pc.and_(pc.greater_equal(longitude, -180.0), pc.less_equal(longitude, 180.0))
    return pc.fill_null(pc.and_(pc.and_(across, along), real), fill_value=False)


def _holds(bio: pa.Table, parameter: str) -> pa.ChunkedArray:
    if "parameters" not in bio.column_names:
        return pa.chunked_array([pa.array([False] * bio.num_rows, pa.bool_())])
    combined = bio["parameters"].combine_chunks()
    known = pc.match_substring_regex(combined.dictionary, rf"(^|\s){re.escape(parameter)}(\s|$)")
    return pa.chunked_array([known.take(combined.indices)])
