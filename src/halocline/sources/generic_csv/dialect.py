"""Which character parts the columns of a text table, and which one the decimals."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason

SEPARATORS: Final = (",", ";", "\t", "|")
NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", ".": "point"}
SAMPLE: Final = 200
"""Lines looked at: enough to meet a value with decimals in a column that is mostly empty."""
_POINT: Final = re.compile(r"[-+]?\d+\.\d+([eE][-+]?\d+)?")
_COMMA: Final = re.compile(r"[-+]?\d+,\d+([eE][-+]?\d+)?")
_COMMENT: Final = ("#", "//", "%")


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    separator: str
    decimal: str


def lines_of(content: bytes) -> list[str]:
    """Lines of a text file; comments before the header and blank lines left out.

    Raises:
        BadUpstreamData: theirs (EMPTY; NOT_THE_FORMAT for bytes that are no text).
    """
    if not content.strip():
        raise BadUpstreamData(Reason.EMPTY, f"{len(content)} bytes, no text")
    if b"\0" in content[:4096]:
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"no text: begins with {content[:20]!r}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if text.lstrip()[:1] == "<":
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"a page, no table: {text.strip()[:40]!r}")
    lines = [line for line in text.splitlines() if line.strip()]
    while lines and lines[0].lstrip().startswith(_COMMENT) and not _is_header(lines):
        lines = lines[1:]
    if len(lines) < 2:
        raise BadUpstreamData(Reason.NO_DATA, "a header and no row")
    return lines


def _is_header(lines: Sequence[str]) -> bool:
    """Whether a comment mark is glued to the header: it parts as the lines below it do."""
    following = [one for one in lines[1:] if not one.lstrip().startswith(_COMMENT)][:1]
    return bool(following) and len(lines[1:]) > 0 and any(
        lines[0].count(one) and lines[0].count(one) == following[0].count(one)
        for one in SEPARATORS
    ) and lines[1] == following[0]  # fmt: skip


def cells_of(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Cells of each line, quotes understood, blanks around them gone."""
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]


def sniff(lines: Sequence[str], *, separator: str | None, decimal: str | None) -> Dialect:
    """Separator and decimal mark that one reading alone allows; those given are believed.

    A separator parts the header and the rows into the same number of columns, at least two. The
    decimal mark is the one that numbers hold; a point where no number tells.

    Raises:
        BadUpstreamData: theirs (NOT_THE_FORMAT); no separator fits, or more than one reading does.
    """
    sample = list(lines[: SAMPLE + 1])
    fitting = [one for one in SEPARATORS if _fits(sample, one)]
    if separator is None:
        if not fitting:
            raise BadUpstreamData(
                Reason.NOT_THE_FORMAT,
                f"no comma, semicolon, tab or bar parts the lines alike; header {sample[0][:60]!r}",
            )
        if len(fitting) > 1:
            words = " or ".join(NAMES[one] for one in fitting)
            raise BadUpstreamData(
                Reason.NOT_THE_FORMAT, f"columns are parted by {words}: say which (--separator)"
            )
        separator = fitting[0]
    return Dialect(separator, decimal or _decimal(cells_of(sample[1:], separator), separator))


def _fits(lines: Sequence[str], separator: str) -> bool:
    widths = Counter(len(row) for row in cells_of(lines, separator))
    width = len(cells_of(lines[:1], separator)[0])
    # A few broken rows do not make another dialect; a decimal comma does not part the header.
    return width > 1 and widths[width] >= 0.9 * len(lines)


def _decimal(rows: Sequence[Sequence[str]], separator: str) -> str:
    cells = [cell for row in rows for cell in row]
    points = sum(bool(_POINT.fullmatch(cell)) for cell in cells)
    commas = 0 if separator == "," else sum(bool(_COMMA.fullmatch(cell)) for cell in cells)
    if points and commas:
        raise BadUpstreamData(
            Reason.NOT_THE_FORMAT,
            f"{points} numbers with a point, {commas} with a comma: say which is the decimal mark "
            "(--decimal)",
        )
    return "," if commas else "."
