"""A Prefect task that keeps a run's row in the table `runs`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from halocline.pipeline.runs import RunRecord, record_run
from tasks.context import StoreContext
from tasks.guard import RETRY
from tasks.single_writer import writing


@task(name="note", task_run_name="note", cache_policy=NO_CACHE, **RETRY)
def note_run(
    *,
    flow: str,
    name: str,
    started: str,
    parameters: Mapping[str, Any],
    context: StoreContext,
    published: int = 0,
    dropped: int = 0,
    set_aside: int = 0,
    summary: Mapping[str, Any] | None = None,
) -> None:
    """The run has a row in `runs`: what the next estimate and the dead man's switch rest on.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    record = RunRecord(
        flow=flow,
        name=name,
        status="completed",
        started=started,
        finished=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        parameters=parameters,
        published=published,
        dropped=dropped,
        set_aside=set_aside,
        summary=summary,
    )
    with writing(context):
        record_run(context.bucket, record, run=context.run)
