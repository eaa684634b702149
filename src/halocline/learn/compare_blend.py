"""The mixture that `halocline fill` publishes, put beside the methods it is mixed of."""

from collections.abc import Mapping

from halocline.learn.blend import MIXED, NAME, blend_trials, mixed_trial
from halocline.learn.contest import BLENDED, SPREAD
from halocline.learn.hidden_gaps import IntArray
from halocline.learn.trial import Trial


def learn_blend(
    lessons: Mapping[str, Trial], half: IntArray
) -> tuple[dict[str, Trial], dict[str, float]]:
    """The lessons with the mixture's, each half of the gaps mixed as the other taught; its weights.

    half (number of gaps,): 0 or 1. Mixed is what a station is filled with where its methods were
    compared, else what one variable alone is.
    """
    members = {name: lessons[name] for name in _members(lessons)}
    trial, weights = blend_trials(members, half, spread=_spread(lessons))
    return {**lessons, NAME: trial}, weights


def with_blend(trials: Mapping[str, Trial], weights: Mapping[str, float]) -> dict[str, Trial]:
    """The trials with that of the mixture by weights learned on other gaps."""
    members = {name: trials[name] for name in _members(trials)}
    return {**trials, NAME: mixed_trial(members, weights, spread=_spread(trials))}


def _members(trials: Mapping[str, Trial]) -> tuple[str, ...]:
    if set(BLENDED) <= set(trials):
        return BLENDED
    return tuple(name for name in MIXED if name in trials)


def _spread(trials: Mapping[str, Trial]) -> Mapping[str, float] | None:
    return SPREAD if _members(trials) == BLENDED else None
