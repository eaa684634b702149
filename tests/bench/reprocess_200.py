"""200 platforms x 1 year of the twin ocean reprocessed: undisturbed, then killed three times.

On the embedded stack in a folder of its own. The store is put back between the two runs, so that
the second makes every byte again. HALOCLINE_BENCH_PLATFORMS: another number of platforms.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

import psutil
from distributed import Client
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from halocline.model.digest import sha256_of
from halocline.settings import Settings, load, resolve
from halocline.simulate.archive import write_archive
from halocline.stores.bucket import Bucket, StoreOptions
from halocline.stores.tables import Tables
from halocline.suites import shipped_suite
from infra import stack
from infra.dask_cluster import worker_count
from tests.bench._shared import say
from tests.bench._tables import Table

PLATFORMS: Final = int(os.environ.get("HALOCLINE_BENCH_PLATFORMS", "200"))
STATIONS: Final = max(1, PLATFORMS * 8 // 100)
CYCLES: Final = 37
"""Of a float in a year: one every ten days."""
KILLS: Final = 3
QUARTERS: Final = 4
READS: Final = 16
SUITE: Final = ("density_inversion: {threshold: 0.03}", "density_inversion: {threshold: 0.003}")
"""A test that finds more: products that really differ."""


@dataclass
class Watched:
    """One run of the command: how long, how much memory, what it said, how it ended."""

    wall_s: float = 0.0
    said: str = ""
    killed: bool = False
    memory: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    """Process → (seconds since the start, resident bytes)."""


def main() -> None:
    """Print the table of a reprocessing at full size."""
    with tempfile.TemporaryDirectory(prefix="halocline-bench-") as name:
        folder = Path(name)
        home = folder / "home"
        write_archive(folder / "archive", seed=11, floats=PLATFORMS - STATIONS,
                      profiles_per_float=CYCLES, stations=STATIONS)  # fmt: skip
        settings = resolve({"HALOCLINE_HOME": str(home)}, with_stack=False)
        try:
            stack.up(settings, tell=lambda _line: None)
            subprocess.run(
                [sys.executable, "-m", "tests.bench.reprocess_200", str(folder)],
                env=os.environ | resolve({"HALOCLINE_HOME": str(home)}).variables(),
                check=True,
            )
        finally:
            stack.down(home, tell=lambda _line: None)


def measure(folder: Path) -> None:
    """Publish the archive, reprocess it twice, print what both cost and whether they agree."""
    settings = load()
    bucket = Bucket(settings.require("store"), StoreOptions(**settings.s3_options()))
    began = time.perf_counter()
    command("demo", "--archive", str(folder / "archive"))
    say(f"published first: {len(Tables(bucket).read('products')):,} products "
        f"in {time.perf_counter() - began:.0f} s")  # fmt: skip
    words = ("reprocess", "--network", "mirror", "--force", "--suite", str(suite_in(folder)))
    before = set(bucket.list(""))
    calm, busy = undisturbed(words, settings)
    wanted = contents(bucket, before)
    say(calm.said)
    tasks, flow = last_run()
    report_cost(calm, busy=busy, tasks=tasks, flow=flow, bucket=bucket)
    put_back(bucket, before)
    attempts = with_kills(words, settings, wall_s=calm.wall_s)
    say(attempts[-1].said)
    spent = sum(one.wall_s for one in attempts) / calm.wall_s
    report_kills(spent, bucket=bucket, wanted=wanted, found=contents(bucket, before))
    run = Tables(bucket).read("candidates")["reprocess"][0].as_py()
    for step in ("--publish", "--revert"):
        say(command("reprocess", step, run).strip())


def command(*words: str) -> str:
    """What one command of ours said."""
    argv = [sys.executable, "-m", "deployments.cli", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def suite_in(folder: Path) -> Path:
    """Thresholds of the shipped suite, with one of them ten times as strict."""
    path = folder / "other.yaml"
    text = shipped_suite("argo").read_text(encoding="utf-8")
    assert text.count(SUITE[0]) == 1
    path.write_text(text.replace(*SUITE), encoding="utf-8")
    return path


def undisturbed(words: tuple[str, ...], settings: Settings) -> tuple[Watched, float]:
    """One whole run, and the seconds its calls kept the cluster's workers busy."""
    before = busy_seconds(settings)
    calm = attempt(words, settings)
    assert not calm.killed
    return calm, busy_seconds(settings) - before


def busy_seconds(settings: Settings) -> float:
    """Seconds of computing since the scheduler started, over all workers."""

    def counted(dask_scheduler: Any) -> float:
        prefixes = dask_scheduler.task_prefixes.values()
        return float(sum(one.all_durations["compute"] for one in prefixes))

    with Client(settings.require("dask_address"), set_as_default=False) as client:
        seconds: float = client.run_on_scheduler(counted)
    return seconds


def with_kills(words: tuple[str, ...], settings: Settings, *, wall_s: float) -> list[Watched]:
    """The same words until they end: three times killed, at moments nobody chose."""
    dice = random.Random()
    attempts = []
    for number in range(KILLS):
        moment = dice.uniform(0.1, 0.35) * wall_s
        attempts.append(attempt(words, settings, kill_after_s=moment, and_workers=number == 1))
        assert attempts[-1].killed, "it ended before it was killed: the measurement saw nothing"
        say(f"killed {'with every Dask worker ' if number == 1 else ''}after {moment:.1f} s")
    attempts.append(attempt(words, settings))
    return attempts


def attempt(
    words: tuple[str, ...], settings: Settings, *, kill_after_s: float | None = None,
    and_workers: bool = False,
) -> Watched:  # fmt: skip
    """Run the words once, watch memory, kill when asked."""
    found = Watched()
    began = time.perf_counter()
    argv = [sys.executable, "-m", "deployments.cli", *words]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        with sampling(found, process.pid, settings):
            try:
                found.said, _nothing = process.communicate(timeout=kill_after_s)
            except subprocess.TimeoutExpired:
                process.kill()
                found.killed = True
                if and_workers:
                    for pid in dask_workers(settings):
                        psutil.Process(pid).kill()
                process.communicate()
        assert found.killed or process.returncode == 0
    found.wall_s = time.perf_counter() - began
    return found


@contextmanager
def sampling(found: Watched, pid: int, settings: Settings) -> Iterator[None]:
    """Resident memory of the flow and of each worker, twice a second."""
    stop, began = threading.Event(), time.perf_counter()
    named = {"flow": pid, **{f"worker {n}": p for n, p in enumerate(dask_workers(settings), 1)}}

    def look() -> None:
        while not stop.wait(0.5):
            for name, one in named.items():
                try:
                    size = psutil.Process(one).memory_info().rss
                except psutil.NoSuchProcess:
                    continue
                found.memory.setdefault(name, []).append((time.perf_counter() - began, size))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def dask_workers(settings: Settings) -> list[int]:
    """Process numbers of the cluster's workers, once all are there."""
    deadline = time.monotonic() + 60
    with Client(settings.require("dask_address"), set_as_default=False) as client:
        while True:
            try:
                found = sorted(client.run(os.getpid).values())
            except OSError:  # one of them was killed a moment ago
                found = []
            if len(found) == worker_count() or time.monotonic() > deadline:
                return found
            time.sleep(0.5)


def last_run() -> tuple[int, FlowRun]:
    """The newest run of the flow, and how many Prefect tasks it had."""
    with get_client(sync_client=True) as client:
        run = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
        only = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]))
        return len(client.read_task_runs(task_run_filter=only, limit=200)), run


def report_cost(calm: Watched, *, busy: float, tasks: int, flow: FlowRun, bucket: Bucket) -> None:
    """Print what orchestration cost, and whether memory grew."""
    workers = worker_count()
    wall = flow.total_run_time.total_seconds()
    rows = Tables(bucket).read("candidates", columns=["busy_s"])
    making = sum(rows["busy_s"].to_pylist())
    share = 1 - busy / (workers * wall)
    say(Table("cost", f"{rows.num_rows} platforms on {workers} workers", ["what", "value"], [
        ["orchestration share of the whole flow run", f"{share:.1%}"],
        ["of the workers' time: making", f"{making / busy:.0%}"],
        ["of the workers' time: comparing", f"{1 - making / busy:.0%}"],
        ["Prefect tasks", str(tasks)],
        ["the flow run, of the command", f"{wall / calm.wall_s:.0%}"],
    ]).markdown())  # fmt: skip
    head = ["resident memory, MB", *(f"quarter {n}" for n in range(1, QUARTERS + 1)), "last/second"]
    say(Table("memory", "median of each quarter of the run", head,
              [memory_row(name, seen, calm.wall_s) for name, seen in calm.memory.items()]
              ).markdown())  # fmt: skip


def memory_row(name: str, seen: list[tuple[float, int]], wall_s: float) -> list[str]:
    quarters: list[list[int]] = [[] for _ in range(QUARTERS)]
    for moment, size in seen:
        quarters[min(int(QUARTERS * moment / wall_s), QUARTERS - 1)].append(size)
    sizes = [median(one) / 1e6 for one in quarters]
    return [name, *(f"{one:.0f}" for one in sizes), f"{sizes[-1] / sizes[1]:.2f}"]


def contents(bucket: Bucket, before: set[str]) -> dict[str, str]:
    """Digest of what a run wrote for readers: products, and the comparison."""
    keys = [key for key in bucket.list("") if key not in before and not key.startswith("tables/")]
    with ThreadPoolExecutor(READS) as pool:
        return dict(zip(keys, pool.map(lambda key: sha256_of(bucket.get(key)), keys), strict=True))


def put_back(bucket: Bucket, before: set[str]) -> None:
    """The store has no object it did not have before."""
    delete: Callable[[str], None] = bucket.delete
    with ThreadPoolExecutor(READS) as pool:
        list(pool.map(delete, (key for key in bucket.list("") if key not in before)))


def report_kills(
    spent: float, *, bucket: Bucket, wanted: dict[str, str], found: dict[str, str]
) -> None:
    """Print what the killed run made twice, and whether its bytes are those of the calm one."""
    rows = Tables(bucket).read("candidates", columns=["network", "platform", "year"]).to_pylist()
    once = {tuple(row.values()) for row in rows}
    same = sum(found.get(key) == digest for key, digest in wanted.items())
    others = sorted(set(found) ^ set(wanted) | {k for k in found if found[k] != wanted.get(k)})
    say(Table("kills", f"{KILLS} kills, then to the end", ["what", "value"], [
        ["platforms", str(len(once))],
        ["made and kept twice", str(len(rows) - len(once))],
        ["objects of the undisturbed run with the same bytes", f"{same} of {len(wanted)}"],
        ["objects that are others, or in one run only", ", ".join(others[:5]) or "none"],
        ["all attempts together, times the undisturbed one", f"{spent:.2f}"],
    ]).markdown())  # fmt: skip


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
