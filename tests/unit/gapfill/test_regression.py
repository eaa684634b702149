import numpy as np
import pytest

from halocline.gapfill._features import Features
from halocline.gapfill._regression import fit_line


def features(departure: np.ndarray, name: str = "other_PSAL_departure") -> Features:
    values = np.stack([departure, np.full(departure.size, 7.0)], axis=1).astype(np.float32)
    return Features((name, "share"), values)


def test_relation_is_followed_past_what_was_seen_and_says_so() -> None:
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), 2 * departure)
    told = line(features(np.array([0.0, 1.0, 2.0])))
    np.testing.assert_allclose(told, [0, 2, 4], rtol=0.03)  # by hand: twice, less 2 % of penalty
    np.testing.assert_allclose(line.beyond(told), [0, 0, told[2] - told[1]], atol=1e-6)


def test_three_times_the_largest_is_as_far_as_it_goes() -> None:
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), departure)
    far, further = line(features(np.array([3.0, 30.0])))
    assert far == pytest.approx(further)


def test_unknown_departs_from_nothing() -> None:
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), departure)
    assert line(features(np.array([np.nan]))).tolist() == [0.0]
    assert line(features(np.array([1.0]), name="other_TURB_departure")).tolist() == [0.0]


def test_without_other_series_there_is_no_correction() -> None:
    line = fit_line(features(np.ones(5), name="before_trend_1h"), np.ones(5))
    assert line(features(np.ones(3), name="before_trend_1h")).tolist() == [0.0] * 3
