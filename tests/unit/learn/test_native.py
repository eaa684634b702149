"""Native values: those with the sensor's decimals."""

import numpy as np
import pytest

from halocline.learn.native import find_native

SEED = 4


def archive(decimals: int = 2, filled: float = 0.1, n: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(SEED)
    value = np.round(12 + rng.normal(size=n), decimals)
    by_hand = rng.uniform(size=n) < filled
    # off the sensor's decimals by a tenth of the last one at least: nobody can tell a coincidence
    value[by_hand] += rng.uniform(0.1, 0.9, by_hand.sum()) * 10.0**-decimals
    return value, by_hand


@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
@pytest.mark.parametrize("single", [False, True])
def test_the_sensor_s_values_are_told_from_a_fill(decimals: int, single: bool) -> None:
    value, by_hand = archive(decimals)
    if single:
        value = value.astype(np.float32).astype(np.float64)
    native = find_native(value)
    assert (native.decimals, native.is_refilled) == (decimals, True)
    np.testing.assert_array_equal(native.mask, ~by_hand)


def test_without_a_fill_every_value_is_native_and_missing_is_not() -> None:
    value, _ = archive(filled=0)
    value[5] = np.nan
    native = find_native(value)
    assert not native.is_refilled
    np.testing.assert_array_equal(native.mask, np.isfinite(value))


def test_two_resolutions_of_one_logger_are_no_fill() -> None:
    value = np.round(np.random.default_rng(SEED).normal(size=2000), 3)
    value[:1500] = np.round(value[:1500], 0)
    assert not find_native(value).is_refilled


def test_computed_values_and_none_at_all_are_native() -> None:
    value = np.random.default_rng(SEED).normal(size=500)
    assert find_native(value).mask.all()
    assert find_native(np.full(3, np.nan)).mask.tolist() == [False] * 3
