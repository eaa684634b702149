"""Which method fills which gaps: a model must earn its place against the straight line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from halocline.gapfill._api import REFERENCE
from halocline.learn.blend import NAME as BLEND
from halocline.learn.hidden_gaps import IntArray
from halocline.learn.trial import Trial
from halocline.model.estimates import FloatArray
from halocline.model.gaps import GAP_CLASSES_H
from halocline.uncertainty.band import Band, fit_band
from halocline.uncertainty.scores import mean_by_unit, score_interval

MARGIN: Final = 0.02
"""RMSE of a method that wins alone is at least this share below the straight line's."""
CONFIDENCE: Final = 0.75
"""And is below it in this share of bootstrap draws over gaps. 0.9 left a line in place that erred
1.4 times as much in the year that was left out, and 0.5 chose nothing worse (54 cells)."""
MIN_GAPS: Final = 10
"""Fewer gaps cannot judge: the straight line is published and the row says so."""
DRAWS: Final = 1000
TINY: Final = float(np.finfo(float).tiny)

NOTHING: Final = 1e-9
"""Share of the largest value below which an error is rounding."""


@dataclass(frozen=True)
class MethodScore:
    """One method on hidden gaps; the interval of each part of them was calibrated on the others.

    rmse, mae, bias, width, winkler in the unit of the variable, pooled over points; ratio: RMSE
    over the straight line's, from the gaps' mean square errors weighted by 1 / (the line's in the
    gap + its mean), with a 5–95 % bootstrap range over gaps; worst_tenth: share covered in the gap
    one in ten is worse than.
    """

    method: str
    n_gaps: int
    n_points: int
    rmse: float
    mae: float
    bias: float
    coverage: float
    worst_tenth: float
    width: float
    winkler: float
    ratio: float
    ratio_low: float
    ratio_high: float
    rmse_tails: float = float("nan")
    """RMSE over truths beyond the variable's 5th and 95th percentile: storms, blooms, floods."""
    coverage_tails: float = float("nan")


@dataclass(frozen=True)
class GateRow:
    """The choice for one variable and gap-length class, with what it rests on.

    `reason`: "won", "not beaten" (nothing was better than the straight line) or "not judged" (too
    few gaps could be hidden). `calibrated`: False where the interval is a fall-back that
    guarantees nothing.
    """

    variable: str
    gap_class: str
    method: str
    reason: str
    calibrated: bool
    n_hidden: int
    scores: dict[str, MethodScore]
    mode: str = "any"
    """"sensor": the station's other sensors are alive; "station": all are lost together; "any":
    the methods judged look at the variable alone, so that both are the same."""
    weights: dict[str, float] = field(default_factory=dict)
    """Share of each member where a mixture fills; empty where one method does."""

    @property
    def mixture(self) -> str:
        """The mixture for a person, the largest share first: "kalman 0.62 + linear 0.38"."""
        order = sorted(self.weights, key=lambda name: -self.weights[name])
        return " + ".join(f"{name} {self.weights[name]:.2f}" for name in order
                          if self.weights[name] > 0)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A row and the calibrated interval of the chosen method."""

    row: GateRow
    band: Band


def class_name(gap_class: int, bounds_h: Sequence[float] = GAP_CLASSES_H) -> str:
    """Name of a gap-length class as printed: "≤6 h"."""
    return f"≤{bounds_h[gap_class]:g} h"


def choose(
    *,
    variable: str,
    gap_class: int,
    trials: Mapping[str, Trial],
    part: IntArray,
    rng: np.random.Generator,
    mode: str = "any",
    bounds_h: Sequence[float] = GAP_CLASSES_H,
    tails: tuple[float, float] = (-np.inf, np.inf),
    weights: Mapping[str, float] | None = None,
) -> Choice:
    """Judge every method on the same hidden gaps and calibrate the one that is published.

    A mixture, of which the straight line is part, wins if it is better in the median of bootstrap
    draws: its weights have chosen already (docs/adr/0037). Else a method wins by MARGIN and
    CONFIDENCE, and among winners the smallest ratio does. All gaps choose, and all calibrate what
    is published; part (number of gaps,): each part's scores are those of the interval the others
    calibrated. `weights` are those of the mixture, for the row.
    """
    ratios = _ratios(trials, rng=rng)
    scores = {
        name: _score(
            name,
            trial,
            interval=crossed_bounds(trial, part, tails=tails),
            ratios=ratios[name],
            tails=tails,
        )
        for name, trial in trials.items()
    }
    method, reason = REFERENCE, "not judged"
    if scores[REFERENCE].n_gaps >= MIN_GAPS:
        method = _chosen(ratios)
        reason = "not beaten" if method == REFERENCE else "won"
    band = _band(trials[method], tails=tails)
    row = GateRow(
        variable=variable,
        gap_class=class_name(gap_class, bounds_h),
        method=method,
        reason=reason,
        calibrated=band.calibration.calibrated,
        n_hidden=part.size,
        scores=scores,
        mode=mode,
        weights=dict(weights or {}) if method == BLEND else {},
    )
    return Choice(row=row, band=band)


def _band(trial: Trial, *, tails: tuple[float, float]) -> Band:
    return fit_band(trial.asked, trial.truth, unit=trial.gap, tails=tails)


def _ratios(trials: Mapping[str, Trial], *, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Bootstrap draws over gaps of each method's RMSE over the straight line's, paired by gap.

    A gap counts by its difficulty, the line's own mean square error in it plus the mean of all:
    undamped, one gap in a bloom outweighs all others and no ratio is ever sure.
    """
    squares = {name: mean_by_unit(one.error**2, one.gap) for name, one in trials.items()}
    reference = squares[REFERENCE]
    if reference.size == 0:
        return dict.fromkeys(trials, np.empty(0))
    drawn = rng.integers(0, reference.size, size=(DRAWS, reference.size))
    difficulty = reference + reference.mean()
    weight = np.where(difficulty > 0, reference.mean() / np.maximum(difficulty, TINY), 1.0)
    # a constant series leaves nothing but rounding to be better at: then all ratios are 1
    floor = (NOTHING * np.abs(trials[REFERENCE].truth).max()) ** 2 + TINY
    means = {name: (weight * one)[drawn].mean(axis=1) + floor for name, one in squares.items()}
    return {name: np.sqrt(one / means[REFERENCE]) for name, one in means.items()}


def _chosen(ratios: Mapping[str, FloatArray]) -> str:
    """Method, from bootstrap draws of each method's ratio to the line."""
    if BLEND in ratios and np.median(ratios[BLEND]) < 1:
        return BLEND
    winners = {
        name: float(np.median(draws))
        for name, draws in ratios.items()
        if name not in {REFERENCE, BLEND} and _beats(draws)
    }
    return min(winners, key=lambda name: winners[name], default=REFERENCE)


def _beats(draws: FloatArray) -> bool:
    return bool(np.median(draws) <= 1 - MARGIN and np.mean(draws < 1) >= CONFIDENCE)


def crossed_bounds(
    trial: Trial, part: IntArray, *, tails: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Interval at each point, calibrated on the gaps of all parts but its own; part (gaps,)."""
    lower, upper = np.empty(trial.truth.size), np.empty(trial.truth.size)
    own = part[trial.gap]
    for one in np.unique(own).tolist():
        here = own == one
        lower[here], upper[here] = _band(trial.at(~here), tails=tails).ends(trial.at(here).asked)
    return lower, upper


def _score(
    name: str,
    trial: Trial,
    *,
    interval: tuple[FloatArray, FloatArray],
    ratios: FloatArray,
    tails: tuple[float, float],
) -> MethodScore:
    if trial.truth.size == 0:
        nothing = float("nan")
        return MethodScore(name, 0, 0, *[nothing] * 10)
    lower, upper = interval
    scored = score_interval(trial.truth, lower, upper)
    inside = (trial.truth >= lower) & (trial.truth <= upper)
    beyond = (trial.truth < tails[0]) | (trial.truth > tails[1])
    by_gap = mean_by_unit(inside.astype(np.float64), trial.gap)
    low, middle, high = np.quantile(ratios, [0.05, 0.5, 0.95])
    return MethodScore(
        method=name,
        n_gaps=by_gap.size,
        n_points=trial.truth.size,
        rmse=float(np.sqrt(np.mean(trial.error**2))),
        mae=float(np.mean(np.abs(trial.error))),
        bias=float(np.mean(trial.error)),
        coverage=scored.coverage,
        worst_tenth=float(np.quantile(by_gap, 0.1)),
        width=scored.width,
        winkler=scored.winkler,
        ratio=float(middle),
        ratio_low=float(low),
        ratio_high=float(high),
        rmse_tails=float(np.sqrt(np.mean(trial.error[beyond] ** 2))) if beyond.any() else np.nan,
        coverage_tails=float(np.mean(inside[beyond])) if beyond.any() else np.nan,
    )
