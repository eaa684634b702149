"""Raise flags and set a test's bits, level by level, in one pass."""

from typing import Final

import numba
import numpy as np

from halocline.model.flags import SEVERITY, Flag, FlagArray, MaskArray

MISSING: Final = np.uint8(Flag.MISSING)
DOUBTFUL: Final = np.uint8(Flag.PROBABLY_BAD)
BAD: Final = np.uint8(Flag.BAD)


@numba.njit(cache=True)
def raise_flags(
    flag: FlagArray, failed: MaskArray, done: MaskArray, said: FlagArray, bit: np.uint64
) -> None:
    """Merge `said` into `flag`, and set `bit` where it judged and where it failed; all (n,).

    Changes the first three in place. A missing value stays missing, and no test judges it.
    """
    for k in range(flag.size):
        now, new = flag[k], said[k]
        if now == MISSING or new == 0:
            continue
        done[k] |= bit
        if new in (DOUBTFUL, BAD):
            failed[k] |= bit
        if SEVERITY[new] > SEVERITY[now]:
            flag[k] = new
