"""What a filling leaves empty, and why: nothing that stays missing goes unsaid."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from halocline.model.checked import Checked
from halocline.model.estimates import Filled, Origin
from halocline.model.gaps import GAP_CLASSES_H, find_gaps
from halocline.model.series import Series
from halocline.pipeline.series_grids import USABLE

LONG: Final = f"longer than {GAP_CLASSES_H[-1]:g} h"
AT_AN_END: Final = "before the first or after the last value"
UNKNOWN: Final = "too few values to learn from"
NO_STEP: Final = "no step of a minute or more: average it first"

ONE_VALUE: Final = "a single value: no gap lies between two"


def left_empty(filled: Filled, *, step_s: int) -> dict[str, int]:
    """Reason → steps of the grid that stay missing for it; empty where none does."""
    gaps = find_gaps(filled.origin == Origin.MISSING)
    at_an_end = (gaps.first == 0) | (gaps.stop == filled.origin.size)
    long = gaps.length * step_s / 3600 > GAP_CLASSES_H[-1]
    reasons = np.select([at_an_end, long], [AT_AN_END, LONG], UNKNOWN)
    steps = {
        reason: int(gaps.length[reasons == reason].sum()) for reason in (LONG, AT_AN_END, UNKNOWN)
    }
    return {reason: count for reason, count in steps.items() if count}


def why_not_filled(name: str, *, series: Series, checked: Mapping[str, Checked]) -> str:
    """Why a variable has no grid to be filled on."""
    variable = series.variables[name]
    if variable.is_direction:
        return "a direction"
    usable = np.isin(checked[name].flag, USABLE) & variable.measured
    if not usable.any():
        return "no usable value"
    return ONE_VALUE if variable.measured.sum() == 1 else NO_STEP
