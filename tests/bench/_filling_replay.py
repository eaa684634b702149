"""The replay on MAREL Carnot: models of 2005-2007 asked about the planted gaps of 2008."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from halocline.gapfill._api import PointFiller, series_methods, station_methods
from halocline.gapfill._boosting import grow
from halocline.gapfill._features import features_of
from halocline.gapfill._scene import Points, Scene, at, line_between, points_of
from halocline.gapfill._windowed import Windowed
from halocline.learn.contest import MODES
from halocline.learn.exam import points_in
from halocline.learn.hidden_gaps import free_starts
from halocline.learn.station import fit_station
from halocline.learn.variable_model import VariableModel, estimate, scene_of
from halocline.model.gaps import Gaps
from halocline.model.series import Grid
from halocline.uncertainty.conformal import NOMINAL, PLACES, place_in_gap, unit_quantile
from tests.samples.marel import START, STEP_S, load, replay_gaps

DRIVERS = ("LEVEL",)
CHANNELS = ("TEMP", "PSAL", "DOX", "FLUO", "TURB", "AIRT", "PAR")
PLAIN_GAPS, PLAIN_POINTS, CALIBRATION_GAPS = 1500, 18, 500
PLANTED, DRAWN = "planted", "drawn"
DRAWN_GAPS, DRAWN_POINTS = 400, 60
LENGTHS = {6: 1, 72: 3, 720: 5}
"""Hours of a cell's gaps → their length class."""
SEED = 7
AGAIN = (8, 9, 10, 11)
"""Further draws of the plain learner's lessons."""


@dataclass(frozen=True)
class Told:
    """What one method said at the scored points of a cell."""

    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True)
class Cell:
    """One variable, length and mode in one exam: the truth and every method's answers."""

    exam: str
    variable: str
    length_h: int
    mode: str
    truth: np.ndarray
    gap: np.ndarray
    place: np.ndarray
    month: np.ndarray
    tails: tuple[float, float]
    chosen: str
    told: Mapping[str, Told]
    again: tuple[np.ndarray, ...] = ()
    """What the plain learner says of other draws of its lessons, in the planted gaps."""


class Replay:
    """The release cut at the end of 2007, and the whole of it for the exam."""

    def __init__(self, folder: Path) -> None:
        marel = load(folder)
        sensed = marel.sensed()
        self.native = marel.native
        self.grids = {name: sensed[name] for name in CHANNELS}
        self.drivers = {name: sensed[name] for name in DRIVERS}
        self.cut = step_of("2008-01-01")

    def past(self, grids: Mapping[str, Grid], cut: int | None = None) -> dict[str, Grid]:
        """Grids up to the first of January 2008."""
        stop = self.cut if cut is None else cut
        return {n: Grid(g.start, g.step_s, g.value[:stop]) for n, g in grids.items()}

    def fit(self, variable: str) -> VariableModel:
        """Both modes of one variable, learned from 2005 to 2007."""
        native = {name: one[: self.cut] for name, one in self.native.items()}
        model = fit_station(
            self.past(self.grids),
            seed=SEED,
            drivers=self.past(self.drivers),
            native=native,
            variables=[variable],
        )
        return model.variables[variable]

    def exams(self, variable: str, length_h: int) -> dict[str, Points]:
        """Scored points in 2008: of the planted gaps, and of many drawn by the same rule."""
        known = np.isfinite(self.grids[variable].value) & self.native[variable]
        hidden = replay_gaps(variable, length_h)
        points = points_of(Gaps(hidden.first, hidden.stop))
        return {PLANTED: points.of(known[points.step]), DRAWN: self._drawn(known, length_h)}

    def _drawn(self, known: np.ndarray, length_h: int) -> Points:
        """A day on both sides and 70 % of the inside known; gaps may overlap, each hidden alone."""
        length, later = length_h * 3600 // STEP_S, np.arange(known.size) >= self.cut
        starts = free_starts(known & later, known & later, length=length, side=75, seen=1.0,
                             scored=0.7)  # fmt: skip
        rng = np.random.default_rng([SEED, length_h])
        first = np.sort(rng.choice(starts, min(DRAWN_GAPS, starts.size), replace=False))
        return points_in(Gaps(first, first + length), known, at_most=DRAWN_POINTS, rng=rng)


def step_of(day: str) -> int:
    """Step of the first stamp of a day."""
    return int((np.datetime64(f"{day}T00:10:00") - START) / np.timedelta64(STEP_S, "s"))


MIDDLE = step_of("2007-01-01")
"""The plain learner learns before and calibrates after."""


def cells_of(folder: Path, variable: str) -> list[Cell]:
    """Fit one variable and ask it, and the three baselines, about every cell of both exams."""
    replay = Replay(folder)
    model = replay.fit(variable)
    whole = scene_of(variable, replay.grids, replay.drivers, model=model)
    past = replay.past(replay.grids)[variable]
    singles = {
        name: Windowed(series_methods()[name].fit(past, seed=SEED)) for name in ("linear", "kalman")
    }
    found = []
    for length_h in LENGTHS:
        for exam, points in replay.exams(variable, length_h).items():
            said = {name: one(whole, points) for name, one in singles.items()}
            told = {
                name: Told(one.value, one.value - NOMINAL * one.below,
                           one.value + NOMINAL * one.above)
                for name, one in said.items()
            }  # fmt: skip
            for mode in MODES:
                looked = whole if mode == "sensor" else whole.alone()
                plain = plain_lightgbm(looked, replay, variable, length_h, points)
                cell = _cell(exam, length_h, mode, model, whole, points,
                             told | {"lightgbm": plain})  # fmt: skip
                if exam == PLANTED:
                    again = _again(looked, replay, variable, length_h, points)
                    cell = replace(cell, again=again)
                found.append(cell)
    return found


def _cell(
    exam: str, length_h: int, mode: str, model: VariableModel, whole: Scene, points: Points,
    told: dict[str, Told],
) -> Cell:  # fmt: skip
    """One cell: ours beside what the baselines told."""
    value = whole.grid.value
    known = value[: step_of("2008-01-01")]
    ours = estimate(model, whole, points, mode=mode, n_known=int(np.isfinite(known).sum()))
    low, high = np.nanquantile(known, [0.05, 0.95]).tolist()
    offset, length = (points.step - points.first).astype(float), points.length.astype(float)
    return Cell(
        exam=exam,
        variable=model.name,
        length_h=length_h,
        mode=mode,
        truth=value[points.step],
        gap=points.gap,
        place=place_in_gap(offset, length),
        month=whole.grid.time[points.step].astype("datetime64[M]").astype(int) % 12,
        tails=(low, high),
        chosen=model.slots[mode, LENGTHS[length_h]].method,
        told=told | {"halocline": Told(ours.value, ours.lower, ours.upper)},
    )


def plain_lightgbm(
    scene: Scene, replay: Replay, variable: str, length_h: int, points: Points
) -> Told:
    """The reference's recipe: gaps of one length in 2005-2006, CQR by place on gaps of 2007."""
    rng = np.random.default_rng(SEED)
    filler, lessons = _plain(scene, replay, variable, length_h, rng)
    later = (MIDDLE, replay.cut)
    calibrating = _planted(replay, variable, length_h, later, CALIBRATION_GAPS, rng)
    target = at(scene.grid.value, lessons.step) - line_between(scene.grid.value, lessons)
    features = features_of(scene, lessons)
    bands = [
        grow(features, target, seed=SEED, objective=f"quantile:{level}") for level in (0.05, 0.95)
    ]
    value = filler(scene, points).value
    line = line_between(scene.grid.value, points)
    asked, answered = features_of(scene, points), features_of(scene, calibrating)
    low, high = (line + one(asked) for one in bands)
    base = line_between(scene.grid.value, calibrating)
    truth = at(scene.grid.value, calibrating.step)
    score = np.maximum(base + bands[0](answered) - truth, truth - base - bands[1](answered))
    offset = np.empty(len(points))
    for lower, upper in zip((0.0, *PLACES[:-1]), PLACES, strict=True):
        member, here = _between(calibrating, lower, upper), _between(points, lower, upper)
        offset[here] = unit_quantile(score[member], calibrating.gap[member], level=0.9)
    return Told(value, low - offset, high + offset)


def _plain(
    scene: Scene, replay: Replay, variable: str, length_h: int, rng: np.random.Generator
) -> tuple[PointFiller, Points]:
    """Trees on the line, and the gaps of 2005-2006 that taught them."""
    lessons = _planted(replay, variable, length_h, (0, MIDDLE), PLAIN_GAPS, rng)
    past = scene.known(np.arange(scene.grid.value.size) < MIDDLE)
    return station_methods()["lightgbm"].fit(past, lessons, bases={}, seed=SEED), lessons


def _again(
    scene: Scene, replay: Replay, variable: str, length_h: int, points: Points
) -> tuple[np.ndarray, ...]:
    """What the plain learner says of each further draw of its lessons."""
    drawn = [_plain(scene, replay, variable, length_h, np.random.default_rng(seed))[0]
             for seed in AGAIN]  # fmt: skip
    return tuple(one(scene, points).value for one in drawn)


def _between(points: Points, lower: float, upper: float) -> np.ndarray:
    place = place_in_gap((points.step - points.first).astype(float), points.length.astype(float))
    return (place > lower) & (place <= upper)


def _planted(
    replay: Replay, variable: str, length_h: int, span: tuple[int, int], count: int, rng
) -> Points:
    value = replay.grids[variable].value
    inside = np.zeros(value.size, dtype=bool)
    inside[span[0] : span[1]] = True
    known = np.isfinite(value) & replay.native[variable] & inside
    length = length_h * 3600 // STEP_S
    starts = free_starts(known, known, length=length, side=75, seen=0.5, scored=0.6)
    first = np.sort(rng.choice(starts, min(count, starts.size), replace=False))
    return points_in(Gaps(first, first + length), known, at_most=PLAIN_POINTS, rng=rng)
