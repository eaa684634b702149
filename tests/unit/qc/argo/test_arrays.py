"""Plain arrays and datasets are judged as files are."""

import numpy as np
import pytest
import xarray as xr

from halocline.model.errors import ConfigInvalid
from halocline.qc import argo
from tests.unit.sources.argo_gdac.sample import NEAR_SURFACE, cast, profile_file

FLOAT = {
    "pres": [[5, 10, 15, 20], [5, 10, 15, 20], [5, 10, 15, np.nan]],
    "temp": [[20, 27, 20, 19], [20, 20, 20, 20], [20, 19, 18, np.nan]],
    "psal": [[35, 35, 35, 35], [35, 35, 30, 35], [35, 35, 35, np.nan]],
    "juld": [27000.0, 27010.0, 27020.0],
    "latitude": 43.0,
    "longitude": -9.0,
}


@pytest.fixture
def opened(tmp_path):
    content = profile_file(
        cast(10.0, 17.0, 10.0, 9.0, cycle=2), cast(9.0, 8.0, cycle=2, scheme=NEAR_SURFACE),
        cast(10.0, 10.0, 10.0, 10.0, cycle=1),
    )  # fmt: skip
    path = tmp_path / "some.nc"
    path.write_bytes(content)
    with xr.open_dataset(path) as decoded, xr.open_dataset(path, decode_cf=False) as raw:
        yield decoded.load(), raw.load()


def test_flags_have_the_shape_that_was_given():
    one = argo.check_arrays(pres=[5, 10, 15], temp=[20, 27, 20])
    assert one.variables["TEMP"].flag.tolist() == [1, 4, 1]
    many = argo.check_arrays(**FLOAT)
    assert many.variables["TEMP"].flag.shape == (3, 4)
    assert many.variables["TEMP"].flag[2, 3] == 9
    assert many.variables["TEMP"].flag[0, 1] == 4


def test_profiles_in_another_order_have_their_flags_in_that_order():
    order = [2, 0, 1]
    straight = argo.check_arrays(**FLOAT, cycle=[1, 2, 3])
    turned = argo.check_arrays(
        **{name: np.asarray(one)[order] if np.ndim(one) else one for name, one in FLOAT.items()},
        cycle=[3, 1, 2],
    )
    for name, checked in straight.variables.items():
        for field in ("flag", "failed", "done"):
            first, second = getattr(checked, field), getattr(turned.variables[name], field)
            assert (first[order] == second).all()
    assert (straight.juld_flag[order] == turned.juld_flag).all()


def test_arrays_are_left_as_they_are():
    given = {name: np.array(one) for name, one in FLOAT.items()}
    argo.check_arrays(**given)
    for name, one in FLOAT.items():
        np.testing.assert_array_equal(given[name], one)


def test_what_is_not_given_is_not_judged():
    bit = np.uint64(1 << 14)
    without = argo.check_arrays(pres=[5, 10], temp=[9, 12], psal=[35, 34.9])
    placed = argo.check_arrays(
        pres=[5, 10], temp=[9, 12], psal=[35, 34.9], latitude=40.0, longitude=-20.0
    )
    assert not (without.variables["TEMP"].done & bit).any()
    assert (placed.variables["TEMP"].failed & bit).all()


def test_dates_may_be_days_or_datetimes():
    days = argo.check_arrays(pres=[5.0], juld=16000.0)
    dates = argo.check_arrays(pres=[5.0], juld=np.datetime64("1993-10-22"))
    assert days.juld_flag.tolist() == dates.juld_flag.tolist() == [4]


def test_a_date_after_now_is_impossible():
    now = np.datetime64("2020-01-01")
    late = argo.check_arrays(pres=[5.0], juld=np.datetime64("2020-01-02"), now=now)
    assert late.juld_flag.tolist() == [4]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pres": [1, 2], "temp": [1, 2, 3]}, "temp has shape"),
        ({"pres": [[1, 2]], "latitude": [1, 2]}, "latitude has shape"),
        ({"pres": 5.0}, "pres has 0 dimensions"),
    ],
)
def test_shapes_that_disagree_are_refused(given, said):
    with pytest.raises(ConfigInvalid, match=said):
        argo.check_arrays(**given)


def test_a_dataset_gives_the_same_decoded_or_not(opened):
    decoded, raw = (argo.check_dataset(one) for one in opened)
    assert decoded.TEMP_QC.dims == ("N_PROF", "N_LEVELS")
    for name in decoded:
        np.testing.assert_array_equal(decoded[name], raw[name])
    assert decoded.TEMP_QC.values.tolist()[0] == [1, 4, 1, 1]
    assert {"PRES_QC", "TEMP_QC", "PSAL_QC", "JULD_QC", "POSITION_QC"} <= set(decoded)
    assert "TEMP_ADJUSTED_QC" not in decoded


def test_one_profile_of_a_dataset_is_a_profile(opened):
    one = argo.check_dataset(opened[0].isel(N_PROF=0))
    assert one.TEMP_QC.values.tolist() == [1, 4, 1, 1]
    assert one.JULD_QC.shape == ()


def test_scrambled_flags_and_adjusted_values_change_nothing(opened):
    honest = opened[0]
    rng = np.random.default_rng(1)
    scrambled = honest.copy(deep=True)
    for name in honest:
        if str(name).endswith("_QC"):
            shape = honest[name].shape
            scrambled[name] = (honest[name].dims, rng.choice([b"1", b"3", b"4"], shape))
        elif str(name).endswith("_ADJUSTED"):
            scrambled[name] = (honest[name].dims, rng.normal(size=honest[name].shape))
    xr.testing.assert_identical(argo.check_dataset(honest), argo.check_dataset(scrambled))


def test_two_floats_in_one_dataset_are_refused(opened):
    mixed = opened[0].copy(deep=True)
    mixed["PLATFORM_NUMBER"] = ("N_PROF", [b"1900001 ", b"1900002 ", b"1900002 "])
    with pytest.raises(ConfigInvalid, match="2 floats in one dataset"):
        argo.check_dataset(mixed)
    with pytest.raises(ConfigInvalid, match="has no PRES"):
        argo.check_dataset(mixed.drop_vars("PRES"))
