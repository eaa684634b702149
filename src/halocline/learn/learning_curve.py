"""How much history is enough: methods fitted on ever more of a record, scored on the same gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import SeriesMethod
from halocline.learn.compare import (
    ALONE,
    FEWEST_GAPS,
    Mode,
    Parts,
    Station,
    draw_of,
    fit_methods,
    hide,
    learned_of,
    parts_of,
    tried,
)
from halocline.learn.compare_blend import with_blend
from halocline.learn.hidden_gaps import BoolArray, HiddenGaps
from halocline.learn.trial import Trial
from halocline.model.series import Grid

HISTORY_DAYS: Final = (30, 91, 183, 365, 730, 1461)
"""Lengths of history of the learning curve."""
START_SHARE: Final = 0.05
"""Share of a history that may lie before the first value."""
HELD_SHARE: Final = 0.5
"""Share of a history that must be known."""
NONE: Final[Mapping[float, Mapping[str, float]]] = {}


@dataclass(frozen=True)
class CurvePoint:
    """One method fitted on the last `history_days` before the test part."""

    variable: str
    length_h: float
    method: str
    history_days: int
    n_gaps: int
    rmse: float
    rmse_low: float
    rmse_high: float


def learning_curve(
    name: str,
    grid: Grid,
    native: BoolArray,
    *,
    lengths_h: Sequence[float],
    methods: Mapping[str, SeriesMethod],
    seed: int,
    mode: Mode = "station",
    station: Station = ALONE,
    weights: Mapping[float, Mapping[str, float]] = NONE,
) -> list[CurvePoint]:
    """How much history is enough: methods fitted on ever more of the record before the test part.

    The test gaps are those of `compare_variable`, whatever the history. `weights`: those of the
    mixture, by length, as its cells tell them; a length without has no curve of the mixture.
    """
    parts, scene = parts_of(grid), station.scene(grid, mode)
    hidden = _test_gaps(name, grid, native, parts=parts, lengths_h=lengths_h, seed=seed)
    points: list[CurvePoint] = []
    for days in HISTORY_DAYS if hidden else ():
        recent = _recent(grid, parts, days)
        if not recent.any():
            continue
        fillers = fit_methods(grid, recent, methods=methods, seed=seed)
        for length_h, gaps in hidden.items():
            learned = learned_of(
                scene, native, recent, name=name, length_h=length_h, fillers=fillers,
                station=station, seed=seed,
            )  # fmt: skip
            tests = tried(scene, native, hidden=gaps, fillers=fillers, learned=learned)
            if length_h in weights:
                tests = with_blend(tests, weights[length_h])
            points += _points(tests, name=name, length_h=length_h, days=days, seed=seed)
    return points


def _test_gaps(
    name: str,
    grid: Grid,
    native: BoolArray,
    *,
    parts: Parts,
    lengths_h: Sequence[float],
    seed: int,
) -> dict[float, HiddenGaps]:
    """The gaps `compare_variable` tests with, of each length the test part has room for."""
    hidden = {}
    for length_h in lengths_h:
        rng = draw_of(name, length_h, seed=seed)
        _, found = hide(parts, grid, native, length_h=length_h, rng=rng)
        if len(found) >= FEWEST_GAPS:
            hidden[length_h] = found
    return hidden


def _recent(grid: Grid, parts: Parts, days: int) -> BoolArray:
    """Steps (n,) of the last so many days before the test part; none where too few are known."""
    held = np.isfinite(grid.value)
    before, steps = int(np.argmax(parts.test)), round(days * 86_400 / grid.step_s)
    recent = np.zeros(grid.value.size, dtype=bool)
    if before - steps >= int(np.argmax(held)) - START_SHARE * steps:
        recent[max(0, before - steps) : before] = True
    enough = recent.any() and held[recent].mean() >= HELD_SHARE
    return recent if enough else np.zeros_like(recent)


def _points(
    tests: Mapping[str, Trial], *, name: str, length_h: float, days: int, seed: int
) -> list[CurvePoint]:
    found = []
    for method, trial in tests.items():
        _, place, points = np.unique(trial.gap, return_inverse=True, return_counts=True)
        squares = np.bincount(place, weights=trial.error**2)
        drawn = np.random.default_rng(seed).integers(0, points.size, size=(400, points.size))
        pooled = np.sqrt(squares[drawn].sum(axis=1) / points[drawn].sum(axis=1))
        found.append(
            CurvePoint(
                variable=name, length_h=length_h, method=method, history_days=days,
                n_gaps=points.size, rmse=float(np.sqrt(squares.sum() / points.sum())),
                rmse_low=float(np.quantile(pooled, 0.05)),
                rmse_high=float(np.quantile(pooled, 0.95)),
            )
        )  # fmt: skip
    return found
