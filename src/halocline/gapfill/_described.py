"""All that is seen of points beside a smoother's answer, described once for every learner."""

from collections import deque
from typing import Final

from halocline.gapfill._boosting import with_columns
from halocline.gapfill._features import Features, features_of
from halocline.gapfill._memory import memory_of
from halocline.gapfill._nearby import nearby_departure
from halocline.gapfill._scene import Points, Scene
from halocline.model.estimates import FloatArray

KEPT: Final = 3
"""Descriptions kept: one a part, since one learner is taught on all parts before the next."""
_kept: Final[deque[tuple[Scene, Points, Features]]] = deque(maxlen=KEPT)


def described(scene: Scene, points: Points) -> Features:
    """`features_of`, the past of other series and the relation beside each gap; columns (k, p).

    The last KEPT descriptions are kept for those who ask about the same scene and points again:
    every learner does, and each of its models.
    """
    for seen, asked, features in tuple(_kept):
        if seen is scene and asked is points:
            return features
    features = with_columns(features_of(scene, points), _more(scene, points))
    _kept.append((scene, points, features))
    return features


def _more(scene: Scene, points: Points) -> dict[str, FloatArray]:
    step_h = scene.grid.step_s / 3600
    columns = {"nearby_departure": nearby_departure(scene, points)}
    for kind, members in (("driver", scene.drivers), ("other", scene.others)):
        for name, value in sorted(members.items()):
            columns |= memory_of(f"{kind}_{name}", value, points, step_h=step_h)
    return columns
