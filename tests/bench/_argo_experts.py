"""Experts' flags of delayed-mode files, and how well a set of flags meets them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from halocline.model.profiles import Profiles
from halocline.sources.argo_gdac.decode import decode
from halocline.sources.argo_gdac.metadata import Metadata
from halocline.sources.argo_gdac.rectangle import rectangle

UNFAIR = {
    "2902269": "mass pressure failure",
    "3900564": "pressure, temperature and salinity all bad",
    "1900561": "the whole float bad in its adjusted flags, raw flags unsafe",
    "3900296": "the whole float bad in its adjusted flags, raw flags unsafe",
    "3902131": "salinity bad for the sensor's life",
    "3901898": "salinity bad for most of the sensor's life",
}
NAMES = ("PRES", "TEMP", "PSAL")
WHOLE = 0.9
"""Share of bad levels from which on a profile is drift or a dead sensor: not a level test's job."""
DRAWS, SEED = 2000, 20261125
NOW = 27759.0

Flags = Mapping[str, np.ndarray]
Method = Callable[[Profiles], Flags]


@dataclass(frozen=True)
class Score:
    """Levels of partly bad profiles (tp, fp, bad), and of profiles that are bad as a whole.

    fp counts good levels of every profile that is not bad as a whole.
    """

    tp: int = 0
    fp: int = 0
    bad: int = 0
    whole_tp: int = 0
    whole_bad: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(a + b for a, b in zip(self.row(), other.row(), strict=True)))

    def row(self) -> tuple[int, ...]:
        return (self.tp, self.fp, self.bad, self.whole_tp, self.whole_bad)

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else float("nan")

    @property
    def recall(self) -> float:
        return self.tp / self.bad if self.bad else float("nan")


def load(argo: Path, *, unfair: Mapping[str, str] = UNFAIR) -> dict[str, Profiles]:
    """Floats of `truth/` without the unfair ones, by WMO number: the fair set."""
    found = {}
    for path in sorted((argo / "truth").glob("*/*/*_prof.nc")):
        platform = path.parent.name
        if platform not in unfair:
            rows = decode(path.read_bytes(), path.name)
            found[platform] = rectangle(platform, rows, Metadata(platform))
    return found


def score(profiles: Profiles, flags: Flags, name: str) -> Score:
    """Levels with flag 3 or 4 beside the expert's 4 (bad) and 1 or 2 (good), mode D only."""
    variable = profiles.variables[name]
    present = np.isfinite(variable.value)
    rows = (variable.mode == "D") & (present.sum(axis=1) >= 3)
    truth = variable.flag_source
    bad, good = present & (truth == 4), present & ((truth == 1) | (truth == 2))
    whole = bad.sum(axis=1) >= WHOLE * np.maximum(present.sum(axis=1), 1)
    hit = (flags[name] == 3) | (flags[name] == 4)
    partly, entirely = (rows & ~whole)[:, None], (rows & whole)[:, None]
    return Score(
        tp=int((hit & bad & partly).sum()),
        fp=int((hit & good & partly).sum()),
        bad=int((bad & partly).sum()),
        whole_tp=int((hit & bad & entirely).sum()),
        whole_bad=int((bad & entirely).sum()),
    )


def score_all(
    floats: Mapping[str, Profiles], method: Method, *, with_salinity: bool = True
) -> dict[str, dict[str, Score]]:
    """Score of each float under each of PRES, TEMP and PSAL."""
    found: dict[str, dict[str, Score]] = {name: {} for name in NAMES}
    for platform, profiles in floats.items():
        if with_salinity and "PSAL" not in profiles.variables:
            continue
        flags = method(profiles)
        for name in NAMES:
            if name in profiles.variables and name in flags:
                found[name][platform] = score(profiles, flags, name)
    return found


def total(scores: Mapping[str, Score]) -> Score:
    return sum(scores.values(), start=Score())


def interval(scores: Mapping[str, Score]) -> tuple[tuple[float, float], tuple[float, float]]:
    """90 % intervals of precision and recall, floats drawn with replacement."""
    table = np.array([one.row() for one in scores.values()], dtype=float)
    drawn = np.random.default_rng(SEED).integers(0, len(table), (DRAWS, len(table)))
    tp, fp, bad = (table[drawn, column].sum(axis=1) for column in range(3))
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = tp / (tp + fp), tp / bad
    return _ends(precision), _ends(recall)


def _ends(drawn: np.ndarray) -> tuple[float, float]:
    known = drawn[np.isfinite(drawn)]
    if not known.size:
        return float("nan"), float("nan")
    return tuple(np.percentile(known, (5, 95)))


def macro(scores: Mapping[str, Score]) -> tuple[float, float]:
    """Mean precision (floats with any alarm) and recall (floats with any bad level)."""
    precision = [one.precision for one in scores.values() if one.tp + one.fp]
    recall = [one.recall for one in scores.values() if one.bad]
    return (float(np.mean(precision)) if precision else float("nan"),
            float(np.mean(recall)) if recall else float("nan"))  # fmt: skip


def alarm_rows(
    scores: Sequence[Mapping[str, Mapping[str, Any]]], floats: Iterable[str]
) -> list[str]:
    """Lines of a table, one a float and parameter: what each method found + raised falsely, bad."""
    lines = []
    for wmo in sorted(floats):
        for name in ("TEMP", "PSAL"):
            told = [each[name][wmo] for each in scores if wmo in each[name]]
            if any(one.tp + one.fp for one in told):
                cells = " | ".join(f"{one.tp:,} + {one.fp:,}" for one in told)
                lines.append(f"| {wmo} | {name} | {cells} | {told[0].bad:,} |")
    return lines
