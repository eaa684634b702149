"""Gap filling at sites nothing was chosen on: learned in the first part, asked in the last.

Two river sites of a year and three stations of four months; written to
docs/reference/filling-elsewhere.md, whose head says the rest.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from halocline.gapfill._api import REFERENCE, series_methods, station_methods
from halocline.gapfill._scene import Points, Scene, at
from halocline.gapfill._windowed import Windowed
from halocline.learn.exam import length_classes_of, points_in
from halocline.learn.hidden_gaps import free_starts
from halocline.learn.station import fit_station
from halocline.learn.variable_model import VariableModel, estimate, scene_of
from halocline.model.gaps import Gaps
from halocline.model.series import Grid
from halocline.pipeline.series_grids import grids_of
from halocline.qc.series import SeriesSuite, check
from halocline.sources.series_file import read_series
from halocline.suites import load_suite, shipped_suite
from halocline.uncertainty.scores import score_interval
from tests.bench._shared import SHARED, found, say

RIVERS: Final = ("MainStreet", "WaterLab")
STATIONS: Final = ("6200443", "6200450", "EXIN0002")
MEASURED: Final = ("TEMP", "PSAL", "DOX1", "FLU3", "TUR4", "PHPH")
"""Asked about at the stations, where provided; what is computed from them is one sensor twice."""
GAPS: Final = {6: 80, 72: 40, 720: 20}
POINTS: Final = 40
PAST: Final = 0.7
FEWEST: Final = 2000
"""Values below which a variable is not asked about."""
SEED: Final = 7
PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "filling-elsewhere.md"
HEAD: Final = (
    "# Gap filling at other sites",
    "",
    "Written by `python -m tests.bench filling_elsewhere`. Sites on which nothing was chosen: two",
    "of the Logan River in 2019 (15 min, values with a technician's label taken out, not checked",
    "by us) and three stations of Coriolis-côtier, September to December 2024, checked and gridded",
    "as `halocline fill` does. Learned in the first 70 % of each record, asked about gaps planted",
    "in the rest, with no tide and no driver. Records are short: months, not MAREL Carnot's years.",
    "The best baseline is the best of linear, Kalman and plain LightGBM in those very gaps, which",
    "nobody can know before; width, Winkler score: of the 90 % interval, in standard deviations of",
    "the truth.",
    "Means are geometric. Four variables were looked at while choosing, and one thing was chosen",
    "here: that a single method may win where the blend fails (adr/0037).",
    "",
)
TABLE: Final = (
    "| site | variable | length | mode | gaps | best baseline | ours over it | over linear | "
    "chosen | coverage | width | Winkler |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Row:
    """One variable, length and mode: errors over the best baseline's and the line's."""

    site: str
    variable: str
    length_h: int
    mode: str
    gaps: int
    best: str
    to_best: float
    to_line: float
    chosen: str
    coverage: float
    width: float
    winkler: float
    """Both of the interval, over the standard deviation of the truth in the gaps."""


def main() -> None:
    """Print each cell as it is known, and write the page."""
    if found("coasthf") is None:
        return
    jobs = [
        (site, name) for site in (*RIVERS, *STATIONS) for name in sorted(grids_at(site))
        if site in RIVERS or name in MEASURED
    ]  # fmt: skip
    rows: list[Row] = []
    with ProcessPoolExecutor(max_workers=2) as pool:
        for part in pool.map(rows_of, jobs):
            rows += part
            say("\n".join(_line(row) for row in part))
    lines = [*HEAD, *_summary(rows), "", *TABLE, *map(_line, rows), ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    say("\n".join(_summary(rows)))


def _summary(rows: list[Row]) -> list[str]:
    lines = ["| mode | cells | over the best baseline | worst | within 2 % | 5 % better | over "
             "linear | worst | within 2 % | coverage | width | Winkler |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for mode in ("sensor", "station"):
        here = [row for row in rows if row.mode == mode]
        best, line = (
            np.array([getattr(row, key) for row in here]) for key in ("to_best", "to_line")
        )
        lines.append(
            f"| {mode} | {len(here)} | {_mean(best):.3f} | {best.max():.2f} | "
            f"{np.sum(best <= 1.02)} | {np.sum(best <= 0.95)} | {_mean(line):.3f} | "
            f"{line.max():.2f} | {np.sum(line <= 1.02)} | "
            f"{np.mean([row.coverage for row in here]):.3f} | "
            f"{_mean(np.array([row.width for row in here])):.2f} | "
            f"{_mean(np.array([row.winkler for row in here])):.2f} |"
        )
    lines_kept = sum(row.chosen == REFERENCE for row in rows)
    return [*lines, "", f"In {lines_kept} cells nothing won and the line was published."]


def _line(row: Row) -> str:
    return (f"| {row.site} | {row.variable} | {row.length_h} h | {row.mode} | {row.gaps} | "
            f"{row.best} | {row.to_best:.2f} | {row.to_line:.2f} | {row.chosen} | "
            f"{row.coverage:.2f} | {row.width:.2f} | "
            f"{row.winkler:.2f} |")  # fmt: skip


def _mean(ratio: np.ndarray) -> float:
    return float(np.exp(np.log(ratio).mean()))


def grids_at(site: str) -> dict[str, Grid]:
    """The site's usable values, each variable on its own step."""
    folder = SHARED / "coasthf"
    if site in RIVERS:
        return _river(folder / "lro_labelled" / f"{site}2019.csv.gz")
    return _station(folder / "coriolis_cotier_csv", site)


def _river(path: Path) -> dict[str, Grid]:
    table = pd.read_csv(path)
    time = pd.to_datetime(table["datetime"])
    table = table.set_index(time)[~time.duplicated().to_numpy()].asfreq("15min")
    start = np.datetime64(table.index[0], "s")
    return {
        name: Grid(start, 900, table[name].where(table[f"{name}_qual"].isna()).to_numpy(float))
        for name in ("temp", "cond", "ph", "do", "turb", "stage")
    }


def _station(folder: Path, code: str) -> dict[str, Grid]:
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    now = np.datetime64("2026-01-01T00:00:00")
    series = read_series(sorted(folder.glob(f"*_{code}*.csv")), received=now).series
    return {
        name: one.grid
        for name, one in grids_of(series, check(series, suite)).items()
        if np.isfinite(one.grid.value).sum() >= FEWEST and np.nanstd(one.grid.value) > 0
    }


def rows_of(job: tuple[str, str]) -> list[Row]:
    """Learn one variable in the first part of its site's record and ask it in the last."""
    site, name = job
    grids = grids_at(site)
    past = {key: _cut(one) for key, one in grids.items()}
    model = fit_station(past, seed=SEED, variables=[name]).variables[name]
    scene = scene_of(name, grids, {}, model=model)
    later = np.arange(scene.grid.value.size) >= past[name].value.size
    sys.stderr.write(f"{site} {name}\n")
    return [
        row
        for length_h, count in GAPS.items()
        for row in _cells(job, model, scene, past[name], later, length_h, count)
    ]


def _cut(grid: Grid) -> Grid:
    return Grid(grid.start, grid.step_s, grid.value[: int(PAST * grid.value.size)])


def _cells(
    job: tuple[str, str], model: VariableModel, scene: Scene, past: Grid, later: np.ndarray,
    length_h: int, count: int,
) -> Iterator[Row]:  # fmt: skip
    points = planted(scene, later, length_h, count)
    lessons = planted(scene, ~later, length_h, 1000)
    if len(np.unique(points.gap)) < 5 or len(np.unique(lessons.gap)) < 5:
        return
    told = {
        name: Windowed(series_methods()[name].fit(past, seed=SEED))(scene, points).value
        for name in (REFERENCE, "kalman")
    }
    known = int(np.isfinite(past.value).sum())
    truth = at(scene.grid.value, points.step)
    for mode in ("sensor", "station"):
        looked = scene if mode == "sensor" else scene.alone()
        if mode == "sensor" and not scene.others:
            continue
        plain = station_methods()["lightgbm"].fit(
            looked.known(~later), lessons, bases={}, seed=SEED
        )
        said = estimate(model, scene, points, mode=mode, n_known=known)
        errors = {key: _rmse(one, truth) for key, one in told.items()}
        errors["lightgbm"] = _rmse(plain(looked, points).value, truth)
        best = min(errors, key=errors.__getitem__)
        ours = _rmse(said.value, truth)
        slot = model.slots[mode, int(length_classes_of(np.array([float(length_h)]))[0])]
        scored = score_interval(truth, said.lower, said.upper)
        yield Row(
            *job, length_h, mode, np.unique(points.gap).size, best, ours / errors[best],
            ours / errors[REFERENCE], slot.method,
            scored.coverage, scored.width / float(np.std(truth)),
            scored.winkler / float(np.std(truth)),
        )  # fmt: skip


def _rmse(value: np.ndarray, truth: np.ndarray) -> float:
    return float(np.sqrt(np.mean((value - truth) ** 2)))


def planted(scene: Scene, where: np.ndarray, length_h: int, count: int) -> Points:
    """Gaps of one length among the values of some steps; they may overlap, each is hidden alone."""
    rng = np.random.default_rng(SEED)
    known = np.isfinite(scene.grid.value) & where
    length = length_h * 3600 // scene.grid.step_s
    side = 86_400 // scene.grid.step_s
    starts = free_starts(known, known, length=length, side=side, seen=0.5, scored=0.6)
    first = np.sort(rng.choice(starts, min(count, starts.size), replace=False))
    return points_in(Gaps(first, first + length), known, at_most=POINTS, rng=rng)
