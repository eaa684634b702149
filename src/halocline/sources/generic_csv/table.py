"""A text table parted into named columns; rows of another width are left out and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.generic_csv.dialect import cells_of
from halocline.sources.generic_csv.header import is_unnamed, named


@dataclass(frozen=True)
class Table:
    """Columns of equal length."""

    cells: Mapping[str, Sequence[str]]
    """Name → cells (n,)."""
    row: npt.NDArray[np.intp]
    """(n,) Number of each row below the header, from 1, comments and blank lines not counted."""
    unnamed: frozenset[str]
    """Columns whose name the header does not say."""
    cut: tuple[int, ...] = ()
    """Numbers of rows of another width than the header."""

    @cached_property
    def first(self) -> Mapping[str, str]:
        """Name → the first of its cells that holds something, '' for none."""
        return {name: next(filter(None, cells), "") for name, cells in self.cells.items()}

    def rows(self, keep: npt.NDArray[np.bool_]) -> "Table":
        """The rows kept (n,) alone."""
        if keep.all():
            return self
        places = np.flatnonzero(keep).tolist()
        cells = {name: [column[k] for k in places] for name, column in self.cells.items()}
        return replace(self, cells=cells, row=self.row[keep])


def table_of(lines: Sequence[str], separator: str) -> Table:
    """Part the lines; a column that has neither a name nor a cell with anything in it is none.

    Raises:
        BadUpstreamData: theirs (BAD_HEADER, BAD_ROW); columns of one name, no row of its width.
    """
    header, *rows = cells_of(lines, separator)
    header[0] = header[0].lstrip("#").strip()
    names = named(header)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadUpstreamData(
            Reason.BAD_HEADER,
            f"columns given twice: {', '.join(twice)}: give each a name of its own in the file",
        )
    sound = [place for place, row in enumerate(rows) if len(row) == len(header)]
    if not sound:
        raise BadUpstreamData(
            Reason.BAD_ROW, f"no row has {len(header)} cells as the header, found {len(rows[0])}"
        )
    columns = zip(*(rows[place] for place in sound), strict=True)
    cells = dict(zip(names, columns, strict=True))
    unnamed = {name for name, said in zip(names, header, strict=True) if is_unnamed(said)}
    hollow = {name for name in unnamed if not any(cells[name])}
    return Table(
        cells={name: column for name, column in cells.items() if name not in hollow},
        row=np.array(sound) + 1,
        unnamed=frozenset(unnamed - hollow),
        cut=tuple(sorted({*range(1, len(rows) + 1)} - {place + 1 for place in sound})),
    )
