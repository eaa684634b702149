"""Float 6903247, Mediterranean: nitrate reads 4.3 to 5.0 µmol/kg too high against CANYON-MED."""

import shutil

import netCDF4
import numpy as np
import pytest

from halocline.pipeline.catalogue import published
from halocline.pipeline.qc_files import qc_files
from halocline.predict.canyon_b import nitrate_committee
from halocline.qc.argo import manual
from tests.samples.main_job import network_of, run_once
from tests.stores_fixtures import folder_bucket

pytestmark = pytest.mark.real
DAY = "2026-11-21T00:00:00Z"


def test_the_nitrate_offset_is_recovered_and_raw_values_are_untouched(shared_data, tmp_path):
    if nitrate_committee() is None:
        pytest.skip("the weights of CANYON-B are not installed: pip install canyonbpy")
    folder = shared_data / "argo" / "gdac" / "dac" / "coriolis" / "6903247"
    now = np.datetime64("2026-01-01T00:00:00", "s")
    report = qc_files([folder], out=tmp_path, suite=manual(), now=now, adjust=True)
    evidence = report.floats[0].bgc.found["NITRATE"].evidence
    assert -5.0 <= evidence["correction_offset"] <= -4.2
    each = [float(one) for one in evidence["correction_profile_offsets"].split()]
    # CANYON-MED below 900 dbar says -4.85, -4.48, -5.00 (CANYON-B -4.24, -4.33, -5.18 in all).
    assert each == pytest.approx([-4.85, -4.48, -5.00], abs=0.75)
    path = tmp_path / "profiles" / "BR6903247_024_qc.nc"
    source = folder / "profiles" / "BR6903247_024.nc"
    with netCDF4.Dataset(path) as ours, netCDF4.Dataset(source) as theirs:
        np.testing.assert_array_equal(ours["NITRATE"][:], theirs["NITRATE"][:])
        step = (ours["NITRATE_CORRECTED"][:] - ours["NITRATE"][:]).compressed()
        assert step == pytest.approx(evidence["correction_offset"], abs=1e-3)
        assert "NITRATE_CORRECTED_ERROR" in ours["NITRATE_CORRECTED"].ancillary_variables
        assert ours["NITRATE_CORRECTED"].correction_profiles == 3


def test_chlorophyll_is_what_the_data_centre_makes_of_it(shared_data, tmp_path):
    """Half a count of dark apart: 49.5 of two profiles here, 50 of the whole float there."""
    folder = shared_data / "argo" / "gdac" / "dac" / "coriolis" / "6903247"
    now = np.datetime64("2026-01-01T00:00:00", "s")
    report = qc_files([folder], out=tmp_path, suite=manual(), now=now, adjust=True)
    evidence = report.floats[0].bgc.found["CHLA"].evidence
    assert evidence["correction_dark_count"] == pytest.approx(50, abs=0.5)
    assert evidence["correction_dark_count_factory"] == 47
    half_a_count = 0.0073 / 2
    for cycle, beyond in (("001", 2), ("024", 0)):
        name = f"BR6903247_{cycle}"
        with (
            netCDF4.Dataset(tmp_path / "profiles" / f"{name}_qc.nc") as ours,
            netCDF4.Dataset(folder / "profiles" / f"{name}.nc") as theirs,
        ):
            np.testing.assert_array_equal(ours["CHLA"][:], theirs["CHLA"][:])
            np.testing.assert_array_equal(ours["CHLA_ADJUSTED"][:], theirs["CHLA_ADJUSTED"][:])
            apart = np.abs(ours["CHLA_CORRECTED"][:] - theirs["CHLA_ADJUSTED"][:]).compressed()
            assert apart.size > 270
            # Two levels between 38 and 44 dbar, where they stop to copy upwards and we do not yet.
            assert (apart > half_a_count).sum() <= beyond
            assert apart.max() < 0.006
            assert (ours["CHLA_CORRECTED_QC"][:] == 5).sum() > 40
            assert ours["CHLA_CORRECTED"].correction_scale == 0.0073


def test_corrections_are_in_the_float_s_product(shared_data, tmp_path):
    """What `halocline qc --adjust` finds is carried by the operational product, byte for byte."""
    gdac = tmp_path / "gdac"
    shutil.copytree(
        shared_data / "argo" / "gdac" / "dac" / "coriolis" / "6903247",
        gdac / "dac" / "coriolis" / "6903247",
    )
    made = []
    for name in ("one", "other"):
        store = folder_bucket(tmp_path / name)
        assert run_once(network_of(argo=gdac), store, received=DAY).made == {"6903247"}
        (row,) = published(store)
        made.append(store.get(f"{row.path}/product.nc"))
    assert made[0] == made[1]
    with netCDF4.Dataset("product.nc", memory=made[0]) as product:
        for name in ("NITRATE", "DOXY", "CHLA"):
            assert f"{name}_CORRECTED" in product[name].ancillary_variables.split()
            assert f"{name}_CORRECTED_ERROR" in product.variables
            assert product[f"{name}_CORRECTED"][:].count() > 0
            assert product[f"{name}_CORRECTED"].correction_reference
