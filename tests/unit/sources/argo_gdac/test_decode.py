"""Files to rows, value for value."""

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.argo_gdac.decode import decode
from tests.unit.sources.argo_gdac.sample import (
    NEAR_SURFACE,
    Parameter,
    Profile,
    cast,
    profile_file,
)  # fmt: skip

FILL = 99999.0


def test_values_flags_and_adjusted_values_are_those_of_the_file() -> None:
    temperature = Parameter(
        [10.125, FILL, 8.0, 7.0], "1 4 ", [10.5, FILL, FILL, 7.5], "2 4", [0.25, FILL, FILL, 0.5]
    )
    content = profile_file(Profile({"PRES": [5.0, 10.0, 15.0, 20.0], "TEMP": temperature}))
    (row,) = decode(content, "x")
    found = row.columns["TEMP"]
    assert found.value.dtype == np.float32
    np.testing.assert_array_equal(found.value, np.float32([10.125, np.nan, 8.0, 7.0]))
    np.testing.assert_array_equal(found.flag, [1, 9, 4, 0])
    np.testing.assert_array_equal(found.adjusted, np.float32([10.5, np.nan, np.nan, 7.5]))
    np.testing.assert_array_equal(found.adjusted_flag, [2, 9, 4, 0])
    np.testing.assert_array_equal(found.error, np.float32([0.25, np.nan, np.nan, 0.5]))
    assert (found.mode, found.units) == ("R", "unit of TEMP")


def test_what_is_not_finite_is_missing() -> None:
    content = profile_file(Profile({"PRES": [1.0, 2.0, 3.0], "TEMP": [np.inf, np.nan, 4.0]}))
    np.testing.assert_array_equal(
        decode(content, "x")[0].columns["TEMP"].value, np.float32([np.nan, np.nan, 4.0])
    )


def test_each_profile_has_its_own_scheme_mode_and_length() -> None:
    content = profile_file(
        cast(10.0, 9.0, 8.0, mode="D"), cast(11.0, scheme=NEAR_SURFACE, latitude=99999.0), levels=9
    )
    first, second = decode(content, "coriolis/x.nc")
    assert (first.scheme, second.scheme) == ("Primary sampling: averaged [10 sec sampling]",
                                             NEAR_SURFACE)  # fmt: skip
    assert (first.mode, second.mode, first.levels, second.levels) == ("D", "R", 3, 1)
    assert np.isnan(second.latitude)
    assert first.facts["PI_NAME"] == "Ann O'Nym"
    assert first.date_update == np.datetime64("2020-06-01T12:00:00")
    assert (first.file, second.place, first.juld_flag, first.mission) == ("coriolis/x.nc", 1, 1, 1)


def test_twin_sensors_and_modes_of_parameters() -> None:
    profile = Profile(
        {"PRES": [1.0, 2.0], "DOXY": Parameter([200.0, 201.0], mode="A"),
         "DOXY2": Parameter([100.0, 101.0], mode="D")},
        listed=["NOWHERE"],
    )  # fmt: skip
    (row,) = decode(profile_file(profile, bio=True), "x")
    assert {name: one.mode for name, one in row.columns.items()} == {
        "PRES": "R", "DOXY": "A", "DOXY2": "D"
    }  # fmt: skip
    np.testing.assert_array_equal(row.columns["PRES"].flag, [0, 0])


def test_an_old_file_without_scheme_or_adjusted_values() -> None:
    without = [
        "VERTICAL_SAMPLING_SCHEME",
        "CONFIG_MISSION_NUMBER",
        "PSAL_ADJUSTED_ERROR",
        "TEMP_QC",
    ]
    (row,) = decode(profile_file(cast(10.0, 9.0), without=without), "x")
    assert (row.scheme, row.mission) == ("", -1)
    np.testing.assert_array_equal(row.columns["TEMP"].flag, [0, 0])
    assert np.isnan(row.columns["PSAL"].error).all()


def test_without_pressure_there_is_no_profile() -> None:
    with pytest.raises(BadUpstreamData) as caught:
        decode(profile_file(cast(10.0), without=["PRES"]), "x")
    assert caught.value.reason == Reason.MISSING_VARIABLE
