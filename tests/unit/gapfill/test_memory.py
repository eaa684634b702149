import numpy as np
import pytest

from halocline.gapfill._memory import HELD, MEMORY_H, faded, memory_of
from halocline.gapfill._scene import points_of
from halocline.model.gaps import Gaps


def test_a_faded_mean_is_the_weighted_mean_of_what_is_held() -> None:
    """By hand: weights exp(-age / 6), nothing older than twelve steps."""
    rng = np.random.default_rng(0)
    value = 10 + rng.normal(size=60)
    value[40:43] = np.nan
    age = np.arange(round(HELD * 6))
    known = value[50 - age]
    weight = np.exp(-age / 6) * np.isfinite(known)
    assert faded(value, 6.0)[50] == pytest.approx(np.nansum(weight * known) / weight.sum())


def test_what_is_older_than_is_held_changes_nothing() -> None:
    value = np.random.default_rng(0).normal(size=400)
    other = value.copy()
    other[:200] += 1000.0
    held = 200 + round(HELD * 50)
    np.testing.assert_allclose(faded(other, 50.0)[held:], faded(value, 50.0)[held:], atol=1e-9)
    assert faded(other, 50.0)[held - 2] > faded(value, 50.0)[held - 2] + 1


def test_a_memory_of_nothing_is_unknown() -> None:
    value = np.full(50, np.nan)
    value[30] = 3.0
    told = faded(value, 40.0)
    assert np.isnan(told).all()
    assert np.isnan(faded(np.full(5, np.nan), 2.0)).all()


def test_a_column_is_the_departure_from_the_edges_own() -> None:
    """A series that rises evenly departs nowhere; a step before the gap is told as it fades."""
    points = points_of(Gaps(np.array([500]), np.array([572])))
    even = memory_of("other_AIRT", np.arange(3000) * 0.1, points, step_h=1 / 3)
    assert set(even) == {f"other_AIRT_past_{hours:g}h" for hours in MEMORY_H}
    np.testing.assert_allclose(even["other_AIRT_past_12h"], 0.0, atol=1e-9)
    stepped = np.where(np.arange(3000) < 536, 0.0, 1.0)
    told = memory_of("other_AIRT", stepped, points, step_h=1 / 3)["other_AIRT_past_12h"]
    assert told[35] < 0
    assert (np.diff(told[:36]) < 0).all()
    assert told[-1] == pytest.approx(0.0, abs=0.05)
