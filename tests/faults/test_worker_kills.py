"""A Dask worker dies in the middle of a batch: the batch ends as if it had been made in order."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from flows.context import config_of
from halocline.model.errors import ContractBroken
from halocline.networks import Network
from halocline.pipeline.jobs import Job
from halocline.pipeline.outcome import Outcome
from halocline.pipeline.process import process_platform
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket
from tasks.fan_out import Lost, fan_out
from tests.samples.cluster import two_workers
from tests.samples.main_job import network_of, plan_once, pull_once
from tests.stores_fixtures import folder_bucket

pytestmark = [
    pytest.mark.xdist_group("dask"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # distributed 2026.8, at exit
]
FLOATS = 6


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> Network:
    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder, seed=5, floats=FLOATS, profiles_per_float=6, stations=0)
    return network_of(argo=folder / "argo" / "gdac")


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with two_workers() as running:
        yield running


def pulled(network: Network, folder: Path) -> tuple[Bucket, tuple[Job, ...]]:
    folder.mkdir()
    store = folder_bucket(folder)
    pull_once(network, store, received="2026-11-21T00:00:00Z")
    return store, plan_once(network, store).argo


def kill_each_at_work(address: str, *, stop: threading.Event) -> list[int]:
    """Kill both workers, each when it is at work; the numbers of the dead."""
    with Client(address, set_as_default=False) as client:
        alive = client.run(os.getpid)
        killed: list[int] = []
        while alive and not stop.wait(0.02):
            busy = {worker for worker, calls in client.processing().items() if calls}
            for worker in busy & alive.keys():
                killed.append(alive.pop(worker))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(killed[-1], signal.SIGKILL)
    return killed


def test_a_batch_whose_workers_die_ends_as_the_serial_one(network, cluster, tmp_path):
    store, jobs = pulled(network, tmp_path / "serial")
    config = config_of(network)
    serial = {job.platform: process_platform(job, bucket=store, config=config) for job in jobs}
    assert len(serial) == FLOATS
    store, jobs = pulled(network, tmp_path / "killed")
    killed, stop = [], threading.Event()

    def kill() -> None:
        killed.extend(kill_each_at_work(cluster.scheduler_address, stop=stop))

    killer = threading.Thread(target=kill)
    killer.start()
    found: dict[str, Outcome] = {}
    for job, answer in fan_out(
        process_platform,
        jobs,
        fixed={"bucket": store, "config": config},
        address=cluster.scheduler_address,
        weight=lambda one: one.weight,
    ):
        assert not isinstance(answer, Lost), job
        found[job.platform] = answer.result
    stop.set()
    killer.join()
    assert killed, "no worker was killed while it worked: the test saw nothing"
    for platform, outcome in serial.items():
        assert found[platform].event == outcome.event, platform
    versions = {f"{outcome.event['path']}/product.nc" for outcome in serial.values()}
    assert {key for key in store.list("products/") if key.endswith("product.nc")} == versions


def test_a_cluster_that_runs_other_code_is_refused(network, cluster, tmp_path, monkeypatch):
    """A long-lived cluster was started before the code changed: nothing it makes is published."""
    store, jobs = pulled(network, tmp_path / "store")
    monkeypatch.setattr("tasks.fan_out.code_digest", lambda: "of the code after the change")
    calls = fan_out(
        process_platform,
        jobs[:1],
        fixed={"bucket": store, "config": config_of(network)},
        address=cluster.scheduler_address,
        weight=lambda one: one.weight,
    )
    with pytest.raises(ContractBroken, match="code"):
        list(calls)
