"""Spellings of units: whether a file's unit is one the thresholds of a parameter hold for."""

from collections.abc import Iterable
from typing import Final

from halocline.model.unit_spelling import folded

UNSAID: Final = frozenset({"", "-", "none", "unknown", "nan"})
"""What files write where they say no unit."""


def hold_for(units: str, known: Iterable[str]) -> bool:
    """Whether thresholds hold for a variable in `units`: one of those known, or none is said.

    Spelling is no difference: `µg/L`, `ug l-1` and `µg.l⁻¹` are one unit. Thresholds that name no
    unit hold for any.
    """
    spelled = {folded(one) for one in known}
    return not spelled or folded(units) in UNSAID | spelled
