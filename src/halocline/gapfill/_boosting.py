"""Gradient-boosted trees: trained one way, kept as text, answering alike on every machine.

LightGBM is an optional part of the installation (`halocline[learn]`): it is imported where used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.gapfill._features import Features
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import FloatArray

ROUNDS: Final = 120
PARAMETERS: Final[Mapping[str, Any]] = {
    "learning_rate": 0.08,
    "num_leaves": 31,
    "min_data_in_leaf": 60,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.7,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
    "feature_pre_filter": False,
}
"""One thread and row-wise histograms: sums in one order, same bytes from same inputs. No column
is dropped for what one goal's leaves must hold: the rows serve goals of other leaves as well."""
MIN_ROWS: Final = 400
"""Fewer lessons teach nothing: two leaves would hold them all."""


@dataclass(frozen=True)
class Trees:
    """One trained ensemble as LightGBM's text, and the columns it was trained on."""

    text: str
    names: tuple[str, ...]

    def __call__(self, features: Features) -> FloatArray:
        """Predict (k,); a column it was not trained on is ignored, a missing one is unknown."""
        values = features.only(self.names).values
        if values.shape[0] == 0:
            return np.empty(0)
        return np.asarray(self._booster.predict(values, num_threads=1), dtype=np.float64)

    @cached_property
    def _booster(self) -> Any:
        return _lightgbm().Booster(model_str=self.text)

    def __getstate__(self) -> dict[str, Any]:
        """Text and names only: the native object does not travel between processes."""
        return {"text": self.text, "names": self.names}


@dataclass(frozen=True)
class Left:
    """What a starting point leaves of lessons (k,): which are known, and how far they spread."""

    known: npt.NDArray[np.bool_]
    spread: float

    @classmethod
    def of(cls, target: FloatArray) -> "Left":
        """Known targets and their standard deviation, 0 where there are none."""
        known = np.isfinite(target)
        return cls(known, float(np.std(target[known])) if known.any() else 0.0)

    @property
    def teaches(self) -> bool:
        """Whether there are lessons enough, and anything to learn in them."""
        return bool(self.known.sum() >= MIN_ROWS and self.spread > 0.0)

    def weight(self, weight: FloatArray | None) -> FloatArray | None:
        """Weights of the known lessons."""
        return None if weight is None else weight[self.known]


def _lightgbm() -> Any:
    """The library, imported where it is used: a station without learned models needs none.

    Raises:
        ConfigInvalid: the operator's; it is not installed.
    """
    try:
        import lightgbm  # noqa: PLC0415
    except ImportError as missing:
        raise ConfigInvalid(
            "LightGBM is not installed: pip install 'halocline[learn]', or choose another method"
        ) from missing
    return lightgbm


@dataclass(frozen=True)
class Goal:
    """What one ensemble is to tell, "mean" or "quantile:<level>", and how it differs in growing."""

    objective: str
    how: Mapping[str, Any] = field(default_factory=dict)


def grow(
    features: Features,
    target: FloatArray,
    *,
    seed: int,
    objective: str,
    weight: FloatArray | None = None,
    **how: Any,
) -> Trees:
    """Train on rows whose target is known; same rows and seed, same text."""
    goals = (Goal(objective, how),)
    (trees,) = grow_many(features, target, seed=seed, goals=goals, weight=weight)
    return trees


def grow_many(
    features: Features,
    target: FloatArray,
    *,
    seed: int,
    goals: Sequence[Goal],
    weight: FloatArray | None = None,
) -> tuple[Trees, ...]:
    """One ensemble for each goal, the rows sorted into bins once for all of them."""
    lightgbm = _lightgbm()
    parameters = {**PARAMETERS, "seed": seed % 2**31}
    data = lightgbm.Dataset(
        np.ascontiguousarray(features.values, dtype=np.float32),
        target.astype(np.float32),
        weight=weight,
        feature_name=[f"c{number}" for number in range(len(features.names))],
        params=parameters,
    )
    grown = []
    for goal in goals:
        asked = {**parameters, **goal.how, **_objective(goal.objective)}
        rounds = asked.pop("rounds", ROUNDS)
        grown.append(lightgbm.train(asked, data, rounds))
    return tuple(Trees(text=one.model_to_string(), names=features.names) for one in grown)


def _objective(name: str) -> dict[str, Any]:
    kind, _, level = name.partition(":")
    if kind == "quantile":
        return {"objective": "quantile", "alpha": float(level)}
    return {"objective": "regression"}


def with_columns(features: Features, more: Mapping[str, FloatArray]) -> Features:
    """The features with further columns (k,) behind."""
    columns = np.stack([one.astype(np.float32) for one in more.values()], axis=1)
    return Features(
        names=(*features.names, *more),
        values=np.concatenate((features.values, columns), axis=1),
    )
