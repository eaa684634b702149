"""Float 6903247, Mediterranean: nitrate reads 4.3 to 5.0 µmol/kg too high against CANYON-MED."""

import netCDF4
import numpy as np
import pytest

from halocline.pipeline.qc_files import qc_files
from halocline.predict.canyon_b import nitrate_committee
from halocline.qc.argo import manual

pytestmark = pytest.mark.real


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
