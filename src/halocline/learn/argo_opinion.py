"""Train the second opinion on Argo levels on delayed-mode files; score it on floats unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

from halocline.model.errors import BadUpstreamData
from halocline.model.estimates import FloatArray
from halocline.model.profiles import Profiles
from halocline.model.quarantine import Reason
from halocline.predict.argo_features import NAMES, VARIABLES, features
from halocline.predict.argo_opinion import Expert, Opinion, booster_class

BAD: Final = 4
GOOD: Final = (1, 2)
WHOLE: Final = 0.9
"""A profile with more bad levels is drift or a dead sensor: nothing a level shows."""
KEPT: Final = 10
"""Of the good levels one in so many is learned from, and weighs as many: they are much alike."""
FOLDS: Final = 5
KNOTS: Final = 40
"""Most points of the calibration curve."""
ROUNDS: Final = 60
TREES: Final[dict[str, Any]] = {
    "objective": "binary", "num_leaves": 7, "learning_rate": 0.1,
    "feature_fraction": 0.6, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0,
    "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
}  # fmt: skip
"""Small trees: floats with bad levels are few, and large ones learn them by heart."""
WORSE_WITH_MORE: Final = (
    "disturbed_share", "inversions_before", "stuck_levels", "below_before", "above_after",
    "worst_inversion", "inversions", "inversions_near", "inversions_share", "inversion_above",
    "inversion_below", "own_spike",
)  # fmt: skip
WORSE_WITH_LESS: Final = ("to_inversion", "between_inversions")
"""No tree may say that a level is better for these: what one float's history would teach against
reason. On floats unseen this gains more than any setting of the trees
(docs/reference/argo-second-opinion.md)."""
EACH_FLOAT: Final = 8.0
"""Weight of a float's only bad level; of k of them together, this times the root of k."""
LEAF: Final = 200
"""Fewest levels of a leaf, where there are enough."""
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Levels:
    """Judged levels of one variable over many floats."""

    columns: FloatArray
    """(n, len(NAMES))."""
    bad: BoolArray
    """(n,) the expert's word."""
    platform: npt.NDArray[np.str_]
    """(n,) WMO number."""


@dataclass(frozen=True)
class Unseen:
    """Scores of each level by a model that saw nothing of its float, (n,)."""

    levels: Levels
    score: FloatArray


def levels_of(floats: Mapping[str, Profiles], name: str) -> Levels:
    """Levels an expert judged in delayed mode: raw flag 4 is bad, 1 and 2 good, 3 left out."""
    columns, bad, platform = [], [], []
    for wmo, profiles in floats.items():
        if name not in profiles.variables or "PRES" not in profiles.variables:
            continue
        variable = profiles.variables[name]
        present = np.isfinite(variable.value) & np.isfinite(profiles.variables["PRES"].value)
        wrong = present & (variable.flag_source == BAD)
        right = present & np.isin(variable.flag_source, GOOD)
        rows = (variable.mode == "D") & (wrong.sum(axis=1) < WHOLE * present.sum(axis=1))
        judged = (wrong | right) & rows[:, None]
        if judged.any():
            columns.append(features(profiles)[name][judged])
            bad.append(wrong[judged])
            platform.append(np.full(int(judged.sum()), wmo))
    if not columns:
        raise BadUpstreamData(Reason.NO_DATA, f"no {name} judged in delayed mode to learn from")
    return Levels(np.concatenate(columns), np.concatenate(bad), np.concatenate(platform))


def train(floats: Mapping[str, Profiles], *, seed: int) -> tuple[Opinion, dict[str, Unseen]]:
    """A model of every variable, calibrated on floats each part of it has not seen.

    Raises:
        BadUpstreamData: nothing judged in delayed mode, or bad levels in fewer than two floats.
        ConfigInvalid: the operator's; LightGBM is not installed.
    """
    experts, unseen, card = {}, {}, {}
    for name in VARIABLES:
        levels = levels_of(floats, name)
        scored = Unseen(levels, scores_unseen(levels, seed))
        score, probability = calibration(scored.score, levels.bad)
        text = _fit(levels, np.ones(levels.bad.shape, dtype=bool), seed).model_to_string()
        experts[name] = Expert(text, score, probability)
        unseen[name] = scored
        card[name] = {
            "levels": int(levels.bad.size),
            "bad_levels": int(levels.bad.sum()),
            "floats": sorted(set(levels.platform.tolist())),
            "average_precision_unseen": round(average_precision(scored.score, levels.bad), 4),
        }
    return Opinion(experts, {"seed": seed, "rounds": ROUNDS, "variables": card}), unseen


def scores_unseen(levels: Levels, seed: int) -> FloatArray:
    """(n,) raw score of each level by trees that saw nothing of its float; more is worse."""
    fold = folds_of(levels)
    score = np.full(levels.bad.shape, np.nan)
    for number in range(FOLDS):
        out = fold == number
        if out.any():
            trees = _fit(levels, ~out, seed)
            score[out] = trees.predict(levels.columns[out], raw_score=True, num_threads=1)
    return score


def folds_of(levels: Levels) -> npt.NDArray[np.int64]:
    """(n,) fold of each level: a float is in one, and floats with bad levels are dealt out evenly.

    Raises:
        BadUpstreamData: bad levels in fewer than two floats: none could be scored by the others.
    """
    names, place = np.unique(levels.platform, return_inverse=True)
    bad = np.bincount(place, weights=levels.bad)
    if np.count_nonzero(bad) < 2:
        raise BadUpstreamData(Reason.NO_DATA, "bad levels in fewer than two floats to learn from")
    dealt = np.empty(names.size, dtype=np.int64)
    dealt[np.lexsort((names, -bad))] = np.arange(names.size) % FOLDS
    return dealt[place]


def _fit(levels: Levels, chosen: BoolArray, seed: int) -> Any:
    booster_class()
    import lightgbm  # noqa: PLC0415 — booster_class has said so where it is missing

    draw = np.random.default_rng(seed).random(levels.bad.size)
    kept = chosen & (levels.bad | (draw < 1 / KEPT))
    weight = np.where(levels.bad, _evenly(levels), float(KEPT))
    data = lightgbm.Dataset(
        levels.columns[kept], levels.bad[kept].astype(np.float64), weight=weight[kept],
        feature_name=list(NAMES), free_raw_data=True,
    )  # fmt: skip
    least = min(LEAF, int(kept.sum()) // 50)
    settings = {**TREES, "monotone_constraints": directions(NAMES), "seed": seed}
    return lightgbm.train({**settings, "min_data_in_leaf": least}, data, ROUNDS)


def directions(names: Sequence[str]) -> list[int]:
    """1 where more of a column can only be worse, -1 where less can, 0 where trees decide."""
    return [(name in WORSE_WITH_MORE) - (name in WORSE_WITH_LESS) for name in names]


def _evenly(levels: Levels) -> FloatArray:
    """(n,) weight of bad levels: a float with a hundred times more says ten times as much."""
    _, place = np.unique(levels.platform, return_inverse=True)
    count = np.bincount(place, weights=levels.bad)
    return np.asarray(EACH_FLOAT / np.sqrt(np.maximum(count, 1))[place])


def calibration(score: FloatArray, bad: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Increasing scores and the share of bad levels at each, at most `KNOTS` of them."""
    order = np.argsort(score, kind="stable")
    rising = isotonic_regression(bad[order].astype(np.float64)).x
    steps = np.flatnonzero(np.diff(rising, prepend=-1.0) > 0)
    ends = np.append(steps[1:], rising.size)
    middle = np.array([score[order][a:b].mean() for a, b in zip(steps, ends, strict=True)])
    share = rising[steps]
    if middle.size > KNOTS:
        pick = np.unique(np.searchsorted(share, np.linspace(share[0], share[-1], KNOTS)))
        middle, share = middle[pick], share[pick]
    return middle, share


def average_precision(score: FloatArray, bad: BoolArray) -> float:
    """Area under precision over recall."""
    order = np.argsort(-score, kind="stable")
    found = np.cumsum(bad[order])
    precision = found / np.arange(1, bad.size + 1)
    return float((precision * bad[order]).sum() / max(int(bad.sum()), 1))
