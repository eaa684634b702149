"""A made station whose truth is known: a tide, weather all sensors feel, and their own noise."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from halocline.gapfill import _boosting
from halocline.learn import contest_draw
from halocline.model.series import Grid

START = np.datetime64("2022-01-01T00:00:00")
STEP_S = 3600
STORM = (3200, 40)
"""First step and width of a storm that freshens and cools the water, seen by every sensor."""


@contextmanager
def fewer_lessons() -> Iterator[None]:
    """Fewer lessons and trees: the mechanism, not the skill, and a fit in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contest_draw, "LESSON_GAPS", (30, 140, 210, 240, 80, 60))
        patch.setattr(contest_draw, "EXAM_GAPS", (12, 12, 12, 12, 10, 8))
        patch.setattr(_boosting, "ROUNDS", 30)
        yield


def station(n: int = 5000, seed: int = 3, *, storm: bool = False) -> dict[str, Grid]:
    """TEMP, PSAL and TURB driven by one weather, hourly; TEMP follows PSAL and TURB closely."""
    rng = np.random.default_rng(seed)
    hours = np.arange(n)
    weather = np.zeros(n)
    for step, kick in zip(range(1, n), rng.normal(scale=0.12, size=n - 1), strict=True):
        weather[step] = 0.985 * weather[step - 1] + kick
    if storm:
        weather = weather + 4 * np.exp(-(((hours - STORM[0]) / STORM[1]) ** 2) * 4)
    tide = np.cos(2 * np.pi * hours / 12.42)
    day = np.cos(2 * np.pi * hours / 24)
    values = {
        "TEMP": 14 - weather + 0.4 * tide + 0.3 * day + 0.03 * rng.normal(size=n),
        "PSAL": 33 - 0.8 * weather + 0.2 * tide + 0.03 * rng.normal(size=n),
        "TURB": 8 + 2 * weather + 0.5 * tide + 0.1 * rng.normal(size=n),
    }
    return {name: Grid(START, STEP_S, np.round(value, 3)) for name, value in values.items()}


def without(grid: Grid, *gaps: tuple[int, int]) -> Grid:
    """The grid with [first, stop) of each gap missing."""
    value = grid.value.copy()
    for first, stop in gaps:
        value[first:stop] = np.nan
    return Grid(grid.start, grid.step_s, value)
