"""Spellings of units: whether a file's unit is one the thresholds of a parameter hold for."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

UNSAID: Final = frozenset({"", "-", "none", "unknown", "nan"})
"""What files write where they say no unit."""
_SAME: Final = str.maketrans({"μ": "u", "−": "-", "_": "", "^": "", "*": "", " ": ""})
_DIVISION: Final = re.compile(r"/([a-z]+)(\d*)")
_PRODUCT: Final = re.compile(r"[.·](?!\d)")


def hold_for(units: str, known: Iterable[str]) -> bool:
    """Whether thresholds hold for a variable in `units`: one of those known, or none is said.

    Spelling is no difference: `µg/L`, `ug l-1` and `µg.l⁻¹` are one unit. Thresholds that name no
    unit hold for any.
    """
    spelled = {_plain(one) for one in known}
    return not spelled or _plain(units) in UNSAID | spelled


def _plain(units: str) -> str:
    """One spelling for what differs by typing alone: µg/L becomes ugl-1."""
    # NFKC, wanted for µ and raised digits, makes a letter of the º that stands for °.
    composed = unicodedata.normalize("NFKC", units.replace("º", "°")).casefold()
    spelled = composed.replace(" per ", "/").translate(_SAME)
    return _DIVISION.sub(lambda part: f"{part[1]}-{part[2] or 1}", _PRODUCT.sub("", spelled))
