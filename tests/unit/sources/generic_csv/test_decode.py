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


@pytest.mark.parametrize("header", ["time", "Time (CET)", "time (UTC+5)"])
def test_a_zone_the_caller_says_goes_before_that_of_the_name(header: str) -> None:
    text = f"{header},a\n2024-06-01 12:00,1\n2024-06-01 12:00Z,2\n"
    assert read(text, zone="UTC+1").series.time.astype(str).tolist() == [
        "2024-06-01T11:00:00", "2024-06-01T12:00:00"]  # fmt: skip


def test_date_and_time_of_day_may_stand_in_two_columns() -> None:
    text = "Date,Time,a\n2024-06-01,10:20:00,1.5\n2024-06-01,10:40:00,2.5\n"
    assert read(text).series.time.astype(str).tolist() == [
        "2024-06-01T10:20:00", "2024-06-01T10:40:00"]  # fmt: skip


@pytest.mark.parametrize("date", ["2024-06-01", "01/06/2024"])
def test_hours_that_are_numbers_are_read_below_ten_too(date: str) -> None:
    text = "Date,Hour,a\n" + "".join(f"{date},{hour},1.5\n" for hour in range(24))
    decoded = read(text, day_order="dmy")
    assert decoded.series.time.astype("datetime64[h]").astype(str).tolist() == [
        f"2024-06-01T{hour:02d}" for hour in range(24)]  # fmt: skip
    assert decoded.quarantined == ()


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


def hours(count: int) -> list[str]:
    start = np.datetime64("2024-06-01T00")
    return [str(start + hour) for hour in range(count)]


def told(text: str, **how: object) -> str:
    return "\n".join(read(text, **how).notes)


def test_a_column_without_a_name_is_nobody_s_flag_and_no_variable() -> None:
    text = ",time,TEMP\n" + "".join(f"{k},{at},{k}.5\n" for k, at in enumerate(hours(9)))
    decoded = read(text)
    assert list(decoded.series.variables) == ["TEMP"]
    assert not decoded.series.variables["TEMP"].flag_source.any()
    assert decoded.notes == (
        "column column_1 left alone: it has no name and merely counts rows",)  # fmt: skip


def test_a_column_without_a_name_that_measures_something_is_called_after_its_place() -> None:
    text = "time,,TEMP\n2024-06-01,3.5,1\n2024-06-02,3.5,2\n"
    assert list(read(text).series.variables) == ["column_2", "TEMP"]
    assert list(read(text, rename={"column_2": "PSAL"}).series.variables) == ["PSAL", "TEMP"]
    assert "column_2 has no name" in told(text)


def test_empty_columns_at_the_end_are_none() -> None:
    decoded = read("time,TEMP,,\n2024-06-01,1.5,,\n")
    assert (list(decoded.series.variables), decoded.notes) == (["TEMP"], ())


def test_one_word_in_a_column_costs_one_value_and_is_told() -> None:
    cells = ["1.5", "<0.05", *["2.5"] * 18, "#N/A", "ERR"]
    text = "time,TEMP\n" + "".join(
        f"{at},{cell}\n" for at, cell in zip(hours(22), cells, strict=True)
    )
    decoded = read(text)
    assert np.isfinite(decoded.series.variables["TEMP"].value).sum() == 19
    assert decoded.notes == (
        "column TEMP: 1 of 20 cells is no number, first '<0.05' in row 2: taken as missing",
    )


def test_a_column_of_words_is_left_alone_and_told() -> None:
    rows = "".join(f"{at},1.5,{'bon' if k < 5 else 3}\n" for k, at in enumerate(hours(25)))
    decoded = read("time,TEMP,avis\n" + rows, rename={"avis": "PSAL"})
    why = "column avis left alone: 5 of 25 cells are no numbers, first 'bon' in row 1"
    assert decoded.notes == (why,)
    assert decoded.left_alone == {"avis": why, "PSAL": why}


def test_decimal_commas_in_quotes_are_refused_with_the_option_that_reads_them() -> None:
    text = 'time,TEMP\n2024-06-01,"7,414"\n'
    assert "--decimal ," in refused(text).detail
    assert read(text, decimal=",").series.variables["TEMP"].value.tolist() == [7.414]


@pytest.mark.parametrize(("cell", "mark"), [('"34,790.3"', ","), ("34 790,3", ";")])
def test_thousands_may_stand_apart(cell: str, mark: str) -> None:
    text = f"time{mark}A{mark}B\n2024-06-01{mark}{cell}{mark}{'1,5' if mark == ';' else 1.5}\n"
    assert read(text).series.variables["A"].value.tolist() == [34790.3]


def test_a_second_latitude_may_be_called_something_else() -> None:
    text = "time,lat,latitude,TEMP\n2024-06-01,48.5,48.6,12\n"
    assert "--rename 'lat=" in refused(text).detail
    series = read(text, rename={"lat": "LAT_CHART"}).series
    assert series.latitude.tolist() == [48.6]
    assert series.variables["LAT_CHART"].value.tolist() == [48.5]


def test_columns_that_come_to_one_name_are_refused() -> None:
    text = "time,Temp (2m),Temp (10m)\n2024-06-01,1,2\n"
    detail = refused(text).detail
    assert "columns Temp (2m), Temp (10m) come to one name, Temp" in detail
    given = {"Temp (2m)": "Temp_1", "Temp (10m)": "Temp_2"}
    assert "--rename 'Temp (2m)=Temp_1,Temp (10m)=Temp_2'" in detail
    assert list(read(text, rename=given).series.variables) == ["Temp_1", "Temp_2"]
    assert (
        "one name, X" in refused("time,A,B\n2024-06-01,1,2\n", rename={"A": "X", "B": "X"}).detail
    )


def test_rows_of_one_stamp_are_counted_and_told() -> None:
    rows = [f"{at},{k}\n" for k, at in enumerate(hours(10))]
    text = "".join(["time,a\n", *rows, rows[2], "2024-06-01T05,99\n"])
    decoded = read(text)
    assert decoded.notes == (
        "4 of 12 rows share their stamp with another; at 1 stamp they differ: the last row has the "
        "word",
    )
    assert decoded.series.variables["a"].value[5] == 99
    twice = told("".join(["time,a\n", *rows, *rows]))
    assert twice == "20 of 20 rows share their stamp with another; they say the same"


def test_a_table_of_two_depths_a_stamp_is_refused() -> None:
    rows = "".join(f"{at},{depth},{depth}.5\n" for at in hours(5) for depth in (1, 10))
    error = refused("time,depth,TEMP\n" + rows)
    assert error.reason == Reason.NOT_THE_FORMAT
    assert "10 of 10 rows share their stamp" in error.detail


@pytest.mark.parametrize("stamps", [hours(5), [f"2024-06-0{day}" for day in range(1, 6)]])
def test_a_table_of_revisions_is_read_where_it_is_said_to_be_one(stamps: list[str]) -> None:
    """Older values, then later ones: what two depths stacked in one table look like too."""
    text = "time,FLOW\n" + "".join(f"{at},{k}\n{at},{k}.5\n" for k, at in enumerate(stamps))
    assert "where a later row corrects an earlier one, say so (--revisions)" in refused(text).detail
    decoded = read(text, revisions=True)
    assert decoded.series.variables["FLOW"].value.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert decoded.notes == (
        "10 of 10 rows share their stamp with another; at 5 stamps they differ: the last row has "
        "the word",
    )


def test_dates_alone_that_repeat_are_refused() -> None:
    rows = "".join(f"2024-06-{1 + k // 4:02d},{k % 4}h00,{k}\n" for k in range(20))
    detail = refused("Date,Heure début,TEMP\n" + rows).detail
    assert "column Date holds dates alone" in detail
    assert "--time 'Date,<time of day>'" in detail
    both = read("Date,Heure début,TEMP\n" + rows, time="Date,Heure début")
    assert both.series.time.size == 20


def test_numbers_that_look_like_none_are_told_and_those_known_are_counted() -> None:
    cells = [*[f"{k % 7}.5" for k in range(20)], "-999", "-999", "-999", "-9999"]
    text = "time,Chla\n" + "".join(
        f"{at},{cell}\n" for at, cell in zip(hours(24), cells, strict=True)
    )
    assert read(text).notes == (
        "column Chla: -9999 in 1 cell stands for none: taken as missing",
        "column Chla: -999 occurs 3 times, far outside the other values: --missing -999 if it "
        "stands for none",
    )
    assert "--missing" not in told(text, missing=(-999.0,))
    near = text.replace("-999,", "x").replace("-999\n", "9.9\n")
    assert "--missing" not in told(near)


def test_flags_are_digits_even_where_they_were_written_as_numbers() -> None:
    text = "time,TEMP,TEMP_QC\n2024-06-01,1,8.0\n2024-06-02,2,good\n"
    assert read(text).series.variables["TEMP"].flag_source.tolist() == [8, 0]
    assert "column TEMP_QC: 1 cell with no flag of 0 to 9, first 'good' in row 2" in told(text)


@pytest.mark.parametrize(
    ("header", "left"),
    [("TEMP_flag,TEMP,TEMP_QC", "TEMP_flag"), ("TEMP_QC,TEMP,FLAG_TEMP", "FLAG_TEMP"),
     ("QC_TEMP,TEMP,TEMP_QC", "TEMP_QC")],
)  # fmt: skip
def test_of_two_columns_of_flags_one_is_read_and_none_a_variable(header: str, left: str) -> None:
    first = header.index("QC") < header.index("TEMP,")
    row = "4,1.5,0" if first else "0,1.5,4"
    decoded = read(f"time,{header}\n2024-06-01,{row}\n")
    assert list(decoded.series.variables) == ["TEMP"]
    assert decoded.series.variables["TEMP"].flag_source.tolist() == [4]
    (note,) = decoded.notes
    assert note.startswith(f"column {left} left alone: the flags of TEMP are read from ")
    assert "are read from" in decoded.left_alone[left]


def test_a_row_set_aside_is_shown() -> None:
    rows = "".join(f"{at},1.5\n" for at in hours(30))
    (aside,) = read(f"time,a\nUTC,degC\n{rows}2024-06-03,1,2\n").quarantined
    assert aside.detail == (
        "1 row of another width than the header, first row 32; "
        "1 row without a stamp that can be read, first 'UTC' in row 1"
    )


def test_a_date_without_its_hour_is_no_midnight() -> None:
    text = "date,time,a\n2024-06-01,01:00,1\n2024-06-01,,2\n2024-06-01,02:00,3\n"
    assert read(text).series.time.size == 2
