"""What a method said inside gaps whose truth is known."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from halocline.gapfill._api import Filler
from halocline.gapfill._scene import Answers
from halocline.learn.hidden_gaps import BoolArray, HiddenGaps, IntArray
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid
from halocline.uncertainty.band import Asked
from halocline.uncertainty.conformal import place_in_gap


@dataclass(frozen=True)
class Trial:
    """One method's answers at the scored points of planted gaps; all arrays (k,).

    gap: index into the planted gaps; step: index into the grid; place in (0, 1]: 1 in the middle of
    the gap; length_h: the gap's, in hours; sd: its standard deviation, towards smaller values only
    where `above` gives another one towards larger.
    """

    gap: IntArray
    step: IntArray
    place: FloatArray
    length_h: FloatArray
    truth: FloatArray
    value: FloatArray
    sd: FloatArray
    above: FloatArray | None = None

    @property
    def error(self) -> FloatArray:
        """Estimate minus truth."""
        return self.value - self.truth

    @property
    def sd_above(self) -> FloatArray:
        """Standard deviation towards larger values."""
        return self.sd if self.above is None else self.above

    @property
    def answers(self) -> Answers:
        """What the method said, wherever it was."""
        return Answers(self.value, self.sd, self.sd_above)

    @property
    def asked(self) -> Asked:
        """What the method said, and where, without the truth."""
        return Asked(self.value, self.sd, self.sd_above, self.place, self.length_h)

    def of(self, gaps: BoolArray) -> "Trial":
        """The part of the trial inside the chosen gaps, `gaps` (number of gaps,) bool."""
        return self.at(gaps[self.gap])

    def at(self, keep: BoolArray) -> "Trial":
        """The points where `keep` (k,) is True."""
        above = None if self.above is None else self.above[keep]
        names = (one.name for one in fields(self) if one.name != "above")
        return Trial(**{name: getattr(self, name)[keep] for name in names}, above=above)


def try_methods(
    grid: Grid, native: BoolArray, *, hidden: HiddenGaps, fillers: Mapping[str, Filler]
) -> dict[str, Trial]:
    """Hide each pass of gaps, let every method fill it, and keep what it said where truth is known.

    Points a method has no answer for are dropped for all methods, so that all sit one exam.
    """
    step, gap = _scored_points(grid, native, hidden)
    length = (hidden.stop - hidden.first)[gap]
    place = place_in_gap((step - hidden.first[gap]).astype(np.float64), length.astype(np.float64))
    answers = {name: np.full((2, step.size), np.nan) for name in fillers}
    for number in np.unique(hidden.in_pass).tolist():
        members = hidden.in_pass == number
        here = members[gap]
        masked = replace(grid, value=_hide(grid.value, hidden, members))
        for name, filler in fillers.items():
            estimate = filler(masked)
            answers[name][0, here] = estimate.value[step[here]]
            answers[name][1, here] = estimate.sd[step[here]]
    answered = np.all([np.isfinite(one).all(axis=0) for one in answers.values()], axis=0)
    return {
        name: Trial(
            gap=gap[answered],
            step=step[answered],
            place=place[answered],
            length_h=length[answered] * grid.step_s / 3600,
            truth=grid.value[step[answered]],
            value=answer[0, answered],
            sd=answer[1, answered],
        )
        for name, answer in answers.items()
    }


def _scored_points(grid: Grid, native: BoolArray, hidden: HiddenGaps) -> tuple[IntArray, IntArray]:
    """Grid step and gap of each scored point, in order of gap."""
    lengths = hidden.stop - hidden.first
    gap = np.repeat(np.arange(len(hidden)), lengths)
    offset = np.arange(gap.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    step = hidden.first[gap] + offset
    scored = np.isfinite(grid.value[step]) & native[step]
    return step[scored], gap[scored]


def _hide(value: FloatArray, hidden: HiddenGaps, members: BoolArray) -> FloatArray:
    masked = value.copy()
    for first, stop in zip(hidden.first[members], hidden.stop[members], strict=True):
        masked[first:stop] = np.nan
    return masked
