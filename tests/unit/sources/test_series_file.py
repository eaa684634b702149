"""The toolbox reads each format under any name, and merges files of one station."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from halocline.model.errors import ConfigInvalid
from halocline.sources.series_file import read_series
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
