"""Process: make what its inputs ask for, publish batch by batch."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.context import named, open_run
from halocline.pipeline.jobs import Job
from tasks.process import BatchReport, plan_jobs, process_batch

MOST_BATCHES = 80
"""Batches of one network in a run at most: with those of a pull, below 200 tasks."""
PLATFORMS_A_BATCH = 16
"""Platforms in a batch of a small run: one commit, one line an operator reads."""


@dataclass(frozen=True)
class Processed:
    """What a run made of each network; `wall_s` spans the fan-out, for the orchestration share."""

    batches: tuple[BatchReport, ...]
    planned: int
    up_to_date: int
    wall_s: float


@flow(
    name="process",
    flow_run_name=named("process"),
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # prefect 3.8
    description="Quality control, gap filling, products, one commit a batch.",
)
def process(network: Path, *, force: bool = False) -> Processed:
    """Make every product whose recipe is not the current one (`force`: every product).

    A platform that cannot be made is set aside and counted; an error of our own stops the run.
    """
    context = open_run(network)
    started = time.perf_counter()
    plan = plan_jobs(force=force, context=context)
    batches = [*_batches("argo", plan.argo), *_batches("coasthf", plan.coasthf)]
    futures = [
        process_batch.submit(jobs, network=name, number=number, total=total, context=context)
        for name, number, total, jobs in batches
    ]
    reports = tuple(future.result() for future in futures)
    return Processed(
        batches=reports,
        planned=len(plan.argo) + len(plan.coasthf),
        up_to_date=plan.up_to_date,
        wall_s=time.perf_counter() - started,
    )


def _batches(name: str, jobs: Sequence[Job]) -> list[tuple[str, int, int, Sequence[Job]]]:
    size = max(PLATFORMS_A_BATCH, -(-len(jobs) // MOST_BATCHES))
    cut = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    return [(name, number, len(cut), part) for number, part in enumerate(cut, start=1)]
