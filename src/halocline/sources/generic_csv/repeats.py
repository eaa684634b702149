"""Rows that share a stamp: a few are told of, a table of them is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.model.series import TimeArray
from halocline.sources.generic_csv.cells import is_row_count
from halocline.sources.generic_csv.columns import Column

MOST_REPEATED: Final = 0.5
"""Share of rows at stamps where others say something else; beyond, rows are not of one series."""

REVISED: Final = "or, where a later row corrects an earlier one, say so (--revisions)"


@dataclass(frozen=True)
class Repeats:
    """How many rows share a stamp."""

    rows: int
    """Rows at a stamp that others have too."""
    differing_rows: int
    """Those of them at stamps where two rows give one column two values."""
    differing_stamps: int


def repeats_of(time: TimeArray, columns: Sequence[Column]) -> Repeats:
    """Count rows (n,) that share a stamp.

    A blank differs from nothing, and neither does a number that counts rows, unless there
    is nothing else.
    """
    target = np.unique(time, return_inverse=True)[1]
    count = np.bincount(target)
    differs = np.zeros(count.size, dtype=bool)
    for column in [one for one in columns if not is_row_count(one.value)] or columns:
        known = np.isfinite(column.value)
        low = np.full(count.size, np.inf)
        high = np.full(count.size, -np.inf)
        np.minimum.at(low, target[known], column.value[known])
        np.maximum.at(high, target[known], column.value[known])
        differs |= high > low
    return Repeats(int(count[count > 1].sum()), int(count[differs].sum()), int(differs.sum()))


def refuse_table_of_repeats(found: Repeats, time: TimeArray, used: Sequence[str]) -> None:
    """Nothing, where rows are of one series.

    Values of two depths and a value with its revision look alike: which one it is, is asked.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); most rows share their stamp with one that says
            something else: the time of day is missing, several places stand in one table, or rows
            are revised by later ones.
    """
    if found.differing_rows <= MOST_REPEATED * time.size:
        return
    shared = f"{found.differing_rows:,} of {time.size:,} rows share their"
    if len(used) == 1 and (time == time.astype("datetime64[D]")).all():
        raise BadUpstreamData(
            Reason.NOT_THE_FORMAT,
            f"column {used[0]} holds dates alone, and {shared} date with a row that says something "
            f"else: name the column of the time of day too (--time '{used[0]},<time of day>'), "
            f"{REVISED}",
        )
    raise BadUpstreamData(
        Reason.NOT_THE_FORMAT,
        f"{shared} stamp with a row that says something else: of several depths or stations, give "
        f"each a file of its own, {REVISED}; stamps are read to the second",
    )
