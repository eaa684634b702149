"""What a file name says; names seen in the indexes of 2015 and in files of 2002 to 2020."""

import pytest

from halocline.sources.insitu_tac.names import FileName, parse_name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("GL_TS_MO_6200069_20231201.nc", FileName("GL", "TS", "MO", "6200069", "20231201")),
        ("monthly/MO/202001/IR_TS_MO_62081_202001.nc",
         FileName("IR", "TS", "MO", "62081", "202001")),
        ("history/TG/IR_TS_TG_LaPalmaTG.nc", FileName("IR", "TS", "TG", "LaPalmaTG", "")),
        ("GL_LATEST_PR_GL_58970_20151117.nc", FileName("GL", "PR", "GL", "58970", "20151117")),
        ("IR_201511_TS_MO_61198.nc", FileName("IR", "TS", "MO", "61198", "201511")),
        ("MO_TS_DC_0-2820800.nc", FileName("MO", "TS", "DC", "0-2820800", "")),
        ("GL_TS_TS_FNAV_2002.nc", FileName("GL", "TS", "TS", "FNAV", "2002")),
        ("NO_WS_MO_Gulf_of_X.nc", FileName("NO", "WS", "MO", "Gulf_of_X", "")),
    ],
)  # fmt: skip
def test_a_name_is_read_by_position(file: str, name: FileName) -> None:
    assert parse_name(file) == name


@pytest.mark.parametrize(
    "file",
    ["OC_202409_TS_MA_6200443.csv", "index_latest.txt", "XX_TS_MO_1.nc", "GL_TS_MO_.nc",
     "GL_TS_MOO_1.nc", "R6901929_001.nc"],
)  # fmt: skip
def test_other_names_are_nobody_s(file: str) -> None:
    assert parse_name(file) is None
