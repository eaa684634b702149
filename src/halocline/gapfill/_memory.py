"""What another series was in the days before a point: the sea remembers air, light and rivers."""

from typing import Final

import numpy as np

from halocline.gapfill._compiled import compiled
from halocline.gapfill._scene import Points, at
from halocline.model.estimates import FloatArray

MEMORY_H: Final = (12.0, 48.0, 144.0, 384.0)
"""Times in which a memory fades to a third: half a day, a front, a weather system, a fortnight. A
water column follows the air with a delay of days (temperature, gaps of 30 days, leave a year out:
a fifth less error)."""
HELD: Final = 2.0
"""What is more than twice as old is forgotten altogether: data far away change nothing."""
PAST: Final = "_past_"
"""In the name of every column of this kind."""
LEAST: Final = 0.05
"""Share of what is remembered that must be known."""


def memory_of(
    name: str, value: FloatArray, points: Points, *, step_h: float
) -> dict[str, FloatArray]:
    """Fading means (k,) of a series at each point, against the line between the edges' own."""
    columns: dict[str, FloatArray] = {}
    for hours in MEMORY_H:
        mean = faded(value, hours / step_h)
        here, before, after = (
            at(mean, step) for step in (points.step, points.first - 1, points.stop)
        )
        columns[f"{name}{PAST}{hours:g}h"] = (
            here - (1 - points.share) * before - points.share * after
        )
    return columns


def faded(value: FloatArray, steps: float) -> FloatArray:
    """Mean of each value and those before it, weighted by exp(-age / steps), (n,)."""
    present = np.isfinite(value)
    centre = float(np.mean(value[present])) if present.any() else 0.0
    weight = _sum_before(present.astype(np.float64), steps)
    total = _sum_before(np.where(present, value - centre, 0.0), steps)
    enough = weight > LEAST * steps
    return np.where(enough, centre + total / np.where(enough, weight, 1.0), np.nan)


def _sum_before(value: FloatArray, steps: float) -> FloatArray:
    """Weighted sum up to each step, what is older than HELD times `steps` taken out again."""
    summed = _sum_faded(value, float(np.exp(-1 / steps)))
    held = max(1, round(HELD * steps))
    summed[held:] -= np.exp(-held / steps) * summed[:-held].copy() if held < value.size else 0.0
    return summed


@compiled
def _sum_faded(value: FloatArray, share: float) -> FloatArray:
    """Each value and `share` of the sum before it, (n,)."""
    summed = np.empty(value.size)
    total = 0.0
    for k in range(value.size):
        total = value[k] + share * total
        summed[k] = total
    return summed
