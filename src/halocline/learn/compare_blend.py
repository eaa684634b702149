"""The mixture that `halocline fill` publishes, put beside the methods it is mixed of."""

from collections.abc import Collection, Mapping

from halocline.learn.blend import MIXED, NAME, blend_trials, mixed_trial
from halocline.learn.hidden_gaps import IntArray
from halocline.learn.members import SPREAD, members_of
from halocline.learn.trial import Trial


def learn_blend(
    lessons: Mapping[str, Trial], half: IntArray, *, mode: str, length_h: float
) -> tuple[dict[str, Trial], dict[str, float]]:
    """The lessons with the mixture's, each half of the gaps mixed as the other taught; its weights.

    half (number of gaps,): 0 or 1. Mixed is what a station is filled with in that mode and length
    where its methods were compared, else what one variable alone is.
    """
    wanted = members_of(mode, length_h)
    if not set(wanted) <= set(lessons):
        wanted = tuple(name for name in MIXED if name in lessons)
    members = {name: lessons[name] for name in wanted}
    trial, weights = blend_trials(members, half, spread=_spread(wanted))
    return {**lessons, NAME: trial}, weights


def with_blend(trials: Mapping[str, Trial], weights: Mapping[str, float]) -> dict[str, Trial]:
    """The trials with that of the mixture by weights learned on other gaps."""
    members = {name: trials[name] for name in weights}
    return {**trials, NAME: mixed_trial(members, weights, spread=_spread(weights))}


def _spread(members: Collection[str]) -> Mapping[str, float] | None:
    return SPREAD if set(SPREAD) <= set(members) else None
