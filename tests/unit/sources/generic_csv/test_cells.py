"""Numbers of cells, and the numbers among them that may stand for none."""

import numpy as np
import pytest

from halocline.sources.generic_csv.cells import (
    given_flags,
    is_row_count,
    numbers_of,
    suspects_of,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("cell", "decimal", "number", "is_word"),
    [
        ("34724.6", ".", 34724.6, False),
        ("34,724.6", ".", 34724.6, False),
        ("34 724.6", ".", 34724.6, False),
        ("-1\u202f234\u202f567,5", ",", -1234567.5, False),
        ("1.234,5", ",", 1234.5, False),
        ("34,724", ".", NAN, True),
        ("#VALEUR!", ",", NAN, False),
        ("<0.05", ".", NAN, True),
        ("inf", ".", NAN, True),
        ("", ".", NAN, False),
    ],
)
def test_a_cell_is_a_number_where_one_reading_alone_is_possible(
    cell: str, decimal: str, number: float, is_word: bool
) -> None:
    value, words = numbers_of([cell], decimal)
    np.testing.assert_array_equal(value, [number])
    assert words.tolist() == [is_word]


def test_nines_far_outside_all_else_are_suspect_and_those_within_are_not() -> None:
    turbidity = np.arange(100.0)
    assert suspects_of(np.r_[turbidity, [99.0] * 5, [-999.0] * 3, [9999.0] * 2]) == {}
    assert suspects_of(np.r_[turbidity, [-999.0] * 3, [9999.0] * 40]) == {-999.0: 3, 9999.0: 40}
    assert suspects_of(np.r_[turbidity, [1000.0] * 9]) == {}
    assert suspects_of(np.full(3, NAN)) == {}


def test_a_flag_is_a_digit_however_it_is_written() -> None:
    flag, words = given_flags(["1", "08", "4.0", "good", "", "12"], np.array([1.0] * 5 + [NAN]))
    assert flag.tolist() == [1, 8, 4, 0, 0, 9]
    assert words.tolist() == [False, False, False, True, False, True]


def test_rows_are_counted_by_whole_numbers_each_another() -> None:
    assert is_row_count(np.array([1.0, 2.0, 5.0]))
    assert not is_row_count(np.array([1.0, 1.0, 2.0]))
    assert not is_row_count(np.array([1.5, 2.5]))
    assert not is_row_count(np.array([1.0, NAN]))
