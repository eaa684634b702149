"""An In Situ TAC mirror through the pipeline: listed, received, made; revised when it changes."""

import netCDF4
import numpy as np
import pytest

from halocline.networks import Network
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.plan import plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.providers import providers_of
from halocline.pipeline.pull import plan_pull
from halocline.pipeline.receive import receive
from halocline.pipeline.received import record
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from halocline.suites import load_suite, shipped_suite
from tests.samples.insitu_tac import tac_file
from tests.stores_fixtures import folder_bucket
from tests.unit.sources.insitu_tac.test_index import COLUMNS, HEAD

DAY1, DAY2 = "2020-05-01T00:00:00Z", "2020-05-02T00:00:00Z"
PATHS = {
    "monthly": "monthly/MO/202003/IR_TS_MO_6200069_202003.nc",
    "latest": "latest/20200303/IR_TS_MO_6200069_20200303.nc",
}


def tide(first: int, n: int) -> list[list[float]]:
    hours = np.arange(first, first + n)
    return [[round(12 + np.sin(hour / 2.0), 3)] for hour in hours]


def write(root, part: str, content: bytes, *, updated: str) -> None:
    path = root / PATHS[part]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    row = f"C,https://x/{PATHS[part]},48,49,-6,-5,a,b,I,{updated},R,TEMP\n"
    (root / f"index_{part}.txt").write_text(HEAD + "#" + COLUMNS + row)


def run(root, store, *, received: str):
    network = Network.model_validate(
        {
            "name": "tac",
            "coasthf": {"insitu_tac": {"addresses": [str(root)]}, "stations": ["6200069"]},
        }
    )
    fetched = 0
    for provider in providers_of(network):
        plan = plan_pull(provider, bucket=store)
        receipt = receive(
            plan.to_fetch,
            provider=provider,
            known=plan.known_of(plan.to_fetch),
            bucket=store,
            received=received,
        )
        fetched += len(plan.to_fetch)
        assert receipt.quarantined == ()
        record(receipt.rows, bucket=store, run="r")
    config = ProcessConfig(
        argo_suite=load_suite(shipped_suite("argo")),
        series_suite=load_suite(shipped_suite("coasthf")),
    )
    jobs = plan_process(store, config=config).coasthf
    outcomes = [process_platform(job, bucket=store, config=config) for job in jobs]
    publish(Tables(store), [one.event for one in outcomes if one.event is not None], run="r")
    return fetched, outcomes


def temperature(store, outcome) -> np.ndarray:
    content = store.get(f"{outcome.event['path']}/product.nc")
    with netCDF4.Dataset("product.nc", memory=content) as opened:
        return np.ma.filled(opened["TEMP"][:], np.nan)


def test_a_product_is_made_of_all_parts_and_again_when_one_changes(tmp_path) -> None:
    root, store = tmp_path / "mirror", folder_bucket(tmp_path)
    write(root, "monthly", tac_file({"TEMP": tide(0, 30)}), updated="2020-04-01T00:00:00Z")
    write(root, "latest", tac_file({"TEMP": tide(24, 24)}, hours=list(range(24, 48))),
          updated="2020-04-02T00:00:00Z")  # fmt: skip
    fetched, outcomes = run(root, store, received=DAY1)
    assert (fetched, len(outcomes)) == (2, 1)
    assert temperature(store, outcomes[0]).tolist() == [one[0] for one in tide(0, 48)]
    assert run(root, store, received=DAY2) == (0, [])

    better = tide(0, 30)
    better[3] = [15.0]
    write(root, "monthly", tac_file({"TEMP": better}, updated="2020-05-02T00:00:00Z"),
          updated="2020-05-02T00:00:00Z")  # fmt: skip
    fetched, outcomes = run(root, store, received=DAY2)
    assert (fetched, len(outcomes)) == (1, 1)
    assert temperature(store, outcomes[0])[3] == 15.0


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"stations": ["1"]}, "give addresses of CSV files, or insitu_tac"),
        ({"insitu_tac": {"addresses": ["/a"]}}, "give stations"),
        ({"insitu_tac": {"addresses": ["/a"], "kinds": ["PF"]}, "everything": True}, "kinds"),
        ({"insitu_tac": {"addresses": ["/a"], "part": ["latest"]}, "everything": True}, "part"),
        ({"insitu_tac": {"addresses": [], "parts": []}, "everything": True}, "at least 1"),
    ],
)
def test_a_network_that_asks_for_nothing_or_for_what_is_not_read_is_refused(part, message) -> None:
    with pytest.raises(ValueError, match=message):
        Network.model_validate({"name": "tac", "coasthf": part})
