"""Prefect tasks that pull: ask a provider what changed, take one batch of files."""

from collections.abc import Iterator, Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from halocline.model.quarantine import Quarantined, Reason
from halocline.pipeline.followed import note_found
from halocline.pipeline.providers import SOURCES_OF
from halocline.pipeline.pull import Plan, plan_pull, withdrawn_rows
from halocline.pipeline.receive import Known, Provider, Receipt, Remote, in_batches, receive
from halocline.pipeline.received import record
from tasks.context import RunContext
from tasks.fan_out import Lost, fan_out
from tasks.guard import RETRY, replay
from tasks.progress import with_progress
from tasks.remote import Answer
from tasks.single_writer import writing

FILES_A_CALL = 24
"""Files one Dask call takes: at 30 kB and a few ms each, about 100 ms of work, so that the
cluster's own millisecond is not felt."""


@task(name="list", task_run_name="list {source}", cache_policy=NO_CACHE, **RETRY)
def list_changes(
    provider: Provider, *, source: str, again: Sequence[str], context: RunContext
) -> Plan:
    """What to fetch and what was withdrawn, against what the store already holds.

    `again`: platforms that are fetched whatever the store holds of them. The floats a box or
    sensors select are known to the next `process` from then on.

    Raises:
        SourceUnavailable: no address of the provider answers — theirs; retried.
    """
    plan = plan_pull(provider, bucket=context.bucket, again=again)
    if source in SOURCES_OF["argo"]:
        note_found(context.config.argo_followed, plan.platforms, bucket=context.bucket)
    get_run_logger().info(
        "%s offers %d files: %d new, changed, undated or wanted again, %d withdrawn",
        source,
        plan.offered,
        len(plan.to_fetch),
        len(plan.withdrawn),
    )
    return plan


@task(
    name="receive",
    task_run_name="receive {source}, batch {number} of {total}",
    cache_policy=NO_CACHE,
    **RETRY,
)
def receive_batch(
    provider: Provider,
    files: Sequence[Remote],
    *,
    source: str,
    number: int,
    total: int,
    received: str,
    known: dict[str, Known],
    context: RunContext,
) -> Receipt:
    """Fetch, check and keep one batch; one commit of `raw_files` makes it count.

    Raises:
        SourceUnavailable: the provider, the store or the cluster do not answer — retried; files
            already kept are found again by their content.
    """
    calls = in_batches(files, size=FILES_A_CALL)
    fixed: dict[str, Any] = {
        "provider": provider,
        "known": known,
        "bucket": context.bucket,
        "received": received,
    }
    receipts = _receipts(calls, fixed=fixed, source=source, address=context.dask_address)
    key = f"receive-{source.replace('_', '-')}-{number}"
    what = f"{source}: calls of {FILES_A_CALL} files"
    whole = _together(list(with_progress(receipts, total=len(calls), key=key, what=what)))
    with writing(context):
        record(whole.rows, bucket=context.bucket, run=context.run)
    get_run_logger().info(
        "%d of %d files kept, %d unchanged (%d mended in the store), %d absent, %d set aside",
        len(whole.rows),
        len(files),
        whole.unchanged,
        whole.mended,
        whole.absent,
        len(whole.quarantined),
    )
    return whole


@task(name="withdraw", task_run_name="withdraw {source}", cache_policy=NO_CACHE, **RETRY)
def record_withdrawn(
    plan: Plan, *, provider: Provider, source: str, received: str, context: RunContext
) -> int:
    """Record that files are gone upstream: their bytes stay, products are made without them."""
    rows = withdrawn_rows(plan, provider=provider, received=received)
    with writing(context):
        record(rows, bucket=context.bucket, run=context.run)
    get_run_logger().info("%s withdrew %d files", source, len(rows))
    return len(rows)


def _receipts(
    calls: Sequence[Sequence[Remote]], *, fixed: dict[str, Any], source: str, address: str
) -> Iterator[Receipt]:
    """Receipts as they come; a call that kills its worker is tried again file by file."""
    doubtful: list[Sequence[Remote]] = []
    for call, done in fan_out(receive, calls, fixed=fixed, address=address, weight=len):
        if isinstance(done, Lost):
            doubtful.append(call)
            continue
        replay(done, name=source)
        yield done.result
    singles = [[file] for call in doubtful for file in call]
    if not singles:
        return
    for call, done in fan_out(receive, singles, fixed=fixed, address=address, weight=len):
        yield done.result if isinstance(done, Answer) else _lost(call[0], done)


def _lost(file: Remote, lost: Lost) -> Receipt:
    aside = Quarantined(item=file.file, reason=Reason.UNREADABLE, detail=lost.detail)
    return Receipt(quarantined=(aside,))


def _together(receipts: Sequence[Receipt]) -> Receipt:
    return Receipt(
        rows=tuple(row for one in receipts for row in one.rows),
        quarantined=tuple(out for one in receipts for out in one.quarantined),
        absent=sum(one.absent for one in receipts),
        unchanged=sum(one.unchanged for one in receipts),
        mended=sum(one.mended for one in receipts),
        bytes_received=sum(one.bytes_received for one in receipts),
    )
