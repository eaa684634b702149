"""Stamps in the forms spreadsheets and loggers write, and none made up."""

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.sources.generic_csv import stamps
from halocline.sources.generic_csv.stamps import parse_stamps
from halocline.sources.generic_csv.time_columns import Zone

TWO_HOURS = 7200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-01-03 10:00 UTC", "2023-01-03T10:00:00"),
        ("2023-01-03 10:00 UTC+2", "2023-01-03T08:00:00"),
        ("2023-01-03 12h30", "2023-01-03T12:30:00"),
        ("13/01/2023 01:00 PM", "2023-01-13T13:00:00"),
        ("01/13/2023 12:05:10 am", "2023-01-13T00:05:10"),
        ("13/01/2023 9h", "2023-01-13T09:00:00"),
        ("2023/01/03 9:05", "2023-01-03T09:05:00"),
        ("13/01/2023", "2023-01-13T00:00:00"),
    ],
)
def test_a_stamp_that_one_reading_allows_is_read(text: str, expected: str) -> None:
    assert parse_stamps([text], order=None).astype(str).tolist() == [expected]


@pytest.mark.parametrize("text", ["2023-01-03 10:00 CET", "2023-01-03 13:00 PM", "soon", ""])
def test_what_is_no_stamp_is_none(text: str) -> None:
    assert np.isnat(parse_stamps(["2023-01-03", text], order=None)).tolist() == [False, True]


def test_the_zone_of_the_name_is_for_stamps_that_have_none() -> None:
    texts = ["2023-01-03 10:00", "2023-01-03 10:00Z", "2023-01-03T10:00:00+01:00", "2023-01-03"]
    found = parse_stamps(texts, order=None, zone=Zone(TWO_HOURS)).astype("datetime64[h]")
    assert found.astype(str).tolist() == [
        "2023-01-03T08", "2023-01-03T10", "2023-01-03T09", "2023-01-02T22"]  # fmt: skip


def test_a_zone_whose_offset_changes_is_refused_unless_every_stamp_has_its_own() -> None:
    zone = Zone(named="Time (CET)")
    with pytest.raises(BadUpstreamData, match=r"'Time \(CET\)' .* convert"):
        parse_stamps(["2023-01-03 10:00"], order=None, zone=zone)
    assert not np.isnat(parse_stamps(["2023-01-03 10:00+01:00"], order=None, zone=zone)).any()


def test_the_order_of_day_and_month_is_looked_for_once(monkeypatch) -> None:
    asked = []
    order = stamps._order
    monkeypatch.setattr(stamps, "_order", lambda texts: asked.append(1) or order(texts))
    parse_stamps(["13/01/2023 01:00"] * 50, order=None)
    assert len(asked) == 1
