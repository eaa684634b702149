"""The embedded Dask cluster: a scheduler, and worker processes of one thread each.

One thread, because the netCDF4 library crashes under threads (design, decision 2). Nannies,
because a decoder that crashes takes its process along: the nanny starts another one, and the
cluster lives on. All workers of a kind hang below one parent process.
"""

import sys
from pathlib import Path
from typing import Final

import psutil

from halocline.pipeline.code_digest import code_digest
from infra.health import is_ok, json_of
from infra.launch import PATIENCE_S, Launch
from infra.ports import LOOPBACK
from infra.processes import usable_cores
from tasks.turns import TRAIN

SCHEDULER: Final = "dask_scheduler"
WORKERS: Final = "dask_workers"
POLL_WORKER: Final = "dask_poll_worker"
TRAINING: Final = "embedded"
POLLS: Final = "polls"
"""What the scheduler calls workers of either kind."""
PORTS: Final = {"Dask": 8786, "Dask dashboard": 8787}
MEMORY_SHARE: Final = 0.6
"""Part of the machine's memory that all workers together may use."""
LARGEST_WORKER_BYTES: Final = 4 * 2**30
"""No platform needs more; a worker beyond it leaks and is restarted by its nanny."""


def scheduler(*, home: Path, ports: dict[str, int]) -> Launch:
    """How to start the scheduler, with its dashboard on the loopback address too."""
    port, dashboard = ports["Dask"], ports["Dask dashboard"]
    return Launch(
        name=SCHEDULER,
        title="Dask scheduler",
        argv=(
            *(sys.executable, "-m", "distributed.cli.dask_scheduler"),
            *("--host", LOOPBACK, "--port", str(port)),
            *("--dashboard-address", f"{LOOPBACK}:{dashboard}"),
        ),
        environment={"DASK_TEMPORARY_DIRECTORY": str(home / "dask")},
        address=f"tcp://{LOOPBACK}:{port}",
        ports=ports,
        patience_s=PATIENCE_S,
        code=code_digest(),  # it unpickles what a client sends, and cannot with another class
    )


def workers(*, home: Path, ports: dict[str, int]) -> Launch:
    """How to start one worker process per usable core, all of which may learn models."""
    count = usable_cores()
    more = ("--nworkers", str(count), "--name", TRAINING, "--resources", f"{TRAIN}=1")
    return _workers(WORKERS, f"Dask workers ({count})", more, home=home, ports=ports)


def poll_worker(*, home: Path, ports: dict[str, int]) -> Launch:
    """How to start one worker more, that never learns: a poll need not wait minutes for a core."""
    more = ("--name", POLLS)
    return _workers(POLL_WORKER, "Dask worker for polls", more, home=home, ports=ports)


def _workers(
    name: str, title: str, more: tuple[str, ...], *, home: Path, ports: dict[str, int]
) -> Launch:
    address = f"tcp://{LOOPBACK}:{ports['Dask']}"
    return Launch(
        name=name,
        title=title,
        argv=(
            *(sys.executable, "-m", "distributed.cli.dask_worker", address),
            *("--host", LOOPBACK, "--dashboard-address", f"{LOOPBACK}:0"),
            *("--nthreads", "1", *more),
            *("--memory-limit", str(worker_memory_bytes(worker_count()))),
            *("--local-directory", str(home / "dask"), "--preload", "infra.dask_preload"),
        ),
        environment={
            "MPLCONFIGDIR": str(home / "matplotlib"),
            "MPLBACKEND": "Agg",
        },
        address=address,
        ports={"Dask dashboard": ports["Dask dashboard"]},
        patience_s=PATIENCE_S,
        knows_addresses=True,
        lives_with=SCHEDULER,
        code=code_digest(),
    )


def scheduler_is_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether the scheduler answers."""
    return is_ok(f"http://{LOOPBACK}:{ports['Dask dashboard']}/health")


def workers_are_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether as many workers that may learn have joined the scheduler as there are cores."""
    return _joined(TRAINING, ports) >= usable_cores()


def poll_worker_is_healthy(*, home: Path, ports: dict[str, int]) -> bool:
    """Whether the worker for polls has joined the scheduler."""
    return _joined(POLLS, ports) == 1


def _joined(name: str, ports: dict[str, int]) -> int:
    """Workers of the scheduler whose names begin so."""
    known = json_of(f"http://{LOOPBACK}:{ports['Dask dashboard']}/json/identity.json") or {}
    return sum(str(one["name"]).startswith(name) for one in known.get("workers", {}).values())


def worker_count() -> int:
    """Workers of both kinds."""
    return usable_cores() + 1


def worker_memory_bytes(count: int) -> int:
    """Memory one of `count` workers may use before its nanny restarts it."""
    share = int(psutil.virtual_memory().total * MEMORY_SHARE / count)
    return min(share, LARGEST_WORKER_BYTES)
