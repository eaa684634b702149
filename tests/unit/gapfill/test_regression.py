import numpy as np
import pytest

from halocline.gapfill._features import Features
from halocline.gapfill._regression import PENALTY, fit_line


def features(departure: np.ndarray, name: str = "other_PSAL_departure") -> Features:
    values = np.stack([departure, np.full(departure.size, 7.0)], axis=1).astype(np.float32)
    return Features((name, "share"), values)


def test_relation_is_followed_past_what_was_seen_ever_more_slowly_and_says_so() -> None:
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), 2 * departure, straight=1.0)
    told = line(features(np.array([0.0, 1.0, 2.0, 3.0])))
    assert told[0] == 0
    assert (np.diff(told) > 0).all()
    assert (np.diff(told, n=2) < 0).all()
    np.testing.assert_allclose(line.beyond(told), np.maximum(told - told[1], 0), atol=1e-6)


def test_what_is_learned_is_the_relation_on_the_asinh_scale() -> None:
    departure = np.linspace(-1, 1, 201)
    root = np.sqrt(np.mean(departure**2))
    line = fit_line(features(departure), np.arcsinh(departure / root), straight=1.0)
    square = np.mean(np.arcsinh(departure / root) ** 2)
    # by hand: one column, coefficient = square / (square + penalty)
    assert line.coefficients == pytest.approx([square / (square + PENALTY)], rel=1e-5)


def test_a_far_outlier_of_another_sensor_moves_little() -> None:
    """Four times the largest bloom of the lessons, less than twice its correction."""
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), departure, straight=1.0)
    far, seen = line(features(np.array([4.0, 1.0])))
    assert far < 2.1 * seen


def test_a_late_bend_follows_a_storm() -> None:
    """Four times the largest of the lessons, nearly three times its correction."""
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), departure, straight=4.0)
    far, seen = line(features(np.array([4.0, 1.0])))
    assert far > 2.8 * seen


def test_a_lesson_counts_by_its_weight() -> None:
    departure = np.concatenate([np.linspace(-1, 1, 100), np.linspace(-1, 1, 100)])
    target = np.concatenate([departure[:100], -departure[100:]])
    counts = np.repeat([1.0, 3.0], 100)
    assert fit_line(features(departure), target, straight=1.0, weight=counts).coefficients[0] < 0
    assert fit_line(features(departure), target, straight=1.0).coefficients == pytest.approx(
        [0], abs=1e-9
    )


def test_unknown_departs_from_nothing() -> None:
    departure = np.linspace(-1, 1, 201)
    line = fit_line(features(departure), departure, straight=1.0)
    assert line(features(np.array([np.nan]))).tolist() == [0.0]
    assert line(features(np.array([1.0]), name="other_TURB_departure")).tolist() == [0.0]


def test_without_other_series_there_is_no_correction() -> None:
    line = fit_line(features(np.ones(5), name="before_trend_1h"), np.ones(5), straight=1.0)
    assert line(features(np.ones(3), name="before_trend_1h")).tolist() == [0.0] * 3
