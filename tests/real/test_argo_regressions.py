"""Real files that once were, or might be, judged wrongly: odd ones, twins, near-surface rows."""

from collections import Counter
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import BadUpstreamData
from halocline.pipeline.qc_files import best_profiles, qc_files
from halocline.qc.argo import manual
from halocline.sources.netcdf.container import open_raw

pytestmark = pytest.mark.real
NOW = np.datetime64("2026-01-01T00:00:00", "s")
TWINS = {
    "ALL_0002": ("D4900757_024_CNDC_with_ADJUSTED", "D4900757_024_CNDC_without_ADJUSTED"),
    "ALL_0003": ("BD4900476_032_DOXY2", "BD4900476_032_DOXY_2"),
    "ALL_0005": (
        "D4900757_024_CNDC_with_ADJUSTED_version-3.0_DMode-A",
        "D4900757_024_CNDC_without_ADJUSTED_version-3.0_DMode-A",
        "R6901125_202_v2.2_ADJUSTED_ERROR",
        "R6903724_001_v3.0_TEMP_Dep_validMin",
        "R6903724_001_v3.1_TEMP_Bad_validMin",
    ),
    "PROFILE_0001": ("R6903724_001_FillValue", "R6903724_001_notFillValue"),
    "PROFILE_0003": ("R6903724_001_bodc_NaN", "R6903724_001_bodc_No-NaN"),
    "PROFILE_0004": ("R2901301_144_incois-PSAL-Inf", "R2901301_144_incois-PSAL-No-Inf"),
    "PROFILE_0005": ("R6903724_001_PROFILE_QC_CORRECT", "R6903724_001_PROFILE_QC_WRONG"),
    "PROFILE_0006": ("BR6990526_136_imbricatedBrackets",),
}
"""Faulty files and their sound twins, as the format checker's folders name them."""


@pytest.fixture(scope="module")
def odd(shared_data, tmp_path_factory):
    """Results of the odd files by folder and name."""
    out = tmp_path_factory.mktemp("odd")
    found = {}
    for folder, names in TWINS.items():
        for name in names:
            place = out / folder / name
            path = shared_data / "argo" / "odd" / f"TEST_{folder}" / f"{name}.nc"
            report = qc_files([path], out=place, suite=manual(), now=NOW)
            assert report.aside == ()
            assert report.left_out == 0
            (found[folder, name],) = place.rglob("*_qc.nc")
    return found


def test_every_odd_file_is_known(shared_data):
    there = {path.stem for path in (shared_data / "argo" / "odd").rglob("*.nc")}
    assert there == {name for names in TWINS.values() for name in names}
    assert len(there) == 18


def _held(path: Path) -> dict[str, np.ndarray]:
    with netCDF4.Dataset(path) as opened:
        opened.set_auto_mask(False)
        return {
            name: variable[:]
            for name, variable in opened.variables.items()
            if variable.dimensions == ("N_PROF", "N_LEVELS")
        }


def test_an_odd_file_is_judged_as_its_sound_twin(odd):
    """But for what makes it odd; nothing that is no number is ever written as one."""
    for (folder, name), path in odd.items():
        held = _held(path)
        assert held, f"{folder} {name}"
        for variable in ("TEMP", "PSAL", "PRES"):
            if f"{variable}_ADJUSTED" in held:
                assert not np.isinf(held[f"{variable}_ADJUSTED"]).any()
    for folder in ("ALL_0002", "PROFILE_0001", "PROFILE_0004", "PROFILE_0005"):
        first, second = (_held(odd[folder, name]) for name in TWINS[folder])
        for variable in ("PRES", "TEMP", "PSAL"):
            np.testing.assert_array_equal(first[f"{variable}_QC"], second[f"{variable}_QC"])


def test_a_nan_is_missing_where_its_twin_has_a_value(odd):
    with_nan, sound = (_held(odd["PROFILE_0003", name]) for name in TWINS["PROFILE_0003"])
    lost = (with_nan["TEMP_QC"] == 9) & (sound["TEMP_QC"] != 9)
    assert lost.sum() <= 1
    assert np.isin(with_nan["TEMP_QC"], [1, 2, 3, 4, 9]).all()


@pytest.mark.parametrize("wmo", ["incois/2902269", "nmdis/2901623"])
def test_twins_of_two_modes_have_the_same_flags_and_count_once(shared_data, tmp_path, wmo):
    folder = shared_data / "argo" / "gdac" / "dac" / wmo / "profiles"
    qc_files([folder], out=tmp_path, suite=manual(), now=NOW)
    delayed = sorted(tmp_path.rglob("D*_qc.nc"))
    twins = [(one, one.with_name("R" + one.name[1:])) for one in delayed]
    twins = [(one, other) for one, other in twins if other.exists()]
    assert len(twins) == 14
    for one, other in twins:
        first, second = _held(one), _held(other)
        for variable in ("PRES", "TEMP", "PSAL"):
            np.testing.assert_array_equal(first[variable], second[variable])
            np.testing.assert_array_equal(first[f"{variable}_QC"], second[f"{variable}_QC"])
    (best,) = best_profiles([folder]).values()
    rows = Counter(zip(best.cycle.tolist(), best.direction.tolist(), best.scheme, strict=True))
    assert max(rows.values()) == 1
    assert {one.split("/")[-1][0] for one in best.source_file} == {"D"}


NEAR_SURFACE = (
    "coriolis/3902131", "coriolis/2903996", "coriolis/6903247", "bodc/6901929", "coriolis/6904117",
)  # fmt: skip
"""Floats with rows sampled near the surface."""


def test_no_float_at_hand_carries_an_rbr_cell(shared_data):
    """Tests 24 and 26 stand on their worked examples; when such a float comes, look at it here."""
    looked = cells = 0
    for path in sorted((shared_data / "argo").rglob("*.nc")):
        try:
            raw = open_raw(path.read_bytes())
        except BadUpstreamData:
            continue
        looked += raw.has("PRES")
        assert not any(name.startswith("TEMP_CNDC") for name in raw.names()), path.name
        if raw.has("SENSOR_MODEL"):
            cells += 1
            models = [b"".join(one) for one in raw.read("SENSOR_MODEL")]
            assert not any(b"RBR" in one.upper() for one in models), path.name
    assert looked > 350
    assert cells == 19


@pytest.fixture(scope="module")
def near_surface(shared_data, tmp_path_factory):
    """Levels that tests 21 and 22 judged: ours failed, theirs, and how many, by float."""
    found = {}
    for wmo in NEAR_SURFACE:
        out = tmp_path_factory.mktemp("near")
        qc_files([shared_data / "argo" / "gdac" / "dac" / wmo], out=out, suite=manual(), now=NOW)
        found[wmo] = {"PSAL": [], "TEMP": []}
        for path in out.rglob("[DR]*_qc.nc"):
            with netCDF4.Dataset(path) as opened:
                opened.set_auto_mask(False)
                unedited = opened["DATA_MODE"][:] != b"D"
                for name, test in (("PSAL", 21), ("TEMP", 22)):
                    done = opened[f"{name}_QC_TESTS_DONE"][:] >> np.uint64(test) & np.uint64(1)
                    failed = opened[f"{name}_QC_TESTS_FAILED"][:] >> np.uint64(test) & np.uint64(1)
                    rows = (done == 1) & unedited[:, None]
                    theirs = opened[f"{name}_QC_SOURCE"][:][rows]
                    found[wmo][name] += zip(failed[rows].tolist(), theirs.tolist(), strict=True)
    return found


def test_unpumped_salinity_is_doubted_where_the_centre_doubts_it(near_surface):
    told = [one for found in near_surface.values() for one in found["PSAL"]]
    assert len(told) > 80
    assert all(failed and theirs in (3, 4) for failed, theirs in told)


def test_temperature_in_air_is_doubted_where_the_centre_doubts_it(near_surface):
    told = [one for found in near_surface.values() for one in found["TEMP"]]
    assert sum(failed for failed, _ in told) > 25
    assert sum(not failed for failed, _ in told) > 40
    for failed, theirs in told:
        assert theirs in ((3, 4) if failed else (1,))


def test_raw_nitrate_with_its_spectra_is_judged(shared_data, tmp_path):
    folder = shared_data / "argo" / "gdac" / "dac" / "coriolis" / "6903247"
    qc_files([folder], out=tmp_path, suite=manual(), now=NOW)
    judged = 0
    for path in tmp_path.rglob("BR*_qc.nc"):
        with netCDF4.Dataset(path) as opened:
            opened.set_auto_mask(False)
            done = (opened["NITRATE_QC_TESTS_DONE"][:] >> np.uint64(59) & np.uint64(1)) == 1
            assert np.isin(opened["NITRATE_QC"][:][done], [3, 4]).all()
            assert np.isin(opened["NITRATE_QC_SOURCE"][:][done], [3, 4]).all()
            judged += int(done.sum())
    assert judged == 94
