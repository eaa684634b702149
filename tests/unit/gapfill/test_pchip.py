import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from halocline.gapfill._pchip import Knots


@pytest.mark.parametrize("seed", range(5))
def test_every_profile_equals_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = [2, 3, 4, 25, 2, 60]
    profile = np.repeat(np.arange(len(sizes)), sizes)
    pressure = np.concatenate([np.cumsum(rng.uniform(0.5, 20, size)) for size in sizes])
    value = np.concatenate([np.round(rng.normal(size=size), 1) for size in sizes])
    knots = Knots(profile, pressure, value)
    for number in range(len(sizes)):
        here = np.flatnonzero(profile == number)
        reference = PchipInterpolator(pressure[here], value[here])
        left = here[:-1].repeat(3)
        at = pressure[left] + np.tile([0.2, 0.5, 0.9], here.size - 1) * (
            pressure[left + 1] - pressure[left]
        )
        np.testing.assert_allclose(knots.evaluate(left, at), reference(at), atol=1e-10)


def test_a_profile_of_one_knot_is_flat() -> None:
    knots = Knots(np.array([0, 1, 1]), np.array([5.0, 1.0, 2.0]), np.array([3.0, 1.0, 2.0]))
    np.testing.assert_array_equal(knots.slope(), [0.0, 1.0, 1.0])
