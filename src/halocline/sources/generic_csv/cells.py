"""Numbers and flags out of the cells of a column, and which cells are neither."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray

Mask = npt.NDArray[np.bool_]
BLANK: Final = frozenset({
    "", "na", "nan", "n/a", "<na>", "nat", "null", "none", "nil", "-", "--", "---", "#",
    "#n/a", "#na", "#num!", "#value!", "#div/0!", "#ref!", "#name?", "#null!",
    "#nombre!", "#valeur!", "#nom?", "#nul!",
    "-nan", "nan(ind)", "-nan(ind)", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan",
    "err", "error", "erreur", "missing",
})  # fmt: skip
"""Words of spreadsheets, languages and loggers for "no value", in small letters."""
FILLS: Final = (-9999.0, -99999.0, 99999.0, -999999.0, 9.96921e36)
"""Numbers that mean "missing" wherever loggers' exports were seen; -999 or -1 may be values: name
them with `missing`."""
SUSPECTS: Final = re.compile(r"-?(9{2,}(\.9+)?|9\.9+)")
"""Nines alone: what loggers write for "none", and what a sensor may read."""
FEWEST_SUSPECTS: Final = 3
FAR: Final = 10
"""A number stands far from a column beyond so many times the distance of 99 % of its values."""
_GROUPED: Final = {
    ".": re.compile(r"[-+]?\d{1,3}(?:(?:[ \u00a0\u202f]\d{3})+(?:\.\d+)?|(?:,\d{3})+\.\d+)"),
    ",": re.compile(r"[-+]?\d{1,3}(?:(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?|(?:\.\d{3})+,\d+)"),
}
_DIGIT: Final = re.compile(r"0*([0-9])(?:\.0*)?")


def numbers_of(cells: Sequence[str], decimal: str) -> tuple[FloatArray, Mask]:
    """Numbers (n,), NaN where there is none, and which cells (n,) are neither blank nor a number.

    Thousands may stand apart where one reading alone is possible: 34 724.6, 34,724.6.
    """
    found = np.full(len(cells), np.nan)
    words = np.zeros(len(cells), dtype=bool)
    for place, cell in enumerate(cells):
        try:
            found[place] = float(cell.replace(",", ".") if decimal == "," else cell)
        except ValueError:
            if _GROUPED[decimal].fullmatch(cell):
                found[place] = _ungrouped(cell, decimal)
            elif cell.lower() not in BLANK:
                words[place] = True
    infinite = np.isinf(found)
    return np.where(infinite, np.nan, found), words | infinite


def given_flags(cells: Sequence[str], value: FloatArray) -> tuple[FlagArray, Mask]:
    """Flags (n,) and which cells (n,) hold no digit: of these 0; a value that is none has 9."""
    digits = [_DIGIT.fullmatch(cell) for cell in cells]
    given = np.array([int(one[1]) if one else 0 for one in digits], dtype=np.uint8)
    words = np.array(
        [one is None and cell.lower() not in BLANK for one, cell in zip(digits, cells, strict=True)]
    )
    return missing_where_none(given, value), words


def missing_where_none(flag: FlagArray, value: FloatArray) -> FlagArray:
    """The flags (n,), 9 where there is no value."""
    return np.where(np.isnan(value), Flag.MISSING, flag).astype(np.uint8)


def is_row_count(value: FloatArray) -> bool:
    """Whether numbers (n,) are those of rows: whole, none below 0, every one another."""
    whole = np.isfinite(value) & (value >= 0) & (value == np.floor(value))
    return bool(whole.all()) and np.unique(value).size == value.size


def suspects_of(value: FloatArray) -> dict[float, int]:
    """Numbers of nines alone, three or more times, far outside all else → how often they stand."""
    known = value[np.isfinite(value)]
    numbers, counts = np.unique(known, return_counts=True)
    nines = {
        number: count
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)
        if count >= FEWEST_SUSPECTS and SUSPECTS.fullmatch(f"{number:.9g}")
    }
    others = known[~np.isin(known, list(nines))]
    if not others.size:
        return {}
    median = np.median(others)
    reach = FAR * np.quantile(np.abs(others - median), 0.99)
    return {one: count for one, count in nines.items() if abs(one - median) > reach}


def _ungrouped(cell: str, decimal: str) -> float:
    other = "." if decimal == "," else ","
    return float(re.sub(rf"[\s\u00a0\u202f{other}]", "", cell).replace(",", "."))
