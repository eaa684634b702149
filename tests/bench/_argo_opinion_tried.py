"""What was tried on the learned second opinion, so that a reader can judge the tuning."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from halocline.learn import argo_opinion as learn
from halocline.learn.argo_opinion import Levels, average_precision, directions
from halocline.predict.argo_features import NAMES

FIRST = (
    "pressure", "pressure_above", "pressure_below", "from_top", "from_bottom", "levels",
    "repeated_pressure", "inversion_above", "inversion_below", "inversions", "inversions_near",
    "inversions_before",
    *(f"{which}_{name}" for which in ("own", "other") for name in (
        "spike", "second_difference", "slope_above", "slope_below", "departure", "noise",
        "from_history", "history_spread", "step_above", "step_below")),
)  # fmt: skip
"""The columns of the first version."""
MOST = "6901613"
"""The float that holds most bad levels."""
LEAST_BAD = 5
"""Bad levels of a float from which on its own average precision is worth a mean."""


@dataclass(frozen=True)
class Attempt:
    """One way to learn."""

    words: str
    columns: tuple[str, ...] = NAMES
    ordered: bool = True
    """Whether trees are held to `WORSE_WITH_MORE` and `WORSE_WITH_LESS`."""
    without_salinity: bool = True
    """Whether floats without salinity are learned from too."""
    trees: Mapping[str, Any] = field(default_factory=dict)
    rounds: int = learn.ROUNDS
    leaf: int = learn.LEAF


PRESSURE = ("stuck_levels", "below_before", "above_after")
INVERSIONS = ("to_inversion", "between_inversions", "disturbed_share", "inversions_share",
              "worst_inversion", "blame_second", "blame_departure")  # fmt: skip
HISTORY = tuple(f"{which}_{name}" for which in ("own", "other") for name in (
    "departure_by_noise", "from_history_by_spread", "from_history_here"))  # fmt: skip
TRIED = (
    Attempt("first version: 32 columns, no order, floats with salinity", FIRST, ordered=False,
            without_salinity=False),
    Attempt("all columns", ordered=False, without_salinity=False),
    Attempt("and no tree against reason", without_salinity=False),
    Attempt("and floats without salinity to learn from: **kept**"),
    *(Attempt(f"kept, without {words}", tuple(n for n in NAMES if n not in left))
      for words, left in (("stuck or jutting pressures", PRESSURE),
                          ("where and how dense inversions are", INVERSIONS),
                          ("ratios to noise and to history", HISTORY))),
    Attempt("kept, 30 rounds", rounds=30),
    Attempt("kept, 120 rounds", rounds=120),
    Attempt("kept, 120 rounds of half the step", trees={"learning_rate": 0.05}, rounds=120),
    Attempt("kept, 15 leaves", trees={"num_leaves": 15}),
    Attempt("kept, 500 levels a leaf", leaf=500),
    Attempt("kept, three columns in ten a tree", trees={"feature_fraction": 0.3}),
)  # fmt: skip


def tried(levels: Mapping[str, Levels], seed: int) -> list[str]:
    """A row for each attempt; levels of all floats, of which those with salinity are scored."""
    lines = ["| tried | TEMP | without " + MOST + " | mean of floats | PSAL | without " + MOST
             + " | mean of floats |", "|---|---:|---:|---:|---:|---:|---:|"]  # fmt: skip
    salty = np.unique(levels["PSAL"].platform)
    for one in TRIED:
        cells = []
        for name in ("TEMP", "PSAL"):
            cells += [f"{value:.2f}" for value in _scored(levels[name], one, salty, seed)]
        lines.append(f"| {one.words} | {' | '.join(cells)} |")
    return lines


def _scored(levels: Levels, one: Attempt, salty: np.ndarray, seed: int) -> tuple[float, ...]:
    if not one.without_salinity:
        levels = some(levels, np.isin(levels.platform, salty))
    place = [NAMES.index(name) for name in one.columns]
    with _set(one):
        score = learn.scores_unseen(replace(levels, columns=levels.columns[:, place]), seed)
    kept = np.isin(levels.platform, salty)
    return summary(score[kept], some(levels, kept))


def summary(score: np.ndarray, levels: Levels) -> tuple[float, float, float]:
    """Average precision of all levels, of those of floats but `MOST`, and the mean of floats."""
    rest = levels.platform != MOST
    each = [
        average_precision(score[mine], levels.bad[mine])
        for mine in (levels.platform == wmo for wmo in np.unique(levels.platform))
        if levels.bad[mine].sum() >= LEAST_BAD
    ]
    return (average_precision(score, levels.bad),
            average_precision(score[rest], levels.bad[rest]), float(np.mean(each)))  # fmt: skip


def some(levels: Levels, kept: np.ndarray) -> Levels:
    """These levels alone."""
    return Levels(levels.columns[kept], levels.bad[kept], levels.platform[kept])


@contextmanager
def _set(one: Attempt) -> Iterator[None]:
    """The trainer's constants as the attempt wants them, and as they were again."""
    asked = {
        "TREES": {**learn.TREES, **one.trees}, "ROUNDS": one.rounds, "LEAF": one.leaf,
        "NAMES": one.columns,
        "directions": directions if one.ordered else lambda names: [0] * len(names),
    }  # fmt: skip
    were = {name: getattr(learn, name) for name in asked}
    for name, value in asked.items():
        setattr(learn, name, value)
    try:
        yield
    finally:
        for name, value in were.items():
            setattr(learn, name, value)
