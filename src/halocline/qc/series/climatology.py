"""Climatological range: what this station has shown in this season in its own good past."""

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from pydantic import model_validator

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag, FlagArray
from halocline.model.params import Params
from halocline.qc.series._api import Column, Example, SecondArray, column_test

MONTHS: Final = 12
MARGIN: Final = 1.0
"""MAREL Carnot, each of four years judged by the other three: 0 to 0.2 % of temperature, salinity,
oxygen and turbidity lies outside, 1.7 % of fluorescence in the worst year. Half the width of the
whole range on both sides doubts more (0.34 % of salinity, 3.3 %) and lets a salinity of 36.8 pass
where none was above 35."""
_DAY_S: Final = 86_400
_YEAR_DAYS: Final = 365.25


class ClimatologyParams(Params):
    """The range of each month, January first, in the unit of the variable."""

    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    """`null` where too little was known to say: values near that month are not judged."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not len(self.low) == len(self.high) == MONTHS:
            raise ValueError(f"wanted {MONTHS} months, found {len(self.low)} and {len(self.high)}")
        for low, high in zip(self.low, self.high, strict=True):
            if (low is None) != (high is None):
                raise ValueError(f"month with one limit: [{low}, {high}]")
            if low is not None and high is not None and low > high:
                raise ValueError(f"month with an empty range: [{low}, {high}]")
        return self


_FLAT = {"low": [5.0] * 12, "high": [20.0] * 12}
_GAP = {"low": [*[5.0] * 5, None, *[5.0] * 6], "high": [*[20.0] * 5, None, *[20.0] * 6]}


@column_test(
    name="climatology",
    bit=6,
    stage=0,
    params=ClimatologyParams,
    reach_s=lambda _params: 0.0,
    source="QARTOD test 5, with limits learned by `halocline climatology`",
    examples=[
        Example([10.0, 21.0, 4.0], [1, 3, 3], _FLAT, "outside what the season has shown"),
        Example([5.0, 20.0], [1, 1], _FLAT, "a value on a limit passes"),
        Example([10.0, 99.0], [0, 0], _GAP, "examples are dated 1 June, half June's: not judged"),
        Example([float("nan"), 10.0], [9, 1], _FLAT, "missing stays missing"),
    ],
)
def climatology(column: Column, params: ClimatologyParams) -> FlagArray:
    """Flag values outside the season's range PROBABLY_BAD; limits run straight between months."""
    low, high = limits_at(params, column.time_s)
    outside = (column.value < low) | (column.value > high)
    flag = np.where(outside, Flag.PROBABLY_BAD, Flag.GOOD)
    return np.where(np.isnan(low), Flag.NOT_EVALUATED, flag).astype(np.uint8)


def limits_at(params: ClimatologyParams, time_s: SecondArray) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest credible value at each time (n,); NaN beside an unknown month."""
    return _seasonal(params.low, time_s), _seasonal(params.high, time_s)


def learn_climatology(
    *,
    value: FloatArray,
    time_s: SecondArray,
    margin: float = MARGIN,
    fewest_days: int = 20,
    fewest_years: int = 2,
) -> ClimatologyParams | None:
    """Learn each month's range from good values (n,), finite; None when no month has enough.

    A month is judged from itself and its neighbours (three months), so that limits run smoothly:
    the 0.5 and 99.5 percent points of their values, each moved away from their median by `margin`
    times its distance from it, as the past has not shown everything: salinity has floods below
    and nothing above. A month asks for `fewest_days` days with data
    in each of `fewest_years` years; otherwise it stays unknown.
    """
    day = time_s // _DAY_S
    month = (np.asarray(day, dtype="datetime64[D]").astype("datetime64[M]").astype(int)) % MONTHS
    low: list[float | None] = []
    high: list[float | None] = []
    for each in range(MONTHS):
        near = np.isin(month, [(each - 1) % MONTHS, each, (each + 1) % MONTHS])
        own = np.unique(day[month == each])
        years = np.unique(own.astype("datetime64[D]").astype("datetime64[Y]"), return_counts=True)
        known = int((years[1] >= fewest_days).sum()) >= fewest_years
        limits = _widened(value[near], margin=margin) if known else (None, None)
        low.append(limits[0])
        high.append(limits[1])
    if all(limit is None for limit in low):
        return None
    return ClimatologyParams(low=tuple(low), high=tuple(high))


def _widened(value: FloatArray, *, margin: float) -> tuple[float, float]:
    least, middle, most = np.quantile(value, [0.005, 0.5, 0.995])
    low, high = least - margin * (middle - least), most + margin * (most - middle)
    return round(float(low), 4) + 0.0, round(float(high), 4) + 0.0  # no -0.0


def into_year(time_s: SecondArray) -> SecondArray:
    """Seconds since the first of January, UTC."""
    year = np.asarray(time_s, dtype="datetime64[s]").astype("datetime64[Y]")
    return np.asarray(time_s - year.astype("datetime64[s]").astype(np.int64))


def _seasonal(monthly: Sequence[float | None], time_s: SecondArray) -> FloatArray:
    """Limits at each time, linear between the middles of months; NaN beside an unknown month."""
    table = np.array([np.nan if limit is None else limit for limit in monthly])
    place = into_year(time_s) / _DAY_S / _YEAR_DAYS * MONTHS - 0.5
    before = np.floor(place).astype(np.int64)
    share = place - before
    return np.asarray(table[before % MONTHS] * (1 - share) + table[(before + 1) % MONTHS] * share)
