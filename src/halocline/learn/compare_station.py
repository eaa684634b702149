"""Methods that see the whole station, put beside the others in a comparison."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from halocline.gapfill._api import REFERENCE, Filler, PointFiller, StationMethod
from halocline.gapfill._scene import Points, Scene
from halocline.gapfill._windowed import Windowed
from halocline.learn.exam import points_in
from halocline.learn.hidden_gaps import (
    MARGIN_H,
    MIN_SIDE,
    SCORED_SHARE,
    SEEN_SHARE,
    BoolArray,
    HiddenGaps,
    free_starts,
)
from halocline.learn.trial import Trial
from halocline.model.gaps import Gaps

LESSON_GAPS: Final = 500
LESSON_POINTS: Final = 14
"""What a learner is taught by, as in `learn.contest` for gaps of days; they may overlap."""


def learn(
    scene: Scene,
    native: BoolArray,
    *,
    part: BoolArray,
    length_h: float,
    fillers: Mapping[str, Filler],
    learners: Mapping[str, StationMethod],
    seed: int,
    rng: np.random.Generator,
) -> dict[str, PointFiller]:
    """Each method, learned from gaps of one length hidden in the steps `part` (n,) of a scene.

    `fillers`: the univariate methods fitted on the same part. The variable outside `part` is
    hidden, so nothing that judges is seen.
    """
    if not learners:
        return {}
    known = scene.known(part)
    lessons = _lessons(known, native, length_h=length_h, rng=rng)
    bases = {name: Windowed(one) for name, one in fillers.items()}
    return {
        name: method.fit(known, lessons, bases=bases, seed=seed)
        for name, method in learners.items()
    }


def _lessons(
    scene: Scene, native: BoolArray, *, length_h: float, rng: np.random.Generator
) -> Points:
    step_h = scene.grid.step_s / 3600
    length = max(1, round(length_h / step_h))
    present = np.isfinite(scene.grid.value)
    known = present & native
    side = min(max(1, round(MARGIN_H / step_h)), max(length, MIN_SIDE))
    starts = free_starts(
        present, known, length=length, side=side, seen=SEEN_SHARE, scored=SCORED_SHARE
    )
    first = np.sort(rng.choice(starts, min(LESSON_GAPS, starts.size), replace=False))
    return points_in(Gaps(first, first + length), known, at_most=LESSON_POINTS, rng=rng)


def with_learned(
    trials: Mapping[str, Trial],
    *,
    hidden: HiddenGaps,
    scene: Scene,
    learned: Mapping[str, PointFiller],
) -> dict[str, Trial]:
    """The trials with those of the learned methods, all on the points that every one answered."""
    if not learned:
        return dict(trials)
    one = trials[REFERENCE]
    points = Points(one.gap, hidden.first[one.gap], hidden.stop[one.gap], one.step)
    joined = dict(trials)
    for name, filler in learned.items():
        said = filler(scene, points)
        joined[name] = replace(one, value=said.value, sd=said.below, above=said.above)
    answered = np.all(
        [np.isfinite(trial.value + trial.sd + trial.sd_above) for trial in joined.values()], axis=0
    )
    return {name: trial.at(answered) for name, trial in joined.items()}
