"""Anyone's table: what is read, and what is refused because two readings are possible."""

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.generic_csv import CsvOptions, read_file

RECEIVED = np.datetime64("2025-01-01T00:00:00")
SEANOE = """\
# MAREL, deposited
time,latitude,longitude,Water_Temp_degreeC,QC_Water_Temp_degreeC,Salinity (PSU),remark
2024-06-01T00:00:00Z,50.7,1.5,12.25,1,34.1,
2024-06-01T00:20:00Z,50.7,1.5,,9,34.2,cleaned
2024-06-01T00:40:00Z,50.7,1.5,12.5,4,-9999,
"""
NAN = float("nan")


def read(text: str, **how: object):
    options = CsvOptions(**how)
    return read_file(text.encode(), file="own.csv", received=RECEIVED, options=options)


def refused(text: str, **how: object) -> BadUpstreamData:
    with pytest.raises(BadUpstreamData) as caught:
        read(text, **how)
    return caught.value


def test_a_seanoe_table_is_read_with_its_flags() -> None:
    decoded = read(SEANOE)
    series = decoded.series
    assert list(series.variables) == ["Water_Temp_degreeC", "Salinity"]
    temp = series.variables["Water_Temp_degreeC"]
    np.testing.assert_array_equal(temp.value, [12.25, NAN, 12.5])
    assert temp.flag_source.tolist() == [1, 9, 4]
    salt = series.variables["Salinity"]
    assert (salt.units, salt.flag_source.tolist()) == ("PSU", [0, 0, 9])
    assert (series.platform, series.latitude[0], decoded.count.fills) == ("own", 50.7, 1)


def test_columns_are_renamed_and_numbers_declared_missing() -> None:
    series = read(SEANOE, rename={"Salinity": "PSAL", "Water_Temp_degreeC": "TEMP"},
                  missing=(34.1,), platform="X").series  # fmt: skip
    np.testing.assert_array_equal(series.variables["PSAL"].value, [NAN, 34.2, NAN])
    assert series.platform == "X"
    assert series.variables["TEMP"].flag_source.tolist() == [1, 9, 4]


@pytest.mark.parametrize(
    ("separator", "decimal", "cells"),
    [(";", ",", ("12,5", "3,25")), (";", ".", ("12.5", "3.25")), ("\t", ".", ("12.5", "3.25")),
     ("\t", ",", ("12,5", "3,25")), ("|", ".", ("12.5", "3.25")), (",", ".", ("12.5", "3.25")),
     (",", ".", ('"12.5"', "3.25"))],
)  # fmt: skip
def test_the_marks_are_found(separator: str, decimal: str, cells: tuple[str, str]) -> None:
    rows = [["Date", "A", "B"], ["2024-06-01 00:00", *cells], ["2024-06-01 01:00", *cells]]
    series = read("\n".join(separator.join(row) for row in rows)).series
    assert series.variables["A"].value.tolist() == [12.5, 12.5]
    assert series.variables["B"].value.tolist() == [3.25, 3.25]


@pytest.mark.parametrize(
    ("text", "option", "how"),
    [
        ("time;a;b\n2024-06-01;1,5;2.5\n", "--decimal", {"decimal": "."}),
        ("time;a,b\n2024-06-01;1,5\n", "--separator", {"separator": ";", "decimal": ","}),
        ("time,a\n03/04/2024 00:00,1\n04/05/2024 00:00,2\n", "--day-order", {"day_order": "dmy"}),
        ("when,a\n2024-06-01,1\n", "--time", {"time": "when"}),
    ],
)
def test_two_readings_are_refused_and_the_option_named(text: str, option: str, how: dict) -> None:
    assert option in refused(text).detail
    assert read(text, **how).series.time.size > 0


@pytest.mark.parametrize(
    ("stamps", "how", "expected"),
    [
        (["2024-06-01T12:00:00+02:00"], {}, ["2024-06-01T10:00:00"]),
        (["20240601 1200"], {}, ["2024-06-01T12:00:00"]),
        (["2024/06/01 12:00"], {}, ["2024-06-01T12:00:00"]),
        (
            ["13/06/2024 9:05", "01/07/2024 00:00"],
            {},
            ["2024-06-13T09:05:00", "2024-07-01T00:00:00"],
        ),
        (["06/13/2024 12:00"], {}, ["2024-06-13T12:00:00"]),
        (["03/04/2024 12:00"], {"day_order": "mdy"}, ["2024-03-04T12:00:00"]),
    ],
)
def test_stamps_come_in_several_forms(stamps: list, how: dict, expected: list) -> None:
    text = "time,a\n" + "".join(f"{stamp},1.5\n" for stamp in stamps)
    assert read(text, **how).series.time.astype(str).tolist() == expected


def test_date_and_time_of_day_may_stand_in_two_columns() -> None:
    text = "Date,Time,a\n2024-06-01,10:20:00,1.5\n2024-06-01,10:40:00,2.5\n"
    assert read(text).series.time.astype(str).tolist() == [
        "2024-06-01T10:20:00", "2024-06-01T10:40:00"]  # fmt: skip


def test_rows_out_of_order_and_twice_are_put_right_and_counted() -> None:
    text = "time,a\n2024-06-01T01:00,2\n2024-06-01T00:00,1\n2024-06-01T01:00,\n"
    decoded = read(text)
    assert decoded.series.variables["a"].value.tolist() == [1, 2]
    assert decoded.count.duplicates == 1


def test_broken_and_future_rows_are_set_aside() -> None:
    good = "".join(f"2024-06-01T{hour:02d}:00,{hour}\n" for hour in range(24))
    decoded = read(f"time,a\n{good}2024-06-02T00:00,1,2\nsoon,1\n2030-01-01T00:00,5\n")
    assert decoded.series.time.size == 24
    assert [one.reason for one in decoded.quarantined] == [Reason.BAD_ROW, Reason.FUTURE_DATE]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", Reason.EMPTY), ("time,a\n", Reason.NO_DATA), ("<html>\n</html>", Reason.NOT_THE_FORMAT),
     ("abc\ndef\n", Reason.NOT_THE_FORMAT), ("time,a\n2024-06-01,x\n", Reason.MISSING_VARIABLE),
     ("time,a,a\n2024-06-01,1,2\n", Reason.BAD_HEADER),
     ("time,a\nyesterday,1\n", Reason.NOT_THE_FORMAT),
     ("time,station,a\n2024-06-01,A,1\n2024-06-02,B,1\n", Reason.WRONG_PLATFORM)],
)  # fmt: skip
def test_what_is_no_series_is_refused(text: str, reason: Reason) -> None:
    assert refused(text).reason == reason


def test_words_like_a_logger_s_header_do_not_hide_the_table() -> None:
    text = "# Logger 7\n#time,a\n2024-06-01T00:00,1.5\n"
    assert read(text).series.variables["a"].value.tolist() == [1.5]
