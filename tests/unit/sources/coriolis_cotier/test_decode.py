"""Reading one file: every trap of the format, on files small enough to check by eye."""

import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.coriolis_cotier import decode, read_file

HEAD = ("PLATFORM,ARGOS_ID,DATE (yyyy-mm-ddThh:mi:ssZ),LATITUDE (degree_north),"
        "LONGITUDE (degree_east),TEMP LEVEL1 (degree_Celsius),"
        "DRYT LEVEL-1 (degree_Celsius),QC")  # fmt: skip
ROW = "6200443,0x3f,2024-09-01T00:00:00Z,50.7405,1.5677,19.571,-1,0011114"
LATER = "6200443,0x3f,2024-09-01T00:20:01Z,50.7405,1.5677,,17.5,0011191"
FILE = "OC_202409_TS_MA_6200443.csv"
RECEIVED = np.datetime64("2024-10-01T00:00:00")


def text(*rows: str, head: str = HEAD, end: str = "\n", last: bool = True) -> bytes:
    return (end.join([head, *rows]) + (end if last else "")).encode()


def read(*rows: str, **how: object) -> tuple:
    return decode(text(*rows, **how), FILE, RECEIVED)


def refused(content: bytes, file: str = FILE) -> Reason:
    with pytest.raises(BadUpstreamData) as caught:
        decode(content, file, RECEIVED)
    return caught.value.reason


def test_values_stamps_and_flags_are_those_of_the_text() -> None:
    series, aside = read(ROW, LATER)
    assert aside == []
    assert series.platform == "6200443"
    assert series.time.astype(str).tolist() == ["2024-09-01T00:00:00", "2024-09-01T00:20:01"]
    assert series.time.dtype == np.dtype("datetime64[s]")
    temp, dryt = series.variables["TEMP"], series.variables["DRYT_LEVELM1"]
    assert temp.value.tolist()[0] == 19.571
    assert np.isnan(temp.value[1])
    assert temp.flag_source.tolist() == [1, 9]
    assert (dryt.value.tolist(), dryt.flag_source.tolist()) == ([-1.0, 17.5], [4, 1])
    assert (dryt.parameter, dryt.level, dryt.units) == ("DRYT", -1, "degree_Celsius")
    assert series.latitude.tolist() == [50.7405, 50.7405]


def test_digits_follow_this_file_s_header_with_or_without_argos_id() -> None:
    head = HEAD.replace("ARGOS_ID,", "")
    series, _ = read(ROW.replace("0x3f,", "").replace("0011114", "011134"), head=head)
    assert series.variables["TEMP"].flag_source.tolist() == [3]
    assert series.variables["DRYT_LEVELM1"].flag_source.tolist() == [4]


@pytest.mark.parametrize("value", ["0.1", "8.165", "1e-3", "35.000000000000004", "-214.5"])
def test_a_number_is_the_float_nearest_to_its_text(value: str) -> None:
    series, _ = read(ROW.replace("19.571", value))
    assert series.variables["TEMP"].value[0] == float(value)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_do_not_matter(end: str, last: bool) -> None:
    series, aside = read(ROW, LATER, end=end, last=last)
    assert (series.time.size, aside) == (2, [])


@pytest.mark.parametrize(
    "bad",
    ["6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,19.571,0011114",
     "6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,19.571,-1,7,0011114",
     "6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,19.571,-1,00111",
     "6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,19.571,-1,001111x",
     "6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,19.571,-1,",
     "6200443,0x3f,2024-09-31T00:10:00Z,50.7405,1.5677,19.571,-1,0011114",
     "6200443,0x3f,,50.7405,1.5677,19.571,-1,0011114",
     "6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,warm,-1,0011114",
     "6200443,0x3f,2024-09-01T00:10:00Z,50.7405,1.5677,inf,-1,0011114"],
)  # fmt: skip
def test_a_row_that_disagrees_with_the_header_is_set_aside_alone(bad: str) -> None:
    series, aside = read(ROW, bad, LATER)
    assert series.variables["TEMP"].value[0] == 19.571
    assert series.time.size == 2
    assert [item.reason for item in aside] == [Reason.BAD_ROW]
    assert (aside[0].item, aside[0].platform) == (FILE, "6200443")
    assert "1 rows" in aside[0].detail
    assert "line 3" in aside[0].detail


def test_blank_lines_are_nothing() -> None:
    series, aside = read(ROW, "", LATER, "")
    assert (series.time.size, aside) == (2, [])


def test_fills_become_missing_in_their_own_variable_alone_and_are_counted() -> None:
    decoded = read_file(text(ROW.replace("19.571", "-1")), file=FILE, received=RECEIVED)
    assert np.isnan(decoded.series.variables["TEMP"].value[0])
    assert decoded.series.variables["TEMP"].flag_source[0] == 1
    assert decoded.series.variables["DRYT_LEVELM1"].value[0] == -1.0
    assert decoded.count.fills == 1


def test_flags_that_contradict_their_cell_are_counted() -> None:
    rows = ROW.replace("0011114", "0011194"), LATER.replace("0011191", "0011111")
    assert read_file(text(*rows), file=FILE, received=RECEIVED).count.flag_disagreements == 2


def test_rows_of_one_stamp_are_joined_and_counted() -> None:
    blank = ROW.replace("19.571,-1,0011114", ",16.0,0011191")
    again = ROW.replace("19.571,-1,0011114", "19.6,,0011129")
    decoded = read_file(text(ROW, blank, again), file=FILE, received=RECEIVED)
    assert decoded.count.duplicates == 2
    temp, dryt = (decoded.series.variables[name] for name in ("TEMP", "DRYT_LEVELM1"))
    assert (temp.value.tolist(), temp.flag_source.tolist()) == ([19.6], [2])
    assert (dryt.value.tolist(), dryt.flag_source.tolist()) == ([16.0], [1])


def test_rows_out_of_order_come_back_in_order() -> None:
    series, _ = read(LATER, ROW)
    assert series.variables["TEMP"].flag_source.tolist() == [1, 9]


def test_another_platform_s_rows_are_set_aside() -> None:
    series, aside = read(ROW, LATER.replace("6200443", "6200450"))
    assert series.time.size == 1
    assert [item.reason for item in aside] == [Reason.WRONG_PLATFORM]
    assert "6200450" in aside[0].detail
    assert refused(text(ROW), file="OC_202409_TS_MA_6200450.csv") == Reason.WRONG_PLATFORM


def test_rows_from_the_future_are_set_aside_a_day_is_allowed() -> None:
    soon, late = (LATER.replace("2024-09-01", day) for day in ("2024-10-01", "2124-09-01"))
    series, aside = read(ROW, soon, late)
    assert series.time.size == 2
    assert [item.reason for item in aside] == [Reason.FUTURE_DATE]
    assert "2124-09-01T00:20:01Z" in aside[0].detail
    assert refused(text(late)) == Reason.FUTURE_DATE


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY), (b" \n\n", Reason.EMPTY),
     (b"<!DOCTYPE html><html><body>503</body></html>", Reason.NOT_THE_FORMAT),
     (b"CDF\x01\x00\x00", Reason.NOT_THE_FORMAT), (HEAD[:40].encode(), Reason.TRUNCATED),
     (text(ROW, LATER[:-3], last=False), Reason.TRUNCATED),
     (text(ROW, LATER[:30], last=False), Reason.TRUNCATED),
     (text(), Reason.NO_DATA), (text(ROW[:-1]), Reason.BAD_ROW),
     (text(ROW, head=HEAD.removesuffix(",QC")), Reason.BAD_HEADER),
     (text(ROW, head=HEAD.replace("DRYT LEVEL-1", "TEMP LEVEL1")), Reason.BAD_HEADER),
     (text(ROW, head=HEAD.replace("DATE (", "WHEN (")), Reason.MISSING_VARIABLE),
     (text("6200443,0x3f,2024-09-01T00:00:00Z,1,1,00111",
           head=HEAD.split(",TEMP", maxsplit=1)[0] + ",QC"), Reason.MISSING_VARIABLE)],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(
    content: bytes, reason: Reason
) -> None:
    assert refused(content) == reason


def test_a_name_of_another_source_is_refused() -> None:
    assert refused(text(ROW), file="GL_TS_MO_6200443.nc") == Reason.NOT_THE_FORMAT
