"""A station's models: learned once from its own past, applied to any later grid of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from halocline.gapfill._api import series_methods, station_methods
from halocline.gapfill._scene import Scene
from halocline.learn.contest import EVERY, MODES, Cell, Contest, contest
from halocline.learn.exam import FINE_H
from halocline.learn.filling import MIN_VALUES, Limits, SeriesFill, fillable_gaps
from halocline.learn.gate import choose
from halocline.learn.hidden_gaps import BoolArray
from halocline.learn.members import LEARNED, SPREAD
from halocline.learn.tide import Tide
from halocline.learn.variable_model import (
    Slot,
    Span,
    VariableModel,
    fill_variable,
    modes_of,
    scene_of,
)
from halocline.model.digest import digest_of
from halocline.model.series import Grid

Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""A map that keeps the order: the built-in one, or that of a pool."""


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
            name: fill_variable(
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
    own_gaps: bool = False,
) -> StationModel:
    """Learn both modes and every length of each variable, or of `variables`, from these grids.

    `drivers`: what is known whatever happens to the station (tide, river flow, reanalysis, a
    neighbouring station), on grids of their own. `native`: as in `fill_series`. Channels that are
    one sensor told twice never predict each other (`learn.leaks`, told by `parameters`, the
    provider's codes, where names are others). `tail_weight`: how much more a lesson beyond the
    variable's 5th or 95th percentile counts, for one who cares for storms and blooms more than for
    the year's mean. `run`: a map over
    variables, for a pool; the result does not depend on it. `own_gaps`: learn those modes and
    lengths alone of which the grids hold gaps; what is learned is the same. Needs LightGBM
    (`halocline[learn]`).
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
    if own_gaps:
        jobs = [replace(one, asked=_gaps_of(one.scene)) for one in jobs]
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
    tail_weight: float = 1.0,
    run: Run = map,
) -> dict[str, SeriesFill]:
    """Learn from the series itself and fill it: `fill_series` with all that the station tells.

    `variables`: those to be filled, all of `grids` without it; every one is looked at. Modes and
    lengths of which there is no gap are not learned, and the gate has no row of them.
    `tail_weight`, `run`: as in `fit_station`.
    """
    model = fit_station(
        grids, seed=seed, drivers=drivers, native=native, parameters=parameters,
        variables=variables, tail_weight=tail_weight, run=run, own_gaps=True,
    )  # fmt: skip
    return model.fill(grids, drivers=drivers, limits=limits, decimals=decimals)


def _gaps_of(scene: Scene) -> frozenset[tuple[str, int]]:
    """Modes and gap classes of the gaps that a scene's variable has."""
    gaps, classes = fillable_gaps(np.isfinite(scene.grid.value), step_h=scene.grid.step_s / 3600)
    modes = np.where(modes_of(gaps, scene), *MODES)
    return frozenset(zip(modes.tolist(), classes.tolist(), strict=True))


@dataclass(frozen=True)
class FitJob:
    """One variable to learn; picklable."""

    name: str
    scene: Scene
    native: BoolArray
    seed: int
    tail_weight: float = 1.0
    asked: Collection[tuple[str, int]] = EVERY
    """Modes and gap classes to learn; those of other sensors only where there are any."""


def fit_variable(job: FitJob) -> VariableModel:
    """Contest the cells of one variable and keep what won."""
    singles = {name: one for name, one in series_methods().items() if name in LEARNED}
    learners = {name: one for name, one in station_methods().items() if name in LEARNED}
    setting = Contest(
        job.scene, job.native, singles, learners, job.seed, tail_weight=job.tail_weight
    )
    asked = [one for one in job.asked if job.scene.others or one[0] == "station"]
    cells = contest(job.name, setting, asked=asked)
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
        slots={(cell.mode, cell.length_class): _slot(job.name, cell, setting) for cell in cells},
    )


def _slot(name: str, cell: Cell, setting: Contest) -> Slot:
    """The choice of a cell and the models it needs; what lost is left behind."""
    draw = digest_of([setting.seed, name, "gate", cell.mode, cell.length_class])
    choice = choose(
        variable=name,
        gap_class=cell.length_class,
        trials=cell.trials,
        part=cell.hidden.in_pass,
        rng=np.random.default_rng(int(draw[:16], 16)),
        mode=cell.mode,
        bounds_h=FINE_H,
        tails=setting.tails,
        weights=cell.weights,
    )
    shares = choice.row.weights
    needed = {name for name, one in shares.items() if one > 0} | set(SPREAD if shares else ())
    needed.add(choice.row.method)
    return Slot(choice, {key: one for key, one in cell.learned.items() if key in needed})
