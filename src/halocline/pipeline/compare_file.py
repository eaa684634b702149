"""Compare filling methods on a series that lies in files: tables, and what they rest on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from halocline.gapfill._api import series_methods, station_methods
from halocline.learn.compare import (
    CALIBRATE_SHARE,
    FIT_SHARE,
    Cell,
    Mode,
    Station,
    compare_variable,
)
from halocline.learn.hidden_gaps import BoolArray
from halocline.learn.leaks import Twin, find_twins
from halocline.learn.learning_curve import CurvePoint, learning_curve
from halocline.learn.native import Native, find_native
from halocline.learn.variable_model import scene_of
from halocline.model.digest import digests_of
from halocline.model.gridding import Gridded
from halocline.model.quarantine import Quarantined
from halocline.model.series import Grid, Series
from halocline.pipeline.drivers import NO_DRIVERS, DriverFiles, read_drivers
from halocline.pipeline.received_series import read_received
from halocline.pipeline.series_grids import asked_grids, on_grid, wanted
from halocline.qc.series import SeriesSuite, check, told
from halocline.sources.series_file import CsvOptions

FEWEST: Final = 500
"""A variable with fewer values is not compared on: its halves and quarters hold too little."""


NEED_LIGHTGBM: Final = ("kalman_asinh_lightgbm", "kalman_lightgbm", "lightgbm")


@dataclass(frozen=True)
class Comparison:
    """Every method on every variable and gap length, and what was left out to be honest."""

    series: Series
    mode: Mode
    lengths_h: tuple[float, ...]
    seed: int
    inputs: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]
    curve: tuple[CurvePoint, ...]
    twins: tuple[Twin, ...]
    native: Mapping[str, Native]
    left_out: Mapping[str, str]
    """Variable → why it was not compared on; "TEMP 720 h" where one length had no room."""
    quarantined: tuple[Quarantined, ...] = ()
    notes: tuple[str, ...] = ()
    """What reading the files had to tell, see `SeriesRead`."""

    def table(self) -> list[dict[str, Any]]:
        """One row a variable, length and method."""
        return [
            {"variable": cell.variable, "length_h": cell.length_h, "mode": cell.mode, **asdict(one)}
            for cell in self.cells
            for one in cell.skills
        ]

    def as_json(self) -> dict[str, Any]:
        """Everything but the pictures; numbers to six significant digits."""
        refilled = {name: one.decimals for name, one in self.native.items() if one.is_refilled}
        return {
            "platform": self.series.platform,
            "mode": self.mode,
            "seed": self.seed,
            "inputs": [list(one) for one in self.inputs],
            "protocol": {
                "fit": f"first {FIT_SHARE:.0%} of the record",
                "calibrate": f"up to {CALIBRATE_SHARE:.0%}",
                "test": "the rest",
                "unit": "gap",
                "scored": "values a sensor wrote",
            },
            "never_predictors": [[one.first, one.second, one.found_by] for one in self.twins],
            "filled_before": {name: f"{count} decimals" for name, count in refilled.items()},
            "left_out": dict(self.left_out),
            "cells": [_cell(one) for one in self.cells],
            "learning_curve": [_rounded(asdict(one)) for one in self.curve],
        }


def compare_files(
    paths: Sequence[Path],
    *,
    suite: SeriesSuite,
    now: np.datetime64,
    seed: int,
    lengths_h: Sequence[float],
    mode: Mode,
    variables: Sequence[str] = (),
    curve: bool = True,
    options: CsvOptions | None = None,
    drivers: DriverFiles = NO_DRIVERS,
    tell: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Read and check a station's files, then hide gaps and let every method fill them.

    `drivers` stay known in both modes. `tell` is called with each variable's name as its turn
    comes: it takes some seconds.

    Raises:
        ConfigInvalid: the operator's; a file or a variable that cannot be used.
    """
    read = read_received(paths, received=now, options=options)
    checked = check(read.series, suite)
    asked = wanted(read.series, variables, read.left_alone)
    everything, chosen = asked_grids(read.series, checked, variables)
    twins = find_twins(
        {name: read.series.variables[name].value for name in everything},
        parameters={name: read.series.variables[name].parameter for name in everything},
    )
    native = {name: find_native(read.series.variables[name].value) for name in chosen}
    found: list[_Compared] = []
    left_out = _not_installed()
    learners = {key: one for key, one in station_methods().items() if key not in left_out}
    grids = {name: one.grid for name, one in everything.items()}
    codes = {name: read.series.variables[name].parameter for name in everything}
    driven = read_drivers(drivers, series=read.series, grids=grids, suite=suite, now=now)
    for name, gridded in chosen.items():
        why = _unfit(gridded)
        if why:
            left_out[name] = why
            continue
        tell(name)
        scene = scene_of(name, grids, driven.grids, parameters=codes)
        how: dict[str, Any] = {
            "methods": series_methods(), "seed": seed, "lengths_h": lengths_h, "mode": mode,
            "station": Station(scene.others, learners, scene.drivers),
        }  # fmt: skip
        known = on_grid(native[name], gridded)
        found.append(_compared(name, gridded.grid, known, how, curve=curve))
        left_out |= found[-1].left_out
    return Comparison(
        series=read.series, mode=mode, lengths_h=tuple(lengths_h), seed=seed,
        inputs=tuple(sorted([*digests_of(paths), *driven.inputs])),
        cells=tuple(cell for one in found for cell in one.cells),
        curve=tuple(point for one in found for point in one.curve),
        twins=tuple(twins), native=native,
        left_out=dict(sorted(left_out.items())),
        quarantined=read.quarantined,
        notes=(*told(asked, checked, suite), *read.notes, *driven.notes),
    )  # fmt: skip


@dataclass(frozen=True)
class _Compared:
    """What was found of one variable, and why a length has no cell."""

    cells: list[Cell]
    curve: list[CurvePoint]
    left_out: dict[str, str]


def _compared(
    name: str, grid: Grid, known: BoolArray, how: Mapping[str, Any], *, curve: bool
) -> _Compared:
    cells = compare_variable(name, grid, known, **how)
    absent = sorted(set(how["lengths_h"]) - {cell.length_h for cell in cells})
    weights = {cell.length_h: cell.weights for cell in cells}
    points: list[CurvePoint] = []
    if curve and cells:
        points = learning_curve(name, grid, known, weights=weights, **how)
    return _Compared(
        cells, points, {f"{name} {length:g} h": _no_room(length, grid) for length in absent}
    )


def _no_room(length_h: float, grid: Grid) -> str:
    step_h = grid.step_s / 3600
    if length_h < step_h:
        return f"shorter than its step of {step_h:g} h; ask for longer --gap-lengths"
    return "no room for enough gaps in every part"


def csv_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of equal keys as CSV, numbers to six significant digits; '' for none."""
    if not rows:
        return ""
    lines = [",".join(rows[0])]
    lines += [",".join(_text(value) for value in row.values()) for row in rows]
    return "\n".join(lines) + "\n"


def curve_rows(curve: Sequence[CurvePoint]) -> list[dict[str, Any]]:
    """A learning curve as rows."""
    return [asdict(one) for one in curve]


def _not_installed() -> dict[str, str]:
    """Station methods that cannot run here, and why."""
    if find_spec("lightgbm") is not None:
        return {}
    return dict.fromkeys(NEED_LIGHTGBM, "LightGBM is not installed (halocline[learn])")


def _unfit(gridded: Gridded) -> str:
    value = gridded.grid.value[np.isfinite(gridded.grid.value)]
    if value.size < FEWEST:
        return f"{value.size} values: fewer than {FEWEST}"
    if np.ptp(value) == 0:
        return "a constant: every method is right"
    return ""


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "variable": cell.variable,
        "length_h": cell.length_h,
        "n_calibrating": cell.n_calibrating,
        "test_starts": list(cell.test_starts),
        "mixture": dict(cell.weights),
        "methods": [_rounded(asdict(one)) for one in cell.skills],
    }


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _number(value) for name, value in row.items()}


def _number(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if np.isfinite(value) else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
