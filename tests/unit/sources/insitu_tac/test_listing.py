"""What a product offers: by its indexes, by its folders, or flat; and what changed."""

import numpy as np
import pytest

from halocline.model.errors import SourceUnavailable
from halocline.model.quarantine import Reason
from halocline.sources.address import Addresses
from halocline.sources.insitu_tac import Selection, list_files
from halocline.sources.insitu_tac.index import Box
from tests.unit.sources.insitu_tac.test_index import COLUMNS, HEAD

PLATFORMS = (
    "# platform_code,creation_date,update_date,wmo_platform_code,data_source,institution,"
    "institution_edmo_code,parameters,last_latitude_observation,last_longitude_observation,"
    "last_date_observation\n"
)
CHANNEL = Box(48, 52, -5, 3)


def row(path: str, *, box: str = "50,50.1,1,1.1", updated: str = "2020-04-01T00:00:00Z") -> str:
    return f"CAT,https://s3.example/p/{path},{box},a,b,I,{updated},R,TEMP\n"


def product(tmp_path, *rows: str, part: str = "latest", end: str = ""):
    text = HEAD + "# " + COLUMNS + "".join(rows) + end
    (tmp_path / f"index_{part}.txt").write_text(text)
    return Addresses((str(tmp_path),))


def files(addresses: Addresses, **how: object) -> list[str]:
    return [one.file for one in list_files(addresses, Selection(**how)).files]


def test_series_of_fixed_stations_are_listed_with_their_date(tmp_path) -> None:
    here = product(
        tmp_path,
        row("latest/20200301/GL_TS_MO_1_20200301.nc", updated="2020-03-02T00:00:00Z"),
        row("latest/20200301/GL_TS_DB_2_20200301.nc"),
        row("latest/20200301/GL_PR_GL_3_20200301.nc"),
        row("latest/20200301/IR_TS_TG_X_20200301.nc"),
    )
    listing = list_files(here, Selection())
    assert [(one.platform, one.date_update) for one in listing.files] == [
        ("1", "2020-03-02T00:00:00Z"), ("X", "2020-04-01T00:00:00Z")]  # fmt: skip
    assert files(here, kinds=("TG",)) == ["latest/20200301/IR_TS_TG_X_20200301.nc"]
    assert listing.quarantined == ()


def test_a_platform_asked_for_that_has_only_profiles_is_named(tmp_path) -> None:
    here = product(tmp_path, row("latest/20200301/GL_PR_GL_3_20200301.nc"))
    listing = list_files(here, Selection(platforms=("3",)))
    assert [(one.platform, one.reason) for one in listing.quarantined] == [
        ("3", Reason.OUT_OF_SCOPE)]  # fmt: skip


@pytest.mark.parametrize(
    ("box", "known", "listed"),
    [("50,50.1,1,1.1", "", True), ("10,10.1,1,1.1", "", False),
     ("10,10.1,-60,-59", "1,d,u,,s,i,1,TEMP,50,1,d\n", True),  # indexed across the Atlantic
     ("50,50.1,1,1.1", "1,d,u,,s,i,1,TEMP,10,-60,d\n", False),
     ("150,151,1,1", "", False), ("150,151,1,1", "1,d,u,,s,i,1,TEMP,50,1,d\n", True)],
)  # fmt: skip
def test_a_wrong_box_gives_way_to_the_platform_s_last_position(
    tmp_path, box: str, known: str, listed: bool
) -> None:
    here = product(tmp_path, row("latest/20200301/GL_TS_MO_1_20200301.nc", box=box))
    (tmp_path / "index_platform.txt").write_text(HEAD + PLATFORMS + known)
    assert bool(files(here, box=CHANNEL)) == listed
    assert files(here, platforms=("1",)), "asked for by name, the box does not matter"


@pytest.mark.parametrize(
    "tree",
    [
        ["latest/20200301/GL_TS_MO_1_20200301.nc", "monthly/MO/202002/GL_TS_MO_1_202002.nc",
         "history/MO/GL_TS_MO_1.nc"],
        ["latest/20151117/GL_LATEST_TS_MO_1_20151117.nc",
         "monthly/mooring/201511/GL_201511_TS_MO_1.nc", "history/mooring/GL_TS_MO_1.nc"],
        ["GL_TS_MO_1.nc"],
    ],
)  # fmt: skip
def test_a_mirror_without_indexes_is_walked(tmp_path, tree: list[str]) -> None:
    for path in [*tree, "readme.txt", "latest/20200301/notes.nc"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"x")
    listing = list_files(Addresses((str(tmp_path),)), Selection())
    assert {one.file for one in listing.files} == set(tree)
    written = [np.datetime64(one.date_update.rstrip("Z")) for one in listing.files]
    assert all(one > np.datetime64("2020-01-01") for one in written)


@pytest.mark.parametrize("text", ["<html>busy</html>", HEAD + "#" + COLUMNS + row("x")[:40]])
def test_an_index_that_is_none_or_was_cut_stops_the_listing(tmp_path, text: str) -> None:
    (tmp_path / "index_latest.txt").write_text(text)
    with pytest.raises(SourceUnavailable, match=r"index_latest\.txt"):
        list_files(Addresses((str(tmp_path),)), Selection())
