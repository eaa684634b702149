"""What paths of a GDAC tree say."""

import pytest

from halocline.sources.argo_gdac import RemoteFile, parse_name, path_of

FOLDER = "coriolis/6902746"


@pytest.mark.parametrize(
    ("file", "wanted"),
    [(f"{FOLDER}/profiles/R6902746_001.nc", ("core", 1, "A", "R")),
     (f"{FOLDER}/profiles/D6902746_001D.nc", ("core", 1, "D", "D")),
     (f"{FOLDER}/profiles/BD6902746_1234.nc", ("bio", 1234, "A", "D")),
     (f"{FOLDER}/profiles/SR6902746_012.nc", ("synthetic", 12, "A", "R")),
     (f"{FOLDER}/6902746_prof.nc", ("prof", -1, "", "")),
     (f"{FOLDER}/6902746_meta.nc", ("meta", -1, "", ""))],
)  # fmt: skip
def test_a_path_says_what_a_file_is(file: str, wanted: tuple[str, int, str, str]) -> None:
    found = parse_name(file, date_update="20200101000000", size=7)
    assert found == RemoteFile(
        file, wanted[0], "6902746", wanted[1], wanted[2], wanted[3], "20200101000000", 7
    )
    assert path_of(file) == f"dac/{file}"


@pytest.mark.parametrize(
    "file",
    [f"{FOLDER}/profiles/R6902747_001.nc", f"{FOLDER}/6902747_prof.nc", f"{FOLDER}/6902746_tech.nc",
     f"{FOLDER}/profiles/R6902746_001.nc.tmp", f"../{FOLDER}/profiles/R6902746_001.nc",
     f"{FOLDER}/profiles/../R6902746_001.nc", f"{FOLDER}/6902746_Sprof.nc", ""],
)  # fmt: skip
def test_other_paths_are_not_ours(file: str) -> None:
    assert parse_name(file) is None


def test_the_grey_list_lies_at_the_root() -> None:
    found = parse_name("ar_greylist.txt")
    assert found is not None
    assert (found.kind, found.platform, path_of(found.file)) == ("greylist", "", "ar_greylist.txt")
