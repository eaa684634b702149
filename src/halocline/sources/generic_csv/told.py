"""What is told of a table that was read: sentences, each naming its column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.sources.generic_csv.cells import Mask
from halocline.sources.generic_csv.table import Table

_COMMA: Final = re.compile(r"[-+]?\d+,\d+")


def words_taken_as_missing(
    name: str, table: Table, number: FloatArray, words: Mask
) -> Iterator[str]:
    """A column of numbers some of whose cells are none."""
    count = int(words.sum())
    if count:
        filled = count + int(np.isfinite(number).sum())
        verb = "is no number" if count == 1 else "are no numbers"
        yield (
            f"column {name}: {count:,} of {filled:,} cells {verb}, first "
            f"{_first(name, table, words)}: taken as missing"
        )


def words_left_alone(name: str, table: Table, words: Mask, filled: int) -> str:
    """A column that is not read because most of it is no number."""
    comma = _COMMA.fullmatch(table.cells[name][int(np.argmax(words))])
    remedy = " (--decimal , if its comma marks the decimals)" if comma else ""
    return (
        f"column {name} left alone: {int(words.sum()):,} of {filled:,} cells are no numbers, "
        f"first {_first(name, table, words)}{remedy}"
    )


def fills_taken_as_missing(name: str, fills: FloatArray) -> Iterator[str]:
    """Numbers that stand for none."""
    numbers, counts = np.unique(fills, return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        cells = counted(count, "cell")
        yield f"column {name}: {number:g} in {cells} stands for none: taken as missing"


def suspects(name: str, found: Mapping[float, int]) -> Iterator[str]:
    """Numbers that look as if they stood for none, and are taken for measured."""
    for number, count in found.items():
        yield (
            f"column {name}: {number:g} occurs {count:,} times, far outside the other values: "
            f"--missing {number:g} if it stands for none"
        )


def flags_not_understood(name: str, table: Table, words: Mask) -> Iterator[str]:
    """Flags that are no digits."""
    if words.any():
        yield (
            f"column {name}: {counted(int(words.sum()), 'cell')} with no flag of 0 to 9, first "
            f"{_first(name, table, words)}: taken as 0, not evaluated"
        )


def repeats(rows: int, *, of: int, differing: int) -> Iterator[str]:
    """Rows that share a stamp."""
    if rows:
        said = f"at {counted(differing, 'stamp')} they differ: the last row has the word"
        yield (
            f"{rows:,} of {of:,} rows share their stamp with another; "
            f"{said if differing else 'they say the same'}"
        )


def nothing_read(reasons: Sequence[str]) -> str:
    """A table none of whose columns is a variable."""
    return "; ".join(["no column of numbers beside the time", *reasons[:3]])


def _first(name: str, table: Table, found: Mask) -> str:
    place = int(np.argmax(found))
    return f"{table.cells[name][place]!r} in row {table.row[place]:,}"


def counted(count: int, word: str) -> str:
    """A number of things: 1 row, 1,200 rows."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
