"""Every parameter of the vocabulary against the CF standard name table and UDUNITS."""

import cf_units
import pytest
from compliance_checker.cf.util import StandardNameTable

from halocline.products.units import units_of
from halocline.products.vocabulary import ARGO, COASTHF

EVERY = [
    pytest.param(table[name], id=f"{network}-{name}")
    for network, table in (("argo", ARGO), ("coasthf", COASTHF))
    for name in table
]


@pytest.fixture(scope="module")
def standard_names():
    return StandardNameTable()


@pytest.mark.parametrize("known", EVERY)
def test_a_standard_name_exists_and_its_units_convert(known, standard_names):
    if known.standard_name:
        canonical = cf_units.Unit(standard_names[known.standard_name].canonical_units)
        assert known.units, "a standard name needs the units it holds for"
        for unit in known.units:
            assert cf_units.Unit(units_of(unit).cf).is_convertible(canonical), unit
