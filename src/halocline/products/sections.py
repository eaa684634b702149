"""Sections of a float: one parameter against time and pressure, as an image.

Pressure is drawn on a square-root scale: the seasonal thermocline and the deep both show.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from halocline.model.estimates import FloatArray
from halocline.products import canvas

COLUMNS: Final = 860
ROWS: Final = 220
REACH_STEPS: Final = 1.5
"""A profile colours the time within this many usual spacings of it: a longer hole stays blank."""
REACH_SHARE: Final = 0.12
"""Levels are joined over at most this share of the pressure range in root scale."""
TICKS_DBAR: Final = (0, 20, 100, 200, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000)
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cloud:
    """Levels of one parameter with a place in time and pressure; arrays (k,)."""

    days: FloatArray
    pressure: FloatArray
    value: FloatArray

    def where(self, chosen: BoolArray) -> "Cloud":
        """The chosen levels."""
        return Cloud(self.days[chosen], self.pressure[chosen], self.value[chosen])


@dataclass(frozen=True)
class Section:
    """An image (rows, columns) from the surface down, and its corners."""

    image: FloatArray
    days: tuple[float, float]
    root_pressure: tuple[float, float]


def root(pressure: npt.ArrayLike) -> FloatArray:
    """Square-root scale of pressure; values above the surface are at the surface."""
    return np.sqrt(np.maximum(np.asarray(pressure, dtype=np.float64), 0.0))


def section(cloud: Cloud, *, deepest: float) -> Section:
    """Draw each moment as a column, linear between levels, blank where no level is near."""
    moments = np.unique(cloud.days)
    spacing = float(np.median(np.diff(moments))) if moments.size > 1 else 1.0
    start, stop = float(moments[0]) - spacing / 2, float(moments[-1]) + spacing / 2
    centres = start + (np.arange(COLUMNS) + 0.5) * (stop - start) / COLUMNS
    nearest = _nearest(moments, centres)
    away = np.abs(moments[nearest] - centres)
    rows = (np.arange(ROWS) + 0.5) * root(deepest) / ROWS
    columns = np.stack([_column(cloud.where(cloud.days == one), rows) for one in moments], axis=1)
    image = columns[:, nearest]
    image[:, away > max(REACH_STEPS * spacing, (stop - start) / COLUMNS)] = np.nan
    return Section(image=image, days=(start, stop), root_pressure=(0.0, float(root(deepest))))


def _nearest(moments: FloatArray, centres: FloatArray) -> npt.NDArray[np.int64]:
    if moments.size == 1:
        return np.zeros(centres.size, dtype=np.int64)
    right = np.clip(np.searchsorted(moments, centres), 1, moments.size - 1)
    left = right - 1
    return np.where(centres - moments[left] <= moments[right] - centres, left, right)


def _column(cloud: Cloud, rows: FloatArray) -> FloatArray:
    order = np.argsort(cloud.pressure, kind="stable")
    depth, value = root(cloud.pressure[order]), cloud.value[order]
    column = np.interp(rows, depth, value)
    after = np.clip(np.searchsorted(depth, rows), 0, depth.size - 1)
    before = np.maximum(after - 1, 0)
    height = rows[1] - rows[0]
    reach = REACH_SHARE * rows[-1]
    inside = (rows >= depth[0] - height) & (rows <= depth[-1] + height)
    beside = np.minimum(np.abs(depth[after] - rows), np.abs(depth[before] - rows)) <= height
    joined = (depth[after] - depth[before] <= reach) | beside
    return np.where(inside & joined, column, np.nan)


def pressure_ticks(deepest: float) -> tuple[FloatArray, list[str]]:
    """Places (root scale) and words of the pressure axis; crowded ones are left out."""
    shown = [one for one in TICKS_DBAR if one <= deepest]
    kept: list[int] = []
    for one in reversed(shown):
        if not kept or float(root(kept[-1]) - root(one)) > 0.075 * float(root(deepest)):
            kept.append(one)
    kept.reverse()
    return root(kept), [f"{one:,}" for one in kept]


def days_of(juld: FloatArray) -> FloatArray:
    """Matplotlib's days (since 1970) of Argo's (since 1950)."""
    offset = float(canvas.days(np.datetime64("1950-01-01", "s")))
    return juld + offset


def pressure_axis(axes: Axes, deepest: float) -> None:
    """Surface at the top, the root of pressure downward: the upper ocean has most of the room."""
    places, words = pressure_ticks(deepest)
    axes.set_ylim(float(root(deepest)), 0.0)
    axes.set_yticks(places, words)
