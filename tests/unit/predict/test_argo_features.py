"""What the learned opinion looks at: never a flag, never a later cycle; alone as in bulk."""

from dataclasses import replace

import numpy as np
import pytest

from halocline.predict.argo_features import NAMES, features
from tests.samples.argo_cast import rows_of, some_float

COLUMN = {name: place for place, name in enumerate(NAMES)}


def test_a_spike_stands_out_by_what_the_manual_computes():
    profiles = some_float(seed=1)
    profiles.variables["TEMP"].value[3, 10] += 7
    found = features(profiles)["TEMP"][3]
    around = profiles.variables["TEMP"].value[3, 9:12].astype(float)
    by_hand = abs(around[1] - (around[2] + around[0]) / 2) - abs(around[2] - around[0]) / 2
    assert found[10, COLUMN["own_spike"]] == pytest.approx(by_hand, rel=1e-4)
    assert np.nanargmax(found[:, COLUMN["own_spike"]]) == 10
    assert np.nanargmax(np.abs(found[:, COLUMN["own_from_history"]])) == 10


def test_columns_of_a_profile_are_those_it_has_without_the_later_ones():
    profiles = some_float(seed=2)
    whole = features(profiles)
    for count in (1, 4, 7):
        part = features(rows_of(profiles, slice(0, count)))
        for name, columns in part.items():
            np.testing.assert_array_equal(columns, whole[name][:count])


def test_flags_and_adjusted_values_change_nothing():
    profiles = some_float(seed=3)
    other = replace(
        profiles,
        variables={
            name: replace(
                one,
                flag_source=np.full_like(one.flag_source, 4),
                adjusted=np.full_like(one.adjusted, 3.0),
            )
            for name, one in profiles.variables.items()
        },
    )
    for name, columns in features(profiles).items():
        np.testing.assert_array_equal(columns, features(other)[name])


def test_a_missing_value_is_no_level_and_a_float_without_salinity_has_half_the_columns():
    profiles = some_float(seed=4)
    profiles.variables["PRES"].value[2, 5] = np.nan
    assert np.isnan(features(profiles)["TEMP"][2, 5]).all()
    alone = replace(
        profiles, variables={k: v for k, v in profiles.variables.items() if k != "PSAL"}
    )
    found = features(alone)
    assert set(found) == {"TEMP"}
    assert np.isnan(found["TEMP"][..., COLUMN["other_spike"]]).all()
    assert np.isnan(found["TEMP"][..., COLUMN["inversion_above"]]).all()


@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_the_shortest_profiles_have_columns(levels):
    profiles = some_float(seed=5, levels=levels, cycles=2)
    assert features(profiles)["TEMP"].shape == (2, levels, len(NAMES))


def test_pressures_that_stand_still_and_go_back_are_measured():
    """By hand: 40, 40, 40.04 stand still (0.05 dbar); 20 lies 20.04 above the deepest before it."""
    profiles = some_float(seed=6, levels=6, cycles=1)
    profiles.variables["PRES"].value[0] = [10, 40, 40, 40.04, 20, 60]
    found = features(profiles)["TEMP"][0]
    assert found[:, COLUMN["stuck_levels"]].tolist() == [1, 3, 3, 3, 1, 1]
    np.testing.assert_allclose(
        found[1:, COLUMN["below_before"]], [-30, 0, -0.04, 20.04, -19.96], atol=1e-4
    )
    np.testing.assert_allclose(
        found[:-1, COLUMN["above_after"]], [-10, 20, 20, 20.04, -40], atol=1e-4
    )


def test_the_way_to_inversions_and_whom_they_blame():
    """By hand: fresh water at 50 and 80 dbar under salt: inversions begin at 40 and 70 dbar."""
    profiles = some_float(seed=7, levels=12, cycles=1)
    profiles.variables["PRES"].value[0] = np.arange(1, 13) * 10
    profiles.variables["TEMP"].value[0] = np.linspace(12, 10, 12)
    salinity = profiles.variables["PSAL"].value[0]
    salinity[:] = 35
    salinity[[4, 7]] = 34
    found = features(profiles)["PSAL"][0]
    assert found[0, COLUMN["inversions"]] == 2
    assert found[:, COLUMN["to_inversion"]].tolist() == [
        30,
        20,
        10,
        0,
        10,
        10,
        0,
        10,
        20,
        30,
        40,
        50,
    ]
    assert found[4, COLUMN["between_inversions"]] == 30
    assert np.isnan(found[0, COLUMN["between_inversions"]])
    assert found[0, COLUMN["inversions_share"]] == pytest.approx(2 / 12)
    assert found[0, COLUMN["disturbed_share"]] == 0
    assert found[4, COLUMN["blame_second"]] == pytest.approx(0.78, abs=0.05)
