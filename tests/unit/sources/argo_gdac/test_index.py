"""Index files, sound and hostile."""

import gzip
from pathlib import Path

import pytest

from halocline.model.errors import BadUpstreamData, SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.sources.address import Address
from halocline.sources.argo_gdac.index import BIO, CORE, META, fetch_index, read_index

HEAD = "# Title : Profile directory file\n# Format version : 2.0\n"
COLUMNS = "file,date,latitude,longitude,ocean,profiler_type,institution,date_update\n"
ROW = "aoml/13857/profiles/R13857_001.nc,19970729200300,0.267,-16.032,A,845,AO,20181011180520\n"
BIO_COLUMNS = (
    "file,date,latitude,longitude,ocean,profiler_type,institution,parameters,"
    "parameter_data_mode,date_update\n"
)


def read(*rows: str, name: str = CORE) -> dict[str, list]:
    return read_index((HEAD + COLUMNS + "".join(rows)).encode(), name).rows.to_pydict()


def test_a_row_has_its_platform_and_its_numbers() -> None:
    assert read(ROW) == {
        "file": ["aoml/13857/profiles/R13857_001.nc"], "latitude": [0.267], "longitude": [-16.032],
        "date_update": ["20181011180520"], "platform": ["13857"],
    }  # fmt: skip


def test_fields_may_be_empty_or_junk() -> None:
    found = read(
        ROW.replace("0.267,-16.032", ","), ROW.replace("0.267", "north"), ROW.replace("20181", "x")
    )
    assert found["latitude"] == [None, None, 0.267]
    assert found["longitude"] == [None, -16.032, -16.032]
    assert found["date_update"][2].startswith("x")


@pytest.mark.parametrize("line", ["\r\n", "\n"])
def test_line_ends_do_not_matter(line: str) -> None:
    content = (HEAD + COLUMNS + ROW + ROW).replace("\n", line).encode()
    found = read_index(content, CORE)
    assert found.rows["date_update"].to_pylist() == ["20181011180520"] * 2
    assert found.complete


def test_bad_rows_are_set_aside_and_the_rest_is_used() -> None:
    rows = [
        ROW, "aoml/13857/profiles/R13857_002.nc,19970809\n",
        *(ROW.replace("aoml/13857/profiles/R13857_001.nc", path)
          for path in ("../../etc/passwd", "/etc/passwd", "aoml\\13857\\R13857_001.nc",
                       "aoml/13857/profiles/R13858_001.nc", "aoml/13857/profiles/R13857_1.nc",
                       "aoml/13857/profiles/MR13857_001.nc")),
    ]  # fmt: skip
    found = read_index((HEAD + COLUMNS + "".join(rows)).encode(), CORE)
    assert found.rows.num_rows == 1
    assert [(one.item, one.reason) for one in found.quarantined] == [
        (CORE, Reason.BAD_ROW), ("../../etc/passwd", Reason.OUTSIDE_TREE),
        ("/etc/passwd", Reason.OUTSIDE_TREE), ("aoml\\13857\\R13857_001.nc", Reason.OUTSIDE_TREE),
        ("aoml/13857/profiles/R13858_001.nc", Reason.BAD_ROW),
        ("aoml/13857/profiles/R13857_1.nc", Reason.BAD_ROW),
    ]  # fmt: skip


def test_bytes_that_are_no_text_are_set_aside() -> None:
    content = (HEAD + COLUMNS + ROW).encode() + b"\xff\xfe/13857,1,2,3,4,5,6,7\n"
    found = read_index(content, CORE)
    assert (found.rows.num_rows, len(found.quarantined)) == (1, 1)


def test_a_cut_index_is_not_complete() -> None:
    found = read_index((HEAD + COLUMNS + ROW + ROW[:40]).encode(), CORE)
    assert not found.complete
    assert found.rows.num_rows == 1


def test_an_index_without_rows() -> None:
    assert read()["file"] == []
    assert read_index((HEAD + COLUMNS).encode(), CORE).rows.num_rows == 0


def test_bio_and_metadata_indexes() -> None:
    row = "a/13857/profiles/BR13857_001.nc,1,,,A,845,AO,PRES DOXY,RA,2018\n"
    found = read_index((HEAD + BIO_COLUMNS + row).encode(), BIO).rows.to_pydict()
    assert (found["parameters"], found["date_update"]) == (["PRES DOXY"], ["2018"])
    content = "file,profiler_type,institution,date_update\naoml/13857/13857_meta.nc,845,AO,2018\n"
    assert read_index(content.encode(), META).rows["platform"].to_pylist() == ["13857"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY), (b"# only\n", Reason.EMPTY), (b"<html>\n</html>\n", Reason.BAD_HEADER),
     (b"file,date\nx,1\n", Reason.BAD_HEADER)],
)  # fmt: skip
def test_what_is_no_index(content: bytes, reason: Reason) -> None:
    with pytest.raises(BadUpstreamData) as caught:
        read_index(content, CORE)
    assert caught.value.reason == reason


def test_compressed_or_plain_and_the_plain_one_where_the_other_is_broken(tmp_path: Path) -> None:
    address = Address(str(tmp_path))
    assert fetch_index(address, CORE) is None
    plain = (HEAD + COLUMNS + ROW).encode()
    (tmp_path / f"{CORE}.gz").write_bytes(gzip.compress(plain)[:-9])
    with pytest.raises(SourceUnavailable, match=CORE):
        fetch_index(address, CORE)
    (tmp_path / CORE).write_bytes(plain)
    assert fetch_index(address, CORE).rows.num_rows == 1
    (tmp_path / f"{CORE}.gz").write_bytes(gzip.compress(plain + ROW.encode()))
    assert fetch_index(address, CORE).rows.num_rows == 2
