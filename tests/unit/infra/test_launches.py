"""How services are started: nothing secret on a command line, nothing beyond this machine."""

import dataclasses
import json

import pytest

from infra import archive_server, dask_cluster, prefect_server, prefect_worker, seaweed
from infra.dask_cluster import LARGEST_WORKER_BYTES, worker_memory_bytes


def launches(home):
    every = {**seaweed.PORTS, **prefect_server.PORTS, **prefect_worker.PORTS, **dask_cluster.PORTS}
    return [
        seaweed.launch(home=home, ports=every),
        prefect_server.launch(home=home, ports=every),
        prefect_worker.launch(home=home, ports=every),
        dask_cluster.scheduler(home=home, ports=every),
        dask_cluster.workers(home=home, ports=every),
        dask_cluster.poll_worker(home=home, ports=every),
        archive_server.launch(folder=home, ports=archive_server.PORTS),
    ]


def test_no_key_is_on_a_command_line_or_in_a_repr(tmp_path):
    keys = list(seaweed.keys(tmp_path).values())
    shown = " ".join(f"{' '.join(one.argv)} {one!r}" for one in launches(tmp_path))
    assert len(keys) == 4
    assert not any(key in shown for key in keys)


def test_keys_are_made_once_and_are_the_owners_alone(tmp_path):
    first = seaweed.keys(tmp_path)
    seaweed.launch(home=tmp_path, ports=seaweed.PORTS)
    assert seaweed.keys(tmp_path) == first
    assert len(set(first.values())) == 4
    for name in ("s3_keys.json", "s3_identities.json"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_the_only_identity_of_the_s3_server_is_ours(tmp_path):
    seaweed.launch(home=tmp_path, ports=seaweed.PORTS)
    (identity,) = json.loads((tmp_path / "s3_identities.json").read_text())["identities"]
    assert identity["credentials"][0]["accessKey"] == seaweed.keys(tmp_path)["key"]


def test_two_homes_have_different_keys(tmp_path):
    assert seaweed.keys(tmp_path / "a") != seaweed.keys(tmp_path / "b")


@pytest.mark.parametrize("number", range(7))
def test_what_a_service_is_started_with_shows_in_its_digest(tmp_path, number):
    launch = launches(tmp_path)[number]
    same = launches(tmp_path)[number]
    variables = {"HALOCLINE_STORE": "s3://a"}
    digest = launch.digest(variables)
    assert same.digest(variables) == digest
    for changed in (
        {"argv": (*launch.argv, "--more")},
        {"environment": {**launch.environment, "MORE": "1"}},
        {"code": "other"},
    ):
        assert dataclasses.replace(launch, **changed).digest(variables) != digest
    told = launch.digest({"HALOCLINE_STORE": "s3://b"}) != digest
    assert told == launch.knows_addresses


def test_those_who_run_our_code_are_known_by_it(tmp_path):
    with_code = {one.name for one in launches(tmp_path) if one.code}
    workers = {dask_cluster.WORKERS, dask_cluster.POLL_WORKER, prefect_worker.NAME}
    assert with_code == {*workers, dask_cluster.SCHEDULER}


def test_workers_together_leave_memory_to_others(monkeypatch):
    class Memory:
        total = 10 * 2**30

    monkeypatch.setattr(dask_cluster.psutil, "virtual_memory", Memory)
    assert worker_memory_bytes(8) == int(10 * 2**30 * 0.6 / 8)
    assert worker_memory_bytes(1) == LARGEST_WORKER_BYTES
