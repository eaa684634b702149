import numpy as np
import pytest

from halocline.gapfill._resolution import decimals, resolution


@pytest.mark.parametrize(("values", "expected"), [([1.0, 2.0], 0), ([1.5, 2.25], 2), ([0.1], 1)])
def test_decimals_of_a_sensor(values: list[float], expected: int) -> None:
    assert decimals(np.array(values)) == expected


def test_a_few_midpoints_do_not_add_a_decimal() -> None:
    value = np.append(np.arange(100) / 10, 3.15)
    assert resolution(value) == pytest.approx(0.1)


def test_an_empty_series_has_a_positive_resolution() -> None:
    assert resolution(np.array([np.nan])) == 1.0
