"""Channels that are one sensor told twice: never predictors of one another.

MAREL Carnot writes oxygen three times (uncorrected, corrected, per cent of saturation): lost
together, so a method that learns one from another looks brilliant and fills nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from halocline.model.estimates import FloatArray

FEWEST: Final = 200
"""Fewer common changes say nothing."""
ALIKE: Final = 0.85
"""Rank correlation of the changes from one step to the next. Measured: corrected and uncorrected
oxygen 0.988, either and saturation 0.965 to 0.970 (MAREL Carnot 2005-2008); at six stations of
2024-2025 oxygen by volume and by mass 0.90 to 0.99. Sensors of their own stay at or below 0.78."""
KIN: Final = (
    frozenset({"DOX1", "DOX2", "DOXY", "MASS_DOXY", "OSAT", "C_O21", "E_O21", "CSAT1"}),
    frozenset({"PSAL", "CNDC"}),
    frozenset({"TEMP", "CNDC"}),
    frozenset({"DEPH", "PRES", "SLEV"}),
    frozenset({"WSPD", "GSPD"}),
)
"""Computed from one another, by their names. Conductivity with salinity gives temperature away."""


@dataclass(frozen=True)
class Twin:
    """Two channels of one sensor, and how it was found: "name", or their changes' correlation."""

    first: str
    second: str
    found_by: str


def find_twins(
    values: Mapping[str, FloatArray], *, parameters: Mapping[str, str] | None = None
) -> list[Twin]:
    """Pairs of channels that must not predict one another, by name or by the changes they share.

    values: name → (n,) on one axis, NaN missing; parameters: name → the provider's code, which may
    carry no level. Every pair is looked at once, in the order of `values`.
    """
    codes = parameters or {}
    changes = {name: np.diff(value) for name, value in values.items()}
    found = []
    for first, second in combinations(values, 2):
        pair = {codes.get(first, first), codes.get(second, second)}
        if len(pair) == 2 and any(pair <= kin for kin in KIN):
            found.append(Twin(first, second, "name"))
            continue
        likeness = _likeness(changes[first], changes[second])
        if abs(likeness) >= ALIKE:
            found.append(Twin(first, second, f"changes alike, r = {likeness:.2f}"))
    return found


def _likeness(first: FloatArray, second: FloatArray) -> float:
    """Rank correlation of the changes both know, where at least one of them moves."""
    both = np.isfinite(first) & np.isfinite(second) & ((first != 0) | (second != 0))
    if both.sum() < FEWEST:
        return 0.0
    rank, other = (pd.Series(one[both]).rank().to_numpy() for one in (first, second))
    if np.ptp(rank) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(rank, other)[0, 1])
