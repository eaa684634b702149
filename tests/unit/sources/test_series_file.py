"""The toolbox reads each format under any name, and merges files of one station."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from halocline.model.errors import ConfigInvalid
from halocline.sources.series_file import CsvOptions, read_series
from tests.samples.insitu_tac import tac_file
from tests.unit.sources.coriolis_cotier.test_decode import ROW
from tests.unit.sources.coriolis_cotier.test_decode import text as coriolis
from tests.unit.sources.generic_csv.test_decode import SEANOE

RECEIVED = np.datetime64("2026-01-01T00:00:00")


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "platform"),
    [
        ("mine.csv", coriolis(ROW), "6200443"),
        ("mine.csv.gz", gzip.compress(coriolis(ROW)), "6200443"),
        ("mine.nc", tac_file({"TEMP": [[1.0]]}), "6200069"),
        ("seanoe.csv", SEANOE.encode(), "seanoe"),
    ],
    # not the bytes: gzip writes the time into its head, and two workers would collect two tests
    ids=["coriolis", "packed", "netcdf", "seanoe"],
)
def test_the_content_tells_the_format(tmp_path, name: str, content: bytes, platform: str) -> None:
    read = read_series([write(tmp_path, name, content)], received=RECEIVED)
    assert read.series.platform == platform
    assert read.series.time.size >= 1


def test_files_of_one_station_are_merged_and_of_two_refused(tmp_path) -> None:
    later = ROW.replace("T00:00:00Z", "T00:20:00Z")
    paths = [write(tmp_path, "a.csv", coriolis(ROW)), write(tmp_path, "b.csv", coriolis(later))]
    assert read_series(paths, received=RECEIVED).count.new == 2
    other = write(tmp_path, "c.nc", tac_file({"TEMP": [[1.0]]}))
    with pytest.raises(ConfigInvalid, match="2 stations"):
        read_series([*paths, other], received=RECEIVED)


def test_what_cannot_be_read_is_named(tmp_path) -> None:
    with pytest.raises(ConfigInvalid, match=r"none\.csv cannot be read"):
        read_series([tmp_path / "none.csv"], received=RECEIVED)
    with pytest.raises(ConfigInvalid, match=r"x\.csv cannot be used: a page"):
        read_series([write(tmp_path, "x.csv", b"<html/>")], received=RECEIVED)


def test_what_is_told_names_the_file(tmp_path) -> None:
    rows = "".join(f"2024-06-01T{hour:02d},1.5,good\n" for hour in range(9))
    path = write(tmp_path, "mine.csv", f"time,TEMP,remark\n{rows}".encode())
    read = read_series([path], received=RECEIVED)
    assert [note.split(" left")[0] for note in read.notes] == ["mine.csv: column remark"]
    assert "9 of 9 cells" in read.left_alone["remark"]


def test_a_column_to_rename_is_one_of_any_table_s(tmp_path) -> None:
    paths = [
        write(tmp_path, f"{name}.csv", f"time,{name} (degC)\n2024-06-01,1.5\n".encode())
        for name in ("A", "B")
    ]
    options = CsvOptions(rename={"A": "TEMP", "B (degC)": "AIRT"}, platform="X")
    assert sorted(read_series(paths, received=RECEIVED, options=options).series.variables) == [
        "AIRT", "TEMP"]  # fmt: skip
    wrong = CsvOptions(rename={"C": "TEMP"}, platform="X")
    with pytest.raises(ConfigInvalid, match=r"no column C to rename .* there are time, A \(degC\)"):
        read_series(paths, received=RECEIVED, options=wrong)


def test_tables_of_two_stations_may_be_said_to_be_of_one(tmp_path) -> None:
    paths = [
        write(tmp_path, f"{name}.csv", f"time,{name}\n2024-06-01,1.5\n".encode())
        for name in ("a", "b")
    ]
    with pytest.raises(ConfigInvalid, match="--platform"):
        read_series(paths, received=RECEIVED)
