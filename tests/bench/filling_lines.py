"""Intervals of a straight line with and without the liveliness beside a gap (docs/adr/0040).

Records of all sites at hand; each third's gaps get intervals that the others' calibrated.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np

from halocline.gapfill._scene import Scene, at
from halocline.gapfill._windowed import Windowed
from halocline.gapfill.linear import LinearFiller, fit_linear
from halocline.learn.contest_draw import EXAM_GAPS
from halocline.learn.exam import POINTS_A_GAP, Drawn, draw
from halocline.learn.folds import FOLDS, fold_of_steps
from halocline.model.series import Grid
from halocline.uncertainty.band import Asked, fit_band, tails_of
from halocline.uncertainty.conformal import place_in_gap
from halocline.uncertainty.scores import IntervalScore, score_interval
from tests.bench._filling_replay import LENGTHS, SEED, Replay
from tests.bench._shared import SHARED, found, say
from tests.bench.filling_elsewhere import FEWEST, RIVERS, STATIONS, grids_at
from tests.samples.marel import VARIABLES

MORE: Final = ("6200310", "EXIN0003")
FEWEST_GAPS: Final = 30
Pair = tuple[IntervalScore, IntervalScore]


def main() -> None:
    """Print, by length, width and interval score with over without, and both coverages."""
    if found("coasthf") is None:
        return
    jobs = [(site, name) for site in (*RIVERS, *STATIONS, *MORE) for name in sorted(grids_at(site))]
    jobs += [("marel", name) for name in VARIABLES]
    with ProcessPoolExecutor(max_workers=2) as pool:
        records = list(pool.map(record_of, jobs))
    say("| length | records | width | Winkler | worst | coverage | without |\n" + "|---" * 7 + "|")
    for length_h in LENGTHS:
        pairs = [one[length_h] for one in records if length_h in one]
        width, winkler = (
            np.array([getattr(one, key) / getattr(plain, key) for one, plain in pairs])
            for key in ("width", "winkler")
        )
        with_, without = (np.mean([pair[one].coverage for pair in pairs]) for one in (0, 1))
        say(f"| {length_h} h | {len(pairs)} | {_mean(width):.2f} | {_mean(winkler):.2f} | "
            f"{winkler.max():.2f} | {with_:.3f} | {without:.3f} |")  # fmt: skip


def _mean(ratio: np.ndarray) -> float:
    return float(np.exp(np.log(ratio).mean()))


def record_of(job: tuple[str, str]) -> dict[int, Pair]:
    """Scores with and without, by length, of one variable of a site."""
    site, name = job
    grid = Replay(SHARED).grids[name] if site == "marel" else grids_at(site)[name]
    sys.stderr.write(f"{site} {name}\n")
    if np.isfinite(grid.value).sum() < FEWEST:
        return {}
    fold = fold_of_steps(grid)
    fits = [fit_linear(replace(grid, value=np.where(fold != part, grid.value, np.nan)), seed=SEED)
            for part in range(FOLDS)]  # fmt: skip
    scores = {}
    for length_h, length_class in LENGTHS.items():
        exams = _exams(grid, fold, length_class)
        if sum(one.gaps.first.size for one in exams) >= FEWEST_GAPS:
            plain = [replace(one, usual=0.0) for one in fits]
            scores[length_h] = (_scored(grid, exams, fits), _scored(grid, exams, plain))
    return {key: pair for key, pair in scores.items() if min(one.width for one in pair) > 0}


def _exams(grid: Grid, fold: np.ndarray, length_class: int) -> list[Drawn]:
    present, rng = np.isfinite(grid.value), np.random.default_rng(SEED)
    return [
        draw(present, present, where=fold == part, length_class=length_class,
             step_h=grid.step_s / 3600, count=EXAM_GAPS[length_class],
             points_a_gap=POINTS_A_GAP, rng=rng)
        for part in range(FOLDS)
    ]  # fmt: skip


def _scored(grid: Grid, exams: list[Drawn], fits: list[LinearFiller]) -> IntervalScore:
    """Of the gaps of all parts, each with the interval that the other parts' calibrated."""
    said = [_asked(grid, exam, fit) for exam, fit in zip(exams, fits, strict=True)]
    truth = [at(grid.value, one.points.step) for one in exams]
    gap = [one.points.gap + 10_000 * part for part, one in enumerate(exams)]
    ends = []
    for part in range(FOLDS):
        others = [one for one in range(FOLDS) if one != part]
        asked = Asked(*(np.concatenate([getattr(said[one], key) for one in others])
                        for key in vars(said[0])))  # fmt: skip
        band = fit_band(asked, np.concatenate([truth[one] for one in others]),
                        unit=np.concatenate([gap[one] for one in others]),
                        tails=tails_of(grid.value))  # fmt: skip
        ends.append(band.ends(said[part]))
    lower, upper = (np.concatenate(one) for one in zip(*ends, strict=True))
    return score_interval(np.concatenate(truth), lower, upper)


def _asked(grid: Grid, exam: Drawn, fit: LinearFiller) -> Asked:
    points = exam.points
    told = Windowed(fit)(Scene(grid=grid, others={}, drivers={}), points)
    place = place_in_gap((points.step - points.first).astype(float), points.length.astype(float))
    hours = points.length * grid.step_s / 3600
    return Asked(told.value, told.below, told.above, place, hours)
