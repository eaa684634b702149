"""Gap filling where it is chosen: each year of 2005-2007 left out in turn, 2008 not looked at.

MAREL Carnot. For every variable, length and mode the models that are blind to a year are asked
about gaps of exactly that length in it; the blend's weights and intervals come from the two other
years. The ratio is to the best of linear, kalman and plain LightGBM (`_filling_replay`) in that
year, which nobody can know before. One model answers where a product takes the mean of three.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from halocline.gapfill._api import PointFiller, series_methods, station_methods
from halocline.gapfill._scene import Answers, Points, at
from halocline.gapfill._windowed import Windowed
from halocline.learn.blend import NAME as BLEND
from halocline.learn.blend import blend_weights, mix
from halocline.learn.contest import MODES, Cell, Contest, contest
from halocline.learn.exam import length_classes_of, points_in
from halocline.learn.folds import FOLDS, fold_of_steps
from halocline.learn.hidden_gaps import free_starts
from halocline.learn.members import LEARNED, SPREAD, members_of
from halocline.learn.trial import Trial
from halocline.learn.variable_model import scene_of
from halocline.model.gaps import Gaps
from halocline.uncertainty.band import Asked, fit_band
from halocline.uncertainty.conformal import place_in_gap
from halocline.uncertainty.scores import mean_by_unit, score_interval
from tests.bench._filling_replay import PLAIN_GAPS, PLAIN_POINTS, SEED, Replay
from tests.bench._shared import SHARED, found, say
from tests.samples.marel import STEP_S, VARIABLES

GAPS = {6: 80, 72: 80, 720: 60}
POINTS = 60


@dataclass(frozen=True)
class Held:
    """What an interval holds and costs: coverage, of extremes too (NaN without one), and width."""

    coverage: float
    worst_tenth: float
    below_p5: float
    above_p95: float
    width: float
    winkler: float


@dataclass(frozen=True)
class Row:
    """One year, length and mode of a variable: ratios to the best baseline, and the interval."""

    variable: str
    length_h: int
    mode: str
    year: int
    ratios: dict[str, float]
    held: Held
    plain: Held
    """By the interval that does not reach for extremes."""


def main() -> None:
    """Print each cell and, for each method, how often it is near the best baseline."""
    if found("coasthf/marel_carnot") is None:
        return
    with ProcessPoolExecutor(max_workers=2) as pool:
        rows = [row for part in pool.map(rows_of, VARIABLES) for row in part]
    say("| variable | length | mode | left out | blend | coverage | worst tenth | width | Winkler "
        "| below P5 | above P95 |")  # fmt: skip
    say("|---|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        say(
            f"| {row.variable} | {row.length_h} h | {row.mode} | {row.year} | "
            f"{row.ratios[BLEND]:.3f} | {row.held.coverage:.2f} | {row.held.worst_tenth:.2f} | "
            f"{row.held.width:.2f} | {row.held.winkler:.2f} | {row.held.below_p5:.2f} | "
            f"{row.held.above_p95:.2f} |"
        )
    _say_intervals({"reaching": [one.held for one in rows], "plain": [one.plain for one in rows]})
    say("\n| method | geometric mean | worst | within 2 % | 5 % better | of |")
    say("|---|---|---|---|---|---|")
    for name in rows[0].ratios:
        ratio = np.array([row.ratios[name] for row in rows if name in row.ratios])
        say(
            f"| {name} | {np.exp(np.log(ratio).mean()):.3f} | {ratio.max():.3f} | "
            f"{np.sum(ratio <= 1.02)} | {np.sum(ratio <= 0.95)} | {ratio.size} |"
        )


def _say_intervals(kinds: dict[str, list[Held]]) -> None:
    say("\n| interval | coverage | below P5 | above P95 | cells under 0.80 | width | Winkler |")
    say("|---|---|---|---|---|---|---|")
    for name, held in kinds.items():
        tails = np.array([(one.below_p5, one.above_p95) for one in held])
        over = [
            np.exp(np.mean(np.log([getattr(a, key) / getattr(b, key)
                                   for a, b in zip(held, kinds["plain"], strict=True)])))
            for key in ("width", "winkler")
        ]  # fmt: skip
        say(f"| {name} | {np.mean([one.coverage for one in held]):.3f} | "
            f"{np.nanmean(tails[:, 0]):.3f} | {np.nanmean(tails[:, 1]):.3f} | "
            f"{np.sum(tails[:, 0] < 0.8)}, {np.sum(tails[:, 1] < 0.8)} | "
            f"{over[0]:.3f} | {over[1]:.3f} |")  # fmt: skip


def rows_of(variable: str) -> list[Row]:
    """Contest a variable on 2005-2007 and ask each blind model about the year it is blind to."""
    replay = Replay(SHARED)
    scene = scene_of(variable, replay.past(replay.grids), replay.past(replay.drivers))
    native = replay.native[variable][: replay.cut]
    singles = {name: one for name, one in series_methods().items() if name in LEARNED}
    learners = {name: one for name, one in station_methods().items() if name in LEARNED}
    setting = Contest(scene, native, singles, learners, SEED)
    cells = contest(variable, setting)
    rows = []
    for part in range(FOLDS):
        past = scene.known(fold_of_steps(scene.grid) != part)
        bases = {name: Windowed(one.fit(past.grid, seed=SEED)) for name, one in singles.items()}
        for length_h in GAPS:
            points = _exam(setting, part, length_h)
            lessons = _lessons(setting, part, length_h)
            for mode in MODES:
                cell = _cell_of(cells, mode, length_h)
                rows.append(
                    _row(variable, setting, cell, part, bases=bases, points=points, lessons=lessons)
                )
    sys.stderr.write(f"{variable}\n")
    return rows


def _cell_of(cells: list[Cell], mode: str, length_h: int) -> Cell:
    number = int(length_classes_of([float(length_h)])[0])
    return next(one for one in cells if (one.mode, one.length_class) == (mode, number))


def _planted(
    setting: Contest, where: np.ndarray, length_h: int, *, count: int, most: int, salt: int
) -> Points:
    value = setting.scene.grid.value
    known = np.isfinite(value) & setting.native & where
    length = length_h * 3600 // STEP_S
    starts = free_starts(known, known, length=length, side=75, seen=0.5, scored=0.6)
    rng = np.random.default_rng([SEED, length_h, salt])
    first = np.sort(rng.choice(starts, min(count, starts.size), replace=False))
    return points_in(Gaps(first, first + length), known, at_most=most, rng=rng)


def _exam(setting: Contest, part: int, length_h: int) -> Points:
    where = fold_of_steps(setting.scene.grid) == part
    return _planted(setting, where, length_h, count=GAPS[length_h], most=POINTS, salt=part)


def _lessons(setting: Contest, part: int, length_h: int) -> Points:
    where = fold_of_steps(setting.scene.grid) != part
    return _planted(setting, where, length_h, count=PLAIN_GAPS, most=PLAIN_POINTS, salt=9 + part)


def _row(
    variable: str,
    setting: Contest,
    cell: Cell,
    part: int,
    *,
    bases: dict[str, PointFiller],
    points: Points,
    lessons: Points,
) -> Row:
    scene = setting.scene if cell.mode == "sensor" else setting.scene.alone()
    blind = {name: models[part] for name, models in cell.learned.items()}
    said = {name: one(scene, points) for name, one in {**bases, **blind}.items()}
    rest = {name: one.of(cell.hidden.in_pass != part) for name, one in cell.trials.items()}
    length_h = round(int(points.length[0]) * STEP_S / 3600)
    errors = {name: rest[name].error for name in members_of(cell.mode, length_h)}
    weights = blend_weights(errors, rest[BLEND].gap, reference="kalman")
    said[BLEND] = mix(said, weights, spread=SPREAD)
    past = scene.known(fold_of_steps(scene.grid) != part)
    plain = station_methods()["lightgbm"].fit(past, lessons, bases={}, seed=SEED)
    truth = at(scene.grid.value, points.step)
    errors = {name: one.value - truth for name, one in said.items()}
    errors["plain"] = plain(scene, points).value - truth
    best = min(_rmse(errors[name]) for name in ("linear", "kalman", "plain"))
    return Row(
        variable=variable,
        length_h=length_h,
        mode=cell.mode,
        year=2005 + part,
        ratios={name: _rmse(one) / best for name, one in errors.items()},
        held=_held(said[BLEND], rest[BLEND], points, truth, setting.tails, reaching=True),
        plain=_held(said[BLEND], rest[BLEND], points, truth, setting.tails, reaching=False),
    )


def _held(
    said: Answers, rest: Trial, points: Points, truth: np.ndarray, tails: tuple[float, float], *,
    reaching: bool,
) -> Held:  # fmt: skip
    """What the interval that the two other years calibrated holds in this one."""
    nobody = (-np.inf, np.inf)
    band = fit_band(rest.asked, rest.truth, unit=rest.gap, tails=tails if reaching else nobody)
    place = place_in_gap((points.step - points.first).astype(float), points.length.astype(float))
    hours = points.length * STEP_S / 3600
    low, high = band.ends(Asked(said.value, said.below, said.above, place, hours))
    inside = ((truth >= low) & (truth <= high)).astype(float)
    below, above = (
        float(inside[here].mean()) if here.any() else float("nan")
        for here in (truth < tails[0], truth > tails[1])
    )
    return Held(
        coverage=float(inside.mean()),
        worst_tenth=float(np.quantile(mean_by_unit(inside, points.gap), 0.1)),
        below_p5=below,
        above_p95=above,
        width=float(np.mean(high - low)),
        winkler=score_interval(truth, low, high).winkler,
    )


def _rmse(error: np.ndarray) -> float:
    return float(np.sqrt(np.mean(error**2)))
