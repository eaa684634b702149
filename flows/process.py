"""Process: make what its inputs ask for, publish batch by batch."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.context import is_part, named, open_run, received_now
from halocline.model.quarantine import Quarantined
from halocline.pipeline.jobs import Job
from halocline.pipeline.runs import pace_of
from tasks.context import RunContext
from tasks.process import BatchReport, plan_jobs, process_batch, tell_names
from tasks.runs import note_run
from tasks.status_site import make_site
from tasks.summary import show_aside

Products = Literal["all", "argo", "coasthf"]
MOST_BATCHES = 80
"""Batches of one network in a run at most: with those of a pull, below 200 tasks."""
PLATFORMS_A_BATCH = 16
"""Platforms in a batch of a small run: one commit, one line an operator reads."""


@dataclass(frozen=True)
class Processed:
    """What a run made of each network.

    `wall_s`: from the first batch handed out to the last one published. 1 − busy seconds of the
    workers / (workers × wall_s) is what orchestration costs. `aside`: what keeps a whole network
    from being looked at.
    """

    batches: tuple[BatchReport, ...]
    planned: int
    up_to_date: int
    wall_s: float
    aside: tuple[Quarantined, ...] = ()


@flow(
    name="process",
    flow_run_name=named("process"),
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # prefect 3.8
    description="Quality control, gap filling, products, one commit a batch.",
)
def process(network: Path, *, products: Products = "all", force: bool = False) -> Processed:
    """Make every product whose recipe is not the current one (`force`: every product).

    A platform that cannot be made is set aside and counted; an error of our own stops the run. What
    the store lost or damaged of a product that is made again is whole afterwards.

    Args:
        network: Network to make: a name such as france, or the path of a network file.
        products: Which products to make: those of floats, those of moorings, or all.
        force: Make products again whose inputs, code and thresholds have not changed.
    """
    context = open_run(network)
    began = received_now()
    plan = plan_jobs(force=force, context=context)
    aside = plan.argo_aside if products != "coasthf" else ()
    batches = [*cut_in_batches("argo", plan.argo), *cut_in_batches("coasthf", plan.coasthf)]
    batches = [one for one in batches if products in ("all", one[0])]
    started = time.perf_counter()
    futures = [
        process_batch.submit(jobs, network=name, number=number, total=total, context=context)
        for name, number, total, jobs in batches
    ]
    reports = tuple(future.result() for future in futures)
    _note(reports, aside, network=network, products=products, began=began, context=context)
    wall_s = time.perf_counter() - started
    if not is_part():
        show_aside(aside, key=Path(network).stem)
    tell_names(context=context)
    make_site(context=context)
    return Processed(
        batches=reports,
        planned=sum(len(jobs) for *_names, jobs in batches),
        up_to_date=plan.up_to_date,
        wall_s=wall_s,
        aside=aside,
    )


def _note(
    reports: Sequence[BatchReport],
    aside: Sequence[Quarantined],
    *,
    network: Path,
    products: Products,
    began: str,
    context: RunContext,
) -> None:
    outcomes = [one for report in reports for one in report.outcomes]
    note_run(
        flow="process",
        name=Path(network).stem,
        started=began,
        parameters={"network": str(network), "products": products},
        published=sum(one.published for one in reports),
        dropped=sum(one.superseded for one in reports),
        set_aside=len(aside) + sum(one.event is None for one in outcomes),
        summary={"pace": pace_of((one, sum(one.seconds.values())) for one in outcomes)},
        context=context,
    )


def cut_in_batches(name: str, jobs: Sequence[Job]) -> list[tuple[str, int, int, Sequence[Job]]]:
    """Network, number, count and jobs of each batch."""
    size = max(PLATFORMS_A_BATCH, -(-len(jobs) // MOST_BATCHES))
    cut = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    return [(name, number, len(cut), part) for number, part in enumerate(cut, start=1)]
