"""Channels that are one sensor under two names: lost together, never predictors of each other."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from halocline.learn.alignment import onto
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

FAMILIES: Final = (
    frozenset({"DOX1", "DOX2", "DOXY", "DOX", "MASS_DOXY", "OSAT", "DOX_RAW"}),
    frozenset({"PSAL", "CNDC", "SSAL"}),
    frozenset({"FLU2", "FLU3", "CPHL", "CHLA", "CHLT", "FLUO"}),
)
"""Parameters computed from one instrument, whatever its numbers say."""
SAME_CHANGES: Final = 0.9
"""Correlation of changes from step to step above which two channels are one sensor. Measured on
MAREL Carnot 2005-2008: oxygen and its twins 0.96 to 0.99, any other pair at most 0.16."""
MIN_COMMON: Final = 200


def twins_of(name: str, grids: Mapping[str, Grid]) -> tuple[str, ...]:
    """Names of the other grids that carry the same sensor as `name`, sorted."""
    mine = grids[name]
    change = np.diff(mine.value)
    return tuple(
        sorted(
            other
            for other, grid in grids.items()
            if other != name
            and (_same_family(name, other) or _moves_alike(change, np.diff(onto(grid, mine))))
        )
    )


def _same_family(name: str, other: str) -> bool:
    mine, _, my_level = name.partition("_LEVEL")
    theirs, _, their_level = other.partition("_LEVEL")
    return my_level == their_level and any(
        mine in family and theirs in family for family in FAMILIES
    )


def _moves_alike(first: FloatArray, second: FloatArray) -> bool:
    common = np.isfinite(first) & np.isfinite(second)
    if common.sum() < MIN_COMMON:
        return False
    first, second = first[common], second[common]
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return False
    return bool(abs(np.corrcoef(first, second)[0, 1]) >= SAME_CHANGES)
