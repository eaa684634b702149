"""An interval calibrated on planted gaps that also reaches the extremes met in them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import INTERVAL_LEVEL, FloatArray
from halocline.uncertainty.conformal import (
    Calibration,
    IntArray,
    calibrate,
    unit_quantile,
    units_needed,
)
from halocline.uncertainty.scores import mean_by_unit

TAILS: Final = (0.05, 0.95)
"""Quantiles of a variable beyond which a value is an extreme: blooms, floods, heat."""
EXTREMES_LEVEL: Final = 0.80
"""Share of the extremes of a side that an interval is to hold, a gap counting once."""
WIDEST: Final = 1.5
"""Mean width, over that without the reach, up to which a side is reached for: salinity's floods
would take twice the width in every gap of weeks. Then the scores say what share is held."""
FEWEST: Final = units_needed(INTERVAL_LEVEL)
"""Gaps with an extreme of a side before its reach is told: as many as the interval itself needs."""


def tails_of(values: FloatArray) -> tuple[float, float]:
    """5th and 95th percentile of the finite values (n,); infinite where there is none."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return -np.inf, np.inf
    low, high = np.quantile(known, TAILS)
    return float(low), float(high)


@dataclass(frozen=True)
class Asked:
    """What a method said at points, and where: arrays (k,).

    below, above: its sd towards smaller and larger values; place in (0, 1]; length_h of the gap.
    """

    value: FloatArray
    below: FloatArray
    above: FloatArray
    place: FloatArray
    length_h: FloatArray

    def at(self, keep: npt.NDArray[np.bool_]) -> "Asked":
        """The points where `keep` (k,) is True."""
        return Asked(*(one[keep] for one in vars(self).values()))


@dataclass(frozen=True)
class Reach:
    """How far, in sd, an interval reaches where that takes it past a percentile of the variable.

    `low`, `high`: 5th and 95th percentile; `below`, `above`: the factors, 0 where a side is not
    reached for.
    """

    low: float
    high: float
    below: float = 0.0
    above: float = 0.0

    def ends(self, asked: Asked) -> tuple[FloatArray, FloatArray]:
        """Lower and upper end (k,); the value itself where the reach ends short of the extremes."""
        lower = asked.value - self.below * asked.below
        upper = asked.value + self.above * asked.above
        return (
            np.where(lower < self.low, lower, asked.value),
            np.where(upper > self.high, upper, asked.value),
        )


@dataclass(frozen=True)
class Band:
    """A calibrated interval: the wider of what holds 90 % of all values and of what reaches."""

    calibration: Calibration
    reach: Reach | None = None

    def ends(self, asked: Asked) -> tuple[FloatArray, FloatArray]:
        """Lower and upper end of the interval at each point (k,)."""
        where = {"place": asked.place, "length_h": asked.length_h}
        lower = asked.value - self.calibration.half_width(asked.below, **where)
        upper = asked.value + self.calibration.half_width(asked.above, **where)
        if self.reach is None:
            return lower, upper
        low, high = self.reach.ends(asked)
        return np.minimum(lower, low), np.maximum(upper, high)


def fit_band(
    asked: Asked, truth: FloatArray, *, unit: IntArray, tails: tuple[float, float]
) -> Band:
    """Interval that holds 90 % of the values of the next gap, and 80 % of its extremes.

    `unit` (k,): which gap; `tails`: the variable's 5th and 95th percentile, infinite where extremes
    do not count. Extremes are rare and far from what is expected of them, so an interval good for
    nine values in ten misses most where they matter. Calibrated for the extremes alone, each side
    apart, it reaches out for them where it can meet one at all; what it holds by that needs no
    width elsewhere, so that the level over all values stays what it was.

    Source: label-conditional (Mondrian) conformal prediction, Vovk, Gammerman, Shafer 2005,
    "Algorithmic learning in a random world", 4.5; here the label is an extreme of a side.
    """
    plain = Band(_calibrated(asked, truth, unit=unit))
    if not plain.calibration.calibrated:
        return plain
    below, above = (
        _worth_reaching(plain, asked, truth, unit=unit, tails=tails, upper=side)
        for side in (False, True)
    )
    if not below and not above:
        return plain
    reach = Reach(*tails, below=below, above=above)
    return Band(_calibrated(asked, truth, unit=unit, held=_holds(reach, asked, truth)), reach)


def _calibrated(
    asked: Asked,
    truth: FloatArray,
    *,
    unit: IntArray,
    held: npt.NDArray[np.bool_] | None = None,
) -> Calibration:
    """Factors of the sd for 90 % of the values, those `held` by other means costing nothing."""
    side = np.where(truth < asked.value, asked.below, asked.above)
    score = np.abs(truth - asked.value) / side
    if held is not None:
        score = np.where(held, 0.0, score)
    return calibrate(score, place=asked.place, length_h=asked.length_h, unit=unit)


def _holds(interval: Reach | Band, asked: Asked, truth: FloatArray) -> npt.NDArray[np.bool_]:
    lower, upper = interval.ends(asked)
    return np.asarray((truth >= lower) & (truth <= upper))


def _worth_reaching(
    plain: Band,
    asked: Asked,
    truth: FloatArray,
    *,
    unit: IntArray,
    tails: tuple[float, float],
    upper: bool,
) -> float:
    """Factor that holds the extremes of one side; 0 where it is not needed or costs too much."""
    extreme = truth > tails[1] if upper else truth < tails[0]
    if np.unique(unit[extreme]).size < FEWEST:
        return 0.0
    there, met, who = asked.at(extreme), truth[extreme], unit[extreme]
    held = _holds(plain, there, met)
    if np.mean(mean_by_unit(held.astype(np.float64), who)) >= EXTREMES_LEVEL:
        return 0.0
    away = met - there.value if upper else there.value - met
    score = np.maximum(away, 0.0) / (there.above if upper else there.below)
    factor = unit_quantile(score, who, level=EXTREMES_LEVEL)
    reach = Reach(*tails, above=factor) if upper else Reach(*tails, below=factor)
    widened = _width(Band(plain.calibration, reach), asked)
    return factor if widened <= WIDEST * _width(plain, asked) else 0.0


def _width(band: Band, asked: Asked) -> float:
    lower, upper = band.ends(asked)
    return float(np.mean(upper - lower))
