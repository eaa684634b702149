"""A station's models: learned once from its own past, applied to any later grid of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._api import (
    REFERENCE,
    Filler,
    PointFiller,
    series_methods,
    station_methods,
)
from halocline.gapfill._scene import Answers, Points, Scene, points_of
from halocline.gapfill._windowed import Windowed
from halocline.learn.alignment import onto
from halocline.learn.blend import MIXTURES
from halocline.learn.contest import MODES, SPREAD, Cell, Contest, answer, contest
from halocline.learn.driver_use import driver_use
from halocline.learn.exam import FINE_H, LEARNED_AS, length_classes_of
from halocline.learn.filling import MIN_VALUES, Limits, SeriesFill, fillable_gaps, written
from halocline.learn.gate import Choice, GateRow, choose
from halocline.learn.hidden_gaps import BoolArray
from halocline.learn.leaks import find_twins
from halocline.learn.tide import Tide, tide_name
from halocline.model.digest import digest_of
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.gaps import Gaps
from halocline.model.series import Grid
from halocline.uncertainty.band import Asked
from halocline.uncertainty.conformal import NOMINAL, place_in_gap

CANDIDATES: Final = (
    *(REFERENCE, "kalman", "kalman_asinh", "kalman_lightgbm", "kalman_asinh_lightgbm"),
)
"""Methods a station's gate chooses among, beside their blend. `lightgbm` is left out because it was
never ahead of the blend by what a choice needs (docs/adr) and cost a third of all trees; the others
of the registries for their cost, not for a score. `halocline compare` puts all beside these."""
Span = tuple[np.datetime64, np.datetime64]
Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""A map that keeps the order: the built-in one, or that of a pool."""
ALIVE_SHARE: Final = 0.5
"""A gap is one of a single sensor when this share of the others is present, in this share of its
steps; otherwise the station was out."""


@dataclass(frozen=True)
class Slot:
    """What fills one fine length in one mode.

    models: by station method, one for each part of the past, blind to it; weights: of the blend.
    """

    choice: Choice
    method: str
    models: dict[str, tuple[PointFiller, ...]]
    weights: dict[str, float]


@dataclass(frozen=True)
class VariableModel:
    """All that was learned of one variable; `spread` is its whole range, for the uncalibrated."""

    name: str
    step_s: int
    others: tuple[str, ...]
    drivers: tuple[str, ...]
    spread: float
    singles: dict[str, Filler]
    slots: dict[tuple[str, int], Slot]

    @property
    def gate(self) -> list[GateRow]:
        """Every choice, sensor mode first, short gaps first."""
        return [self.slots[key].choice.row for key in sorted(self.slots)]

    @property
    def looks_at_drivers(self) -> tuple[bool, ...]:
        """Of each row of the gate, whether what fills gaps of its length looks at drivers."""
        return tuple(bool(self.slots[key].models) for key in sorted(self.slots))


@dataclass(frozen=True)
class StationModel:
    """Models of a station's variables; `fill` refits nothing."""

    variables: dict[str, VariableModel]
    tide: Tide | None = None
    """What was found in the station's level when it was learned; whoever fills tells it anew."""

    def fill(
        self,
        grids: Mapping[str, Grid],
        *,
        drivers: Mapping[str, Grid] | None = None,
        limits: Mapping[str, Limits] | None = None,
        decimals: int = 4,
        counted: Span | None = None,
    ) -> dict[str, SeriesFill]:
        """Fill each variable the model knows, as `learn.filling.fill_series` does.

        A gap in which at least half of the other sensors are alive is filled in sensor mode. A
        variable of `grids` without a model is left out of the answer. `counted`: the first time at
        which the use of drivers counts, and the first at which it does not any more.

        Raises:
            ConfigInvalid: a grid has another step than the model was learned on.
        """
        return {
            name: _fill_variable(
                self.variables[name],
                scene_of(name, grids, drivers or {}, model=self.variables[name]),
                limits=(limits or {}).get(name, Limits()),
                decimals=decimals,
                counted=counted,
            )
            for name in grids
            if name in self.variables
        }


def fit_station(
    grids: Mapping[str, Grid],
    *,
    seed: int,
    drivers: Mapping[str, Grid] | None = None,
    native: Mapping[str, BoolArray] | None = None,
    variables: Sequence[str] | None = None,
    parameters: Mapping[str, str] | None = None,
    tail_weight: float = 1.0,
    run: Run = map,
) -> StationModel:
    """Learn both modes and every length of each variable, or of `variables`, from these grids.

    `drivers`: what is known whatever happens to the station (tide, river flow, reanalysis, a
    neighbouring station), on grids of their own. `native`: as in `fill_series`. Channels that are
    one sensor told twice never predict each other (`learn.leaks`, told by `parameters`, the
    provider's codes, where names are others). `tail_weight`: how much more a lesson beyond the
    variable's 5th or 95th percentile counts, for one who cares for storms and blooms more than for
    the year's mean. `run`: a map over
    variables, for a pool; the result does not depend on it. Needs LightGBM (`halocline[learn]`).
    """
    names = list(grids) if variables is None else list(variables)
    jobs = [
        FitJob(
            name=name,
            scene=scene_of(name, grids, drivers or {}, parameters=parameters),
            native=np.isfinite(grids[name].value) if native is None else native[name],
            seed=seed,
            tail_weight=tail_weight,
        )
        for name in names
    ]
    return StationModel(dict(zip(names, run(fit_variable, jobs), strict=True)))


def fill_station(
    grids: Mapping[str, Grid],
    *,
    seed: int,
    drivers: Mapping[str, Grid] | None = None,
    native: Mapping[str, BoolArray] | None = None,
    variables: Sequence[str] | None = None,
    limits: Mapping[str, Limits] | None = None,
    parameters: Mapping[str, str] | None = None,
    decimals: int = 4,
    run: Run = map,
) -> dict[str, SeriesFill]:
    """Learn from the series itself and fill it: `fill_series` with all that the station tells.

    `variables`: those to be filled, all of `grids` without it; every one is looked at. `run`: as
    in `fit_station`.
    """
    model = fit_station(
        grids, seed=seed, drivers=drivers, native=native, parameters=parameters,
        variables=variables, run=run,
    )  # fmt: skip
    return model.fill(grids, drivers=drivers, limits=limits, decimals=decimals)


@dataclass(frozen=True)
class FitJob:
    """One variable to learn; picklable."""

    name: str
    scene: Scene
    native: BoolArray
    seed: int
    tail_weight: float = 1.0


def fit_variable(job: FitJob) -> VariableModel:
    """Contest every cell of one variable and keep what won."""
    singles = {name: one for name, one in series_methods().items() if name in CANDIDATES}
    learners = {name: one for name, one in station_methods().items() if name in CANDIDATES}
    setting = Contest(
        job.scene, job.native, singles, learners, job.seed, tail_weight=job.tail_weight
    )
    modes = MODES if job.scene.others else ("station",)
    cells = contest(job.name, setting, modes=modes, classes=sorted(set(LEARNED_AS)))
    rng = np.random.default_rng(int(digest_of([job.seed, job.name, "gate"])[:16], 16))
    known = job.scene.grid.value[np.isfinite(job.scene.grid.value)]
    return VariableModel(
        name=job.name,
        step_s=job.scene.grid.step_s,
        others=tuple(sorted(job.scene.others)),
        drivers=tuple(sorted(job.scene.drivers)),
        spread=float(np.ptp(known)) if known.size >= MIN_VALUES else float("inf"),
        singles={
            name: method.fit(job.scene.grid, seed=job.seed) for name, method in singles.items()
        },
        slots={
            (cell.mode, cell.length_class): _slot(job.name, cell, rng=rng, tails=setting.tails)
            for cell in cells
        },
    )


def _slot(name: str, cell: Cell, *, rng: np.random.Generator, tails: tuple[float, float]) -> Slot:
    """The choice of a cell and the models it needs; what lost is left behind."""
    choice = choose(
        variable=name,
        gap_class=cell.length_class,
        hidden=cell.hidden,
        trials=cell.trials,
        rng=rng,
        mode=cell.mode,
        bounds_h=FINE_H,
        by_part=True,
        tails=tails,
    )
    method = choice.row.method
    needed = {*SPREAD, *(one for one, weight in cell.weights.items() if weight > 0)}
    models = {
        key: one
        for key, one in cell.learned.items()
        if key == method or (method in MIXTURES and key in needed)
    }
    return Slot(choice, method=method, models=models, weights=cell.weights)


def scene_of(
    name: str,
    grids: Mapping[str, Grid],
    drivers: Mapping[str, Grid],
    *,
    model: VariableModel | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Scene:
    """A variable with the sensors and drivers it may see, all on its grid.

    Without a model, all others but its twins (`parameters`: see `learn.leaks.find_twins`), and all
    drivers but a tide that was analysed from the variable itself; with one, those it was learned
    with, unknown where they are not given.

    Raises:
        ConfigInvalid: the model was learned on another step.
    """
    target = grids[name]
    if model is None:
        rest = {key: onto(one, target) for key, one in grids.items() if key != name}
        seen = {
            key: grids[key]
            for key, one in rest.items()
            if not find_twins({name: target.value, key: one}, parameters=parameters)
        }
        driven = {key: one for key, one in drivers.items() if key != tide_name(name)}
    else:
        if model.step_s != target.step_s:
            raise ConfigInvalid(
                f"{name}: the model was learned on steps of {model.step_s} s, the series has "
                f"{target.step_s} s; fit the station again"
            )
        seen = {key: grids[key] for key in model.others if key in grids}
        driven = {key: drivers[key] for key in model.drivers if key in drivers}
    return Scene(
        grid=target,
        others={key: onto(one, target) for key, one in sorted(seen.items())},
        drivers={key: onto(one, target) for key, one in sorted(driven.items())},
    )


def modes_of(gaps: Gaps, scene: Scene) -> BoolArray:
    """Whether the other sensors are alive in each gap (k,)."""
    if not scene.others:
        return np.zeros(gaps.first.size, dtype=bool)
    present = np.mean([np.isfinite(one) for one in scene.others.values()], axis=0)
    counted = np.concatenate(([0], np.cumsum(present >= ALIVE_SHARE)))
    alive = counted[gaps.stop] - counted[gaps.first]
    return np.asarray(alive >= ALIVE_SHARE * gaps.length)


@dataclass(frozen=True)
class Estimated:
    """What a variable's models say at k points of gaps: arrays (k,), NaN where they say nothing."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    origin: npt.NDArray[np.uint8]


def estimate(
    model: VariableModel, scene: Scene, points: Points, *, mode: str, n_known: int
) -> Estimated:
    """Answer points of gaps in one mode, each gap hidden alone, with calibrated 90 % intervals.

    `n_known`: present values of the series; where nothing was calibrated the interval spans the
    variable's whole range, and a gap longer than `n_known` steps gets no answer.
    """
    step_h = scene.grid.step_s / 3600
    looked = scene if mode == "sensor" else scene.alone()
    singles = {key: (Windowed(one),) for key, one in model.singles.items()}
    classes = length_classes_of(points.length * step_h)
    nothing = np.full(len(points), np.nan)
    value, lower, upper = nothing.copy(), nothing.copy(), nothing.copy()
    origin = np.full(len(points), Origin.MISSING, dtype=np.uint8)
    for one in np.unique(classes).tolist():
        slot = model.slots.get((mode, one))
        if slot is None or not np.isfinite(model.spread):
            continue
        here = classes == one
        if not slot.choice.row.calibrated:
            here &= points.length <= n_known
        asked = points.of(here)
        models = {**singles, **slot.models}
        said = answer(slot.method, looked, asked, models=models, weights=slot.weights)
        low, high = slot.choice.band.ends(_placed(said, asked, step_h=step_h))
        least = 0.0 if slot.choice.row.calibrated else model.spread
        value[here] = said.value
        lower[here] = np.minimum(low, said.value - least)
        upper[here] = np.maximum(high, said.value + least)
        origin[here] = origin_of(slot.method)
    unknown = ~(np.isfinite(value) & np.isfinite(lower) & np.isfinite(upper))
    value[unknown], lower[unknown], upper[unknown] = np.nan, np.nan, np.nan
    origin[unknown] = Origin.MISSING
    return Estimated(value, lower, upper, origin)


def _fill_variable(
    model: VariableModel, scene: Scene, *, limits: Limits, decimals: int, counted: Span | None
) -> SeriesFill:
    grid = scene.grid
    present = np.isfinite(grid.value)
    gaps, _ = fillable_gaps(present, step_h=grid.step_s / 3600)
    sensor = modes_of(gaps, scene)
    value = grid.value.copy()
    lower, upper = np.full(value.size, np.nan), np.full(value.size, np.nan)
    origin = np.where(present, Origin.MEASURED, Origin.MISSING).astype(np.uint8)
    for mode in MODES:
        here = sensor == (mode == "sensor")
        points = points_of(Gaps(gaps.first[here], gaps.stop[here]))
        said = estimate(model, scene, points, mode=mode, n_known=int(present.sum()))
        value[points.step], origin[points.step] = said.value, said.origin
        lower[points.step], upper[points.step] = said.lower, said.upper
    filled = Filled(
        value=value, origin=origin, sd=(upper - lower) / (2 * NOMINAL), lower=lower, upper=upper
    )
    whole = written(filled, limits=limits, decimals=decimals)
    time = grid.time
    used = driver_use(
        whole,
        learned=model.drivers,
        looked_at=model.looks_at_drivers,
        drivers=scene.drivers,
        inside=None if counted is None else (time >= counted[0]) & (time < counted[1]),
    )
    return SeriesFill(filled=whole, gate=model.gate, drivers=used)


def _placed(said: Answers, points: Points, *, step_h: float) -> Asked:
    """Answers with where in their gaps they are, for the interval."""
    length = points.length.astype(np.float64)
    place = place_in_gap((points.step - points.first).astype(np.float64), length)
    return Asked(said.value, said.below, said.above, place, length * step_h)


def origin_of(method: str) -> Origin:
    """What values of a method are called in a product."""
    if method in MIXTURES:
        return Origin.MODELLED
    singles = series_methods()
    return singles[method].origin if method in singles else station_methods()[method].origin
