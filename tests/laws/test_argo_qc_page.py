"""The reference page of Argo tests says what the registry says."""

import re
from pathlib import Path

from halocline.qc.argo._api import in_order
from halocline.qc.argo._page import table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "argo-qc.md"
BETWEEN = re.compile(r"<!-- tests: [^>]*-->\n(.*)<!-- end of tests -->", re.DOTALL)


def test_the_table_of_the_page_is_that_of_the_registry():
    found = BETWEEN.search(PAGE.read_text(encoding="utf-8"))
    assert found
    assert found[1].strip() == table(), "make it again: python -m halocline.qc.argo._page"


def test_every_test_has_a_first_line_that_says_what_it_finds():
    for test in in_order():
        assert test.function.__doc__, test.name
        assert len(test.function.__doc__.split("\n", 1)[0]) > 20
