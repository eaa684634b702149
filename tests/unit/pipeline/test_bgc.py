"""What corrects a float's sensors is the same everywhere, and what is not corrected says why."""

import netCDF4
import numpy as np
import pytest

from halocline.model.errors import ContractBroken
from halocline.pipeline import bgc
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.qc_files import qc_files
from halocline.qc.argo import manual
from tests.samples.main_job import config_of, network_of, pull_once
from tests.stores_fixtures import folder_bucket
from tests.unit.sources.argo_gdac.sample import WMO, Profile, cast, profile_file

NOW = np.datetime64("2026-01-01T00:00:00", "s")
DEEP = [5.0, 500.0, 900.0, 1050.0, 1200.0, 1400.0]


@pytest.fixture
def nitrate_float(tmp_path):
    """Three casts of a float with oxygen and nitrate, in one file below `dac/`."""
    casts = [
        Profile({"PRES": DEEP, "TEMP": [15.0] * 6, "PSAL": [35.0] * 6, "DOXY": [240.0] * 6,
                 "NITRATE": [20.0] * 6}, cycle=cycle, juld=25_000.0 + 10 * cycle)
        for cycle in (1, 2, 3)
    ]  # fmt: skip
    path = tmp_path / "gdac" / "dac" / "coriolis" / WMO / f"{WMO}_prof.nc"
    path.parent.mkdir(parents=True)
    path.write_bytes(profile_file(*casts))
    return path


def corrections(content: bytes) -> dict[str, str]:
    """What each measured variable of a product says of being corrected."""
    with netCDF4.Dataset("x.nc", memory=content) as opened:
        return {
            name: variable.correction
            for name, variable in opened.variables.items()
            if "correction" in variable.ncattrs()
        }


def test_a_product_says_that_the_weights_are_not_installed(
    nitrate_float, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bgc, "nitrate_committee", lambda: None)
    qc_files([nitrate_float], out=tmp_path / "out", suite=manual(), now=NOW, adjust=True)
    (made,) = (tmp_path / "out").rglob("*_qc.nc")
    said = corrections(made.read_bytes())
    assert "weights of CANYON-B are not installed" in said["NITRATE"]


def test_a_worker_with_other_weights_than_were_planned_with_stops_the_run(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gdac" / "dac" / "coriolis" / WMO
    folder.mkdir(parents=True)
    (folder / f"{WMO}_prof.nc").write_bytes(profile_file(cast(10.0, 9.0, 8.0)))
    chosen, store = network_of(argo=tmp_path / "gdac"), folder_bucket(tmp_path / "store")
    pull_once(chosen, store, received="2026-01-01T00:00:00Z")
    config = config_of(chosen)
    (job,) = plan_process(store, config=config).argo
    assert process_platform(job, bucket=store, config=config).status == "made"
    monkeypatch.setattr(bgc, "nitrate_committee", lambda: None)
    with pytest.raises(ContractBroken, match="none here"):
        process_platform(job, bucket=store, config=config)
