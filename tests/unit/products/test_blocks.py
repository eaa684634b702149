"""The variables of one parameter: rounding, links, claims."""

import numpy as np
import pytest

from halocline.model.estimates import Filled
from halocline.model.flags import start_flags
from halocline.products.blocks import Block, block_variables, rounded
from halocline.products.units import units_of
from halocline.products.vocabulary import ARGO, parameter_of
from tests.samples.products import checked


def one_filled():
    nan = np.nan
    return Filled(
        value=np.array([1.234567, 0.1, nan]),
        origin=np.array([2, 0, 9], dtype=np.uint8),
        sd=np.array([0.00001, nan, nan]),
        lower=np.array([1.23451, nan, nan]),
        upper=np.array([1.23461, nan, nan]),
    )


def block(**changes):
    value = np.array([np.nan, 0.1, np.nan], dtype=np.float32)
    arguments = {
        "name": "TEMP",
        "dims": ("N",),
        "value": value,
        "flag_source": start_flags(value),
        "checked": checked(value, bad=np.zeros(3, dtype=bool)),
        "parameter": parameter_of(ARGO, "TEMP"),
        "units": units_of("degree_Celsius"),
        "fill": 99999.0,
        "coordinates": "JULD",
        "tests": {6: "global_range", 63: "chla"},
        "filled": one_filled(),
    }
    return Block(**{**arguments, **changes})


def by_name(one):
    return {variable.name: variable for variable in block_variables(one)}


def test_estimates_are_rounded_and_their_uncertainty_outwards():
    tidy = rounded(one_filled(), decimals=4)
    # By hand, four decimals: 1.2346; sd up to 0.0001; lower down to 1.2345; upper up to 1.2347.
    assert tidy.value[0] == 1.2346
    assert (tidy.sd[0], tidy.lower[0], tidy.upper[0]) == (0.0001, 1.2345, 1.2347)


def test_given_values_are_not_rounded():
    value = np.array([0.123456789])
    given = Filled(
        value=value,
        origin=np.array([1], dtype=np.uint8),
        sd=np.array([0.00123]),
        lower=np.array([0.12]),
        upper=np.array([0.13]),
    )
    tidy = rounded(given, decimals=2)
    assert tidy.value[0] == 0.123456789
    assert tidy.sd[0] == 0.00123


@pytest.mark.parametrize("value", [0.3, 1.1, 2.675, 4.35])
def test_a_bound_that_needs_no_rounding_stays(value):
    # 0.3 * 10 is 3.0000000000000004 in floating point for some decimals: not a reason to widen.
    exact = Filled(
        value=np.array([value]),
        origin=np.array([3], dtype=np.uint8),
        sd=np.array([value]),
        lower=np.array([value]),
        upper=np.array([value]),
    )
    tidy = rounded(exact, decimals=3)
    assert tidy.lower[0] == tidy.upper[0] == tidy.sd[0] == value


def test_every_linked_variable_exists():
    found = by_name(block())
    for variable in found.values():
        for name in str(variable.attributes.get("ancillary_variables", "")).split():
            assert name in found


def test_the_design_table_is_complete():
    assert set(by_name(block())) == {
        f"TEMP{suffix}"
        for suffix in (
            *("", "_QC_SOURCE", "_QC", "_QC_TESTS_FAILED", "_QC_TESTS_DONE"),
            *("_FILLED", "_ORIGIN", "_SD", "_LOWER", "_UPPER"),
        )
    }


def test_a_parameter_nobody_filled_has_no_estimates():
    found = by_name(block(filled=None))
    assert "TEMP_FILLED" not in found
    assert "TEMP_FILLED" not in found["TEMP"].attributes["ancillary_variables"]


def test_masks_name_their_bits():
    masks = by_name(block())["TEMP_QC_TESTS_DONE"]
    assert masks.fill is None
    assert masks.attributes["flag_masks"].tolist() == [2**6, 2**63]
    assert masks.attributes["flag_masks"].dtype == np.uint64
    assert masks.attributes["flag_meanings"] == "global_range chla"


def test_a_standard_name_is_not_claimed_under_another_unit():
    found = by_name(block(units=units_of("count")))
    assert "standard_name" not in found["TEMP"].attributes
    assert "standard_name" not in found["TEMP_SD"].attributes


def test_an_uncertainty_of_a_temperature_is_a_difference():
    found = by_name(block())
    assert found["TEMP"].attributes["units_metadata"] == "temperature: on_scale"
    assert found["TEMP_SD"].attributes["units_metadata"] == "temperature: difference"
    assert found["TEMP_SD"].attributes["standard_name"] == "sea_water_temperature standard_error"
