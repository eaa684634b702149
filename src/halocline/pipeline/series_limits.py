"""What a sensor can read: by the thresholds of quality control, or as its own record has it."""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from halocline.learn.filling import Limits
from halocline.model.directions import WARMTH
from halocline.model.estimates import FloatArray
from halocline.model.gridding import Gridded
from halocline.model.series import Series, SeriesVariable
from halocline.products.units import units_of
from halocline.qc.series import SeriesSuite

FEWEST: Final = 1000
"""Good values from which a record tells that it ends at 0: a shorter one may not have got there."""
NEAR_ZERO: Final = 0.05
"""The lowest value is at 0 below this share of the median: a level or a pressure keeps away."""
_PERCENT: Final = re.compile(r"(?:^|_)(?:pct|percent|pourcent)", re.IGNORECASE)
_SCALES: Final = ("degree_Celsius", "degrees_C", "degC", "degree_Fahrenheit")
"""Units whose 0 ends nothing: a mild winter that stops at 0.1 °C says nothing of the next."""


def limits_of(
    series: Series, suite: SeriesSuite, gridded: Mapping[str, Gridded]
) -> dict[str, Limits]:
    """What a sensor of each variable can read, as the suite's gross range test has it.

    Of a variable without that test, what its good values (of `gridded`) say, at least FEWEST of
    them: not below 0 where none is negative, the lowest is within NEAR_ZERO of the median of 0,
    and by its unit and name it is no temperature; not above 100 where it is a share in % and none
    is above. Neither is known: it is in all likelihood so, and an estimate of -1.7 mm of rain is
    none. A variable nothing is known of is left out.
    """
    found = {}
    for name, variable in series.variables.items():
        limits = _of_suite(name, variable, series=series, suite=suite)
        if limits is None and name in gridded:
            value = gridded[name].grid.value
            limits = own_limits(value[np.isfinite(value)], variable)
        if limits is not None:
            found[name] = limits
    return found


def _of_suite(
    name: str, variable: SeriesVariable, *, series: Series, suite: SeriesSuite
) -> Limits | None:
    tests = suite.column_tests(
        platform=series.platform, name=name, parameter=variable.parameter, units=variable.units
    )
    for test, params in tests:
        if test.name == "gross_range":
            lower, upper = params.model_dump()["sensor"]
            return Limits(lower, upper)
    return None


def own_limits(value: FloatArray, variable: SeriesVariable) -> Limits | None:
    """Where a variable ends as its good values (k,) have it; None where they do not tell."""
    if value.size < FEWEST:
        return None
    unit = units_of(variable.units).cf
    lowest, highest = float(np.min(value)), float(np.max(value))
    near = 0 <= lowest <= NEAR_ZERO * float(np.median(value))
    share = unit in {"%", "percent"} or _PERCENT.search(variable.parameter) is not None
    warmth = unit in _SCALES or WARMTH.search(variable.parameter)
    lower = 0.0 if near and variable.units and not warmth else -np.inf
    upper = 100.0 if share and highest <= 100 else np.inf
    return None if np.isinf(lower) and np.isinf(upper) else Limits(lower, upper)
