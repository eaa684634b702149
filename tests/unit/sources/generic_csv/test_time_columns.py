"""Which columns hold the time of a table, and the zone their names speak of."""

import pytest

from halocline.model.errors import BadUpstreamData
from halocline.sources.generic_csv.time_columns import time_columns, zone_of


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Date heure;T", ["Date heure"]),
        ("DATE_HEURE;T", ["DATE_HEURE"]),
        ("Date et heure (TU);T", ["Date et heure (TU)"]),
        ("date_utc;time_utc;T", ["date_utc", "time_utc"]),
        ("Date;Heure UTC;T", ["Date", "Heure UTC"]),
        ("Date;Heure_TU;T", ["Date", "Heure_TU"]),
        ("Date (JJ/MM/AAAA);Heure (HH:MM);T", ["Date (JJ/MM/AAAA)", "Heure (HH:MM)"]),
        ("Date Time, GMT+02:00;T", ["Date Time, GMT+02:00"]),
        ("Date heure locale;Date heure UTC", ["Date heure UTC"]),
        ("datetime;day;hour", ["datetime"]),
        ("timestamp;date;time", ["date", "time"]),
        ("time;TIME_ORIGIN;TIME2", ["time"]),
        ("Date;Time;Hour;T", ["Date", "Time"]),
        ("Date;Heure;Hour;T", ["Date", "Heure"]),
        ("Date;Heure locale;Heure UTC;T", ["Date", "Heure UTC"]),
        ("datetime;Date;Time;Hour", ["datetime"]),
        ("hours since 1970-01-01;T", ["hours since 1970-01-01"]),
        ("T;time [days since 1950-01-01];Date", ["time [days since 1950-01-01]"]),
    ],
)
def test_the_time_is_found_in_one_column_or_two(header: str, found: list[str]) -> None:
    assert time_columns(header.split(";")) == found


@pytest.mark.parametrize(
    ("first", "found"),
    [({"Date": "2024-06-01 10:20", "Time": "10:20", "Hour": "10"}, ["Date"]),
     ({"time": "2024-06-01T10:20:00Z", "day": "1", "hour": "10"}, ["time"]),
     ({"day": "1", "hour": "10", "time": "20240601 1020"}, ["time"])],
)  # fmt: skip
def test_a_stamp_that_has_its_time_of_day_needs_no_other(first: dict, found: list[str]) -> None:
    assert time_columns(list(first), first=first) == found


def test_two_times_of_day_beside_a_date_are_refused_with_what_settles_it() -> None:
    with pytest.raises(BadUpstreamData) as caught:
        time_columns(["Date", "Time", "Heure", "T"])
    assert caught.value.detail == (
        "columns Date, Time, Heure: which is the time of day? say so (--time 'Date,Time' or "
        "--time 'Date,Heure')"
    )


def test_the_time_is_where_the_caller_says() -> None:
    names = ["Date Time, GMT+02:00", "date", "heure", "T"]
    assert time_columns(names, "Date Time, GMT+02:00") == ["Date Time, GMT+02:00"]
    assert time_columns(names, "date, heure") == ["date", "heure"]
    with pytest.raises(BadUpstreamData, match=r"no column nosuch .* date, heure, T"):
        time_columns(names, "nosuch")


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("time", 0), ("Heure (TU)", 0), ("Time (UTC+2)", 7200), ("Time_UTC-3:30", -12600),
     ("Time [+2]", 7200), ("time (+02:00)", 7200), ("Date Time, GMT-03:00", -10800),
     ("Heure locale (UTC+1)", 3600)],
)  # fmt: skip
def test_a_fixed_offset_is_read_from_the_name(name: str, seconds: int) -> None:
    assert zone_of([name]).offset_s == seconds


@pytest.mark.parametrize(
    "name", ["Time (CET)", "Date heure locale", "Heure légale", "Time (Europe/Paris)"]
)
def test_a_zone_without_a_fixed_offset_is_known_by_its_name(name: str) -> None:
    assert zone_of([name]).named == name
