"""Weights that mix the answers of several methods, learned where the truth is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import scipy.optimize

from halocline.gapfill._api import REFERENCE
from halocline.gapfill._scene import Answers
from halocline.learn.hidden_gaps import BoolArray, IntArray
from halocline.learn.trial import Trial
from halocline.model.estimates import FloatArray
from halocline.uncertainty.scores import mean_by_unit

NAME: Final = "blend"
MIXED: Final = (REFERENCE, "harmonic", "kalman", "kalman_asinh")
"""Methods of one variable that are mixed: the line for safety where records are short (docs/adr/
0037), and harmonics for a tide gauge: in gaps of up to 30 days a smoother errs 2.4 times as much
at La Gomera, and elsewhere they cost nothing. Others can win where the mixture fails."""
SUM_WEIGHT: Final = 1e3
"""How much more a sum of weights other than 1 costs than an error of typical size."""
DAMPING: Final = 20.0
"""Median difficulty added to each gap's own: an RMSE is what is judged, so a hard gap counts for
more, but not the one in which nobody saw the flood come for all others together."""
SHRINK: Final = 0.1
"""Pull of the weights towards equal ones, in units of the best method's mean square error: weights
learned on two years of a third differ more by luck than methods do."""
ROUND: Final = 3
"""Decimals kept of a weight: the rest is noise of the draw."""


def blend_weights(
    errors: Mapping[str, FloatArray], gap: IntArray, *, reference: str
) -> dict[str, float]:
    """Weights ≥ 0 that sum to 1 and make the mixed error smallest; errors (k,), gap (k,).

    A gap counts by its difficulty, the smallest mean square error any method has in it, damped: who
    errs where another does not is to be told by it. `reference` is whom to trust without a gap.
    """
    names = sorted(errors)
    if gap.size == 0:
        return {name: float(name == reference) for name in names}
    _, index, counts = np.unique(gap, return_inverse=True, return_counts=True)
    each = np.stack([mean_by_unit(errors[name] ** 2, gap) for name in names])
    difficulty = each.min(axis=0)
    damped = difficulty + DAMPING * max(float(np.median(difficulty)), np.finfo(float).tiny)
    row = 1.0 / np.sqrt(damped[index] * counts[index] * counts.size)
    matrix = np.stack([errors[name] * row for name in names], axis=1)
    size = float(np.sqrt(np.min(np.sum(matrix**2, axis=0)))) or 1.0
    pull = np.sqrt(SHRINK) * size
    matrix = np.vstack((
        matrix, np.full((1, len(names)), SUM_WEIGHT * size), pull * np.eye(len(names))
    ))  # fmt: skip
    wanted = np.zeros(matrix.shape[0])
    wanted[gap.size] = SUM_WEIGHT * size
    wanted[gap.size + 1 :] = pull / len(names)
    found, _ = scipy.optimize.nnls(matrix, wanted)
    weights = np.round(found / found.sum(), ROUND)
    weights[np.argmax(weights)] += 1.0 - weights.sum()
    return {name: float(one) for name, one in zip(names, weights, strict=True)}


def mix(
    answers: Mapping[str, Answers], weights: Mapping[str, float], *, spread: Mapping[str, float]
) -> Answers:
    """Weighted mean of the values, and of the spreads of the methods named in `spread`."""
    return Answers(
        value=_weighted({name: one.value for name, one in answers.items()}, weights),
        below=_weighted({name: one.below for name, one in answers.items()}, spread),
        above=_weighted({name: one.above for name, one in answers.items()}, spread),
    )


def _weighted(values: Mapping[str, FloatArray], weights: Mapping[str, float]) -> FloatArray:
    used = {name: one for name, one in sorted(weights.items()) if one > 0}
    zero = np.zeros(next(iter(values.values())).shape)
    return sum((one * values[name] for name, one in used.items()), start=zero)


def blend_trials(
    trials: Mapping[str, Trial],
    part: IntArray,
    *,
    spread: Mapping[str, float] | None = None,
) -> tuple[Trial, dict[str, float]]:
    """Trial of the mixture of `trials`, as honest as theirs, and its weights learned on all gaps.

    part (number of gaps,): the gaps of each part are mixed with weights learned on the others;
    where there are no others, the first of `trials` is trusted alone.
    `spread`: as in `mix`; that of the weights themselves when not given.
    """

    def weights(where: BoolArray) -> dict[str, float]:
        taught = {name: one.at(where) for name, one in trials.items()}
        errors = {name: one.error for name, one in taught.items()}
        return blend_weights(errors, taught[first].gap, reference=first)

    first, whole = next(iter(trials.items()))
    own = part[whole.gap]
    value, below, above = (np.empty(own.size) for _ in range(3))
    for one in np.unique(own).tolist():
        here, told = own == one, weights(own != one)
        there = {name: trial.at(here) for name, trial in trials.items()}
        said = mixed_trial(there, told, spread=spread)
        value[here], below[here], above[here] = said.value, said.sd, said.sd_above
    blended = replace(whole, value=value, sd=below, above=above)
    return blended, weights(np.ones(own.size, dtype=bool))


def mixed_trial(
    trials: Mapping[str, Trial],
    weights: Mapping[str, float],
    *,
    spread: Mapping[str, float] | None = None,
) -> Trial:
    """Trial of the mixture of `trials` by weights learned elsewhere; `spread` as there."""
    said = mix(
        {name: one.answers for name, one in trials.items()},
        weights,
        spread=weights if spread is None else spread,
    )
    first = next(iter(trials.values()))
    return replace(first, value=said.value, sd=said.below, above=said.above)


def mean_of(answers: Sequence[Answers]) -> Answers:
    """Mean of several models' answers, point by point."""
    return Answers(
        value=np.mean([one.value for one in answers], axis=0),
        below=np.mean([one.below for one in answers], axis=0),
        above=np.mean([one.above for one in answers], axis=0),
    )
