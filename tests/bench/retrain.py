"""Two stations learned by one Dask worker and by two: wall time, workers' busy time, same bytes.

The made stations of tests/unit/pipeline/test_retrain.py with all lessons and trees, two variables
each, seven months hourly.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

from distributed import LocalCluster

from halocline.learn.model_files import version_of
from halocline.pipeline.config import ProcessConfig
from halocline.pipeline.retrain import VariableJob, learnable, plan_training, train_variable
from halocline.stores.bucket import Bucket
from tasks.fan_out import fan_out
from tasks.remote import Answer
from tests.bench._shared import say
from tests.samples.archive_store import config_at, pulled
from tests.stores_fixtures import folder_bucket
from tests.unit.pipeline.test_retrain import ONE, TWO, written

WORKERS: Final = (1, 2)


def main() -> None:
    """Print what a second worker brings."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, ONE, seed=3)
        written(folder, TWO, seed=4)
        bucket, config = folder_bucket(folder), config_at(folder)
        pulled(folder, bucket=bucket)
        jobs = [
            VariableJob(job, variable)
            for job in plan_training(bucket, config=config).jobs
            for variable in learnable(job, bucket=bucket, config=config).variables
        ]
        found = {count: _learned(jobs, count, bucket, config) for count in WORKERS}
    say(f"{'workers':>8} {'wall s':>8} {'busy s':>8} {'busy share':>11} {'times one':>10}")
    one = found[1][0]
    for count, (wall, busy, _versions) in found.items():
        say(f"{count:8} {wall:8.1f} {busy:8.1f} {busy / wall / count:11.2f} {one / wall:10.2f}")
    same = found[1][2] == found[2][2]
    say(f"{len(jobs)} variables; models of both: {'the same bytes' if same else 'NOT THE SAME'}")


def _learned(
    jobs: list[VariableJob], count: int, bucket: Bucket, config: ProcessConfig
) -> tuple[float, float, dict[str, str]]:
    """Wall and busy seconds of a warm cluster, and each variable's version."""
    versions: dict[str, str] = {}
    busy = 0.0
    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
    ) as cluster, cluster.get_client() as client:  # fmt: skip
        client.run(_warm)
        began = time.perf_counter()
        for job, done in fan_out(
            train_variable, jobs, fixed={"bucket": bucket, "config": config},
            address=cluster.scheduler_address, weight=lambda one: one.weight,
        ):  # fmt: skip
            assert isinstance(done, Answer), f"{job.name}: {done.detail}"
            busy += done.busy_s
            versions[job.name] = version_of(done.result)
        return time.perf_counter() - began, busy, versions


def _warm() -> None:
    """What a worker of a running network has loaded and compiled."""
    import lightgbm  # noqa: F401, PLC0415

    import halocline.pipeline.retrain  # noqa: F401, PLC0415
