"""Whether a file's unit is one the thresholds of a parameter hold for."""

from collections.abc import Iterable

from halocline.model.unit_spelling import folded
from halocline.model.units import UNSAID, same_unit


def hold_for(units: str, known: Iterable[str]) -> bool:
    """Whether thresholds hold for a variable in `units`: one of those known, or none is said.

    Spelling is no difference: `µg/L`, `ug l-1` and `µg.l⁻¹` are one unit, and so are `°C` and
    `degrés Celsius`. Thresholds that name no unit hold for any.
    """
    wanted = {same_unit(one) for one in known}
    return not wanted or folded(units) in UNSAID or same_unit(units) in wanted
