"""Units as people write them, against UDUNITS."""

import cf_units
import pytest

from halocline.model.unit_spelling import folded
from halocline.model.units import SCALES, SPELLINGS, UNITS
from halocline.products.units import VALID_UNITS, units_of
from halocline.qc.series._units import hold_for


@pytest.mark.parametrize("unit", sorted(VALID_UNITS | set(UNITS.values()) - SCALES))
def test_udunits_reads_every_unit_written(unit):
    assert not cf_units.Unit(unit).is_unknown()


@pytest.mark.parametrize(
    ("written", "unit"),
    sorted((one, unit) for unit, others in SPELLINGS.items() for one in (unit, *others)),
)
def test_a_spelling_the_product_knows_the_thresholds_know_and_the_other_way_round(written, unit):
    assert units_of(written.upper()).note == ""
    assert cf_units.Unit(units_of(written).cf) == cf_units.Unit("1" if unit in SCALES else unit)
    assert hold_for(written, [unit])
    assert hold_for(unit, [written])


def test_no_two_spellings_fold_into_one_that_means_two_units():
    meant = {}
    for unit, others in SPELLINGS.items():
        for one in (unit, *others):
            assert meant.setdefault(folded(one), unit) == unit == UNITS[folded(one)]


@pytest.mark.parametrize("unit", sorted(VALID_UNITS - {"1"}))
def test_a_unit_the_product_keeps_as_it_is_written_is_known_to_thresholds_in_its_cf_name(unit):
    assert hold_for(f" {unit.upper()} ", [units_of(f" {unit.upper()} ").cf])


@pytest.mark.parametrize("unit", sorted(VALID_UNITS))
def test_a_unit_udunits_reads_is_the_same_unit_in_another_spelling(unit):
    assert units_of(unit).cf == unit
    assert cf_units.Unit(units_of(f" {unit.upper()} ").cf) == cf_units.Unit(unit)


@pytest.mark.parametrize(
    ("written", "cf"),
    [("°C", "degree_Celsius"), ("º C", "degree_Celsius"), ("℃", "degree_Celsius"),
     ("deg C", "degree_Celsius"), ("C", "degree_Celsius"), ("°F", "degree_Fahrenheit"),
     ("µg/L", "ug L-1"), ("μg.L⁻¹", "ug L-1"), ("ug/L", "ug L-1"), ("ug l-1", "ug L-1"),
     ("mg/L", "mg L-1"), ("mg / l", "mg L-1"), ("mS/cm", "mS cm-1"), ("µS/cm", "uS cm-1"),
     ("umol/L", "umol L-1"), ("µmol/kg", "umol kg-1"), ("mL/L", "ml/l"), ("cells/L", "L-1"),
     ("cellules/L", "L-1"), ("%", "%"), ("NTU", "1"), ("psu", "1"), ("PSU", "1"), ("m/s", "m/s"),
     ("m.s-1", "m s-1"), ("M/S", "m/s"), ("°", "degree"), ("deg", "degree"), ("degrés", "degree"),
     ("m³/s", "m3 s-1"), ("W/m²", "W m-2"), ("mg/m³", "mg/m3"), ("hPa", "hPa"), ("dbar", "dbar"),
     ("km/h", "km h-1"), ("mm/h", "mm h-1"), ("kts", "knot"), ("mbar", "mbar")],
)  # fmt: skip
def test_what_people_write_becomes_the_unit_they_mean(written, cf):
    units = units_of(written)
    assert cf_units.Unit(units.cf) == cf_units.Unit(cf)
    assert (units.source, units.note) == (written, "")


def test_practical_salinity_keeps_the_providers_word_beside_the_unit():
    units = units_of("psu")
    assert (units.cf, units.source, units.note) == ("1", "psu", "")


def test_mho_is_the_siemens_by_another_name():
    # The mho is the reciprocal ohm, which the SI calls siemens: no factor.
    assert units_of("mhos/m").cf == "S m-1"


@pytest.mark.parametrize(
    ("unit", "words"), [("furlongs", "'furlongs'"), ("", "no unit"), ("unknown", "no unit")]
)
def test_an_unknown_unit_becomes_dimensionless_and_says_so(unit, words):
    units = units_of(unit)
    assert units.cf == "1"
    assert words in units.note
    assert "as received" in units.note
