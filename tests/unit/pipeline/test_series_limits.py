"""What a sensor can read is said in the unit of the thresholds alone."""

import numpy as np
import pytest

from halocline.learn.filling import Limits
from halocline.model.series import Series, SeriesVariable
from halocline.pipeline.series_limits import limits_of
from halocline.qc.series import SeriesSuite
from halocline.suites import load_suite, shipped_suite


@pytest.mark.parametrize(
    ("units", "limits"), [("S/m", {"CNDC": Limits(0, 7.5)}), ("", {"CNDC": Limits(0, 7.5)}),
                          ("mS/cm", {})],
)  # fmt: skip
def test_limits_in_another_unit_are_none(units: str, limits: dict[str, Limits]) -> None:
    suite = load_suite(shipped_suite("coasthf"))
    assert isinstance(suite, SeriesSuite)
    variable = SeriesVariable(np.full(3, 42.0), np.ones(3, np.uint8), "CNDC", 1, units)
    time = np.datetime64("2024-06-01T00:00:00") + np.arange(3) * np.timedelta64(3600, "s")
    series = Series("S", time, np.full(3, 50.0), np.full(3, 1.0), {"CNDC": variable})
    assert limits_of(series, suite) == limits
