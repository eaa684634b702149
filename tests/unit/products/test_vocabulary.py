"""Names and units against UDUNITS and the CF standard name table."""

import cf_units
import pytest

from halocline.products.vocabulary import (
    _EQUIVALENT,
    ARGO,
    VALID_UNITS,
    parameter_of,
    units_of,
)


@pytest.mark.parametrize("unit", sorted(VALID_UNITS | set(_EQUIVALENT.values())))
def test_udunits_reads_every_unit_written(unit):
    assert not cf_units.Unit(unit).is_unknown()


@pytest.mark.parametrize("unit", sorted(_EQUIVALENT))
def test_a_unit_is_only_respelled_where_udunits_refuses_it(unit):
    with pytest.raises(ValueError, match="parse"):
        cf_units.Unit(unit)


def test_practical_salinity_keeps_the_providers_word_beside_the_unit():
    units = units_of("psu")
    assert (units.cf, units.source, units.note) == ("1", "psu", "")


def test_mho_is_the_siemens_by_another_name():
    # The mho is the reciprocal ohm, which the SI calls siemens: no factor.
    assert units_of("mhos/m").cf == "S m-1"


@pytest.mark.parametrize(("unit", "words"), [("furlongs", "'furlongs'"), ("", "no unit")])
def test_an_unknown_unit_becomes_dimensionless_and_says_so(unit, words):
    units = units_of(unit)
    assert units.cf == "1"
    assert words in units.note
    assert "as received" in units.note


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
