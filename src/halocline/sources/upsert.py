"""Write newer values over older ones, a value at a time."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray


@dataclass(frozen=True)
class Slot:
    """Values and the provider's flags of one variable on a time axis; both (n,)."""

    value: FloatArray
    flag: FlagArray

    @classmethod
    def empty(cls, size: int) -> Self:
        """Nothing anywhere: NaN with flag 9."""
        return cls(np.full(size, np.nan), np.full(size, Flag.MISSING, np.uint8))


def upsert(
    slot: Slot,
    *,
    target: npt.NDArray[np.intp],
    value: FloatArray,
    flag: FlagArray | None = None,
) -> Slot:
    """Put value (m,) and flag (m,) at the places `target` (m,); the slot given stays untouched.

    A value replaces whatever is there; a blank replaces only a blank (its flag is then taken).
    Where `target` repeats, the last value wins.
    """
    flags = np.zeros(value.size, np.uint8) if flag is None else flag
    out_value, out_flag = slot.value.copy(), slot.flag.copy()
    present = np.isfinite(value)
    blank = ~present & ~np.isfinite(out_value[target])
    out_flag[target[blank]] = flags[blank]
    out_value[target[present]] = value[present]
    out_flag[target[present]] = flags[present]
    return Slot(out_value, out_flag)
