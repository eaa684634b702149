"""Flags: how two of them merge."""

import numpy as np
import pytest

from halocline.model.flags import Flag, merge, start_flags


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(0, 1, 1), (1, 4, 4), (4, 1, 4), (3, 4, 4), (4, 3, 4), (9, 4, 9), (4, 9, 9), (8, 9, 9),
     (2, 1, 2), (1, 2, 2), (5, 3, 3), (2, 5, 5)],
)  # fmt: skip
def test_a_flag_only_rises(first: int, second: int, expected: int) -> None:
    a, b = np.array([first], np.uint8), np.array([second], np.uint8)
    assert merge(a, b).tolist() == [expected]


def test_merge_leaves_its_inputs_alone() -> None:
    first, second = np.array([1, 9], np.uint8), np.array([4, 4], np.uint8)
    merge(first, second)
    assert first.tolist() == [1, 9]
    assert second.tolist() == [4, 4]


def test_missing_and_infinite_values_start_as_missing() -> None:
    flags = start_flags(np.array([1.0, np.nan, np.inf]))
    assert flags.tolist() == [Flag.NOT_EVALUATED, Flag.MISSING, Flag.MISSING]
    assert flags.dtype == np.uint8
