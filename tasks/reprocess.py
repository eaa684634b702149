"""Prefect tasks of a reprocessing: plan, make candidates, compare, publish, go back."""

from collections.abc import Iterator, Sequence
from typing import Final

from prefect import task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from halocline.model.errors import ContractBroken
from halocline.pipeline.candidates import (
    Candidate,
    candidates_of,
    publish_candidates,
    revert_run,
    stage,
)
from halocline.pipeline.compare import (
    Difference,
    NotCompared,
    Pair,
    compare_if_whole,
    pairs_of,
)
from halocline.pipeline.compare_page import Aside, folder_of, write_comparison
from halocline.pipeline.jobs import Job
from halocline.pipeline.outcome import Outcome
from halocline.pipeline.reprocess import ReprocessPlan, plan_reprocess
from halocline.pipeline.scope import Scope
from halocline.stores.publication import PublishResult
from tasks.batch_page import show_batch
from tasks.context import RunContext
from tasks.fan_out import Lost, fan_out
from tasks.guard import RETRY, replay
from tasks.process import answers, tell_aside
from tasks.progress import with_progress
from tasks.single_writer import writing
from tasks.summary import show_aside

SHOWN: Final = 500
"""Rows of a table on a run's page."""


@task(name="plan", task_run_name="plan", cache_policy=NO_CACHE, **RETRY)
def plan_scope(scope: Scope, *, force: bool, context: RunContext) -> ReprocessPlan:
    """What the scope asks for, and what of it is set aside, as tables on the run's page.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    plan = plan_reprocess(context.bucket, scope=scope, config=context.config, force=force)
    rows = [
        {
            "product": job.name,
            "network": job.network,
            "inputs": len(job.inputs),
            "bytes": job.weight,
        }
        for job in plan.jobs[:SHOWN]
    ]
    create_table_artifact(table=rows, key="reprocess-plan", description=cost_line(plan))
    tell_aside(plan.argo_aside)
    show_aside(plan.argo_aside, key="reprocess")
    get_run_logger().info("%s: %s", plan.run, cost_line(plan))
    return plan


def cost_line(plan: ReprocessPlan) -> str:
    """The plan in one line."""
    cost = (
        "no past run says what they cost"
        if plan.seconds is None
        else f"about {plan.seconds:,.0f} s of workers' time, as {plan.paced_by} products took"
    )
    unplaced = f", {len(plan.unplaced)} of unknown place left out" if plan.unplaced else ""
    return (
        f"{len(plan.jobs)} products to make ({cost}), {plan.made} made before, "
        f"{plan.same} would stay as they are{unplaced}"
    )


@task(
    name="reprocess",
    task_run_name="reprocess {network}, batch {number} of {total}",
    cache_policy=NO_CACHE,
    **RETRY,
)
def make_candidates(
    jobs: Sequence[Job], *, run: str, network: str, number: int, total: int, context: RunContext
) -> tuple[tuple[Outcome, float], ...]:
    """Every job has a candidate, or is set aside; nothing is published.

    Raises:
        SourceUnavailable: cluster or store do not answer — retried.
        ContractBroken: a worker runs other code — ours; stops the run.
    """
    log = get_run_logger()
    made = []
    recipes = {(job.network, job.platform, job.year): job.recipe for job in jobs}
    asked = (
        (outcome, recipes[outcome.network, outcome.platform, outcome.year], seconds)
        for outcome, seconds in answers(jobs, context)
    )
    staged = stage(asked, bucket=context.bucket, run=run)
    key = f"reprocess-{network}-{number}"
    with writing(context):
        for outcome, seconds in with_progress(
            staged, total=len(jobs), key=key, what=f"{network}: platforms made anew"
        ):
            log.info("%s · %s, %.1f s", outcome.name, outcome.status.replace("_", " "), seconds)
            made.append((outcome, seconds))
    show_batch(made, key=key, what=f"{network}, batch {number} of {total}", context=context)
    return tuple(made)


@task(name="pairs", task_run_name="pairs", cache_policy=NO_CACHE, **RETRY)
def find_pairs(run: str, *, context: RunContext) -> tuple[list[Pair], list[Candidate]]:
    """What has to be compared, and what was set aside."""
    candidates = candidates_of(context.bucket, run=run)
    aside = [one for one in candidates if one.status != "current"]
    return pairs_of(candidates, bucket=context.bucket), aside


@task(
    name="compare",
    task_run_name="compare, batch {number} of {total}",
    cache_policy=NO_CACHE,
    **RETRY,
)
def compare_batch(
    pairs: Sequence[Pair], *, number: int, total: int, context: RunContext
) -> list[Difference | NotCompared]:
    """Differences of every pair that is whole; netCDF files are opened on the workers only."""
    return list(
        with_progress(
            _compared(pairs, context),
            total=len(pairs),
            key=f"compare-{number}",
            what="products compared",
        )
    )


def _compared(pairs: Sequence[Pair], context: RunContext) -> Iterator[Difference | NotCompared]:
    for pair, done in fan_out(
        compare_if_whole,
        pairs,
        fixed={"bucket": context.bucket},
        address=context.dask_address,
        weight=lambda _pair: 1.0,
        turn=context.turn,
    ):
        if isinstance(done, Lost):
            raise ContractBroken(f"{pair.name}: comparing it kills its worker: {done.detail}")
        replay(done, name=pair.name)
        if isinstance(done.result, NotCompared):
            get_run_logger().error("%s · %s", pair.name, done.result.detail)
        yield done.result


@task(name="report", task_run_name="report", cache_policy=NO_CACHE, **RETRY)
def report_differences(
    found: Sequence[Difference], *, aside: Sequence[Aside], run: str, context: RunContext
) -> str:
    """The comparison is on a page in the bucket, and on the run's page; returns its address."""
    page = write_comparison(found, aside=aside, run=run, bucket=context.bucket)
    link = context.address_of(f"{folder_of(run)}/index.html")
    create_link_artifact(link=link, link_text=f"Comparison of {run}", key="reprocess-comparison")
    create_table_artifact(
        table=difference_rows(found)[:SHOWN],
        key="reprocess-differences",
        description=f"What publishing {run} would change",
    )
    return page


def difference_rows(found: Sequence[Difference]) -> list[dict[str, str | int | float]]:
    """One row a variable that differs, largest number of changed flags first."""
    rows: list[dict[str, str | int | float]] = [
        {
            "product": one.pair.name,
            "variable": row.variable,
            "flags changed": row.flags_changed,
            "to 3 or 4": row.flags_worse,
            "filled anew": row.filled_anew,
            "largest difference": row.largest,
            "where": row.where,
        }
        for one in found
        for row in one.changes
    ]
    return sorted(rows, key=lambda row: -int(row["flags changed"]))


@task(name="publish", task_run_name="publish {run}", cache_policy=NO_CACHE, **RETRY)
def publish_run(run: str, *, context: RunContext) -> PublishResult:
    """The candidates are current, in one commit."""
    with writing(context):
        return _told(publish_candidates(context.bucket, run=run), word="published")


@task(name="revert", task_run_name="revert {run}", cache_policy=NO_CACHE, **RETRY)
def go_back(run: str, *, context: RunContext) -> PublishResult:
    """What the run published is superseded by what was there before, in one commit."""
    with writing(context):
        return _told(revert_run(context.bucket, run=run), word="taken back")


def _told(result: PublishResult, *, word: str) -> PublishResult:
    log = get_run_logger()
    log.info("%d products %s in one commit (version %d)", result.published, word, result.version)
    for one in result.left_out:
        log.info("%s left as it is: %s", one.event["platform"], one.reason)
    return result
