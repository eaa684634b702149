"""The reference page of products names what products hold."""

import re
from pathlib import Path

import netCDF4

from tests.laws.test_product_schema import PRODUCTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "products.md"
NAMES = re.compile(r"`([A-Z][A-Z_]+[A-Z])`")
OTHER_PARAMETERS = ("PRES_", "PSAL", "FLU3", "NITRATE", "CHLA")
"""What they have, temperature has; and what is corrected, oxygen has."""
OTHER_WORDS = {"N_PROF", "N_LEVELS", "FFU", "TEMP_SD_RECEIVED", "TEMP_SD_RECEIVED_QC"}
"""Dimensions, a unit, and what is there only where a file brings a TEMP_SD of its own."""


def held():
    variables, attributes = set(), set()
    for make in PRODUCTS.values():
        with netCDF4.Dataset("memory.nc", memory=make()) as opened:
            variables |= set(opened.variables)
            attributes |= set(opened["TEMP_FILLED"].ncattrs())
    return variables, attributes


def test_every_name_on_the_page_is_in_a_product_and_every_fill_attribute_on_the_page():
    variables, attributes = held()
    page = PAGE.read_text(encoding="utf-8")
    assert set(NAMES.findall(page)) - OTHER_WORDS <= variables
    given = {name for name in attributes if name.startswith("fill_")}
    assert given <= set(re.findall(r"`(fill_\w+)`", page))


def test_every_suffix_and_frame_variable_is_on_the_page():
    variables, _ = held()
    named = set(NAMES.findall(PAGE.read_text(encoding="utf-8")))
    others = {name for name in variables if not name.startswith(OTHER_PARAMETERS)}
    others = {name for name in others if not name.startswith("DOXY_") or "CORRECTED" in name}
    assert others - named <= {"PLATFORM_NUMBER", "PLATFORM_CODE"}
