"""Compare filling methods before trusting one: hidden gaps, years apart, intervals calibrated.

The record is cut in time: methods learn from its first half, their intervals are calibrated on
gaps hidden in the third quarter, and scored on gaps hidden in the last. Nothing that judges was
seen by what it judges, and values of an earlier filling never judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

from halocline.gapfill._api import REFERENCE, Filler, PointFiller, SeriesMethod, StationMethod
from halocline.gapfill._scene import Scene
from halocline.learn.compare_blend import learn_blend, with_blend
from halocline.learn.compare_station import learn, with_learned
from halocline.learn.example import Example, example_of
from halocline.learn.hidden_gaps import BoolArray, HiddenGaps, plant_lengths
from halocline.learn.skill import Skill, skills
from halocline.learn.trial import Trial, try_methods
from halocline.model.digest import digest_of
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid
from halocline.uncertainty.band import tails_of

Mode = Literal["sensor", "station"]
FIT_SHARE: Final = 0.5
CALIBRATE_SHARE: Final = 0.75
"""Ends of the parts of a record that fit and that calibrate; the rest tests."""
MOST_GAPS: Final = 120
"""Gaps of one length in each part. One draw of 40 moves an RMSE by 10 % (measured)."""
REUSE: Final = 4.0
"""Length of all gaps of one length over that of their part at most: beyond, they repeat."""
FEWEST_GAPS: Final = 6
"""Fewer gaps on either side say nothing: the cell is left out, and said to be."""


@dataclass(frozen=True)
class Cell:
    """All methods and their mixture on one variable and gap length, best first."""

    variable: str
    length_h: float
    mode: Mode
    skills: tuple[Skill, ...]
    n_calibrating: int
    test_starts: tuple[str, ...]
    """First hidden stamp of each test gap: anybody can hide the same ones."""
    example: Example
    weights: Mapping[str, float]
    """Share of each method in the mixture, learned on the gaps that calibrate."""


@dataclass(frozen=True)
class Parts:
    """Which steps (n,) of a grid fit, calibrate and test."""

    fit: BoolArray
    calibrate: BoolArray
    test: BoolArray


@dataclass(frozen=True)
class Station:
    """What else is known of a variable's station, and the methods that look at it.

    `others`: as in `Scene`, alive while gaps are hidden in the variable: empty in station mode;
    `drivers`: known in both.
    """

    others: Mapping[str, FloatArray] = field(default_factory=dict)
    learners: Mapping[str, StationMethod] = field(default_factory=dict)
    drivers: Mapping[str, FloatArray] = field(default_factory=dict)

    def scene(self, grid: Grid, mode: Mode) -> Scene:
        """A variable with what is seen of the station in a mode."""
        return Scene(grid, others=self.others if mode == "sensor" else {}, drivers=self.drivers)


ALONE: Final = Station()


def parts_of(grid: Grid) -> Parts:
    """Cut a record in time by the shares its first to its last value span."""
    held = np.flatnonzero(np.isfinite(grid.value))
    first, last = (int(held[0]), int(held[-1]) + 1) if held.size else (0, 0)
    cuts = [first + round(share * (last - first)) for share in (FIT_SHARE, CALIBRATE_SHARE)]
    step = np.arange(grid.value.size)
    return Parts(
        fit=step < cuts[0],
        calibrate=(step >= cuts[0]) & (step < cuts[1]),
        test=step >= cuts[1],
    )


def compare_variable(
    name: str,
    grid: Grid,
    native: BoolArray,
    *,
    lengths_h: Sequence[float],
    mode: Mode,
    methods: Mapping[str, SeriesMethod],
    seed: int,
    station: Station = ALONE,
) -> list[Cell]:
    """Every method on every length of one variable; a length the record has no room for is absent.

    grid: its values; native (n,): those a sensor wrote. The draw of gaps depends on seed, name and
    length alone: both modes hide the same ones.
    """
    parts, scene = parts_of(grid), station.scene(grid, mode)
    fillers = fit_methods(grid, parts.fit, methods=methods, seed=seed)
    tails = tails_of(grid.value[~parts.test])
    cells = []
    for length_h in lengths_h:
        rng = draw_of(name, length_h, seed=seed)
        lesson, test = hide(parts, grid, native, length_h=length_h, rng=rng)
        if min(len(lesson), len(test)) < FEWEST_GAPS:
            continue
        learned = learned_of(
            scene, native, parts.fit, name=name, length_h=length_h, fillers=fillers,
            station=station, seed=seed,
        )  # fmt: skip
        lessons, tests = (
            tried(scene, native, hidden=one, fillers=fillers, learned=learned)
            for one in (lesson, test)
        )
        lessons, weights = learn_blend(lessons, lesson.half, mode=mode, length_h=length_h)
        tests = with_blend(tests, weights)
        scored = skills(tests, lessons=lessons, reference=REFERENCE, tails=tails, rng=rng)
        ranked = sorted(scored.values(), key=lambda one: one.rmse)
        starts = [str(grid.time[first]) for first in test.first]
        cells.append(
            Cell(
                variable=name,
                length_h=length_h,
                mode=mode,
                skills=tuple(ranked),
                n_calibrating=int(np.unique(lessons[REFERENCE].gap).size),
                test_starts=tuple(sorted(starts)),
                example=example_of(
                    grid, test, tests=tests, lessons=lessons, best=ranked[0].method, tails=tails
                ),
                weights=weights,
            )
        )
    return cells


def learned_of(
    scene: Scene,
    native: BoolArray,
    part: BoolArray,
    *,
    name: str,
    length_h: float,
    fillers: Mapping[str, Filler],
    station: Station,
    seed: int,
) -> dict[str, PointFiller]:
    """Station methods learned from one part of a record, by lessons drawn for it alone."""
    rng = draw_of(name, length_h, "lessons", seed=seed)
    return learn(
        scene, native, part=part, length_h=length_h, fillers=fillers,
        learners=station.learners, seed=seed, rng=rng,
    )  # fmt: skip


def tried(
    scene: Scene,
    native: BoolArray,
    *,
    hidden: HiddenGaps,
    fillers: Mapping[str, Filler],
    learned: Mapping[str, PointFiller],
) -> dict[str, Trial]:
    """What every method said of the same hidden gaps."""
    trials = try_methods(scene.grid, native, hidden=hidden, fillers=fillers)
    return with_learned(trials, hidden=hidden, scene=scene, learned=learned)


def draw_of(name: str, length_h: float, *what: str, seed: int) -> np.random.Generator:
    """Draws of one variable and length, whatever else is compared."""
    return np.random.default_rng(int(digest_of([seed, name, length_h, *what])[:16], 16))


def hide(
    parts: Parts,
    grid: Grid,
    native: BoolArray,
    *,
    length_h: float,
    rng: np.random.Generator,
) -> tuple[HiddenGaps, HiddenGaps]:
    """Gaps that calibrate and gaps that test; the second draw follows the first."""
    calibrating = hide_in(parts.calibrate, grid, native, length_h=length_h, rng=rng)
    return calibrating, hide_in(parts.test, grid, native, length_h=length_h, rng=rng)


def hide_in(
    part: BoolArray,
    grid: Grid,
    native: BoolArray,
    *,
    length_h: float,
    rng: np.random.Generator,
) -> HiddenGaps:
    """Gaps of one length, hidden in one part of a record where the truth is known.

    None of a length shorter than the step: one missing value is a longer gap.
    """
    step_h = grid.step_s / 3600
    steps = round(length_h / step_h)
    room = int(REUSE * part.sum() / steps) if length_h >= step_h else 0
    lengths = np.full(min(MOST_GAPS, room), steps, dtype=np.int64)
    present = np.isfinite(grid.value) & part
    return plant_lengths(present, native, lengths=lengths, step_h=step_h, rng=rng)


def fit_methods(
    grid: Grid, part: BoolArray, *, methods: Mapping[str, SeriesMethod], seed: int
) -> dict[str, Filler]:
    """Every method fitted on one part of a record, trimmed to it."""
    place = np.flatnonzero(part)
    start = grid.time[place[0]]
    known = replace(grid, start=start, value=grid.value[place[0] : place[-1] + 1])
    return {name: method.fit(known, seed=seed) for name, method in methods.items()}
