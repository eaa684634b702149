"""A learned second opinion on Argo levels: how probable it is that an expert would call one bad.

It stands beside the flags in a variable of its own and never changes one. Models are LightGBM's own
text and a JSON beside them; nothing is unpickled. LightGBM comes with the extra `learn`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from halocline.model.digest import sha256_of
from halocline.model.errors import ConfigInvalid
from halocline.model.estimates import FloatArray
from halocline.model.profiles import Profiles
from halocline.predict.argo_features import NAMES, features

CARD: Final = "opinion.json"
DECIMALS: Final = 3
"""Of a probability: more would promise what calibration on a few thousand bad levels cannot."""


@dataclass(frozen=True)
class Expert:
    """The model of one variable: trees, and the curve from their score to a probability."""

    text: str
    """LightGBM's text format."""
    score: FloatArray
    """(k,) scores, increasing, and the share of bad levels at each: linear between."""
    probability: FloatArray

    def calibrated(self, score: FloatArray) -> FloatArray:
        """Probabilities of raw scores."""
        return np.interp(score, self.score, self.probability)


@dataclass(frozen=True)
class Opinion:
    """A model as it is stored and used."""

    experts: Mapping[str, Expert]
    card: Mapping[str, Any]
    """What it was trained on, and how well it does on floats it has not seen."""

    @property
    def version(self) -> str:
        """sha256 of the trees and the curves."""
        parts = [
            f"{name} {sha256_of(one.text.encode())} {one.score.tolist()} {one.probability.tolist()}"
            for name, one in sorted(self.experts.items())
        ]
        return sha256_of("\n".join(parts).encode())

    def probabilities(self, profiles: Profiles) -> dict[str, FloatArray]:
        """(N_PROF, N_LEVELS) by variable, NaN where the value is missing.

        Raises:
            ConfigInvalid: the operator's; LightGBM is not installed.
        """
        booster = booster_class()
        columns = features(profiles)
        found = {}
        for name, expert in self.experts.items():
            if name not in columns:
                continue
            held = np.isfinite(profiles.variables[name].value)
            held &= np.isfinite(profiles.variables["PRES"].value)
            out = np.full(held.shape, np.nan)
            if held.any():
                trees = booster(model_str=expert.text)
                score = trees.predict(columns[name][held], raw_score=True, num_threads=1)
                out[held] = np.round(expert.calibrated(np.asarray(score)), DECIMALS)
            found[name] = out
        return found


def booster_class() -> Any:
    """LightGBM's Booster.

    Raises:
        ConfigInvalid: the operator's; LightGBM is not installed.
    """
    if find_spec("lightgbm") is None:
        raise ConfigInvalid("a learned opinion needs LightGBM: pip install 'halocline[learn]'")
    import lightgbm  # noqa: PLC0415 — the toolbox works without it

    return lightgbm.Booster


def write_opinion(opinion: Opinion, folder: Path) -> None:
    """`folder` holds `<variable>.txt` for each variable and `opinion.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, expert in opinion.experts.items():
        (folder / f"{name}.txt").write_text(expert.text, encoding="utf-8")
    told = {
        "features": list(NAMES),
        "experts": {
            name: {
                "sha256": sha256_of(expert.text.encode()),
                "score": expert.score.tolist(),
                "probability": expert.probability.tolist(),
            }
            for name, expert in opinion.experts.items()
        },
        "card": opinion.card,
    }
    text = json.dumps(told, indent=1, sort_keys=True)
    (folder / CARD).write_text(f"{text}\n", encoding="utf-8")


def read_opinion(folder: Path) -> Opinion:
    """The model a folder holds.

    Raises:
        ConfigInvalid: the operator's; no such model, a changed file, or features of another
            version of the code.
    """
    try:
        told = json.loads((folder / CARD).read_text(encoding="utf-8"))
        texts = {
            name: (folder / f"{name}.txt").read_text(encoding="utf-8") for name in told["experts"]
        }
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ConfigInvalid(f"{folder} holds no learned opinion: {fault}") from fault
    if told.get("features") != list(NAMES):
        raise ConfigInvalid(f"{folder} was trained on other features: train it again")
    experts = {}
    for name, one in told["experts"].items():
        if sha256_of(texts[name].encode()) != one["sha256"]:
            raise ConfigInvalid(f"{folder / name}.txt is not the file {CARD} speaks of")
        experts[name] = Expert(texts[name], np.array(one["score"]), np.array(one["probability"]))
    return Opinion(experts, told["card"])
