from dataclasses import replace

import numpy as np
import pytest

from halocline.gapfill._nearby import (
    GAPS_AT_ONCE,
    ROUNDING,
    _columns,
    _Stretches,
    nearby_departure,
)
from halocline.gapfill._scene import Points, Scene, Windows, at, line_between, points_of
from halocline.model.gaps import Gaps
from halocline.model.series import Grid

START = np.datetime64("2024-01-01T00:00:00")
LENGTH = 48
N = 6000


@pytest.fixture(scope="module")
def river() -> Scene:
    """Fresh water is cold in the first half and warm in the second: the relation turns round."""
    rng = np.random.default_rng(4)
    plume = np.zeros(N)
    for step in range(1, N):
        plume[step] = 0.95 * plume[step - 1] + rng.normal()
    sign = np.where(np.arange(N) < N // 2, 1.0, -1.0)
    value = 12 + 0.3 * sign * plume + 0.02 * rng.normal(size=N)
    return Scene(Grid(START, 3600, value), others={"PSAL": 30 + plume})


def asked(*firsts: int) -> Points:
    first = np.array(firsts, dtype=np.int64)
    return points_of(Gaps(first, first + LENGTH))


def departure(scene: Scene, points: Points) -> np.ndarray:
    return at(scene.grid.value, points.step) - line_between(scene.grid.value, points)


def test_each_season_is_told_by_its_own_relation(river) -> None:
    for first in (1000, 5000):
        points = asked(first)
        truth = departure(river, points)
        told = nearby_departure(river, points)
        assert np.std(told - truth) < 0.35 * np.std(truth)


def test_no_value_inside_the_gap_is_looked_at(river) -> None:
    points = asked(1000)
    hidden = river.grid.value.copy()
    hidden[1000 : 1000 + LENGTH] += 100.0
    other = replace(river, grid=replace(river.grid, value=hidden))
    np.testing.assert_allclose(
        nearby_departure(other, points), nearby_departure(river, points), atol=1e-9
    )


def test_channels_that_never_move_tell_nothing_and_stop_nothing(river) -> None:
    """Nominal depths of EXIN0003: their departures are the last bit of 1.5 and of -2."""
    points = asked(*range(400, 5000, 37))
    depths = {"DEPH": np.full(N, 1.5), "DEPH_LEVELM1": np.full(N, -2.0), "ALTS": np.full(N, 0.1)}
    beside = replace(river, others={**river.others, **depths})
    np.testing.assert_allclose(
        nearby_departure(beside, points), nearby_departure(river, points), rtol=1e-9
    )


def test_what_is_far_away_changes_nothing(river) -> None:
    points = asked(3000)
    grids = [river.grid.value.copy(), river.others["PSAL"].copy()]
    for one in grids:
        one[: 3000 - 300] += 50.0
        one[3000 + LENGTH + 300 :] -= 50.0
    far = Scene(replace(river.grid, value=grids[0]), others={"PSAL": grids[1]})
    np.testing.assert_allclose(
        nearby_departure(far, points), nearby_departure(river, points), atol=1e-7
    )


def test_gaps_and_points_are_told_alone_or_together(river) -> None:
    rng = np.random.default_rng(1)
    first = np.sort(rng.integers(400, N - 400, GAPS_AT_ONCE + 40))
    points = points_of(Gaps(first, first + LENGTH))
    together = nearby_departure(river, points)
    for gap in (0, GAPS_AT_ONCE - 1, GAPS_AT_ONCE, GAPS_AT_ONCE + 39):
        own = points.of((points.gap == gap) & (points.step % 2 == 0))
        here = (points.gap == gap) & (points.step % 2 == 0)
        np.testing.assert_allclose(nearby_departure(river, own), together[here], rtol=1e-9)


def test_with_nothing_beside_it_the_line_is_not_departed_from(river) -> None:
    """Sides without the variable teach nothing; an edge that is missing leaves nothing to say."""
    bare = np.full(N, np.nan)
    bare[999], bare[1000 + LENGTH] = 12.0, 13.0
    scene = replace(river, grid=replace(river.grid, value=bare))
    np.testing.assert_allclose(nearby_departure(scene, asked(1000)), 0.0, atol=0.2)
    assert np.isnan(nearby_departure(scene, asked(2000))).all()
    assert nearby_departure(river, asked()).size == 0


def test_a_day_is_told_without_any_other_series() -> None:
    hours = np.arange(N)
    scene = Scene(Grid(START, 3600, 10 + np.sin(2 * np.pi * hours / 24)))
    points = asked(1007)
    truth = departure(scene, points)
    assert np.std(nearby_departure(scene, points) - truth) < 0.2 * np.std(truth)


def test_compiled_columns_are_what_windows_tell_bit_for_bit() -> None:
    """Steps of an hour: ends of 1, smoothed over 12 on either side; some are off the grid."""
    rng = np.random.default_rng(2)
    value = np.where(rng.uniform(size=300) < 0.2, np.nan, 10 + rng.normal(size=300))
    first = rng.integers(-40, 290, size=(30, 4))
    stop = first + rng.integers(1, 60, size=(30, 4))
    asked = _Stretches(first, stop, first + (stop - first) // 3)
    told = _columns([value], [Windows.of(value)], asked, step_h=1.0)

    def departure(here: np.ndarray, width: int) -> np.ndarray:
        sums = Windows.of(value)
        left, right = sums.mean(first - width, first), sums.mean(stop, stop + width)
        line = (1 - asked.share) * left + asked.share * right
        off = here - line
        return np.where(np.abs(off) > ROUNDING * np.abs(here), off, 0.0)

    smooth = Windows.of(value).mean(asked.step - 12, asked.step + 13)
    np.testing.assert_array_equal(told[..., 0], departure(at(value, asked.step), 1))
    np.testing.assert_array_equal(told[..., 1], departure(smooth, 25))
    angle = 2 * np.pi / 24.0
    day = [np.cos(angle * step) for step in (asked.step, first - 1, stop)]
    wave = day[0] - (1 - asked.share) * day[1] - asked.share * day[2]
    np.testing.assert_allclose(told[..., 2], wave, atol=1e-12)
    assert told.shape == (30, 4, 8)
