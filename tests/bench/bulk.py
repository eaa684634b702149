"""Every file of 14 real floats, from zero to products: what orchestration costs, what two bring.

Run on the embedded stack in a folder of its own (S3, Prefect, Dask), then the same jobs on Dask
clusters of one and of two single-threaded workers. Last, one float from its `_prof.nc` and from its
mono files.
"""

import logging
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import psutil
import pyarrow as pa
from distributed import Client, LocalCluster
from prefect.client.orchestration import get_client

from flows.context import config_of
from flows.operate import operate
from halocline.model.digest import sha256_of
from halocline.networks import Network, dump_network
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.process import process_platform
from halocline.settings import load, resolve
from halocline.sources.argo_gdac import assemble
from halocline.stores.bucket import Bucket, StoreOptions
from infra import dask_cluster, stack
from tasks.fan_out import fan_out
from tests.bench._shared import found, say
from tests.samples.main_job import network_of, plan_once

ARCHIVE: Final = "argo/gdac_14floats_full.tar.zst"
FLOAT: Final = "2902696"
"""51 cycles, all of one sampling scheme: the same profiles in `_prof.nc` and in mono files."""
REPEATS: Final = 20


def main() -> None:
    """Print the figures of the bulk run."""
    packed = found(ARCHIVE)
    if packed is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = unpack(packed, folder / "gdac")
        _on_the_stack(tree, home=folder / "home")
        _bootstrap(tree)


def unpack(packed: Path, tree: Path) -> Path:
    """The GDAC tree of the archive below `tree`."""
    with (
        pa.input_stream(str(packed), compression="zstd") as plain,
        tarfile.open(fileobj=plain, mode="r|") as opened,
    ):
        opened.extractall(tree, filter="data")
    return tree


def _on_the_stack(tree: Path, *, home: Path) -> None:
    """Start the stack, and measure in a process that knows its addresses from the start.

    Prefect reads the environment as it is imported; this process has imported it already.
    """
    settings = resolve({"HALOCLINE_HOME": str(home)}, with_stack=False)
    try:
        stack.up(settings, tell=lambda _line: None)
        subprocess.run(
            [sys.executable, "-m", "tests.bench.bulk", str(tree), str(home)],
            env=os.environ | resolve({"HALOCLINE_HOME": str(home)}).variables(),
            check=True,
        )
    finally:
        stack.down(home, tell=lambda _line: None)


def measure(tree: Path, home: Path) -> None:
    """Print what one run of the main job cost, then the speed-up of its Dask phase."""
    network = network_of(argo=tree)
    summary, tasks, wall = _operate(network, home)
    workers = dask_cluster.worker_count()
    share = 1 - summary.busy_s / (workers * summary.process_wall_s)
    aside, phase = len(summary.quarantined), summary.process_wall_s / wall
    say(f"{summary.received:,} files received, {summary.published} products of "
        f"{summary.profiles:,} profiles, {aside} items set aside")  # fmt: skip
    say(f"{tasks} Prefect tasks; orchestration share of the Dask phase {share:.1%} "
        f"({workers} workers); that phase is {phase:.0%} of the run")  # fmt: skip
    settings = load()
    _speed_up(network, Bucket(settings.require("store"), StoreOptions(**settings.s3_options())))


def _operate(network: Network, home: Path) -> tuple[Any, int, float]:
    """Summary of one run of the main job, its number of Prefect tasks, and its seconds."""
    path = home / "bulk.yaml"
    path.write_text(dump_network(network), encoding="utf-8")
    began = time.perf_counter()
    summary = operate(path)
    wall = time.perf_counter() - began
    with get_client(sync_client=True) as client:
        tasks = len(client.read_task_runs(limit=200))
    return summary, tasks, wall


def _speed_up(network: Network, store: Bucket) -> None:
    """Wall of the same jobs on one worker and on two, and the workers' memory as they go on."""
    walls: dict[int, float] = {}
    plan = plan_once(network, store, force=True)
    for count in (1, 2):
        with _cluster(count) as cluster, Client(cluster, set_as_default=False) as client:
            fixed = {"bucket": store, "config": config_of(network)}
            memory = []
            for round_ in range(3):
                began = time.perf_counter()
                for _job, _done in fan_out(
                    process_platform, plan.argo, fixed=fixed, address=cluster.scheduler_address,
                    weight=lambda job: job.weight,
                ):  # fmt: skip
                    pass
                walls[count] = min(walls.get(count, 1e9), time.perf_counter() - began)
                memory.append(max(client.run(_resident).values()) / 1e6)
                del round_
            say(f"{count} worker(s): largest resident after round 1, 2, 3: "
                + ", ".join(f"{one:.0f} MB" for one in memory))  # fmt: skip
    say(f"two workers are {walls[1] / walls[2]:.2f} times one, best of three rounds")


def _cluster(count: int) -> LocalCluster:
    return LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
    )  # fmt: skip


def _resident() -> int:
    return int(psutil.Process(os.getpid()).memory_info().rss)


def _bootstrap(tree: Path) -> None:
    """One float from `_prof.nc` and from its mono files: time a profile, as a ratio."""
    (folder,) = tree.glob(f"dac/*/{FLOAT}")
    whole = [folder / f"{FLOAT}_prof.nc"]
    mono = sorted(folder.glob(f"profiles/[RD]{FLOAT}_*.nc"))
    costs = {}
    for name, paths, kind in (("_prof.nc", whole, "prof"), ("mono files", mono, "core")):
        contents = [(_input(path, kind), path.read_bytes()) for path in paths]
        best = min(_seconds(contents) for _repeat in range(REPEATS))
        profiles = assemble(FLOAT, contents).profiles.n_prof
        costs[name] = best / profiles
        say(f"{FLOAT} from {name}: {profiles} profiles of {len(paths)} file(s)")
    say(f"bootstrap from _prof.nc is {costs['mono files'] / costs['_prof.nc']:.1f} times faster")


def _seconds(contents: list[tuple[InputFile, bytes]]) -> float:
    began = time.perf_counter()
    assemble(FLOAT, contents)
    return time.perf_counter() - began


def _input(path: Path, kind: str) -> InputFile:
    named = path.stem.rpartition("_")[2]
    return InputFile(
        source="argo_gdac", file=f"{path.parts[-4] if kind == 'core' else path.parts[-3]}/{FLOAT}/"
        + (f"profiles/{path.name}" if kind == "core" else path.name),
        kind=kind, platform=FLOAT, cycle=int(named) if kind == "core" else -1, direction="A",
        mode=path.name[0] if kind == "core" else "", date_update="",
        sha256=sha256_of(path.read_bytes()), size=path.stat().st_size,
        received="2026-11-25T00:00:00Z", first="", last="",
    )  # fmt: skip


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
