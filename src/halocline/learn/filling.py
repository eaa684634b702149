"""Complete a station's series: measured values kept, gaps estimated by what won on hidden gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill._api import Filler, SeriesMethod, series_methods
from halocline.gapfill._scene import Answers
from halocline.learn.blend import MIXED, blend_trials, mix
from halocline.learn.blend import NAME as BLEND
from halocline.learn.gate import Choice, GateRow, choose
from halocline.learn.hidden_gaps import BoolArray, IntArray, plant_gaps
from halocline.learn.trial import try_methods
from halocline.model.digest import digest_of
from halocline.model.estimates import Estimate, Filled, FloatArray, Origin
from halocline.model.gaps import GAP_CLASSES_H, Gaps, class_of, find_gaps
from halocline.model.series import Grid
from halocline.uncertainty.band import Asked, tails_of
from halocline.uncertainty.conformal import NOMINAL, place_in_gap

MIN_VALUES: Final = 30
"""A variable with fewer values is not filled: neither its spread nor its memory can be told."""


@dataclass(frozen=True)
class Limits:
    """What a value of a variable can physically be, in its unit; infinite where unbounded."""

    lower: float = -np.inf
    upper: float = np.inf


@dataclass(frozen=True)
class DriverUse:
    """What from outside the station entered a variable's estimates.

    `known`: driver → share of the estimates at whose time it had a value, 0 where it was absent;
    `looked_at`: of each row of the gate, whether what fills gaps of its length looks at drivers.
    """

    known: Mapping[str, float]
    looked_at: tuple[bool, ...]


@dataclass(frozen=True)
class SeriesFill:
    """One variable's complete series on its grid, and why each length was filled as it was."""

    filled: Filled
    gate: list[GateRow]
    drivers: DriverUse | None = None
    """None where nothing but the station itself was looked at."""


def fill_series(
    grids: Mapping[str, Grid],
    *,
    seed: int,
    limits: Mapping[str, Limits] | None = None,
    native: Mapping[str, BoolArray] | None = None,
    decimals: int = 4,
    methods: Mapping[str, SeriesMethod] | None = None,
) -> dict[str, SeriesFill]:
    """Fill each variable's gaps up to 720 h that have a value on both sides.

    Per variable and gap-length class a mixture of methods or one of them is chosen, and its
    interval calibrated, on gaps hidden in the variable's own present values; see `learn.blend` and
    `learn.gate`. Where too few could be hidden the interval reaches at least as far as the
    variable's whole range on either side, and a gap longer than all its present values together
    stays missing, as do all gaps of a variable with fewer than MIN_VALUES. A direction must not be
    passed (`SeriesVariable.is_direction`): no method knows the circle. Measured values stay bit for
    bit. `native` marks the values (n,) a sensor wrote, where a previous hand filled others; only
    those judge. Estimates, sd and bounds are rounded to `decimals`, bounds outwards, and stay
    within `limits`. A variable's result depends on its own grid, the seed and its name alone.
    """
    known = series_methods() if methods is None else methods
    return {
        name: _fill_one(
            grid,
            name=name,
            seed=seed,
            native=np.isfinite(grid.value) if native is None else native[name],
            limits=(limits or {}).get(name, Limits()),
            decimals=decimals,
            methods=known,
        )
        for name, grid in grids.items()
    }


def _fill_one(
    grid: Grid,
    *,
    name: str,
    seed: int,
    native: BoolArray,
    limits: Limits,
    decimals: int,
    methods: Mapping[str, SeriesMethod],
) -> SeriesFill:
    fillers = {key: method.fit(grid, seed=seed) for key, method in methods.items()}
    present = np.isfinite(grid.value)
    step_h = grid.step_s / 3600
    rng = np.random.default_rng(int(digest_of([seed, name])[:16], 16))
    choices = [
        _choose(name, grid, native, gap_class=one, fillers=fillers, rng=rng)
        for one in range(len(GAP_CLASSES_H))
    ]
    gaps, classes = _knowable(*fillable_gaps(present, step_h=step_h), choices, present=present)
    rows = [choices[one].row for one in np.unique(classes).tolist()]
    used = {key for row in rows for key in _members(row)}
    estimates = {key: fillers[key](grid) for key in sorted(used)}
    origins = {key: one.origin for key, one in methods.items()} | {BLEND: Origin.MODELLED}
    filled = _complete(
        grid, gaps=gaps, classes=classes, choices=choices, estimates=estimates, origins=origins
    )
    return SeriesFill(
        filled=written(filled, limits=limits, decimals=decimals),
        gate=[
            choice.row
            for longest_h, choice in zip(GAP_CLASSES_H, choices, strict=True)
            if longest_h >= step_h
        ],
    )


def _choose(
    name: str,
    grid: Grid,
    native: BoolArray,
    *,
    gap_class: int,
    fillers: Mapping[str, Filler],
    rng: np.random.Generator,
) -> Choice:
    """Hide gaps of one class, let every method fill them, mix those that are mixed, and choose."""
    hidden = plant_gaps(
        np.isfinite(grid.value), native, gap_class=gap_class, step_h=grid.step_s / 3600, rng=rng
    )
    trials = try_methods(grid, native, hidden=hidden, fillers=fillers)
    members = {key: one for key, one in trials.items() if key in MIXED}
    weights: dict[str, float] = {}
    if len(members) > 1:
        trials[BLEND], weights = blend_trials(members, hidden.half)
    return choose(
        variable=name,
        gap_class=gap_class,
        trials=trials,
        part=hidden.half,
        rng=rng,
        tails=tails_of(grid.value),
        weights=weights,
    )


def fillable_gaps(present: BoolArray, *, step_h: float) -> tuple[Gaps, IntArray]:
    """Gaps with a value on both sides and not longer than the last class, and their classes."""
    gaps = find_gaps(~present)
    classes = np.array([class_of(one * step_h) for one in gaps.length.tolist()], dtype=np.int64)
    keep = (gaps.first > 0) & (gaps.stop < present.size) & (classes < len(GAP_CLASSES_H))
    return Gaps(first=gaps.first[keep], stop=gaps.stop[keep]), classes[keep]


def _knowable(
    gaps: Gaps, classes: IntArray, choices: list[Choice], *, present: BoolArray
) -> tuple[Gaps, IntArray]:
    """Gaps something is known of: calibrated, or no longer than all present values together."""
    n_values = int(present.sum())
    calibrated = np.array([choice.row.calibrated for choice in choices])
    keep = (n_values >= MIN_VALUES) & (calibrated[classes] | (gaps.length <= n_values))
    return Gaps(first=gaps.first[keep], stop=gaps.stop[keep]), classes[keep]


def _complete(
    grid: Grid,
    *,
    gaps: Gaps,
    classes: IntArray,
    choices: list[Choice],
    estimates: Mapping[str, Estimate],
    origins: Mapping[str, Origin],
) -> Filled:
    """Measured values, with each gap replaced by the estimate of its class's method."""
    value = grid.value.copy()
    origin = np.where(np.isfinite(value), Origin.MEASURED, Origin.MISSING).astype(np.uint8)
    lower, upper = np.full(value.size, np.nan), np.full(value.size, np.nan)
    known = grid.value[np.isfinite(grid.value)]
    spread = float(np.ptp(known)) if known.size else 0.0
    for first, stop, gap_class in zip(gaps.first, gaps.stop, classes, strict=True):
        inside = slice(int(first), int(stop))
        choice = choices[gap_class]
        said = _said(choice.row, estimates, inside)
        value[inside] = said.value
        low, high = choice.band.ends(_asked(said, step_h=grid.step_s / 3600))
        least = 0.0 if choice.row.calibrated else spread
        lower[inside] = np.minimum(low, value[inside] - least)
        upper[inside] = np.maximum(high, value[inside] + least)
        origin[inside] = origins[choice.row.method]
    sd = (upper - lower) / (2 * NOMINAL)
    return Filled(value=value, origin=origin, sd=sd, lower=lower, upper=upper)


def _members(row: GateRow) -> dict[str, float]:
    """Methods that fill, and the share of each."""
    return {name: one for name, one in row.weights.items() if one > 0} or {row.method: 1.0}


def _said(row: GateRow, estimates: Mapping[str, Estimate], gap: slice) -> Answers:
    """What fills one gap, whole or mixed."""
    said = {
        name: Answers(estimates[name].value[gap], estimates[name].sd[gap], estimates[name].sd[gap])
        for name in _members(row)
    }
    return mix(said, _members(row), spread=_members(row))


def _asked(said: Answers, *, step_h: float) -> Asked:
    """What is said in one gap, and where, for the interval."""
    length = np.full(said.value.size, float(said.value.size))
    place = place_in_gap(np.arange(said.value.size, dtype=np.float64), length)
    return Asked(said.value, said.below, said.above, place, length * step_h)


def written(filled: Filled, *, limits: Limits, decimals: int) -> Filled:
    """Estimates rounded, bounds outwards, everything estimated within the physical limits."""
    estimated = filled.origin != Origin.MEASURED
    unit = 10.0**-decimals

    def rounded(values: FloatArray, how: np.ufunc) -> FloatArray:
        return np.asarray(np.round(how(values / unit) * unit, decimals), dtype=np.float64)

    within = np.clip(filled.value, limits.lower, limits.upper)
    value = np.where(estimated, rounded(within, np.rint), filled.value)
    return Filled(
        value=value,
        origin=filled.origin,
        sd=np.maximum(rounded(filled.sd, np.rint), unit),
        lower=np.clip(rounded(filled.lower, np.floor), limits.lower, limits.upper),
        upper=np.clip(rounded(filled.upper, np.ceil), limits.lower, limits.upper),
    )
