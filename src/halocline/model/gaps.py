"""Runs of missing values."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

GAP_CLASSES_H: Final = (6.0, 72.0, 720.0)
"""Upper bounds, in hours, of the gap-length classes every score and choice is made for: a tide,
a weather system, a service interval. Beyond the last nothing is filled."""


@dataclass(frozen=True)
class Gaps:
    """Gaps of a grid: `first` and `stop` (k,) indices, `stop` exclusive."""

    first: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]

    @property
    def length(self) -> npt.NDArray[np.int64]:
        """Steps in each gap."""
        return self.stop - self.first


def find_gaps(missing: npt.NDArray[np.bool_]) -> Gaps:
    """Locate each run of True, those touching an end included; `missing` (n,)."""
    edge = np.diff(np.concatenate(([False], missing, [False])).astype(np.int8))
    return Gaps(first=np.flatnonzero(edge == 1), stop=np.flatnonzero(edge == -1))


def class_of(length_h: float) -> int:
    """Index of the gap-length class that holds a gap of this many hours; len(...) if too long."""
    return int(np.searchsorted(np.asarray(GAP_CLASSES_H), length_h, side="left"))
