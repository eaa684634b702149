"""The embedded stack, real: what runs, where it listens, who may come in, what mends itself."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from distributed import Client

from halocline.model.errors import ContractBroken, SourceUnavailable
from halocline.pipeline.code_digest import code_digest, digest_of_folders, source_folders
from halocline.settings import resolve
from halocline.stores.bucket import Bucket, StoreOptions
from infra import (
    archive_server,
    dask_cluster,
    health,
    ports,
    prefect_worker,
    processes,
    seaweed,
    starting,
)
from infra import stack as stack_module
from infra.dask_preload import EndsWithItsTraining
from infra.processes import mark_of, marked
from infra.stack import WAVES, down, serve_archive, status, stop_archive, up
from infra.state import read, write
from tasks.turns import TRAIN

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
PATIENCE_S = 120.0
"""A busy machine may keep a server silent for many seconds; that is not what these tests judge."""
SERVICES = [name for wave in WAVES for name in wave]


def processes_of(home):
    return marked(mark_of(name, home=home) for name in SERVICES)


@pytest.fixture
def s3_only(tmp_path):
    """Settings of a stack that starts nothing but the S3 server; nothing of it is left after."""
    yield resolve(
        {
            "HALOCLINE_HOME": str(tmp_path),
            "PREFECT_API_URL": "http://127.0.0.1:9/api",
            "HALOCLINE_DASK_ADDRESS": "tcp://127.0.0.1:9",
        },
        with_stack=False,
    )
    processes.stop(SERVICES, home=tmp_path, grace_s=0)


@dataclass
class Archive:
    """The lightest service, kept like the others: what holds for it holds for all."""

    home: Path
    folder: Path
    told: list[str] = field(default_factory=list)

    def serve(self, folder=None):
        address = serve_archive(self.home, folder=folder or self.folder, tell=self.told.append)
        return address, read(self.home).services[archive_server.NAME]


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.txt").write_text("one")
    yield Archive(home=tmp_path / "home", folder=tmp_path / "folder")
    processes.stop(SERVICES, home=tmp_path / "home", grace_s=0)


def test_everything_is_up_and_well(stack):
    well = {one.name for one in status(stack.home, patience_s=PATIENCE_S) if one.is_healthy}
    assert well == set(SERVICES) - {"archive"}
    assert any("is up at" in line for line in stack.told)


def test_a_second_start_changes_nothing(stack):
    told = []
    again = up(resolve({"HALOCLINE_HOME": str(stack.home)}, with_stack=False), tell=told.append)
    assert again == stack.state
    assert [line for line in told if "silent, waiting" not in line] == []


def test_all_of_it_listens_on_the_loopback_address_only(stack):
    listening = {
        process.pid: {
            connection.laddr.ip
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        }
        for process in processes_of(stack.home)
    }
    servers = {pid for pid, addresses in listening.items() if addresses}
    assert servers >= {record.pid for record in read(stack.home).services.values()}
    assert set().union(*listening.values()) == {"127.0.0.1"}


def test_no_key_is_on_any_command_line(stack):
    keys = seaweed.keys(stack.home).values()
    lines = [" ".join(process.cmdline()) for process in processes_of(stack.home)]
    assert not [line for line in lines for key in keys if key in line]


def test_files_of_the_stack_are_its_owners_alone(stack):
    assert stat.S_IMODE(stack.home.stat().st_mode) == 0o700
    for name in ("stack.json", "s3_keys.json", "s3_identities.json", "prefect/prefect.db"):
        assert stat.S_IMODE((stack.home / name).stat().st_mode) == 0o600, name


def test_settings_find_the_running_stack(stack, monkeypatch):
    found = stack.settings
    bucket = Bucket(found.require("store"), StoreOptions(**found.s3_options()))
    assert bucket.put_new("from/settings", b"bytes")
    assert bucket.get("from/settings") == b"bytes"
    monkeypatch.setattr(health, "ANSWER_S", PATIENCE_S)
    assert health.is_ok(f"{found.require('prefect_api_url')}/health")


def test_without_the_key_nothing_is_read_or_listed(stack):
    found = stack.settings
    bucket = Bucket(found.require("store"), StoreOptions(**found.s3_options()))
    bucket.put_new("secret/object", b"bytes")
    ports = read(stack.home).services[seaweed.NAME].ports
    s3 = f"http://127.0.0.1:{ports['S3']}"
    for path in ("", "/halocline", "/halocline/secret/object", "/halocline?list-type=2"):
        assert health.status_of(f"{s3}{path}") == 403, path
    assert health.status_of(f"{s3}/halocline/secret/new", method="PUT") == 403
    for use, path in (
        ("S3 filer", "/buckets/halocline/secret/object"),
        ("S3 master", "/dir/assign"),
        ("S3 volume", "/ui/index.html"),
    ):
        assert health.status_of(f"http://127.0.0.1:{ports[use]}{path}") >= 400, use


def environment_of_worker():
    return {name: value for name, value in os.environ.items() if name.isupper()}


def plugins_of(dask_worker):
    return list(dask_worker.plugins)


def test_workers_have_one_thread_the_addresses_and_the_code(stack):
    with Client(stack.settings.require("dask_address"), set_as_default=False) as client:
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        assert [worker["nthreads"] for worker in workers] == [1] * dask_cluster.worker_count()
        learning = [worker for worker in workers if worker["resources"].get(TRAIN)]
        assert len(learning) == processes.usable_cores()
        assert all(worker["memory_limit"] > 0 for worker in workers)
        for environment in client.run(environment_of_worker).values():
            assert resolve(environment, with_stack=False) == stack.settings
            assert environment["OMP_NUM_THREADS"] == environment["NUMBA_NUM_THREADS"] == "1"
            assert environment["PYTHONHASHSEED"].isdigit()  # nannies have a fixed one of their own
        assert all(EndsWithItsTraining.name in one for one in client.run(plugins_of).values())
        digests = set(client.run(code_digest).values())
    if digest_of_folders(source_folders()) != code_digest():
        pytest.skip("the code was edited while the tests ran")
    assert digests == {code_digest()}


def test_a_dask_worker_that_crashes_is_replaced(stack):
    with Client(stack.settings.require("dask_address"), set_as_default=False) as client:
        before = set(client.scheduler_info(n_workers=-1)["workers"])
        victim = next(iter(client.run(os.getpid).values()))
    os.kill(victim, signal.SIGSEGV)
    deadline = time.monotonic() + 60
    known = {"home": stack.home, "ports": read(stack.home).services[dask_cluster.WORKERS].ports}
    while psutil.pid_exists(victim) and time.monotonic() < deadline:
        time.sleep(0.1)
    while not (
        dask_cluster.workers_are_healthy(**known) and dask_cluster.poll_worker_is_healthy(**known)
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with Client(stack.settings.require("dask_address"), set_as_default=False) as client:
        assert set(client.scheduler_info(n_workers=-1)["workers"]) != before


def test_the_command_line_shows_it(stack):
    status(stack.home, patience_s=PATIENCE_S)  # a busy machine is waited for
    done = subprocess.run(
        [sys.executable, "-m", "deployments.cli", "status"],
        env={**os.environ, "HALOCLINE_HOME": str(stack.home), "COLUMNS": "80"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    for record in stack.state.services.values():
        (row,) = [row for row in rows if str(read(stack.home).services[record.name].pid) in row]
        assert "yes" in row
    assert f"store       {stack.settings.store} at {stack.settings.s3_endpoint}" in done.stdout


def test_code_that_changed_restarts_those_who_run_it_and_nobody_else(stack, monkeypatch):
    for module in (dask_cluster, prefect_worker):
        monkeypatch.setattr(module, "code_digest", lambda: "of other code")
    told = []
    settings = resolve({"HALOCLINE_HOME": str(stack.home)}, with_stack=False)
    try:
        changed = up(settings, tell=told.append)
        restarted = {
            name
            for name, record in changed.services.items()
            if record.pid != stack.state.services[name].pid
        }
        workers = {dask_cluster.WORKERS, dask_cluster.POLL_WORKER, prefect_worker.NAME}
        assert restarted == {dask_cluster.SCHEDULER, *workers}
        assert sum("its code or its settings changed" in line for line in told) == 2
        assert all(one.is_healthy for one in status(stack.home, patience_s=PATIENCE_S))
    finally:  # what other tests find is a record of the code that runs: it never changed
        kept = {
            name: record.model_copy(update={"digest": stack.state.services[name].digest})
            for name, record in read(stack.home).services.items()
        }
        write(stack.home, read(stack.home).model_copy(update={"services": kept}))


def test_half_dead_is_mended_at_the_same_address_with_its_data(s3_only):
    first = up(s3_only, tell=print).services[seaweed.NAME]
    found = resolve({"HALOCLINE_HOME": str(s3_only.home)})
    bucket = Bucket(found.require("store"), StoreOptions(**found.s3_options()))
    bucket.put_new("kept", b"bytes")
    os.kill(first.pid, signal.SIGKILL)
    assert [one.is_healthy for one in status(s3_only.home)] == [False]
    second = up(s3_only, tell=print).services[seaweed.NAME]
    assert second.pid != first.pid
    assert second.ports == first.ports
    assert _in_the_end(lambda: bucket.get("kept")) == b"bytes"


def _in_the_end(call):
    """What the store answers once its volumes have told the gateway that they are there."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return call()
        except SourceUnavailable:
            if time.monotonic() > deadline:
                raise


def test_a_part_that_is_configured_is_not_started(s3_only):
    assert set(up(s3_only, tell=print).services) == {seaweed.NAME}
    found = resolve({"HALOCLINE_HOME": str(s3_only.home)})
    assert found.store == "s3://halocline"
    assert found.prefect_api_url is None


def test_one_that_runs_but_does_not_answer_is_started_anew(archive, monkeypatch):
    monkeypatch.setattr(health, "ANSWER_S", 0.2)
    monkeypatch.setattr(starting, "STALL_S", 0.5)
    address, first = archive.serve()
    os.kill(first.pid, signal.SIGSTOP)
    again, second = archive.serve()
    assert again == address
    assert second.pid != first.pid
    assert any("does not answer" in line for line in archive.told)
    assert len(processes_of(archive.home)) == 1


def test_a_taken_port_is_named_and_another_taken(archive, monkeypatch):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        monkeypatch.setattr(archive_server, "PORTS", {"archive": taken})
        address, record = archive.serve()
    assert record.ports["archive"] > taken
    assert archive.told[0].startswith(f"port {taken} is taken by ")
    assert health.is_ok(f"{address}/one.txt")


def test_a_port_taken_between_look_and_start_is_another_try(archive, monkeypatch):
    real = stack_module.choose
    looks = []

    def choose_late(wishes, **given):
        found = real(wishes, **given)
        looks.append(found)
        if len(looks) == 1:
            held.bind(("127.0.0.1", found["archive"]))
            held.listen()
        return found

    monkeypatch.setattr(stack_module, "choose", choose_late)
    monkeypatch.setattr(ports, "SETTLE_S", 0.0)
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        address, _record = archive.serve()
    assert len(looks) == 2
    assert health.is_ok(f"{address}/one.txt")


def test_an_answer_of_a_stranger_is_not_taken_for_ours(archive, monkeypatch):
    """Two stacks start at once: the one that comes second hears the other's server on its port."""
    stranger = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    thread = threading.Thread(target=stranger.serve_forever)
    thread.start()
    real = stack_module.choose
    looks = []

    def choose_blindly(wishes, **given):
        looks.append(wishes)
        taken = {"archive": stranger.server_address[1]}
        return taken if len(looks) == 1 else real(wishes, **given)

    monkeypatch.setattr(stack_module, "choose", choose_blindly)
    try:
        address, record = archive.serve()
    finally:
        stranger.shutdown()
        thread.join()
        stranger.server_close()
    assert len(looks) == 2
    assert record.ports["archive"] != stranger.server_address[1]
    assert health.is_ok(f"{address}/one.txt")


def test_down_stops_our_own_and_no_one_else(archive):
    _address, record = archive.serve()
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    try:
        stolen = record.model_copy(update={"name": prefect_worker.NAME, "pid": stranger.pid})
        write(archive.home, read(archive.home).with_service(stolen))
        assert down(archive.home, tell=print) == [record.pid]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert processes_of(archive.home) == []
    assert not (archive.home / "stack.json").exists()


def test_down_finds_processes_without_any_record(archive):
    archive.serve()
    (archive.home / "stack.json").unlink()
    assert len(down(archive.home, tell=print)) == 1
    assert processes_of(archive.home) == []


def test_an_archive_is_served_once_and_anew_for_another_folder(archive, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    address, first = archive.serve()
    assert archive.serve() == (address, first)
    again, second = archive.serve(other)
    assert second.pid != first.pid
    assert health.is_ok(f"{again}/")
    assert health.status_of(f"{again}/one.txt") == 404
    stop_archive(archive.home)
    assert health.status_of(again) == 0


def test_a_service_that_cannot_start_says_what_its_log_says(archive, monkeypatch):
    launch = archive_server.launch
    broken = ("/bin/sh", "-c", "echo no disk left; exit 3")
    monkeypatch.setattr(
        archive_server, "launch", lambda **given: replace(launch(**given), argv=broken)
    )
    with pytest.raises(ContractBroken, match=r"(?s)ended.*archive\.log.*no disk left"):
        archive.serve()
