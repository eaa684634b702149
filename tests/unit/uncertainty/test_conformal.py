import numpy as np
import pytest

from halocline.uncertainty.conformal import (
    FALLBACK,
    calibrate,
    calibrate_places,
    place_in_gap,
    unit_quantile,
    units_needed,
)


def test_nine_gaps_are_needed_for_ninety_percent() -> None:
    assert units_needed(0.90) == 9  # by hand: 9 / (9 + 1) = 0.90


def test_quantile_of_nine_single_points_is_the_largest() -> None:
    score = np.arange(1.0, 10.0)
    assert unit_quantile(score, np.arange(9), level=0.90) == 9.0


def test_eight_gaps_cannot_bound_the_next() -> None:
    assert unit_quantile(np.arange(8.0), np.arange(8), level=0.90) == np.inf


def test_each_gap_counts_once_whatever_its_length() -> None:
    # by hand: 10 gaps; nine of one point (score 1), one of 1,000 points (score 5): its weight is
    # 1/11, the others 9/11 = 0.818 < 0.9, so the long gap's score is needed, and it is enough.
    score = np.concatenate((np.ones(9), np.full(1000, 5.0)))
    unit = np.concatenate((np.arange(9), np.full(1000, 9)))
    assert unit_quantile(score, unit, level=0.90) == 5.0
    # and half of that gap at score 1 leaves 9/11 + 0.5/11 = 0.864 < 0.9: still 5
    score[9:509] = 1.0
    assert unit_quantile(score, unit, level=0.90) == 5.0


def test_places_with_too_few_gaps_are_merged_not_clipped() -> None:
    place = np.array([0.05] * 5 + [0.2] * 5 + [0.9] * 9)
    found = calibrate_places(np.arange(19.0), place, np.arange(19))
    assert found.places == (0.25, 1.0)  # 5 + 5 ≥ 9, then the 9 of the middle
    assert found.calibrated


def test_leftover_of_the_middle_joins_its_neighbour() -> None:
    place = np.array([0.05] * 9 + [0.9] * 3)
    found = calibrate_places(np.arange(12.0), place, np.arange(12))
    assert found.places == (1.0,)
    assert found.factor == (11.0,)  # by hand: 12 gaps of weight 1/13, 0.9 · 13 = 11.7 → 12th


def test_too_few_gaps_fall_back_wide_and_say_so() -> None:
    found = calibrate_places(np.array([1.0, 9.0]), np.array([0.5, 1.0]), np.array([0, 1]))
    assert not found.calibrated
    assert found.factor == (9.0,)
    assert calibrate_places(np.empty(0), np.empty(0), np.empty(0, dtype=int)).factor == (FALLBACK,)


def test_place_is_one_in_the_middle_and_symmetric() -> None:
    place = place_in_gap(np.arange(5.0), np.full(5, 5.0))
    np.testing.assert_allclose(place, [1 / 3, 2 / 3, 1.0, 2 / 3, 1 / 3])


@pytest.mark.parametrize("seed", range(3))
def test_next_gap_is_covered_when_points_of_a_gap_err_together(seed: int) -> None:
    """200 exams of 40 gaps whose points share an error: the new gap is covered 90 % of the time."""
    rng = np.random.default_rng(seed)
    covered = []
    for _ in range(200):
        error = np.abs(rng.normal(size=41))
        unit = np.repeat(np.arange(40), 7)
        found = calibrate_places(error[unit], np.full(unit.size, 0.9), unit)
        covered.append(error[40] <= found.factor[0])
    assert 0.83 <= np.mean(covered) <= 0.97


def test_long_gaps_of_a_class_are_calibrated_apart() -> None:
    """Sixty short gaps that err by 1 and sixty long ones that err by 3, in one class."""
    length = np.repeat([1.0, 5.0], [60, 60])
    score = np.repeat([1.0, 3.0], [60, 60])
    found = calibrate(score, place=np.ones(120), length_h=length, unit=np.arange(120))
    half = found.half_width(np.ones(2), place=np.ones(2), length_h=np.array([1.0, 5.0]))
    np.testing.assert_array_equal(half, [1.0, 3.0])


def test_few_gaps_are_calibrated_together() -> None:
    found = calibrate(
        np.arange(20.0), place=np.ones(20), length_h=np.arange(20.0), unit=np.arange(20)
    )
    assert found.bounds == (np.inf,)
    assert found.calibrated
