"""Files judged where they lie: one result a file, in its order, with the float's history."""

from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import ConfigInvalid
from halocline.model.quarantine import Reason
from halocline.pipeline.qc_files import qc_files
from halocline.qc.argo import ArgoSuite
from halocline.suites import load_suite, shipped_suite
from tests.unit.sources.argo_gdac.sample import (
    NEAR_SURFACE,
    UPDATED,
    WMO,
    Parameter,
    Profile,
    cast,
    meta_file,
    profile_file,
)

NOW = np.datetime64("2026-01-01T00:00:00", "s")
SPIKE = (10.0, 17.0, 10.0, 9.0)


@pytest.fixture(scope="module")
def suite() -> ArgoSuite:
    found = load_suite(shipped_suite("argo"))
    assert isinstance(found, ArgoSuite)
    return found


def tree(folder: Path, **files: bytes) -> Path:
    """A float's part of a GDAC tree; names of files with `__` for `/`."""
    for name, content in files.items():
        path = folder / "dac" / "coriolis" / WMO / f"{name.replace('__', '/')}.nc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def values(path: Path, *names: str) -> list[list]:
    with netCDF4.Dataset(path) as opened:
        opened.set_auto_mask(False)
        return [opened[name][:].tolist() for name in names]


def test_a_result_has_the_order_and_width_of_its_file(tmp_path, suite):
    content = profile_file(
        cast(*SPIKE, cycle=7), cast(5.0, 4.0, cycle=7, scheme=NEAR_SURFACE), levels=6
    )
    tree(tmp_path, **{f"profiles__R{WMO}_007": content})
    qc_files([tmp_path], out=tmp_path / "out", suite=suite, now=NOW)
    path = tmp_path / "out" / "dac" / "coriolis" / WMO / "profiles" / f"R{WMO}_007_qc.nc"
    with netCDF4.Dataset(path) as opened:
        assert opened["TEMP"].dimensions == ("N_PROF", "N_LEVELS")
        assert opened["TEMP"].shape == (2, 6)
        flag = opened["TEMP_QC"]
        assert flag.flag_values.tolist() == [0, 1, 2, 3, 4, 5, 7, 8, 9]
        assert len(flag.flag_meanings.split()) == 9
        masks = opened["TEMP_QC_TESTS_FAILED"]
        bits = dict(zip(masks.flag_meanings.split(), masks.flag_masks.tolist(), strict=True))
        assert bits["spike"] == 1 << 9
        assert masks.dtype == np.uint64
    flags, failed, theirs = values(path, "TEMP_QC", "TEMP_QC_TESTS_FAILED", "TEMP_QC_SOURCE")
    assert flags == [[1, 4, 1, 1, 9, 9], [1, 1, 9, 9, 9, 9]]
    assert failed[0][1] & (1 << 9)
    assert theirs[0][:4] == [1, 1, 1, 1]


def test_what_the_provider_says_changes_nothing(tmp_path, suite):
    said = {}
    for letters in ("1111", "4444", "9 30"):
        parameters = {
            "PRES": Parameter([5, 10, 20, 30], flag=letters),
            "TEMP": Parameter(SPIKE, flag=letters, adjusted=[1, 2, 3, 4], adjusted_flag="4444"),
            "PSAL": Parameter([35, 35, 34, 35], flag=letters[::-1]),
        }
        folder = tmp_path / letters.replace(" ", "_")
        tree(folder, **{f"profiles__R{WMO}_001": profile_file(Profile(parameters))})
        qc_files([folder], out=folder / "out", suite=suite, now=NOW)
        result = next((folder / "out").rglob("*_qc.nc"))
        ours = [f"{name}_QC{end}" for name in ("PRES", "TEMP", "PSAL")
                for end in ("", "_TESTS_FAILED", "_TESTS_DONE")]  # fmt: skip
        said[letters] = values(result, *ours, "JULD_QC", "POSITION_QC")
    assert said["1111"] == said["4444"] == said["9 30"]


def test_both_editions_of_a_cycle_are_judged_and_neither_is_the_other_s_history(tmp_path, suite):
    real_time = profile_file(cast(*SPIKE, cycle=3))
    delayed = profile_file(cast(10.0, 11.0, 10.0, 9.0, cycle=3, mode="D"))
    whole = profile_file(cast(*SPIKE, cycle=3), cast(9.0, 8.0, 7.0, cycle=4))
    tree(
        tmp_path,
        **{f"profiles__R{WMO}_003": real_time, f"profiles__D{WMO}_003": delayed,
           f"{WMO}_prof": whole},
    )  # fmt: skip
    report = qc_files([tmp_path], out=tmp_path / "out", suite=suite, now=NOW)
    flags = {path.name: values(path, "TEMP_QC")[0] for path in (tmp_path / "out").rglob("*_qc.nc")}
    assert flags[f"R{WMO}_003_qc.nc"] == [[1, 4, 1, 1]]
    assert flags[f"D{WMO}_003_qc.nc"] == [[1, 1, 1, 1]]
    assert flags[f"{WMO}_prof_qc.nc"] == [[1, 4, 1, 1], [1, 1, 1, 9]]
    assert (report.floats[0].files, report.floats[0].profiles) == (3, 4)


def test_b_profiles_are_judged_beside_their_core_profile(tmp_path, suite):
    core = profile_file(cast(12.0, 11.0, 99.0, cycle=2))
    bio = profile_file(
        Profile({"PRES": [10, 20, 30], "DOXY": [200.0, 201.0, 900.0]}, cycle=2), bio=True
    )
    tree(tmp_path, **{f"profiles__R{WMO}_002": core, f"profiles__BR{WMO}_002": bio})
    qc_files([tmp_path], out=tmp_path / "out", suite=suite, now=NOW)
    path = next((tmp_path / "out").rglob(f"BR{WMO}_002_qc.nc"))
    with netCDF4.Dataset(path) as opened:
        assert "TEMP" not in opened.variables
        assert opened["DOXY_QC"][0].tolist()[-1] == 4


def test_pressures_a_test_needs_come_from_the_metadata_file(tmp_path, suite):
    deep = Profile({"PRES": [10, 900, 3000], "TEMP": [9, 5, 3], "PSAL": [35, 35, 35]})
    tree(tmp_path, **{f"profiles__R{WMO}_001": profile_file(deep)})
    before = qc_files([tmp_path / "dac"], out=tmp_path / "a", suite=suite, now=NOW)
    tree(tmp_path, **{f"{WMO}_meta": meta_file()})
    after = qc_files([tmp_path / "dac"], out=tmp_path / "b", suite=suite, now=NOW)
    assert 19 in before.floats[0].not_run
    assert 19 not in before.floats[0].fired
    assert after.floats[0].fired[19] >= 1


def test_faulty_files_are_set_aside_and_the_others_judged(tmp_path, suite):
    good = profile_file(cast(9.0, 8.0, 7.0))
    tree(
        tmp_path,
        **{
            f"profiles__R{WMO}_001": good,
            f"profiles__R{WMO}_002": good,
            f"profiles__R{WMO}_003": good[: len(good) // 2],
            f"profiles__R{WMO}_004": b"<html>not here</html>",
            f"profiles__R{WMO}_005": b"",
            "profiles__R6900000_001": good,
            f"{WMO}_tech": b"never opened",
        },
    )
    report = qc_files([tmp_path], out=tmp_path / "out", suite=suite, now=NOW)
    reasons = {Path(one.item).name: one.reason for one in report.aside}
    assert reasons == {
        f"R{WMO}_002.nc": Reason.WRONG_CYCLE,
        f"R{WMO}_003.nc": Reason.TRUNCATED,
        f"R{WMO}_004.nc": Reason.NOT_THE_FORMAT,
        f"R{WMO}_005.nc": Reason.EMPTY,
        "R6900000_001.nc": Reason.WRONG_PLATFORM,
    }
    assert report.left_out == 1
    assert [one.name for one in (tmp_path / "out").rglob("*.nc")] == [f"R{WMO}_001_qc.nc"]


def test_the_same_files_give_the_same_bytes_on_another_day(tmp_path, suite):
    tree(tmp_path, **{f"profiles__R{WMO}_001": profile_file(cast(*SPIKE))})
    found = []
    for day in ("2026-01-01", "2027-05-05"):
        now = np.datetime64(f"{day}T00:00:00", "s")
        qc_files([tmp_path / "dac"], out=tmp_path / day, suite=suite, now=now)
        found.append(next((tmp_path / day).rglob("*_qc.nc")).read_bytes())
    assert found[0] == found[1]


def test_a_date_after_the_last_update_is_impossible(tmp_path, suite):
    assert UPDATED.startswith("2020")
    late = profile_file(cast(9.0, 8.0, juld=26_000.0))
    tree(tmp_path, **{f"profiles__R{WMO}_001": late})
    report = qc_files([tmp_path], out=tmp_path / "out", suite=suite, now=NOW)
    assert report.floats[0].fired[2] >= 1


def test_the_grey_list_of_the_tree_is_found_from_below_it(tmp_path, suite):
    tree(tmp_path, **{f"profiles__R{WMO}_001": profile_file(cast(9.0, 8.0))})
    listed = "PLATFORM_CODE,PARAMETER_NAME,START_DATE,END_DATE,QUALITY_CODE,COMMENT,DAC\n"
    (tmp_path / "ar_greylist.txt").write_text(f"{listed}{WMO},PSAL,20200101,,4,drift,IF\nx,y\n")
    file = next(tmp_path.rglob("R*.nc"))
    report = qc_files([file], out=tmp_path / "out", suite=suite, now=NOW)
    assert report.greylist == ("ar_greylist.txt",)
    assert [one.reason for one in report.aside] == [Reason.BAD_ROW]


def test_a_result_never_replaces_an_input_or_another_result(tmp_path, suite):
    content = profile_file(cast(9.0, 8.0))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"R{WMO}_001.nc").write_bytes(content)
    both = [tmp_path / name / f"R{WMO}_001.nc" for name in ("a", "b")]
    with pytest.raises(ConfigInvalid, match="would both be written"):
        qc_files(both, out=tmp_path / "out", suite=suite, now=NOW)
    (tmp_path / "a" / f"R{WMO}_001_qc.nc").write_bytes(content)
    with pytest.raises(ConfigInvalid, match="is an input"):
        qc_files([tmp_path / "a"], out=tmp_path / "a", suite=suite, now=NOW)
    with pytest.raises(ConfigInvalid, match="does not exist"):
        qc_files([tmp_path / "nowhere"], out=tmp_path / "out", suite=suite, now=NOW)


def test_pictures_are_drawn_for_a_float_that_failed_something(tmp_path, suite):
    tree(tmp_path, **{f"profiles__R{WMO}_001": profile_file(cast(*SPIKE))})
    qc_files([tmp_path], out=tmp_path / "out", suite=suite, now=NOW, plot=True)
    drawn = sorted(path.name for path in (tmp_path / "out").glob("*.png"))
    assert drawn == [f"{WMO}_failures.png", f"{WMO}_qc.png"]
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in (tmp_path / "out").glob("*.png"))


def test_a_second_opinion_stands_beside_the_flags_and_changes_none(tmp_path, suite):
    class Known:
        version = "f" * 64

        def probabilities(self, profiles):
            return {"TEMP": np.full((profiles.n_prof, profiles.n_levels), 0.25)}

    tree(tmp_path, **{f"profiles__R{WMO}_001": profile_file(cast(*SPIKE), levels=6)})
    for name, opinion in (("without", None), ("with", Known())):
        qc_files([tmp_path / "dac"], out=tmp_path / name, suite=suite, now=NOW, opinion=opinion)
    without, beside = (next((tmp_path / one).rglob("*_qc.nc")) for one in ("without", "with"))
    assert values(without, "TEMP_QC") == values(beside, "TEMP_QC")
    with netCDF4.Dataset(beside) as opened:
        assert opened["TEMP_QC_PROBABILITY"][0].filled(-1).tolist() == [0.25] * 4 + [-1] * 2
        assert "TEMP_QC_PROBABILITY" in opened["TEMP"].ancillary_variables
        assert opened.processing_models == f"opinion:{'f' * 64}"
        assert "PSAL_QC_PROBABILITY" not in opened.variables
