"""CANYON-B: the authors' check value, and what holds for any committee."""

from itertools import pairwise

import numpy as np
import pytest

from halocline.predict.canyon_b import Committee, _Network, nitrate, nitrate_committee

POINT = {"latitude": 17.6, "longitude": -24.3, "pres": 180.0, "temp": 16.0, "psal": 36.1,
         "doxy": 104.0}  # fmt: skip


def points(**changed):
    """The authors' point, with these values instead; arrays of one length."""
    given = {**POINT, **changed}
    size = max(np.size(one) for one in given.values())
    return {name: np.broadcast_to(np.asarray(one, float), (size,)) for name, one in given.items()}


@pytest.fixture
def committee():
    """Three small networks of random weights; the second has two layers."""
    rng = np.random.default_rng(7)

    def network(*sizes):
        layers = tuple(
            (rng.normal(0, 0.5, (b, a)), rng.normal(0, 0.3, b)) for a, b in pairwise(sizes)
        )
        return _Network(layers, noise=0.01, evidence=rng.uniform(1, 2))

    return Committee(
        members=(network(7, 4, 1), network(7, 5, 3, 1), network(7, 6, 1)),
        mean=np.array([0.2, 0.5, 0.5, 12, 35, 200, 0.5, 15.0]),
        sd=np.array([0.4, 0.3, 0.3, 7, 1, 60, 0.4, 12.0]),
        spread=np.array([1.0, 0.0]),
        digest="0" * 64,
    )


@pytest.fixture(scope="module")
def published():
    found = nitrate_committee()
    if found is None:
        pytest.skip("the weights of CANYON-B are not installed: pip install canyonbpy")
    return found


def test_the_authors_check_value_comes_out(published):
    """CANYONB.m of HCBScienceProducts/CANYON-B@a5b1efce, header: 17.91522 ± 1.32494."""
    found = nitrate(published, **points())
    assert found.value[0] == pytest.approx(17.91522, rel=1e-6)
    assert found.sd[0] == pytest.approx(1.32494, rel=1e-5)


def test_a_point_is_the_same_alone_or_among_others(published):
    many = points(pres=[10.0, 180.0, 1500.0], doxy=[220.0, 104.0, 180.0])
    whole = nitrate(published, **many)
    for place in range(3):
        one = nitrate(published, **{name: value[[place]] for name, value in many.items()})
        assert one.value[0] == pytest.approx(whole.value[place], rel=1e-12)
        assert one.sd[0] == pytest.approx(whole.sd[place], rel=1e-12)


@pytest.mark.parametrize("name", sorted(POINT))
def test_a_missing_input_gives_no_value(committee, name):
    found = nitrate(committee, **points(**{name: [np.nan, POINT[name]]}))
    assert np.isnan(found.value[0])
    assert np.isnan(found.sd[0])
    assert np.isfinite(found.value[1])


def test_no_point_gives_no_value(committee):
    empty = {name: np.empty(0) for name in POINT}
    assert nitrate(committee, **empty).value.shape == (0,)


def test_longitude_knows_no_date_line(committee):
    found = nitrate(committee, **points(longitude=[10.0, 370.0, -350.0])).value
    assert found[0] == pytest.approx(found[1]) == pytest.approx(found[2])


def test_a_worse_oxygen_widens_the_error_as_its_slope_says(committee):
    step = 1e-4
    low, high = nitrate(committee, **points(doxy=[104 - step, 104 + step])).value
    slope = (high - low) / (2 * step)
    # At 104 and at 0 µmol/kg only the oxygen term, (slope · 1 %·104)², and values differ.
    found = nitrate(committee, **points()).sd[0]
    assert found > abs(slope) * 0.01 * 104
