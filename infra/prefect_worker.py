"""The embedded Prefect worker: starts each flow run of the pool `halocline` as a process."""

import sys
from pathlib import Path
from typing import Final

from halocline.pipeline.code_digest import code_digest
from infra.health import is_ok
from infra.launch import PATIENCE_S, Launch
from infra.ports import LOOPBACK
from infra.prefect_server import NAME as SERVER

NAME: Final = "prefect_worker"
POOL: Final = "halocline"
PORTS: Final = {"Prefect worker": 4201}
RUNS_AT_ONCE: Final = 4
"""A flow run waits for Dask most of its time; each costs a process of about 200 MB."""


def launch(*, home: Path, ports: dict[str, int]) -> Launch:
    """How to start the worker; it makes the work pool if there is none."""
    port = ports["Prefect worker"]
    (home / "prefect").mkdir(mode=0o700, parents=True, exist_ok=True)
    return Launch(
        name=NAME,
        title="Prefect worker",
        argv=(
            *(sys.executable, "-m", "prefect", "worker", "start"),
            *("--pool", POOL, "--type", "process", "--name", "embedded"),
            *("--limit", str(RUNS_AT_ONCE), "--install-policy", "never", "--with-healthcheck"),
        ),
        environment={
            "PREFECT_WORKER_WEBSERVER_HOST": LOOPBACK,
            "PREFECT_WORKER_WEBSERVER_PORT": str(port),
            "PREFECT_WORKER_QUERY_SECONDS": "2",  # a person waits for a run they have just started
            "PREFECT_CLI_PROMPT": "false",
            "MPLBACKEND": "Agg",
        },
        address=f"pool {POOL}",
        ports=ports,
        patience_s=PATIENCE_S,
        knows_addresses=True,
        after=SERVER,
        code=code_digest(),
    )


def is_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether the worker polls: its own check turns red when it has not for a while."""
    return is_ok(f"http://{LOOPBACK}:{ports['Prefect worker']}/health")
