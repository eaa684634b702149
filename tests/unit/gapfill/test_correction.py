"""What is looked at must pay in lessons of another time."""

import numpy as np
import pytest

from halocline.gapfill import _correction
from halocline.gapfill._boosting import grow_many
from halocline.gapfill._correction import CAREFUL, learn_correction
from halocline.gapfill._described import KEPT, described
from halocline.gapfill._features import Features
from halocline.gapfill._memory import PAST
from halocline.gapfill._scene import Points, Scene, points_of
from halocline.model.gaps import Gaps
from halocline.model.series import Grid

NAMES = ("other_AIRT_departure", f"other_AIRT{PAST}384h", "share")
N = 2000


STEP = np.arange(N)
LESSONS = Points(gap=STEP, first=STEP, stop=STEP + 1, step=STEP)


def learned(past_counts: np.ndarray, *, step_s: int = 3600):
    """A correction, where the past counts by this much at each lesson, one of a gap each."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(N, 3)).astype(np.float32)
    target = values[:, 0] + past_counts * values[:, 1] + 0.1 * rng.normal(size=N)
    return learn_correction(
        Features(NAMES, values), target.astype(np.float64), lessons=LESSONS, step_s=step_s,
        centre="mean", straight=4.0, weight=None, seed=1,
    )  # fmt: skip


def test_a_past_that_tells_is_looked_at() -> None:
    assert learned(np.ones(N)).names == NAMES


def test_a_past_that_told_one_year_and_misled_the_next_is_not() -> None:
    found = learned(np.where(np.arange(N) < N // 2, 0.5, -0.5))
    assert found.names == ("other_AIRT_departure", "share")
    asked = np.random.default_rng(6).normal(size=(50, 3)).astype(np.float32)
    misled = asked.copy()
    misled[:, 1] = 1e3
    told, same = (found(Features(NAMES, one)).value for one in (asked, misled))
    np.testing.assert_array_equal(told, same)


@pytest.mark.parametrize(("step_s", "careful"), [(4 * 3600, True), (5 * 3600, False)])
def test_months_are_learned_from_with_more_care_than_years(
    monkeypatch, step_s: int, careful: bool
) -> None:
    """Two thousand steps of four hours are eleven months."""
    asked = []

    def spied(rows, target, *, goals, **how):
        asked.extend(goals)
        return grow_many(rows, target, goals=goals, **how)

    monkeypatch.setattr(_correction, "grow_many", spied)
    learned(np.ones(N), step_s=step_s)
    assert [one.how == CAREFUL for one in asked] == [careful, True, True]


def scene() -> Scene:
    rng = np.random.default_rng(0)
    grid = Grid(np.datetime64("2024-01-01T00:00:00"), 3600, rng.normal(size=3000))
    return Scene(grid, others={"AIRT": rng.normal(size=3000)}, drivers={"LEVEL": np.arange(3000.0)})


def test_points_are_described_once_and_never_as_others() -> None:
    one, two = scene(), scene().alone()
    points = [points_of(Gaps(np.array([first]), np.array([first + 24]))) for first in (900, 1500)]
    first = described(one, points[0])
    assert described(one, points[0]) is first
    assert described(two, points[0]).names != first.names
    assert not np.array_equal(described(one, points[1]).values, first.values, equal_nan=True)
    for _ in range(KEPT):
        described(one, points_of(Gaps(np.array([700]), np.array([710]))))
    again = described(one, points[0])
    assert again is not first
    np.testing.assert_array_equal(again.values, first.values)
