"""Index files: a header glued to its comment, twelve fields, boxes that cannot be."""

import pytest

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.insitu_tac.index import Box, parse_index, parse_platforms, path_below

HEAD = (
    "#Title : in-situ observations catalog\n#Description : catalog\n#Project : X\n"
    "#Format Version : 1.0\n#Last Update : 20151217130514\n"
)
COLUMNS = (
    "catalog_id,file_name,geospatial_lat_min,geospatial_lat_max,geospatial_lon_min,"
    "geospatial_lon_max,time_coverage_start,time_coverage_end,provider,date_update,data_mode,"
    "parameters\n"
)
ROOT = "ftp://server/Core/PRODUCT_013_035/"
ROW = (
    f"CAT,{ROOT}latest/20151117/MO_LATEST_TS_MO_61198_20151117.nc,36.5,36.6,-2.4,-2.3,"
    "2015-11-17T00:07:54Z,2015-11-17T23:29:46Z,Puertos,2015-12-01T12:50:58Z,R, TEMP PSAL\n"
)


def read(*rows: str, mark: str = "#"):
    return parse_index((HEAD + mark + COLUMNS + "".join(rows)).encode(), "index_latest.txt")


@pytest.mark.parametrize("mark", ["#", "# "])
def test_a_row_is_read_whichever_way_the_header_is_glued(mark: str) -> None:
    index = read(ROW, mark=mark)
    row = index.rows[0]
    assert row.file == "latest/20151117/MO_LATEST_TS_MO_61198_20151117.nc"
    assert (row.name.platform, row.name.kind, row.date_update) == (
        "61198", "MO", "2015-12-01T12:50:58Z")  # fmt: skip
    assert row.parameters == ("TEMP", "PSAL")
    assert row.box == Box(36.5, 36.6, -2.4, -2.3)
    assert (index.written, index.complete, index.quarantined) == ("20151217130514", True, ())


def test_a_comma_in_the_provider_s_name_moves_nothing() -> None:
    row = read(ROW.replace("Puertos", "Puertos, del Estado, Madrid")).rows[0]
    assert (row.date_update, row.mode) == ("2015-12-01T12:50:58Z", "R")


@pytest.mark.parametrize(
    ("old", "new"),
    [("36.5,36.6", "136.5,136.6"), ("36.5,36.6", "36.6,36.5"), ("-2.4", "nan"), ("-2.4", "")],
)
def test_a_box_that_cannot_be_is_no_box_and_the_row_stays(old: str, new: str) -> None:
    row = read(ROW.replace(old, new)).rows[0]
    assert row.box is None
    assert row.name.platform == "61198"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [("2015-12-01T12:50:58Z", "soon", Reason.BAD_ROW),
     ("MO_LATEST_TS_MO_61198_20151117.nc", "readme.txt", Reason.BAD_ROW),
     ("latest/20151117/", "latest/../../etc/", Reason.OUTSIDE_TREE)],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_set_aside_alone(old, new, reason) -> None:
    index = read(ROW, ROW.replace(old, new))
    assert len(index.rows) == 1
    assert [one.reason for one in index.quarantined] == [reason]


def test_a_cut_index_says_so() -> None:
    assert not read(ROW, ROW[:60]).complete


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY), (b"<html>no</html>", Reason.NOT_THE_FORMAT),
     (HEAD.encode() + b"#a,b\n1,2\n", Reason.BAD_HEADER)],
)  # fmt: skip
def test_what_is_no_index_is_refused(content: bytes, reason: Reason) -> None:
    with pytest.raises(BadUpstreamData) as caught:
        parse_index(content, "index_latest.txt")
    assert caught.value.reason == reason


def test_platforms_without_a_position_are_left_out() -> None:
    columns = (
        "# platform_code,creation_date,update_date,wmo_platform_code,data_source,institution,"
        "institution_edmo_code,parameters,last_latitude_observation,last_longitude_observation,"
        "last_date_observation\n"
    )
    rows = "A,d,u,62001,s,i,1, TEMP,48.5,-5.0,d\nB,d,u,,s,i,1,TEMP,,,d\n"
    found = parse_platforms((HEAD + columns + rows).encode())
    assert [(one.platform, one.wmo, one.latitude) for one in found] == [("A", "62001", 48.5)]


@pytest.mark.parametrize(
    ("address", "path"),
    [("https://s3.example/native/PRODUCT/set_202311/latest/20231201/GL_TS_MO_1_20231201.nc",
      "latest/20231201/GL_TS_MO_1_20231201.nc"),
     ("history/MO/GL_TS_MO_1.nc", "history/MO/GL_TS_MO_1.nc"),
     ("GL_TS_MO_1.nc", "GL_TS_MO_1.nc")],
)  # fmt: skip
def test_a_path_begins_at_its_part(address: str, path: str) -> None:
    assert path_below(address) == path


def test_boxes_meet_across_the_date_line() -> None:
    pacific = Box(-10, 10, 170, -170)
    assert pacific.meets(Box(0, 1, -175, -174))
    assert pacific.meets(Box(0, 1, 175, 176))
    assert not pacific.meets(Box(0, 1, 0, 1))
