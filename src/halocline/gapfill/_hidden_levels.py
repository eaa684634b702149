"""Levels hidden in a float's own profiles: what its vertical interpolation gets wrong."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from halocline.gapfill._pchip import BoolArray, IntArray, Knots
from halocline.model.estimates import INTERVAL_LEVEL, FloatArray
from halocline.uncertainty.conformal import fallback, unit_quantile, units_needed

RUNS: Final = (1, 2, 4)
"""Lengths of hidden runs, in levels; gaps of 1, of 2 or 3, and of 4 levels or more are groups."""
SPACING: Final = 3
"""Known levels left between two hidden runs of one pass."""
DEPTHS: Final = (100.0, 300.0, 1000.0)
"""Bounds of the groups of pressure, dbar: mixed layer and seasonal thermocline, upper main
thermocline, main thermocline, deep ocean."""
SPREAD_SHARE: Final = 0.25
"""Scale of an error: this share of the range of the four known levels around it. Where too few
profiles exist the interval is then ± that range."""


@dataclass(frozen=True)
class HiddenLevels:
    """Levels whose interpolation is judged; all arrays (k,).

    error: interpolated minus true (0 where unknown); scale > 0; profile: the unit; depth, run:
    index of the group.
    """

    error: FloatArray
    scale: FloatArray
    profile: IntArray
    depth: IntArray
    run: IntArray

    @classmethod
    def at(
        cls,
        knots: Knots,
        *,
        left: IntArray,
        pressure: FloatArray,
        run: IntArray,
        floor: float,
        truth: FloatArray | None = None,
    ) -> "HiddenLevels":
        """Describe levels at `pressure` between knots `left` and `left` + 1, in gaps of `run`."""
        error = np.zeros(left.size)
        if truth is not None:
            error = knots.evaluate(left, pressure) - truth
        return cls(
            error=error,
            scale=floor + SPREAD_SHARE * _range_around(knots, left),
            profile=knots.profile[left],
            depth=np.searchsorted(DEPTHS, pressure),
            run=np.searchsorted(RUNS, run, side="right") - 1,
        )

    def where(self, keep: BoolArray) -> "HiddenLevels":
        """The part of the levels marked True."""
        return HiddenLevels(*[getattr(self, one.name)[keep] for one in fields(self)])


def _range_around(knots: Knots, left: IntArray) -> FloatArray:
    """Range of the values of two knots on either side, inside the profile."""
    around = np.stack([left - 1, left, left + 1, left + 2])
    clipped = np.clip(around, 0, max(knots.value.size - 1, 0))
    value = knots.value[clipped]
    mine = (clipped == around) & (knots.profile[clipped] == knots.profile[left])
    upper = np.where(mine, value, -np.inf).max(axis=0)
    lower = np.where(mine, value, np.inf).min(axis=0)
    return np.asarray(upper - lower, dtype=np.float64)


def hide_levels(
    knots: Knots, *, max_gap: tuple[tuple[float, float], ...], floor: float, seed: int
) -> HiddenLevels:
    """Hide runs of levels in every profile, one pass a run length, and interpolate across them.

    Only runs that leave a gap within `max_gap` are judged: others would never be filled.
    """
    rng = np.random.default_rng(seed)
    passes = [_one_pass(knots, run=run, max_gap=max_gap, floor=floor, rng=rng) for run in RUNS]
    return HiddenLevels(
        *[
            np.concatenate([getattr(one, field.name) for one in passes])
            for field in fields(HiddenLevels)
        ]
    )


def _one_pass(
    knots: Knots,
    *,
    run: int,
    max_gap: tuple[tuple[float, float], ...],
    floor: float,
    rng: np.random.Generator,
) -> HiddenLevels:
    """Hide every (run + SPACING)-th run, its phase drawn by profile; ends are never hidden."""
    cycle = run + SPACING
    starts = np.flatnonzero(np.append(True, np.diff(knots.profile) != 0)[: knots.profile.size])
    counts = np.diff(np.append(starts, knots.profile.size))
    place = np.arange(knots.profile.size) - np.repeat(starts, counts)
    phase = np.repeat(rng.integers(0, cycle, starts.size), counts)
    size = np.repeat(counts, counts)
    turn = (place + phase) % cycle
    hidden = (turn < run) & (place - turn > 0) & (place - turn + run < size)
    kept = Knots(knots.profile[~hidden], knots.pressure[~hidden], knots.value[~hidden])
    left = (np.cumsum(~hidden) - 1)[hidden]
    middle = (kept.pressure[left] + kept.pressure[left + 1]) / 2 if left.size else np.empty(0)
    bounds, widest = np.array(max_gap).T
    fits = (kept.pressure[left + 1] - kept.pressure[left] if left.size else np.empty(0)) <= widest[
        np.searchsorted(bounds, middle, side="left")
    ]
    return HiddenLevels.at(
        kept,
        left=left[fits],
        pressure=knots.pressure[hidden][fits],
        run=np.full(int(fits.sum()), run),
        floor=floor,
        truth=knots.value[hidden][fits],
    )


@dataclass(frozen=True)
class VerticalCalibration:
    """Half-width of the interval in units of scale, by group of run length and depth.

    A group with too few profiles takes the factor of its run length at every depth, then that of
    everything; with too few profiles in all, a fall-back that guarantees nothing.
    """

    factor: FloatArray
    calibrated: bool

    @classmethod
    def of(cls, hidden: HiddenLevels) -> "VerticalCalibration":
        """Calibrate on hidden levels."""
        score = np.abs(hidden.error) / hidden.scale
        everything = _factor(score, hidden.profile)
        if everything is None:
            widest = np.full((len(RUNS), len(DEPTHS) + 1), fallback(score))
            return cls(widest, calibrated=False)
        factor = np.full((len(RUNS), len(DEPTHS) + 1), everything)
        for run in range(len(RUNS)):
            here = hidden.run == run
            over_depths = _factor(score[here], hidden.profile[here])
            factor[run] = everything if over_depths is None else over_depths
            for depth in range(len(DEPTHS) + 1):
                group = here & (hidden.depth == depth)
                own = _factor(score[group], hidden.profile[group])
                factor[run, depth] = factor[run, depth] if own is None else own
        return cls(factor, calibrated=True)

    def half_width(self, levels: HiddenLevels) -> FloatArray:
        """Half-width at each level, in the unit of the variable."""
        return np.asarray(self.factor[levels.run, levels.depth] * levels.scale, dtype=np.float64)


def _factor(score: FloatArray, profile: IntArray) -> float | None:
    """Factor that covers a new profile, None when there are too few to say."""
    if np.unique(profile).size < units_needed(INTERVAL_LEVEL):
        return None
    return unit_quantile(score, profile, level=INTERVAL_LEVEL)
