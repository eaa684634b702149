"""What a learner sees of a point in a gap: edges, sides, tide, calendar, other sensors, drivers.

Every number comes from outside the gap for the variable itself, and from any time for other
sensors and drivers. One function makes the features of training and of filling.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._scene import IntArray, Points, Scene, Windows, at, line_between
from halocline.gapfill.tidal_day import TIDAL_DAY_H
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid

CALENDAR_H: Final = {
    "day": 24.0,
    "half_day": 12.0,
    "m2": 12.4206,
    "spring_neap": 354.367,
    "year": 8766.0,
}
"""Cycles whose phase a learner is told, in hours; 354 h separates two spring tides."""
DONORS: Final = (1, 2)
SIDES_H: Final = (3.0, 25.0, 120.0)
"""Stretches before and after a gap whose mean and spread are told: an hour of tide, a tidal day,
a weather system."""
SMOOTH_H: Final = (3.0, 25.0)


@dataclass(frozen=True)
class Features:
    """Columns of a design matrix: values (k, p) float32, NaN where unknown, and their names."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float32]

    def column(self, name: str) -> FloatArray:
        """One column (k,)."""
        return self.values[:, self.names.index(name)].astype(np.float64)

    def only(self, names: tuple[str, ...]) -> "Features":
        """These columns, unknown where there is none of that name."""
        if names == self.names:
            return self
        place = {name: column for column, name in enumerate(self.names)}
        columns = [place.get(name, -1) for name in names]
        unknown = np.full((self.values.shape[0], 1), np.nan, dtype=np.float32)
        return Features(names, np.concatenate((self.values, unknown), axis=1)[:, columns])

    def rows(self, keep: npt.NDArray[np.bool_]) -> "Features":
        """The points where `keep` (k,) is True."""
        return Features(self.names, self.values[keep])


def features_of(scene: Scene, points: Points) -> Features:
    """Describe each point; `scene.others` is empty in a station outage.

    Levels are told as departures from the straight line between the edges, whose own value and
    slope are told once, so that a learner need not find the line again.
    """
    columns: dict[str, FloatArray] = {}
    line = line_between(scene.grid.value, points)
    columns |= _place(scene.grid, points)
    columns |= _edges(scene.grid, points, line=line)
    columns |= _donors(scene.grid, points)
    columns |= _calendar(scene.grid, points)
    step_h = scene.grid.step_s / 3600
    for kind, members in (("driver", scene.drivers), ("other", scene.others)):
        for name, value in sorted(members.items()):
            columns |= _beside(f"{kind}_{name}", value, points, step_h=step_h)
    return Features(
        names=tuple(columns),
        values=np.stack(list(columns.values()), axis=1).astype(np.float32)
        if columns
        else np.empty((len(points), 0), dtype=np.float32),
    )


def _place(grid: Grid, points: Points) -> dict[str, FloatArray]:
    step_h = grid.step_s / 3600
    after = (points.step - points.first + 1) * step_h
    before = (points.stop - points.step) * step_h
    return {
        "after_edge_h": after,
        "before_edge_h": before,
        "nearest_edge_h": np.minimum(after, before),
        "length_h": points.length * step_h,
        "share": points.share,
    }


def _edges(grid: Grid, points: Points, *, line: FloatArray) -> dict[str, FloatArray]:
    value, step_h = grid.value, grid.step_s / 3600
    left, right = at(value, points.first - 1), at(value, points.stop)
    windows = Windows.of(value)
    columns = {"line": line, "rise": right - left}
    for hours in SIDES_H:
        width = max(2, round(hours / step_h))
        before = (points.first - width, points.first)
        after = (points.stop, points.stop + width)
        columns[f"before_mean_{hours:g}h"] = windows.mean(*before) - left
        columns[f"after_mean_{hours:g}h"] = windows.mean(*after) - right
        columns[f"before_sd_{hours:g}h"] = windows.sd(*before)
        columns[f"after_sd_{hours:g}h"] = windows.sd(*after)
    for hours in (1.0, 3.0):
        lag = max(1, round(hours / step_h))
        columns[f"before_trend_{hours:g}h"] = left - at(value, points.first - 1 - lag)
        columns[f"after_trend_{hours:g}h"] = at(value, points.stop + lag) - right
    mean_before, mean_after = columns["before_mean_25h"], columns["after_mean_25h"]
    columns["mean_line_25h"] = (1 - points.share) * mean_before + points.share * mean_after
    return columns


def _donors(grid: Grid, points: Points) -> dict[str, FloatArray]:
    """The same phase of the tidal days, and of the solar days, beside the gap."""
    columns: dict[str, FloatArray] = {}
    for kind, hours in (("tidal", TIDAL_DAY_H), ("solar", 24.0)):
        period = max(1, round(hours * 3600 / grid.step_s))
        whole = (points.length + period) // period
        found = []
        for side, name in ((-1, "before"), (1, "after")):
            for number in DONORS:
                shift = side * (whole + number - 1) * period
                departure = _departure(grid.value, points, shift)
                columns[f"{kind}_{name}_{number}"] = departure
                found.append(departure)
        columns[f"{kind}_mean"] = _mean_of(found)
    return columns


def _departure(value: FloatArray, points: Points, shift: IntArray) -> FloatArray:
    """A shifted copy's departure from the line between its own ends."""
    left, right = at(value, points.first - 1 + shift), at(value, points.stop + shift)
    return at(value, points.step + shift) - (1 - points.share) * left - points.share * right


def _mean_of(columns: list[FloatArray]) -> FloatArray:
    stack = np.stack(columns)
    seen = np.isfinite(stack)
    total = np.where(seen, stack, 0.0).sum(axis=0)
    return np.where(seen.any(axis=0), total / np.maximum(seen.sum(axis=0), 1), np.nan)


def _calendar(grid: Grid, points: Points) -> dict[str, FloatArray]:
    start_h = grid.start.astype("datetime64[s]").astype(np.int64) / 3600
    hours = start_h + points.step * grid.step_s / 3600
    columns: dict[str, FloatArray] = {}
    for name, period in CALENDAR_H.items():
        angle = 2 * np.pi * hours / period
        columns[f"{name}_cos"], columns[f"{name}_sin"] = np.cos(angle), np.sin(angle)
    return columns


def _beside(
    name: str, value: FloatArray, points: Points, *, step_h: float
) -> dict[str, FloatArray]:
    """Another series at the point: as read, against its own line across the gap, its change."""
    windows = Windows.of(value)
    hour = max(1, round(1.0 / step_h))
    left = windows.mean(points.first - 1 - hour, points.first)
    right = windows.mean(points.stop, points.stop + 1 + hour)
    line = (1 - points.share) * left + points.share * right
    here = at(value, points.step)
    columns = {
        name: here,
        f"{name}_departure": here - line,
        f"{name}_change": at(value, points.step + hour) - at(value, points.step - hour),
    }
    for hours in SMOOTH_H:
        half = max(1, round(hours / step_h / 2))
        smooth = windows.mean(points.step - half, points.step + half + 1)
        before = windows.mean(points.first - 2 * half - 1, points.first)
        after = windows.mean(points.stop, points.stop + 2 * half + 1)
        ends = (1 - points.share) * before + points.share * after
        columns[f"{name}_smooth_{hours:g}h"] = smooth - ends
    return columns
