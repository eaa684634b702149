"""What it costs to learn a station and to fill a year of it: MAREL Carnot, 20 min, six variables.

Four years (2005-2008), both modes, every length, calibrated; then the gaps of 2008 as they are,
and as many planted ones. CPU time, since the machine is shared: a station of six variables learned
on two cores takes half of the sum. Prints its tables; what holds on one machine is the ratio of a
row to the last one, a Kalman smoother run once over each variable's four years.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

import numpy as np

from halocline.gapfill._api import series_methods
from halocline.learn.model_files import to_files, version_of
from halocline.learn.station import StationModel, fit_station
from halocline.learn.variable_model import VariableModel
from halocline.model.series import Grid
from tests.bench._shared import SHARED, found, say
from tests.samples.marel import load

VARIABLES = ("TEMP", "PSAL", "DOX", "FLUO", "TURB", "AIRT")
BESIDE = (*VARIABLES, "PAR")
SEED = 7
YEAR = 3 * 24 * 366
T = TypeVar("T")


def main() -> None:
    """Learn every variable, fill the last year, learn one again: the same bytes."""
    if found("coasthf/marel_carnot") is None:
        return
    started = time.perf_counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        learned = list(pool.map(_learn, VARIABLES))
    wall = time.perf_counter() - started
    models = {name: model for name, (model, _) in zip(VARIABLES, learned, strict=True)}
    _print_learning({name: one[1] for name, one in zip(VARIABLES, learned, strict=True)}, wall)
    _print_filling(StationModel(models))
    again, _ = _learn("TEMP")
    same = _version(again) == _version(models["TEMP"])
    say(
        f"\nTEMP learned twice with one seed, in two processes: {'same' if same else 'OTHER'} bytes"
    )


def _station() -> tuple[dict[str, Grid], dict[str, Grid], dict[str, np.ndarray]]:
    marel = load(SHARED)
    sensed = marel.sensed()
    return {name: sensed[name] for name in BESIDE}, {"LEVEL": sensed["LEVEL"]}, marel.native


def _learn(name: str) -> tuple[VariableModel, dict[str, float]]:
    """A variable's model, and the CPU seconds of learning it and of one smoother's pass."""
    grids, drivers, native = _station()
    cost: dict[str, float] = {}
    smoother = series_methods()["kalman"].fit(grids[name], seed=SEED)
    smoother(grids[name])  # what is compiled once is no cost of a station
    cost["pass"], _ = _cpu(lambda: smoother(grids[name]))
    cost["learn"], model = _cpu(
        lambda: fit_station(grids, seed=SEED, drivers=drivers, native=native, variables=[name])
    )
    return model.variables[name], cost


def _cpu(work: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    done = work()
    return time.process_time() - started, done


def _version(model: VariableModel) -> str:
    return version_of(to_files(StationModel({model.name: model})))


def _print_learning(costs: dict[str, dict[str, float]], wall: float) -> None:
    say("| learned, both modes, four years | CPU s | CPU s a mode | Kalman passes |")
    say("|---|---|---|---|")
    for name, cost in costs.items():
        learn = cost["learn"]
        say(f"| {name} | {learn:.0f} | {learn / 2:.0f} | {learn / cost['pass']:.0f} |")
    total = sum(one["learn"] for one in costs.values())
    say(f"| the station | {total:.0f} | {total / 2:.0f} | |")
    say(f"\nOn two cores {total / 2:.0f} s of CPU each; here {wall:.0f} s by the clock.\n")


def _print_filling(model: StationModel) -> None:
    grids, drivers, _ = _station()
    last = {name: _tail(one) for name, one in grids.items()}
    known = {name: _tail(one) for name, one in drivers.items()}
    holed = _with_holes(last)
    say("| filled, 2008, six variables | gaps | estimates | CPU s |")
    say("|---|---|---|---|")
    for title, given in (("as it is", last), ("a hundred outages of 6 h more", holed)):
        cpu, done = _cpu(lambda given=given: model.fill(given, drivers=known))
        missing = sum(int(np.isnan(given[name].value).sum()) for name in VARIABLES)
        gaps = sum(_gaps(given[name].value) for name in VARIABLES)
        left = sum(int(np.isnan(one.filled.value).sum()) for one in done.values())
        say(f"| {title} | {gaps} | {missing - left} | {cpu:.1f} |")


def _tail(grid: Grid) -> Grid:
    cut = grid.value.size - YEAR
    start = grid.start + np.timedelta64(cut * grid.step_s, "s")
    return Grid(start, grid.step_s, grid.value[cut:])


def _with_holes(grids: dict[str, Grid]) -> dict[str, Grid]:
    first = np.random.default_rng(SEED).integers(100, YEAR - 100, 100)
    hidden = np.zeros(YEAR, dtype=bool)
    for one in first.tolist():
        hidden[one : one + 18] = True
    return {
        name: Grid(one.start, one.step_s, np.where(hidden, np.nan, one.value))
        for name, one in grids.items()
    }


def _gaps(value: np.ndarray) -> int:
    return int(np.sum(np.diff(np.isnan(value).astype(int)) == 1))
