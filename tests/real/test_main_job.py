"""The main job on real files, without Prefect: every platform has a product or a reason."""

import shutil

import pytest

from halocline.pipeline.catalogue import published
from tests.samples.main_job import Ran, network_of, run_once
from tests.stores_fixtures import folder_bucket

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]
DAY1, DAY2 = "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"


def test_every_float_has_a_product_and_a_later_edition_remakes_its_float_alone(
    shared_data, tmp_path
):
    store = folder_bucket(tmp_path)
    gdac = shared_data / "argo" / "gdac"
    floats = {path.name for path in (gdac / "dac").glob("*/*") if path.is_dir()}
    first = run_once(network_of(argo=gdac), store, received=DAY1)
    assert first.made == floats
    assert len(floats) == 37
    assert first.aside == ["bodc/3901945/profiles/BD3901945_004.nc: wrong_cycle"]
    assert run_once(network_of(argo=gdac), store, received=DAY2) == Ran(set(), [])
    later = shared_data / "argo" / "gdac_later"
    again = run_once(network_of(argo=later), store, received=DAY2)
    assert again == Ran({"13857", "3902131"}, [])
    assert len(published(store)) == 37
    listed = tmp_path / "listed"
    (listed / "dac").mkdir(parents=True)
    old = (gdac / "ar_greylist.txt").read_text().rstrip("\n")
    (listed / "ar_greylist.txt").write_text(f"{old}\n13859,TEMP,20000101,,3,drifts,AO\n")
    assert run_once(network_of(argo=listed), store, received=DAY2) == Ran({"13859"}, [])


def test_every_station_has_a_product_for_each_of_its_years(shared_data, tmp_path):
    folder = tmp_path / "csv"
    folder.mkdir()
    for path in (shared_data / "coasthf" / "coriolis_cotier_csv").glob("*EXIN*.csv"):
        shutil.copy(path, folder)
    codes = {path.stem.split("_")[4] for path in folder.iterdir()}
    store = folder_bucket(tmp_path)
    assert run_once(network_of(coasthf=folder), store, received=DAY1) == Ran(codes, [])
    assert all(one.n_values for one in published(store))
