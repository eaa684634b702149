"""A learning curve scores ever longer histories on the gaps a comparison tests with."""

import numpy as np
import pytest

from halocline.learn.learning_curve import learning_curve
from halocline.model.series import Grid
from tests.unit.learn.test_compare import GRID, NATIVE, SOME, VALUE, cells


def test_a_learning_curve_grows_with_the_record_and_scores_the_same_gaps() -> None:
    points = learning_curve("TEMP", GRID, NATIVE, lengths_h=(6.0,), methods=SOME, seed=5)
    assert sorted({one.history_days for one in points}) == [30, 91]
    linear = [one for one in points if one.method == "linear"]
    assert len({one.rmse for one in linear}) == 1, "linear has nothing to learn"
    same = next(one for one in cells(lengths_h=(6.0,))[0].skills if one.method == "linear")
    assert linear[0].rmse == pytest.approx(same.rmse)


def test_a_history_half_unknown_is_skipped_and_a_longer_one_is_not() -> None:
    value = VALUE.copy()
    before = round(0.75 * VALUE.size)
    value[before - 3 * 24 * 28 : before - 3 * 24 * 8] = np.nan
    grid = Grid(GRID.start, GRID.step_s, value)
    points = learning_curve(
        "TEMP", grid, np.isfinite(value), lengths_h=(6.0,), methods=SOME, seed=5
    )
    assert {one.history_days for one in points} == {91}


def test_no_room_no_curve() -> None:
    how = {"lengths_h": (1440.0,), "methods": SOME, "seed": 5}
    assert learning_curve("TEMP", GRID, NATIVE, **how) == []
