"""The services of compose.yaml as processes of this machine, told what compose.yaml tells them.

PostgreSQL and Redis are those of the system: without them the test says so and skips. It starts
thirteen servers, which takes minutes on two cores: `make topology` asks for it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from distributed import Client

from halocline.networks import dump_network, load_network
from halocline.settings import ONE_THREAD
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket
from halocline.stores.tables import Tables
from infra import seaweed
from tests.samples.compose import ROOT, read_compose
from tests.stores_fixtures import S3Server, free_ports, s3_bucket

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        "HALOCLINE_TOPOLOGY" not in os.environ,
        reason="starts thirteen servers and takes minutes: make topology",
    ),
]
PATIENCE_S = 240.0
PASSWORD = "admin:correct-horse"
VALUES = {"PREFECT_AUTH": PASSWORD, "POSTGRES_PASSWORD": "pgpw", "REDIS_PASSWORD": "redispw",
          "S3_KEY": "-", "S3_SECRET": "-"}  # fmt: skip
WORKERS = 2


def program(name: str, *folders: Path) -> str:
    """Path of a system program; skips where it is not installed."""
    places = [os.environ.get("PATH", ""), *map(str, folders)]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        pytest.skip(f"no {name} on this machine: apt-get install postgresql redis-server")
    return found


@dataclass
class Topology:
    """Everything that runs, and how to speak to it."""

    folder: Path
    compose: dict[str, Any]
    ports: dict[str, int]
    bucket: Bucket
    data: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.ports['prefect']}/api"

    def client(self, auth: str | None = PASSWORD) -> httpx.Client:
        pair = tuple(auth.split(":")) if auth else None
        return httpx.Client(base_url=f"{self.api}/", auth=pair, timeout=60)

    def environment(self, service: str, **more: str) -> dict[str, str]:
        told = self.compose["services"][service].get("environment") or {}
        clean = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        home = self.folder / service
        home.mkdir(exist_ok=True)
        return {
            **clean, **ONE_THREAD, **{name: str(value) for name, value in told.items()},
            "HALOCLINE_HOME": str(home), "PREFECT_HOME": str(home / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
            "MPLBACKEND": "Agg", **more,
        }  # fmt: skip

    def argv(self, service: str) -> list[str]:
        name, *words = self.compose["services"][service]["command"]
        return [f"{sysconfig.get_path('scripts')}/{name}", *map(str, words)]

    def start(self, name: str, argv: list[str], environment: dict[str, str], **more: Any) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                argv, env=environment, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT, **more
            )

    def serve(self, service: str, *, number: int = 0, **more: str) -> None:
        """Start a service as compose.yaml says."""
        name = f"{service}-{number}" if number else service
        extra = [f"--name={name}"] if number else []
        self.start(name, [*self.argv(service), *extra], self.environment(service, **more))

    def once(self, service: str, *words: str, **more: str) -> str:
        """Run a service that ends by itself; what it said."""
        done = subprocess.run(
            [*self.argv(service), *words], env=self.environment(service, **more), cwd=self.folder,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait(self, what: str, check: Callable[[], object], *, of: str) -> None:
        """Wait until `check` holds; the log of `of` when it does not, or that process ends."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                if check():
                    return
            except (httpx.HTTPError, OSError):
                pass
            if self.running[of].poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{what}: not so\n{self.log(of)[-3000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        for process in reversed(list(self.running.values())):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=20)


@pytest.fixture(scope="module")
def topology(s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb, postgres = program("initdb", *debian), program("postgres", *debian)
    redis = program("redis-server")
    folder = tmp_path_factory.mktemp("topology")
    ports = free_ports(["postgres", "redis", "prefect", "dask", "dashboard"])
    at = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    compose = read_compose(VALUES, replace={
        "@postgres:5432": f"@{at['postgres']}", "@redis:6379": f"@{at['redis']}",
        "MESSAGING_HOST: redis": "MESSAGING_HOST: 127.0.0.1",
        '"6379"': f'"{ports["redis"]}"', '"4200"': f'"{ports["prefect"]}"',
        "127.0.0.1:4200": at["prefect"], "prefect-server:4200": at["prefect"],
        "dask-scheduler:8786": at["dask"], '"8786"': f'"{ports["dask"]}"',
        ":8787": f":{ports['dashboard']}",
        ":8788": ":0", "0.0.0.0": "127.0.0.1", "/var/lib/halocline": str(folder / "scratch"),
        "http://s3:8333": s3_server.endpoint, "--memory-limit=4GiB": "--memory-limit=2GiB",
    })  # fmt: skip
    data = Path(tempfile.mkdtemp(prefix="halocline-postgres-"))
    made = Topology(folder, compose, ports, s3_bucket(s3_server, folder), data)
    try:
        start_databases(made, initdb=initdb, postgres=postgres, redis=redis)
        start_servers(made)
        start_workers(made, s3_server)
        yield made
    finally:
        made.stop()
        shutil.rmtree(data, ignore_errors=True)


def start_databases(made: Topology, *, initdb: str, postgres: str, redis: str) -> None:
    data = made.data  # apart: pytest closes its own folders to others at each start
    user: dict[str, Any] = {}
    secret = data / "pgpw"
    secret.write_text(VALUES["POSTGRES_PASSWORD"])
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = {"user": "nobody", "group": "nogroup"}
        for one in (data, secret):
            shutil.chown(one, "nobody", "nogroup")
    subprocess.run(
        [initdb, "-D", str(data / "db"), "--username=prefect", f"--pwfile={secret}",
         "--auth=scram-sha-256", "--no-sync", "--locale=C", "--encoding=UTF8"],
        check=True, capture_output=True, cwd=data, **user,
    )  # fmt: skip
    made.start("postgres", [
        postgres, "-D", str(data / "db"), "-p", str(made.ports["postgres"]), "-h", "127.0.0.1",
        "-k", str(data), "-c", "fsync=off", "-c", "max_connections=60",
    ], {"PATH": "/usr/bin:/bin"}, **user)  # fmt: skip
    made.start("redis", [
        redis, "--port", str(made.ports["redis"]), "--bind", "127.0.0.1", "--dir", str(made.folder),
        "--requirepass", VALUES["REDIS_PASSWORD"], "--save", "",
    ], {"PATH": "/usr/bin:/bin"})  # fmt: skip
    made.wait("PostgreSQL listens", lambda: "ready to accept" in made.log("postgres"),
              of="postgres")  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", CREATE, str(made.ports["postgres"]), VALUES["POSTGRES_PASSWORD"]],
        check=True,
    )


CREATE = """
import asyncio, sys, asyncpg
async def main():
    one = await asyncpg.connect(user="prefect", password=sys.argv[2], host="127.0.0.1",
                                port=int(sys.argv[1]), database="postgres")
    await one.execute("create database prefect")
    await one.close()
asyncio.run(main())
"""


def start_servers(made: Topology) -> None:
    made.serve("dask-scheduler")
    made.once("migrate")
    made.serve("prefect-server")
    made.wait("the API answers", lambda: httpx.get(f"{made.api}/health").status_code == 200,
              of="prefect-server")  # fmt: skip
    made.serve("prefect-services")


def start_workers(made: Topology, s3: S3Server) -> None:
    store = {
        "HALOCLINE_STORE": made.bucket.url, "HALOCLINE_S3_KEY": s3.options.key,
        "HALOCLINE_S3_SECRET": s3.options.secret,
    }  # fmt: skip
    assert seaweed.BUCKET in made.bucket.url
    for number in range(1, WORKERS + 1):
        made.serve("dask-worker", number=number, **store)
    made.serve("dask-poll-worker", **store)
    network = write_network(made)
    made.once("deploy", "--network", str(network), **store)
    for number in range(1, WORKERS + 1):
        (port,) = free_ports(["worker"]).values()
        made.serve("prefect-worker", number=number, PREFECT_WORKER_WEBSERVER_PORT=str(port),
                   PREFECT_WORKER_QUERY_SECONDS="1", **store)  # fmt: skip
    for number in range(1, WORKERS + 1):
        name = f"dask-worker-{number}"
        made.wait("a Dask worker joins", partial(has_joined, made, name), of=name)
    made.wait("the Dask worker for polls joins", partial(has_joined, made, "dask-poll-worker"),
              of="dask-poll-worker")  # fmt: skip


def has_joined(made: Topology, name: str) -> bool:
    return "Registered to" in made.log(name)


def write_network(made: Topology) -> Path:
    archive = made.folder / "archive"
    write_archive(archive, seed=5, floats=6, profiles_per_float=30, stations=2)
    twin = load_network(ROOT / "deployments/networks/demo.yaml")
    network = twin.model_copy(update={"name": "topology"}).at(
        argo=(str(archive / "argo/gdac"),), coasthf=(str(archive / "coasthf/coriolis_cotier_csv"),)
    )
    path = made.folder / "topology.yaml"
    path.write_text(dump_network(network), encoding="utf-8")
    return path


@pytest.mark.parametrize("auth", [None, "admin:wrong", "other:correct-horse", "admin:"])
def test_without_the_password_nothing_is_answered(topology: Topology, auth: str | None) -> None:
    with topology.client(auth) as client:
        assert client.get("admin/version").status_code == 401
        assert client.post("flow_runs/filter", json={}).status_code == 401
        assert client.post("work_pools/", json={"name": "x", "type": "process"}).status_code == 401


def test_with_the_password_it_is_and_it_keeps_its_rows_in_postgresql(topology: Topology) -> None:
    with topology.client() as client:
        told = client.get("admin/settings").json()
    assert told["server"]["services"]["db_vacuum"]["enabled"]
    assert "prefect_redis" in json.dumps(told)
    assert "Created table" not in topology.log("prefect-server")
    assert not list(topology.folder.rglob("prefect.db"))


def test_a_worker_with_a_wrong_password_gets_no_work(topology: Topology) -> None:
    done = subprocess.run(
        [*topology.argv("prefect-worker"), "--name=stranger", "--run-once"],
        env=topology.environment("prefect-worker", PREFECT_API_AUTH_STRING="admin:wrong",
                                 PREFECT_WORKER_WEBSERVER_PORT="0"),
        capture_output=True, text=True, check=False, timeout=120, cwd=topology.folder,
    )  # fmt: skip
    assert done.returncode != 0
    assert "401" in done.stdout + done.stderr or "nauthorized" in done.stdout + done.stderr


def test_two_prefect_workers_and_several_dask_workers_share_the_work(topology: Topology) -> None:
    names = ("pull/topology-argo", "pull/topology-coasthf")
    with topology.client() as client:
        runs = {name: start_run(client, name) for name in names}
        for name, run in runs.items():
            wait_for(topology, client, run, name=name)
    who = {
        run: [number for number in (1, 2) if run in topology.log(f"prefect-worker-{number}")]
        for run in runs.values()
    }
    print(f"who ran what: {who}")
    assert all(who.values())
    if len({tuple(one) for one in who.values()}) == 1:  # one was quicker twice: ask both at once
        with topology.client() as client:
            share(topology, client)
    rows = Tables(topology.bucket).read("raw_files", columns=["source"])
    assert set(rows["source"].to_pylist()) == {"argo_gdac", "coriolis_cotier"}
    with Client(f"tcp://127.0.0.1:{topology.ports['dask']}", set_as_default=False) as dask:
        executed = dask.run(lambda dask_worker: dask_worker.state.executed_count)
    print(f"calls by Dask worker: {sorted(executed.values())}")
    assert len([count for count in executed.values() if count]) > WORKERS


def share(topology: Topology, client: httpx.Client) -> None:
    """Start runs until both Prefect workers have taken one."""
    for _ in range(5):
        runs = [start_run(client, "maintain/topology"), start_run(client, "pull/topology-argo")]
        for run in runs:
            wait_for(topology, client, run, name="again")
        taken = [re.findall(r"submitting flow run", topology.log(f"prefect-worker-{number}"))
                 for number in (1, 2)]  # fmt: skip
        if all(taken):
            return
    pytest.fail("one of two Prefect workers never took a run")


def start_run(client: httpx.Client, name: str) -> str:
    found = client.get(f"deployments/name/{name}").raise_for_status().json()
    made = client.post(f"deployments/{found['id']}/create_flow_run",
                       json={"state": {"type": "SCHEDULED"}})  # fmt: skip
    run: str = made.raise_for_status().json()["id"]
    return run


def wait_for(topology: Topology, client: httpx.Client, run: str, *, name: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        state = client.get(f"flow_runs/{run}").raise_for_status().json()["state"]
        if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
            break
        if time.monotonic() > deadline:
            break
        time.sleep(0.3)
    logs = "\n".join(topology.log(f"prefect-worker-{number}")[-3000:] for number in (1, 2))
    assert state["type"] == "COMPLETED", f"{name}: {state['message']}\n{logs}"
