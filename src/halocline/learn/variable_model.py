"""What was learned of one variable of a station, and how it fills any later grid of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._api import Filler, PointFiller, series_methods, station_methods
from halocline.gapfill._scene import Answers, Points, Scene, points_of
from halocline.gapfill._windowed import Windowed
from halocline.learn.alignment import onto
from halocline.learn.blend import NAME as BLEND
from halocline.learn.contest import MODES, answer
from halocline.learn.driver_use import driver_use
from halocline.learn.exam import length_classes_of
from halocline.learn.filling import Limits, SeriesFill, fillable_gaps, written
from halocline.learn.gate import Choice, GateRow
from halocline.learn.hidden_gaps import BoolArray
from halocline.learn.leaks import find_twins
from halocline.learn.tide import tide_name
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import Filled, FloatArray, Origin
from halocline.model.gaps import Gaps
from halocline.model.series import Grid
from halocline.uncertainty.band import Asked
from halocline.uncertainty.conformal import NOMINAL, place_in_gap

Span = tuple[np.datetime64, np.datetime64]
ALIVE_SHARE: Final = 0.5
"""A gap is one of a single sensor when this share of the others is present, in this share of its
steps; otherwise the station was out."""


@dataclass(frozen=True)
class Slot:
    """What fills one fine length in one mode.

    models: by station method, one for each part of the past, blind to it.
    """

    choice: Choice
    models: dict[str, tuple[PointFiller, ...]]

    @property
    def method(self) -> str:
        """What the gate chose."""
        return self.choice.row.method


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
        said = answer(slot.method, looked, asked, models=models, weights=slot.choice.row.weights)
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


def fill_variable(
    model: VariableModel, scene: Scene, *, limits: Limits, decimals: int, counted: Span | None
) -> SeriesFill:
    """Fill one variable's gaps with its model, each in the mode it is lost in."""
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
    if method == BLEND:
        return Origin.MODELLED
    singles = series_methods()
    return singles[method].origin if method in singles else station_methods()[method].origin
