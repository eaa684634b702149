"""Intervals beside crepes and MAPIE on the same scores: alike where one point is one unit.

The peers are no part of any installation: `pip install crepes mapie`.
"""

import importlib.util
import sys
from typing import Any

import numpy as np

from halocline.uncertainty.conformal import PLACES, calibrate_places

UNITS, ASKED, POINTS_A_GAP, DRAWS = 400, 200, 50, 40


def main() -> None:
    """Print the largest difference of half-widths, then what each covers when points share gaps."""
    if importlib.util.find_spec("crepes") is None or importlib.util.find_spec("mapie") is None:
        sys.stdout.write("crepes and mapie are not installed\n")
        return
    rng = np.random.default_rng(0)
    one = _drawn(rng, gaps=UNITS, points=1)
    asked = _drawn(rng, gaps=ASKED, points=1)
    ours, theirs = _ours(one, asked), _crepes(one, asked)
    sys.stdout.write(f"one point a gap, groups of place: crepes' half-width differs by at most "
                     f"{np.abs(ours / theirs - 1).max():.1e} of ours\n")  # fmt: skip
    flat = dict(one, place=np.ones(UNITS)), dict(asked, place=np.ones(ASKED))
    sys.stdout.write(f"one point a gap, one group: MAPIE's differs by at most "
                     f"{np.abs(_ours(*flat) / _mapie(*flat) - 1).max():.1e}\n")  # fmt: skip
    sys.stdout.write(f"gaps of 1 or {POINTS_A_GAP} points, {DRAWS} draws; mean coverage of the "
                     "next gap:\n")  # fmt: skip
    for worse, word in ((POINTS_A_GAP, "long gaps"), (1, "short gaps")):
        ours_in, theirs_in = zip(*[_covered(rng, worse=worse) for _ in range(DRAWS)], strict=True)
        sys.stdout.write(f"  {word} twice as hard: ours {np.mean(ours_in):.3f}, "
                         f"crepes {np.mean(theirs_in):.3f}\n")  # fmt: skip


def _covered(rng: np.random.Generator, *, worse: int) -> tuple[float, float]:
    """Share of the next gap covered by either, on average over gaps."""
    lessons, test = (_drawn(rng, gaps=60, points=POINTS_A_GAP, worse=worse) for _ in range(2))
    found = []
    for how in (_ours, _crepes):
        inside = np.abs(test["error"]) <= how(lessons, test)
        by_gap = np.bincount(test["gap"], weights=inside) / np.bincount(test["gap"])
        found.append(float(by_gap.mean()))
    return found[0], found[1]


def _drawn(rng: np.random.Generator, *, gaps: int, points: int, worse: int = 1) -> dict[str, Any]:
    """Errors of gaps, half of one point, half of `points`; those of `worse` twice as hard."""
    counts = np.where(np.arange(gaps) % 2, points, 1)
    gap = np.repeat(np.arange(gaps), counts)
    hardness = np.repeat(rng.gamma(4, 0.25, gaps) * np.where(counts == worse, 2.0, 1.0), counts)
    sd = rng.uniform(0.5, 2, gap.size)
    place = rng.uniform(1e-3, 1, gap.size)
    return {
        "gap": gap, "sd": sd, "place": place,
        "error": rng.normal(size=gap.size) * sd * hardness * (0.5 + place),
    }  # fmt: skip


def _ours(lessons: dict[str, Any], asked: dict[str, Any]) -> np.ndarray:
    score = np.abs(lessons["error"]) / lessons["sd"]
    found = calibrate_places(score, lessons["place"], lessons["gap"])
    return found.half_width(asked["sd"], asked["place"])


def _crepes(lessons: dict[str, Any], asked: dict[str, Any]) -> np.ndarray:
    from crepes import ConformalRegressor  # noqa: PLC0415

    peer = ConformalRegressor()
    peer.fit(
        residuals=lessons["error"], sigmas=lessons["sd"],
        bins=np.searchsorted(PLACES, lessons["place"]),
    )  # fmt: skip
    found = peer.predict_int(
        y_hat=np.zeros(asked["sd"].size), sigmas=asked["sd"],
        bins=np.searchsorted(PLACES, asked["place"]), confidence=0.9,
    )  # fmt: skip
    return np.asarray(found[:, 1])


def _mapie(lessons: dict[str, Any], asked: dict[str, Any]) -> np.ndarray:
    """Split conformal on errors already in units of sd, which MAPIE is not told of."""
    from mapie.regression import SplitConformalRegressor  # noqa: PLC0415
    from sklearn.dummy import DummyRegressor  # noqa: PLC0415

    score = lessons["error"] / lessons["sd"]
    base = DummyRegressor(strategy="constant", constant=0.0)
    nothing = np.zeros((score.size, 1))
    base.fit(nothing, score)
    peer = SplitConformalRegressor(base, confidence_level=0.9, prefit=True)
    peer.conformalize(nothing, score)
    _value, interval = peer.predict_interval(np.zeros((asked["sd"].size, 1)))
    return np.asarray(interval[:, 1, 0] * asked["sd"])
