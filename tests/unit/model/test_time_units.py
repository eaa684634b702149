"""Times that are counted from a moment."""

import numpy as np
import pytest

from halocline.model.time_units import time_units


@pytest.mark.parametrize(
    ("text", "count", "stamp"),
    [
        ("seconds since 1970-01-01", 1717236000.0, "2024-06-01T10:00:00"),
        ("milliseconds since 1970-1-1 0:0:0", 1717236000400.0, "2024-06-01T10:00:00"),
        ("time (days since 1950-01-01T00:00:00Z)", 27180.5, "2024-06-01T12:00:00"),
        ("Hours since 1900-01-01 00:00:0.0", 24.0, "1900-01-02T00:00:00"),
        ("minutes since 2024-06-01 06:30:00 UTC", -30.0, "2024-06-01T06:00:00"),
        ("Julian days", 2440587.5, "1970-01-01T00:00:00"),
        ("julian days", 2460462.916666667, "2024-06-01T10:00:00"),
    ],
)
def test_a_count_is_a_stamp(text: str, count: float, stamp: str) -> None:
    assert time_units(text).stamps(np.array([count])).astype(str).tolist() == [stamp]


def test_what_is_no_count_is_no_stamp() -> None:
    counts = np.array([np.nan, 1e300, 0.0])
    found = time_units("days since 1950-01-01").stamps(counts)
    assert np.isnat(found).tolist() == [True, True, False]


@pytest.mark.parametrize(
    "text",
    ["days", "months since 1950-01-01", "days since 0001-01-01", "days since launch",
     "seconds since 2024-06-01 00:00:00 +01:00", "days since 2024-06-01 00:00:00.5",
     "seconds since 2024-06-01T00:00:00+0100"],
)  # fmt: skip
def test_what_could_mean_two_moments_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="wanted such as 'days since 1950-01-01 00:00:00', from"):
        time_units(text)
