"""One hidden gap to look at: neither easy nor hard, with the truth and what was said of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from halocline.gapfill._api import REFERENCE
from halocline.learn.hidden_gaps import BoolArray, HiddenGaps
from halocline.learn.skill import band_of
from halocline.learn.trial import Trial
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid
from halocline.uncertainty.band import Band


@dataclass(frozen=True)
class Example:
    """One hidden gap of middling difficulty: the truth, and what two methods said of it."""

    time: np.ndarray
    truth: FloatArray
    hidden: BoolArray
    answers: Mapping[str, tuple[FloatArray, FloatArray, FloatArray]]
    """Method → value, lower and upper end of the interval; NaN outside the gap."""


def example_of(
    grid: Grid,
    hidden: HiddenGaps,
    *,
    tests: Mapping[str, Trial],
    lessons: Mapping[str, Trial],
    best: str,
    tails: tuple[float, float],
) -> Example:
    """The gap on which the reference does as badly as on the middle one, and two answers to it."""
    reference = tests[REFERENCE]
    gaps, place = np.unique(reference.gap, return_inverse=True)
    error = np.bincount(place, weights=reference.error**2) / np.bincount(place)
    gap = int(gaps[np.argsort(error)[gaps.size // 2]])
    first, stop = int(hidden.first[gap]), int(hidden.stop[gap])
    side = max(stop - first, 12)
    window = slice(max(0, first - side), min(grid.value.size, stop + side))
    answers = {}
    for name in dict.fromkeys((REFERENCE, best)):
        band = band_of(lessons[name], tails=tails)
        answers[name] = _in_window(tests[name], band, gap=gap, window=window)
    inside = np.zeros(grid.value.size, dtype=bool)
    inside[first:stop] = True
    return Example(grid.time[window], grid.value[window], inside[window], answers)


def _in_window(
    trial: Trial, band: Band, *, gap: int, window: slice
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Value, lower and upper end on the steps of a window; NaN outside the gap."""
    here = trial.at(trial.gap == gap)
    answers = []
    for said in (here.value, *band.ends(here.asked)):
        whole = np.full(window.stop - window.start, np.nan)
        whole[here.step - window.start] = said
        answers.append(whole)
    return answers[0], answers[1], answers[2]
