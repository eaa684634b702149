"""Test 57 looks at the CTD of its cycle, in its own row or in the row that has one."""

import numpy as np
import pytest

from halocline.qc.argo import ArgoSuite, check_arrays
from halocline.suites import load_suite, shipped_suite

PRIMARY = "Primary sampling: averaged [10 sec sampling]"
SECONDARY = "Secondary sampling: discrete [1 Hz sampling]"
NAN = np.nan
MANUAL = load_suite(shipped_suite("argo"))
OXYGEN = ArgoSuite.model_validate({
    "suite": "argo", "global_range": MANUAL.global_range.model_dump(),
    "raw_oxygen": MANUAL.raw_oxygen.model_dump(),
})  # fmt: skip


def oxygen_flags(**given) -> list:
    return check_arrays(**given, suite=OXYGEN, platform="6900001").variables["DOXY"].flag.tolist()


@pytest.mark.parametrize(
    "bad", [{"pres": -6.0}, {"temp": 41.0}, {"psal": 1.0}], ids=lambda one: next(iter(one))
)
def test_oxygen_beside_a_bad_value_of_its_row_is_bad(bad):
    """By hand: outside [-5, inf) dbar, [-2.5, 40] °C, [2, 41]: flag 4, and oxygen with it."""
    level = {"pres": 10.0, "temp": 15.0, "psal": 35.0, "doxy": 200.0} | bad
    given = {name: [value, {"pres": 20.0, "temp": 15.0, "psal": 35.0, "doxy": 200.0}[name]]
             for name, value in level.items()}  # fmt: skip
    assert oxygen_flags(**given) == [4, 3]


def test_oxygen_in_a_row_of_its_own_looks_at_the_ctd_of_its_cycle():
    """By hand: 12 dbar is nearest to 10 (good), 290 to 300 (41 °C), 400 is farther than 50 dbar."""
    given = {
        "pres": [[10.0, 300.0, NAN], [12.0, 290.0, 400.0], [12.0, 290.0, 400.0]],
        "temp": [[15.0, 41.0, NAN], [NAN] * 3, [NAN] * 3],
        "psal": [[35.0, 35.0, NAN], [NAN] * 3, [NAN] * 3],
        "doxy": [[NAN] * 3, [200.0] * 3, [200.0] * 3],
        "cycle": [1, 1, 2],
        "scheme": [PRIMARY, SECONDARY, SECONDARY],
    }
    assert oxygen_flags(**given) == [[9, 9, 9], [3, 4, 3], [3, 3, 3]]


def test_a_test_that_looks_at_other_rows_says_so():
    (found,) = [test for test, _ in OXYGEN.tests() if test.number == 57]
    assert found.needs_history, "rows one by one are not judged as rows together"
