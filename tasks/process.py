"""A Prefect task makes one batch of products: fan out, publish in one commit, say what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from halocline.model.quarantine import Quarantined, Reason
from halocline.pipeline.followed import floats_of
from halocline.pipeline.jobs import Job
from halocline.pipeline.outcome import Outcome, set_aside
from halocline.pipeline.plan import ProcessPlan, plan_process
from halocline.pipeline.process import process_platform
from halocline.pipeline.strange_names import held_of, strange_names
from halocline.stores.publication import publish
from halocline.stores.tables import Tables
from tasks.batch_page import show_batch
from tasks.context import RunContext
from tasks.fan_out import Lost, fan_out
from tasks.guard import RETRY, replay
from tasks.progress import with_progress
from tasks.single_writer import writing


@dataclass(frozen=True)
class BatchReport:
    """What one batch made; `busy_s` is the sum of the workers' time in it."""

    outcomes: tuple[Outcome, ...]
    published: int
    superseded: int
    """Products another run published first from newer or equal inputs."""
    busy_s: float


@task(name="plan", task_run_name="plan", cache_policy=NO_CACHE, **RETRY)
def plan_jobs(*, force: bool, context: RunContext) -> ProcessPlan:
    """Which products have to be made.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    plan = plan_process(context.bucket, config=context.config, force=force)
    followed = context.config.argo_followed
    if followed.key and not floats_of(followed, context.bucket):
        get_run_logger().warning(
            "no pull of this code has found a float that meets the criteria of the network file: "
            "run the flow `pull` first, or correct them"
        )
    tell_aside(plan.argo_aside)
    get_run_logger().info(
        "to make: %d floats, %d station-years; up to date: %d",
        len(plan.argo),
        len(plan.coasthf),
        plan.up_to_date,
    )
    return plan


def tell_aside(aside: Sequence[Quarantined]) -> None:
    """A line in the log for each item that keeps a whole network from being looked at."""
    for one in aside:
        get_run_logger().error("%s · set aside: %s: %s", one.item, one.reason, one.detail)


@task(name="names", task_run_name="names", cache_policy=NO_CACHE, **RETRY)
def tell_names(*, context: RunContext) -> list[str]:
    """A line in the log for each name of the network's files that nothing answers to.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    config = context.config
    found = strange_names(config, held_of(config, context.bucket))
    for one in found:
        get_run_logger().warning("%s", one)
    return found


@task(
    name="process",
    task_run_name="process {network}, batch {number} of {total}",
    cache_policy=NO_CACHE,
    **RETRY,
)
def process_batch(
    jobs: Sequence[Job], *, network: str, number: int, total: int, context: RunContext
) -> BatchReport:
    """Make and publish the products of `jobs`; a platform that cannot be made is set aside.

    Raises:
        SourceUnavailable: cluster or store do not answer — theirs; the task is retried, products
            already written are found again by their content.
        ContractBroken: a worker runs other code — ours; stops the run.
    """
    log = get_run_logger()
    made: list[tuple[Outcome, float]] = []
    key = f"process-{network}-{number}"
    for outcome, seconds in with_progress(
        answers(jobs, context), total=len(jobs), key=key, what=f"{network}: platforms made"
    ):
        made.append((outcome, seconds))
        log.info("%s", _line(outcome, seconds))
    outcomes = tuple(outcome for outcome, _seconds in made)
    events = [one.event for one in outcomes if one.event is not None]
    with writing(context):
        result = publish(Tables(context.bucket), events, run=context.run)
    log.info("published %d products in one commit (version %d)", result.published, result.version)
    show_batch(made, key=key, what=f"{network}, batch {number} of {total}", context=context)
    return BatchReport(
        outcomes=outcomes,
        published=result.published,
        superseded=result.dropped,
        busy_s=sum(seconds for _outcome, seconds in made),
    )


def answers(jobs: Sequence[Job], context: RunContext) -> Iterator[tuple[Outcome, float]]:
    """What became of each platform, and its worker's seconds, as the cluster answers."""
    fixed: dict[str, Any] = {"bucket": context.bucket, "config": context.config}
    for job, done in fan_out(
        process_platform,
        jobs,
        fixed=fixed,
        address=context.dask_address,
        weight=lambda job: job.weight,
        turn=context.turn,
    ):
        if isinstance(done, Lost):
            yield set_aside(job, Reason.UNREADABLE, done.detail), 0.0
            continue
        replay(done, name=job.name)
        yield done.result, done.busy_s


def _line(outcome: Outcome, seconds: float) -> str:
    if outcome.event is None:
        why = "; ".join(f"{one.reason}: {one.detail}" for one in outcome.quarantined)
        return f"{outcome.name} · set aside: {why}"
    event = outcome.event
    return (
        f"{outcome.name} · {event['n_values']} values, {event['n_flagged']} flagged, "
        f"{event['n_filled']} filled, {len(outcome.quarantined)} items set aside, {seconds:.1f} s"
    )
