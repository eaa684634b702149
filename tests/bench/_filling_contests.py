"""Contests of the past and answers given later: rules are compared on them without learning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from halocline.gapfill._api import PointFiller, StationMethod, series_methods, station_methods
from halocline.gapfill._scene import Answers, Points, Scene, at
from halocline.gapfill._windowed import Windowed
from halocline.learn.contest import EVERY, MODES, Cell, Contest, answer, contest
from halocline.learn.exam import length_classes_of
from halocline.learn.folds import FOLDS, fold_of_steps
from halocline.learn.hidden_gaps import HiddenGaps
from halocline.learn.members import LEARNED
from halocline.learn.trial import Trial
from halocline.learn.variable_model import scene_of
from halocline.model.estimates import FloatArray
from halocline.model.series import Grid
from halocline.pipeline.series_grids import grids_of
from halocline.qc.series import check
from halocline.sources.series_file import read_series
from halocline.suites import load_suite, shipped_suite
from tests.bench._filling_replay import SEED, Replay
from tests.bench._shared import SHARED
from tests.bench.filling_elsewhere import PAST, grids_at, planted
from tests.samples.marel import VARIABLES

YEARS: Final = {6: 80, 72: 80, 720: 60}
SHORT: Final = {6: 80, 72: 40}
"""Hours of the gaps asked about → how many; four months hold too few of a month."""
LESSONS: Final = 1000
FEWEST: Final = 5
HELD: Final = 800
"""Fewest values learned from."""
NOTHING: Final[Mapping[str, StationMethod]] = {}
Job = tuple[str, str, int, str]
"""Record, its first month ("" for all of it), months, variable."""
JOBS: Final[tuple[Job, ...]] = (
    *(("marel", start, 4, name)
      for start in ("2005-01", "2005-05", "2005-09", "2006-01", "2006-05", "2007-05")
      for name in VARIABLES),
    *(("EXIN0003", "", 0, name) for name in ("TEMP", "PSAL")),
    *(("6200310", "", 0, name) for name in ("TEMP", "PSAL", "DOX1", "FLU3", "TUR4")),
    *(("ANDRATX", start, 5, name)
      for start in ("2013-01", "2014-06", "2016-09") for name in ("TEMP", "SLEV")),
    *(("62081", start, 6, "TEMP_LEVEL2") for start in ("2011-06", "2012-06", "2014-03")),
)  # fmt: skip
MOORED: Final = ("TEMP", "SLEV", "TEMP_LEVEL2", "ATMP", "WSPD", "AIRT")


@dataclass(frozen=True)
class Later:
    """One cell: trials on gaps hidden in the past, and answers to others; arrays (k,)."""

    mode: str
    hidden: HiddenGaps
    trials: Mapping[str, Trial]
    said: Mapping[str, Answers]
    truth: FloatArray
    plain: FloatArray
    """What trees on the line answer: gaps of the same length, the past alone."""

    def rmse(self, value: FloatArray) -> float:
        """Of k answers."""
        return float(np.sqrt(np.mean((value - self.truth) ** 2)))

    @property
    def line(self) -> float:
        """RMSE of the straight line."""
        return self.rmse(self.said["linear"].value)

    @property
    def best(self) -> float:
        """RMSE of the best baseline: line, Kalman, plain trees."""
        return min(self.line, self.rmse(self.said["kalman"].value), self.rmse(self.plain))


def left_out(variable: str, more: Mapping[str, StationMethod] = NOTHING) -> list[Later]:
    """MAREL Carnot, each of 2005-2007 asked about with what the other two taught.

    `more`: learners beside those that are mixed.
    """
    replay = Replay(SHARED)
    scene = scene_of(variable, replay.past(replay.grids), replay.past(replay.drivers))
    setting, cells = _contested(variable, scene, replay.native[variable][: replay.cut], more)
    year = fold_of_steps(scene.grid)
    found = []
    for part, (length_h, count) in product(range(FOLDS), YEARS.items()):
        past = scene.known(year != part)
        bases = {name: Windowed(one.fit(past.grid, seed=SEED))
                 for name, one in setting.singles.items()}  # fmt: skip
        points = planted(scene, (year == part) & setting.native, length_h, count)
        lessons = planted(scene, (year != part) & setting.native, length_h, LESSONS)
        for cell in _of_length(cells, length_h):
            models = bases | {name: blind[part] for name, blind in cell.learned.items()}
            others = cell.hidden.in_pass != part
            trials = {name: one.of(others) for name, one in cell.trials.items()}
            found.append(_later(replace(cell, trials=trials), scene, year != part,
                                points=points, lessons=lessons,
                                models={name: (one,) for name, one in models.items()}))  # fmt: skip
    return found


def short(job: Job) -> list[Later]:
    """A short record, learned in its first part and asked about in the last."""
    name = job[-1]
    grids, native = record(job)
    size = grids[name].value.size if name in grids else 0
    early = np.arange(size) < int(PAST * size)
    if not size or (np.isfinite(grids[name].value) & native & early).sum() < HELD:
        return []
    cut = int(early.sum())
    past = {key: Grid(one.start, one.step_s, one.value[: int(PAST * one.value.size)])
            for key, one in grids.items()}  # fmt: skip
    scene = scene_of(name, past, {})
    setting, cells = _contested(name, scene, native[:cut])
    bases = {key: (Windowed(one.fit(past[name], seed=SEED)),)
             for key, one in setting.singles.items()}  # fmt: skip
    whole = scene_of(name, grids, {})
    whole = replace(whole, others={key: whole.others[key] for key in scene.others})
    found = []
    for length_h, count in SHORT.items():
        points = planted(whole, ~early & native, length_h, count)
        lessons = planted(whole, early & native, length_h, LESSONS)
        if min(np.unique(one.gap).size for one in (points, lessons)) >= FEWEST:
            found += [_later(cell, whole, early, points=points, lessons=lessons,
                             models={**bases, **cell.learned})
                      for cell in _of_length(cells, length_h)]  # fmt: skip
    return found


def _contested(
    name: str, scene: Scene, native: np.ndarray, more: Mapping[str, StationMethod] = NOTHING
) -> tuple[Contest, list[Cell]]:
    singles = {key: one for key, one in series_methods().items() if key in LEARNED}
    learners = {key: one for key, one in station_methods().items() if key in LEARNED}
    setting = Contest(scene, native, singles, {**learners, **more}, SEED)
    modes = MODES if scene.others else ("station",)
    asked = [one for one in EVERY if one[0] in modes]
    return setting, contest(name, setting, asked=asked)


def _of_length(cells: Iterable[Cell], length_h: int) -> list[Cell]:
    number = int(length_classes_of([float(length_h)])[0])
    return [one for one in cells if one.length_class == number]


def _later(
    cell: Cell, scene: Scene, past: np.ndarray, *, points: Points,
    lessons: Points, models: Mapping[str, tuple[PointFiller, ...]],
) -> Later:  # fmt: skip
    looked = scene if cell.mode == "sensor" else scene.alone()
    plain = station_methods()["lightgbm"].fit(looked.known(past), lessons, bases={}, seed=SEED)
    return Later(
        mode=cell.mode,
        hidden=cell.hidden,
        trials={name: cell.trials[name] for name in models},
        said={name: answer(name, looked, points, models=models, weights={}) for name in models},
        truth=at(scene.grid.value, points.step),
        plain=plain(looked, points).value,
    )


def record(job: Job) -> tuple[dict[str, Grid], np.ndarray]:
    """Usable values of a record's months, and which of the variable's a sensor wrote."""
    site, start, months, name = job
    if site == "marel":
        replay = Replay(SHARED)
        grids = {key: _months(one, start, months) for key, one in replay.grids.items()}
        sensed = Grid(replay.grids[name].start, replay.grids[name].step_s, replay.native[name])
        return grids, _months(sensed, start, months).value.astype(bool)
    grids = grids_at(site) if not months else _moored(site, start, months)
    return grids, np.isfinite(grids[name].value) if name in grids else np.empty(0, bool)


def _months(grid: Grid, start: str, months: int) -> Grid:
    first = np.datetime64(start, "M")
    low, high = np.searchsorted(grid.time, [first, first + months])
    return Grid(grid.time[low], grid.step_s, grid.value[low:high])


def _moored(code: str, start: str, months: int) -> dict[str, Grid]:
    path = next((SHARED / "coasthf" / "copernicus_insitu_nc").rglob(f"*{code}*.nc"))
    series = read_series([path], received=np.datetime64("2026-01-01T00:00:00")).series
    checked = check(series, load_suite(shipped_suite("coasthf")))
    grids = {key: _months(one.grid, start, months)
             for key, one in grids_of(series, checked).items() if key in MOORED}  # fmt: skip
    return {key: one for key, one in grids.items() if np.isfinite(one.value).sum() > HELD}
