"""Distances from UTC that are the same all year."""

import pytest

from halocline.model.fixed_zone import zone_offset_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("UTC", 0), ("UTC+2", 7200), ("gmt -3", -10800), ("+05:30", 19800), ("UTC-3:30", -12600),
     ("-0330", -12600)],
)  # fmt: skip
def test_a_fixed_distance_is_read_however_it_is_written(text: str, seconds: int) -> None:
    assert zone_offset_s(text) == seconds


@pytest.mark.parametrize("text", ["", "CET", "Europe/Paris", "UTC+25", "2", "UTC+2:75"])
def test_any_other_zone_is_refused_with_what_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match=r"wanted a fixed distance from UTC, .*UTC\+2"):
        zone_offset_s(text)
