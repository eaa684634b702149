"""Prefect tasks that learn stations on the cluster and name the models that are applied."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from halocline.pipeline.models import history, register
from halocline.pipeline.retrain import (
    Learnable,
    Trained,
    TrainJob,
    TrainPlan,
    VariableJob,
    assembled,
    learnable,
    plan_training,
    train_variable,
    variable_jobs,
)
from tasks.context import RunContext
from tasks.fan_out import Lost, fan_out, why_polls_wait
from tasks.guard import RETRY, replay
from tasks.progress import with_progress
from tasks.remote import Answer
from tasks.single_writer import writing

KEY = "retrain"


@task(name="plan training", task_run_name="plan training", cache_policy=NO_CACHE, **RETRY)
def plan_stations(stations: Sequence[str], *, force: bool, context: RunContext) -> TrainPlan:
    """Which stations have to be learned.

    Raises:
        SourceUnavailable: the store does not answer — retried.
        ConfigInvalid: a station that was asked for is unknown — the operator's.
    """
    plan = plan_training(context.bucket, config=context.config, stations=stations, force=force)
    get_run_logger().info("stations to learn: %d; up to date: %d", len(plan.jobs), plan.up_to_date)
    return plan


@task(name="train", task_run_name="train {total} stations", cache_policy=NO_CACHE, **RETRY)
def train_stations(
    jobs: Sequence[TrainJob], *, total: int, context: RunContext
) -> tuple[Trained, ...]:
    """Every station of `jobs` has been tried; each model is current as soon as it is whole.

    One commit a station: a run that is killed keeps what it has finished, and leaves the models
    before in place for the rest; a task that is retried learns only what is left.

    Raises:
        SourceUnavailable: cluster or store do not answer — theirs; the task is retried.
        ContractBroken: a worker runs other code — ours; stops the run.
    """
    log = get_run_logger()
    if why := why_polls_wait(context.dask_address):
        log.warning("%s", why)
    found: list[Trained] = []
    named = {row["platform"] for row in history(context.bucket) if row["run"] == context.run}
    answers = _answers([job for job in jobs if job.platform not in named], context)
    for one, seconds in with_progress(answers, total=total, key=KEY, what="stations learned"):
        if one.event is not None:
            with writing(context):
                register([one.event], bucket=context.bucket, run=context.run)
        log.info("%s · %s, %.0f s", one.platform, one.detail, seconds)
        found.append(one)
    create_table_artifact(key=f"{KEY}-models", table=[_row(one) for one in found])
    return tuple(found)


def _answers(jobs: Sequence[TrainJob], context: RunContext) -> Iterator[tuple[Trained, float]]:
    """What became of each station, and its workers' seconds, as soon as its last variable is in."""
    asked: list[VariableJob] = []
    learned: dict[str, Learnable] = {}
    for job, found in _fan_out(learnable, jobs, context):
        if isinstance(found, Lost):
            yield Trained(job.platform, None, found.detail), 0.0
        elif not found.result.variables:
            yield Trained(job.platform, None, found.result.detail), found.busy_s
        else:
            learned[job.platform] = found.result
            asked += variable_jobs(job, found.result)
    parts: dict[str, list[Answer | Lost]] = {}
    wanted = Counter(one.station.platform for one in asked)
    for one, done in _fan_out(train_variable, asked, context):
        station = one.station.platform
        parts.setdefault(station, []).append(done)
        if len(parts[station]) == wanted[station]:
            yield _whole(one.station, parts.pop(station), learned[station], context)


def _whole(
    job: TrainJob, parts: Sequence[Answer | Lost], found: Learnable, context: RunContext
) -> tuple[Trained, float]:
    """A station all of whose variables came back; one that lost any keeps the model it has."""
    made = [one for one in parts if isinstance(one, Answer)]
    busy = sum(one.busy_s for one in made)
    lost = next((one for one in parts if isinstance(one, Lost)), None)
    if lost is not None:
        return Trained(job.platform, None, f"{lost.item.variable}: {lost.detail}"), busy
    files = [one.result for one in made]
    return assembled(job, files, found=found, bucket=context.bucket), busy


def _fan_out(
    function: Callable[..., Any], items: Sequence[Any], context: RunContext
) -> Iterator[tuple[Any, Answer | Lost]]:
    for item, done in fan_out(
        function,
        items,
        fixed={"bucket": context.bucket, "config": context.config},
        address=context.dask_address,
        weight=lambda one: one.weight,
        turn=context.turn,
    ):
        if isinstance(done, Answer):
            replay(done, name=item.name)
        yield item, done


def _row(one: Trained) -> dict[str, str]:
    return {
        "station": one.platform,
        "model": "" if one.event is None else one.event["version"][:12],
        "detail": one.detail,
    }
