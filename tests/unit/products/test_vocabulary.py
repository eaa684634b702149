"""What a parameter is called: names, twins, medians, and the units a standard name holds for."""

import pytest

from halocline.products.units import units_of
from halocline.products.vocabulary import ARGO, COASTHF, parameter_of


@pytest.mark.parametrize(
    ("name", "unit", "holds"),
    [("TEMP", "°C", True), ("TEMP", "degree_Celsius", True), ("TEMP", "", False),
     ("TEMP", "°F", False), ("PSAL", "PSU", True), ("PSAL", "ntu", False), ("TUR4", "FNU", False),
     ("CPHL", "µg/L", True), ("CPHL", "RFU", False), ("DOX1", "mL/L", True),
     ("DOX1", "mg/L", False), ("DOX2", "µmol/kg", True), ("CNDC", "mS/cm", True)],
)  # fmt: skip
def test_a_standard_name_is_claimed_for_its_units_however_they_are_spelled(name, unit, holds):
    assert bool(COASTHF[name].name_in(units_of(unit))) is holds


def test_an_unknown_parameter_is_called_by_its_own_name_and_claims_nothing():
    known = parameter_of(ARGO, "MOLAR_THING")
    assert "MOLAR_THING" in known.long_name
    assert known.standard_name == ""


def test_a_median_is_named_after_its_parameter():
    assert parameter_of(ARGO, "TEMP_DOXY_MED").long_name.startswith("Median of sea temperature")


@pytest.mark.parametrize("name", ["DOXY2", "DOXY_2"])
def test_a_second_sensor_is_its_parameter(name):
    known = parameter_of(ARGO, name)
    assert known.standard_name == ARGO["DOXY"].standard_name
    assert "another sensor" in known.long_name


def test_a_wavelength_is_not_a_second_sensor():
    assert parameter_of(ARGO, "BBP700").long_name == "Particle backscattering at 700 nm"
