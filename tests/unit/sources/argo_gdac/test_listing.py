"""What a tree offers, by index, by folder, by selection."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from halocline.model.errors import SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.sources import _http, address
from halocline.sources.address import Addresses
from halocline.sources.argo_gdac import Listing, RemoteFile, Selection, list_files
from halocline.sources.argo_gdac.index import BIO, CORE, META
from tests.unit.sources import servers
from tests.unit.sources.argo_gdac.test_index import BIO_COLUMNS, COLUMNS

PLACES = {"13857": ("aoml", 0.0, -20.0), "6902746": ("coriolis", 45.0, 179.0),
          "5900865": ("csiro", -40.0, -179.5)}  # fmt: skip
DATE = "20200101000000"


def core_rows(*wmos: str) -> list[str]:
    return [
        f"{dac}/{w}/profiles/R{w}_00{n}.nc,1,{latitude + n},{longitude},A,1,X,{DATE}"
        for w, (dac, latitude, longitude) in PLACES.items()
        if w in wmos
        for n in (1, 2)
    ]


@pytest.fixture(autouse=True)
def unspoiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(address, "_ASKED_LAST", {})
    yield
    _http.forget_connections()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Three floats with an index; 6902746 has oxygen."""
    write_index(tmp_path, CORE, COLUMNS, core_rows(*PLACES))
    bio = (
        f"coriolis/6902746/profiles/BR6902746_001.nc,1,45,179,A,1,IF,PRES TEMP_DOXY DOXY,RRA,{DATE}"
    )
    write_index(tmp_path, BIO, BIO_COLUMNS, [bio])
    for wmo, (dac, *_) in PLACES.items():
        for number in (1, 2):
            touch(tmp_path, f"{dac}/{wmo}/profiles/R{wmo}_00{number}.nc")
    return tmp_path


def write_index(tree: Path, name: str, columns: str, rows: list[str]) -> None:
    text = "# Title\n" + columns + "".join(f"{row}\n" for row in rows)
    (tree / f"{name}.gz").write_bytes(gzip.compress(text.encode()))


def touch(tree: Path, file: str) -> None:
    place = tree / "dac" / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x")


def listed(tree: Path, **criteria: object) -> Listing:
    return list_files(Addresses((str(tree),)), Selection(**criteria))


def floats(tree: Path, **criteria: object) -> list[str]:
    return sorted(set(listed(tree, **criteria).platform.to_pylist()) - {""})


def test_everything_is_offered_with_its_date(tree: Path) -> None:
    found = listed(tree)
    assert found.complete
    assert not found.quarantined
    assert len(found.file) == 7
    assert set(found.date_update.to_pylist()) == {DATE}
    place = found.file.to_pylist().index("aoml/13857/profiles/R13857_002.nc")
    assert found.remote([place]) == [
        RemoteFile("aoml/13857/profiles/R13857_002.nc", "core", "13857", 2, "A", "R", DATE, 1)
    ]
    assert found.table().column_names == ["file", "platform", "date_update"]
    assert [one.file for one in found.files] == found.file.to_pylist()


@pytest.mark.parametrize(
    ("criteria", "wanted"),
    [({"wmo": ("13857", "9999999")}, ["13857"]), ({"dac": ("csiro", "jma")}, ["5900865"]),
     ({"box": (-30.0, 10.0, -5.0, 1.0)}, ["13857"]), ({"box": (-30.0, 10.0, -5.0, 0.5)}, []),
     ({"box": (170.0, -170.0, -90.0, 90.0)}, ["5900865", "6902746"]),
     ({"parameters": ("DOXY",)}, ["6902746"]), ({"parameters": ("DOX",)}, []),
     ({"parameters": ("PSAL", "DOXY"), "dac": ("aoml",)}, []),
     ({"parameters": ("PRES",)}, ["13857", "5900865", "6902746"]),
     ({"box": (170.0, -170.0, 0.0, 90.0), "wmo": ("6902746", "13857")}, ["6902746"])],
)  # fmt: skip
def test_criteria_are_met_together(tree: Path, criteria: dict, wanted: list[str]) -> None:
    assert floats(tree, **criteria) == wanted


def test_a_float_with_one_profile_in_the_box_comes_with_all(tree: Path) -> None:
    found = listed(tree, box=(-30.0, 10.0, 0.0, 1.5))
    assert found.file.to_pylist() == [f"aoml/13857/profiles/R13857_00{n}.nc" for n in (1, 2)]


def test_b_files_are_left_out_when_not_wanted(tree: Path) -> None:
    assert "coriolis/6902746/profiles/BR6902746_001.nc" in listed(tree).file.to_pylist()
    kinds = {one.kind for one in listed(tree, bio=False, parameters=("DOXY",)).files}
    assert kinds == {"core"}


def test_what_no_index_names_is_offered_without_a_date(tree: Path) -> None:
    extra = [
        "aoml/13857/13857_prof.nc", "aoml/13857/13857_meta.nc",
        "aoml/13857/profiles/D13857_003.nc", "jma/2900001/2900001_prof.nc",
    ]  # fmt: skip
    for file in (*extra, "aoml/13857/profiles/SR13857_003.nc", "aoml/13857/13857_tech.nc",
                 "lost+found/2900002/2900002_prof.nc"):  # fmt: skip
        touch(tree, file)
    found = listed(tree)
    undated = [one.file for one in found.files if not one.date_update]
    assert undated == sorted(extra)
    assert "jma/2900001/2900001_prof.nc" not in listed(tree, dac=("aoml",)).file.to_pylist()


def test_metadata_has_the_date_of_its_index(tree: Path) -> None:
    touch(tree, "aoml/13857/13857_meta.nc")
    write_index(tree, META, "file,profiler_type,institution,date_update\n",
                ["aoml/13857/13857_meta.nc,845,AO,20190101000000"])  # fmt: skip
    (found,) = [one for one in listed(tree).files if one.kind == "meta"]
    assert found.date_update == "20190101000000"


def test_a_mirror_without_an_index_is_listed_from_its_files(tmp_path: Path) -> None:
    for file in ("aoml/13857/13857_prof.nc", "aoml/13857/profiles/D13857_001.nc",
                 "csiro/5900865/profiles/BR5900865_001.nc"):  # fmt: skip
        touch(tmp_path, file)
    (tmp_path / "ar_greylist.txt").write_text("x")
    found = listed(tmp_path)
    kinds = sorted(one.kind for one in found.files)
    assert kinds == ["bio", "core", "greylist", "prof"]
    assert set(found.date_update.to_pylist()) == {""}
    assert not found.complete
    blind = listed(tmp_path, box=(-30.0, 10.0, -5.0, 5.0))
    assert floats(tmp_path, box=(-30.0, 10.0, -5.0, 5.0)) == []
    assert [one.reason for one in blind.quarantined] == [Reason.NO_DATA]


def test_of_rows_that_name_a_file_twice_the_later_counts(tree: Path) -> None:
    rows = [*core_rows("13857"), core_rows("13857")[0].replace(DATE, "20210101000000")]
    write_index(tree, CORE, COLUMNS, rows)
    found = listed(tree, wmo=("13857",))
    dates = dict(zip(found.file.to_pylist(), found.date_update.to_pylist(), strict=True))
    assert list(dates.values()).count(DATE) == 1
    assert dates["aoml/13857/profiles/R13857_001.nc"] == "20210101000000"


def test_bad_rows_are_reported(tree: Path) -> None:
    write_index(tree, CORE, COLUMNS, [*core_rows("13857"), "../../x,1,2,3,4,5,6,7"])
    assert [one.reason for one in listed(tree).quarantined] == [Reason.OUTSIDE_TREE]


def test_the_next_address_is_used_when_one_is_broken(tree: Path, tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.mkdir()
    (page / f"{CORE}.gz").write_bytes(b"<html>busy</html>")
    addresses = Addresses((str(page), str(tmp_path / "nowhere"), str(tree)))
    assert len(list_files(addresses, Selection()).file) == 7
    with pytest.raises(SourceUnavailable, match="nowhere"):
        list_files(Addresses((str(tmp_path / "nowhere"),)), Selection())


def files_of(url: str, **criteria: object) -> Listing:
    return list_files(Addresses((url,)), Selection(**criteria))


def test_a_server_is_listed_by_its_index_and_metadata_is_asked_for(tree: Path) -> None:
    for url in servers.offering(tree):
        found = files_of(url, wmo=("13857",))
        asked = list(servers.Quiet.asked)
    assert sorted((one.kind, one.date_update) for one in found.files) == [
        ("core", DATE), ("core", DATE), ("meta", "")
    ]  # fmt: skip
    assert found.complete
    assert not [path for path in asked if path.endswith("/")]


def test_a_float_no_index_names_is_looked_for_in_the_folders_of_a_server(tree: Path) -> None:
    touch(tree, "jma/2900001/2900001_prof.nc")
    for url in servers.offering(tree):
        named = files_of(url, wmo=("13857", "2900001"))
        everything = files_of(url)
        by_box = files_of(url, box=(-30.0, 10.0, -5.0, 5.0))
    wanted = "jma/2900001/2900001_prof.nc"
    assert wanted in named.file.to_pylist()
    assert wanted in everything.file.to_pylist()
    assert wanted not in by_box.file.to_pylist()


def test_a_server_whose_folders_cannot_be_seen_gives_no_complete_list(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_http, "PAUSE_S", 0.001)
    for url in servers.offering(tree, broken=("/dac/",)):
        found = files_of(url)
    assert not found.complete
    assert len(found.file) == 10


def test_assembling_needs_neither_pyarrow_nor_a_web_client() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = sys.modules['httpx'] = None\n"
        "from halocline.sources.argo_gdac import assemble, examine, read_greylist"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
