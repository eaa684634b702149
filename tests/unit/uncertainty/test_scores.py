import numpy as np
import pytest

from halocline.uncertainty.scores import mean_by_unit, score_interval


def test_scores_by_hand() -> None:
    truth = np.array([0.0, 2.0])
    found = score_interval(truth, np.array([-1.0, -1.0]), np.array([1.0, 1.0]), level=0.9)
    assert found.coverage == 0.5
    assert found.width == 2.0
    assert found.winkler == pytest.approx(12.0)  # by hand: 2 + mean(0, 2/0.1 · 1) = 2 + 10


def test_no_points_have_no_score() -> None:
    nothing = np.empty(0)
    assert np.isnan(score_interval(nothing, nothing, nothing).coverage)


def test_mean_by_unit_by_hand() -> None:
    np.testing.assert_array_equal(
        mean_by_unit(np.array([1.0, 3.0, 5.0]), np.array([4, 4, 2])), [5.0, 2.0]
    )
