"""Corrections in units of how rough the sea is beside a gap."""

import numpy as np
import pytest

from halocline.gapfill._boosting import Goal, grow_many
from halocline.gapfill._features import Features
from halocline.gapfill._scene import Points, Scene, points_of
from halocline.gapfill._windowed import Windowed
from halocline.gapfill.kalman import fit_kalman
from halocline.gapfill.kalman_asinh import fit_kalman_asinh
from halocline.gapfill.kalman_boosted import ROUGH, fit_kalman_boosted, roughness
from halocline.model.gaps import Gaps
from halocline.model.series import Grid

SEASON = 1500
LENGTH = 24


def test_roughness_is_the_root_mean_square_of_the_sides_that_are_known() -> None:
    sides = np.array([[3.0, 4.0], [np.nan, 2.0], [np.nan, np.nan]], dtype=np.float32)
    found = roughness(Features(ROUGH, sides))
    np.testing.assert_allclose(found, [np.sqrt(12.5), 2.0, np.nan])


@pytest.fixture(scope="module")
def seasons() -> Scene:
    """A quiet and a rough season in turn; the other sensor tells each departure in its unit."""
    rng = np.random.default_rng(8)
    n = 4 * SEASON
    weather = np.zeros(n)
    for step in range(1, n):
        weather[step] = 0.9 * weather[step - 1] + rng.normal()
    rough = np.where(np.arange(n) // SEASON % 2, 10.0, 1.0)
    value = 30 + 0.1 * rough * weather + 0.01 * rng.normal(size=n)
    other = weather + 0.1 * rng.normal(size=n)
    return Scene(Grid(np.datetime64("2024-01-01T00:00:00"), 3600, value), {"WIND": other})


def lessons(low: int, high: int, count: int) -> Points:
    first = np.sort(np.random.default_rng(0).integers(low, high, count))
    return points_of(Gaps(first, first + LENGTH))


def test_one_relation_serves_the_quiet_and_the_rough(seasons) -> None:
    """Ten times rougher, the same relation: both seasons gain, and intervals follow the season."""
    bases = {
        "kalman": Windowed(fit_kalman(seasons.grid, seed=0)),
        "kalman_asinh": Windowed(fit_kalman_asinh(seasons.grid, seed=0)),
    }
    filler = fit_kalman_boosted(seasons, lessons(200, 2 * SEASON, 150), bases=bases, seed=1)
    width = []
    for start in (2 * SEASON, 3 * SEASON):
        asked = lessons(start + 100, start + SEASON - 200, 20)
        truth = seasons.grid.value[asked.step]
        told, plain = filler(seasons, asked), bases["kalman"](seasons, asked)
        assert np.std(told.value - truth) < 0.75 * np.std(plain.value - truth)
        width.append(np.mean(told.below + told.above))
    assert width[1] > 2.5 * width[0]


def test_many_ensembles_are_those_grown_one_by_one() -> None:
    rng = np.random.default_rng(0)
    features = Features(("a", "b"), rng.normal(size=(800, 2)).astype(np.float32))
    target = features.values[:, 0].astype(np.float64) + 0.1 * rng.normal(size=800)
    leaves = {"rounds": 10, "min_data_in_leaf": 200}
    goals = (Goal("mean", {"rounds": 10}), Goal("quantile:0.05", leaves), Goal("quantile:0.95"))
    together = grow_many(features, target, seed=3, goals=goals)
    apart = [grow_many(features, target, seed=3, goals=(one,))[0] for one in goals]
    assert [one.text for one in together] == [one.text for one in apart]
