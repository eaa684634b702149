"""The main job on real files, without Prefect: every platform has a product or a reason."""

import shutil
from pathlib import Path

import pytest

from flows.context import config_of
from halocline.networks import Network
from halocline.pipeline.catalogue import published
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull, withdrawn_rows
from halocline.pipeline.receive import receive
from halocline.pipeline.received import record
from halocline.stores.bucket import Bucket
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tests.stores_fixtures import folder_bucket

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]
DAY1, DAY2 = "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"


def network(argo: Path | None = None, coasthf: Path | None = None) -> Network:
    both = {"addresses": ["/nowhere"], "everything": True}
    return Network.model_validate({"name": "real", "argo": both, "coasthf": both}).at(
        argo=(str(argo),) if argo else (), coasthf=(str(coasthf),) if coasthf else ()
    )


def run(chosen: Network, store: Bucket, *, received: str) -> tuple[set[str], list[str]]:
    """Platforms made and published, and what was set aside, by one run."""
    aside = []
    for provider in providers_of(chosen):
        plan = plan_pull(provider, bucket=store)
        receipt = receive(
            plan.to_fetch,
            provider=provider,
            known=plan.known_of(plan.to_fetch),
            bucket=store,
            received=received,
        )
        record(receipt.rows, bucket=store, run="r")
        record(withdrawn_rows(plan, provider=provider, received=received), bucket=store, run="r")
        aside += [f"{one.item}: {one.reason}" for one in receipt.quarantined]
    config = config_of(chosen)
    plan = plan_process(store, config=config)
    outcomes = [
        process_platform(job, bucket=store, config=config) for job in (*plan.argo, *plan.coasthf)
    ]
    publish(Tables(store), [one.event for one in outcomes if one.event is not None], run="r")
    aside += [f"{out.item}: {out.reason}" for one in outcomes for out in one.quarantined]
    return {one.platform for one in outcomes if one.event is not None}, aside


def test_every_float_has_a_product_and_a_later_edition_remakes_its_float_alone(
    shared_data, tmp_path
):
    store = folder_bucket(tmp_path)
    gdac = shared_data / "argo" / "gdac"
    floats = {path.name for path in (gdac / "dac").glob("*/*") if path.is_dir()}
    made, aside = run(network(argo=gdac), store, received=DAY1)
    assert made == floats
    assert len(floats) == 37
    assert aside == ["bodc/3901945/profiles/BD3901945_004.nc: wrong_cycle"]
    assert run(network(argo=gdac), store, received=DAY2) == (set(), [])
    later = shared_data / "argo" / "gdac_later"
    assert run(network(argo=later), store, received=DAY2) == ({"13857", "3902131"}, [])
    assert len(published(store)) == 37
    listed = tmp_path / "listed"
    (listed / "dac").mkdir(parents=True)
    old = (gdac / "ar_greylist.txt").read_text().rstrip("\n")
    (listed / "ar_greylist.txt").write_text(f"{old}\n13859,TEMP,20000101,,3,drifts,AO\n")
    assert run(network(argo=listed), store, received=DAY2) == ({"13859"}, [])


def test_every_station_has_a_product_for_each_of_its_years(shared_data, tmp_path):
    folder = tmp_path / "csv"
    folder.mkdir()
    for path in (shared_data / "coasthf" / "coriolis_cotier_csv").glob("*EXIN*.csv"):
        shutil.copy(path, folder)
    codes = {path.stem.split("_")[4] for path in folder.iterdir()}
    store = folder_bucket(tmp_path)
    made, aside = run(network(coasthf=folder), store, received=DAY1)
    assert made == codes
    assert aside == []
    assert all(one.n_values for one in published(store))
