"""Times that are numbers: read where the table or the caller says what they count."""

import pytest

from halocline.model.errors import BadUpstreamData
from tests.unit.sources.generic_csv.test_decode import read, refused

TEN = "2024-06-01T10:00:00"


@pytest.mark.parametrize(
    ("header", "cells", "how"),
    [
        ("time (seconds since 1970-01-01 00:00:00)", ["1717236000"], {}),
        ("days since 1950-01-01T00:00:00Z", ["27180.4166667"], {}),
        ("time", ["seconds since 1970-01-01", "1717236000"], {}),
        ("time", ["1717236000"], {"time_units": "seconds since 1970-01-01"}),
        ("time", ["2460462.9166667"], {"time_units": "julian days"}),
        ("clock", ["1717236000"], {"time": "clock", "time_units": "seconds since 1970-01-01"}),
        ("time", ["1717243200"], {"time_units": "seconds since 1970-01-01", "zone": "UTC+2"}),
        ("time (UTC+2) [seconds since 1970-01-01]", ["1717243200"], {}),
    ],
)
def test_a_time_that_is_counted_is_read_where_its_units_are_said(header, cells, how) -> None:
    text = f"{header},TEMP\n" + "".join(f"{cell},1.5\n" for cell in cells)
    series = read(text, **how).series
    assert series.time.astype(str).tolist() == [TEN]
    assert list(series.variables) == ["TEMP"]


def test_a_decimal_comma_counts_too() -> None:
    text = "time (days since 1950-01-01);TEMP\n27180,5;1,5\n"
    assert read(text).series.time.astype(str).tolist() == ["2024-06-01T12:00:00"]


def test_a_count_goes_before_a_date_without_its_hour() -> None:
    text = "Date,Time (seconds since 1970-01-01),TEMP\n2024-06-01,1717236000,1.5\n"
    assert read(text).series.time.astype(str).tolist() == [TEN]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1717236000", r"'1717236000' is a number, .* \(--time-units 'seconds since 1970-01-01'"),
        ("1717236000123", r"\(--time-units 'milliseconds since 1970-01-01', if that is it\)"),
        ("2460462.9167", r"\(--time-units 'julian days', if that is it\), or in brackets behind"),
        ("27180.41667", r"\(--time-units 'days since 1950-01-01', if that is it\)"),
        ("2024.4153", "'2024.4153' is a year, .* write dates, such as 2024-06-01T12:00:00Z"),
        ("01/06/24 10:00", "'01/06/24 10:00' has a year of two digits, .* write it with four"),
        ("yesterday", "'yesterday': wanted 2024-06-01T12:00:00Z or like it"),
    ],
)
def test_a_time_that_is_not_understood_is_shown_with_what_settles_it(cell: str, said: str) -> None:
    with pytest.raises(BadUpstreamData, match=said):
        read(f"time,TEMP\n{cell},1.5\n")


def test_a_count_from_a_day_of_two_calendars_is_refused() -> None:
    detail = refused("time (days since 0001-01-01),TEMP\n738000,1\n").detail
    assert "from 1583 on" in detail
