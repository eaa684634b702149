"""Prefect tasks that keep tables fast, the bucket and Prefect's database free of garbage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger

from halocline.stores.bucket import Bucket, Entry
from halocline.stores.maintenance import (
    GRACE_DAYS,
    compact,
    copy_table,
    found_before,
    missing,
    remove,
    superseded_raw,
    unreferenced,
    vacuum,
)
from halocline.stores.schemas import TABLES
from halocline.stores.tables import Tables
from tasks.context import StoreContext
from tasks.guard import RETRY
from tasks.single_writer import writing

PAGE: Final = 200
"""Flow runs Prefect returns at once at most."""
SHOWN: Final = 50
"""Keys named in the log; the count is of all of them."""
FINISHED: Final = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]


@dataclass(frozen=True)
class Kept:
    """One thing that was looked after."""

    what: str
    found: int
    """How many there are to remove, merge or copy."""
    done: int
    """How many were; 0 in a dry run."""
    size_bytes: int = 0
    detail: str = ""


@task(name="table", task_run_name="table {name}", cache_policy=NO_CACHE, **RETRY)
def keep_table(name: str, *, apply: bool, context: StoreContext) -> list[Kept]:
    """The table's files are merged, its log checkpointed, what no reader needs removed.

    Raises:
        SourceUnavailable: the store does not answer, or others kept winning — retried.
    """
    tables = Tables(context.bucket)
    stale = vacuum(tables, name, dry_run=True)
    if not apply:
        return [Kept(f"files of table {name} nobody needs", found=len(stale), done=0)]
    with writing(context):
        merged = compact(tables, name)
        gone = vacuum(tables, name, dry_run=False)
    get_run_logger().info("%s: %d files became %d", name, merged.files_before, merged.files_after)
    return [
        Kept(f"files of table {name} nobody needs", found=len(stale), done=len(gone)),
        Kept(
            f"small files of table {name}", found=merged.files_before,
            done=merged.files_before - merged.files_after,
            detail=f"{merged.files_before} became {merged.files_after}, and a checkpoint",
        ),
    ]  # fmt: skip


@task(name="unreferenced objects", cache_policy=NO_CACHE, **RETRY)
def keep_objects(*, now: datetime, apply: bool, context: StoreContext) -> Kept:
    """Objects that no event names, as a look a week ago found too, are gone (`apply`), or counted.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    found = unreferenced(Tables(context.bucket), now=now)
    due = found_before(context.bucket, found, now=now)
    kept = _removed("objects no event names", due, apply=apply, bucket=context.bucket)
    new = len(found) - len(due)
    detail = f"{new} found for less than {GRACE_DAYS} days: kept so long" if new else ""
    return replace(kept, found=len(found), detail=detail)


@task(name="raw retention", cache_policy=NO_CACHE, **RETRY)
def keep_raw(*, now: datetime, days: int, apply: bool, context: StoreContext) -> Kept:
    """Superseded received bytes older than `days` are gone (`apply`), or counted.

    Raises:
        SourceUnavailable: the store does not answer — retried.
    """
    found = superseded_raw(Tables(context.bucket), now=now, days=days)
    return _removed(f"superseded raw files older than {days} days", found, apply=apply,
                    bucket=context.bucket)  # fmt: skip


@task(name="completeness", cache_policy=NO_CACHE, **RETRY)
def find_missing(*, context: StoreContext) -> Kept:
    """How many objects that tables name are not there: none, or somebody removed them by hand."""
    gone = missing(Tables(context.bucket))
    for key in gone[:SHOWN]:
        get_run_logger().error("lost: %s", key)
    return Kept("objects that tables name and are LOST", found=len(gone), done=0)


@task(name="backup", task_run_name="backup to {url}", cache_policy=NO_CACHE, **RETRY)
def backup(url: str, *, context: StoreContext) -> list[Kept]:
    """Every table is also at `url`, version for version.

    Raises:
        ContractBroken: `url` holds tables of another history — choose an empty place.
        SourceUnavailable: one of the stores does not answer — retried, and goes on.
    """
    target = Bucket(url, context.bucket.options)
    target.ensure()
    done = []
    for name in TABLES:
        version = copy_table(name, source=context.bucket, target=target)
        done.append(Kept(f"versions of table {name} copied to {url}", version + 1, version + 1))
    return done


@task(name="Prefect's old runs", cache_policy=NO_CACHE, **RETRY)
def keep_runs(*, now: datetime, days: int, apply: bool) -> Kept:
    """Finished flow runs that ended more than `days` ago are gone from Prefect, or counted.

    The server's own vacuum does it too where it is switched on; `runs` in the bucket stays.
    """
    ended = FlowRunFilter(
        end_time=FlowRunFilterEndTime(before_=now - timedelta(days=days)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=FINISHED)),
    )
    with get_client(sync_client=True) as client:
        found = client.count_flow_runs(flow_run_filter=ended)
        done = _delete_runs(client, ended) if apply and found else 0
    return Kept(f"Prefect flow runs older than {days} days", found=found, done=done)


@task(name="maintenance summary", task_run_name="summary", cache_policy=NO_CACHE)
def write_maintenance(kept: Sequence[Kept], *, applied: bool) -> None:
    """A table on the run's page says what was found and what was done."""
    create_table_artifact(
        table=[
            {"what": one.what, "found": one.found, "done": one.done,
             "MB": round(one.size_bytes / 1e6, 1), "detail": one.detail}
            for one in kept
        ],
        key="maintenance",
        description="Maintenance" if applied else "Maintenance: a dry run, nothing was removed",
    )  # fmt: skip


def _removed(what: str, found: Sequence[Entry], *, apply: bool, bucket: Bucket) -> Kept:
    log = get_run_logger()
    for one in found[:SHOWN]:
        log.info("%s: %s (%d bytes, %s)", what, one.key, one.size, one.modified)
    size = remove(bucket, list(found)) if apply else sum(one.size for one in found)
    return Kept(what, found=len(found), done=len(found) if apply else 0, size_bytes=size)


def _delete_runs(client: SyncPrefectClient, ended: FlowRunFilter) -> int:
    done = 0
    while page := client.read_flow_runs(flow_run_filter=ended, limit=PAGE):
        for run in page:
            try:
                client.delete_flow_run(run.id)
            except ObjectNotFound:  # the server's own vacuum was faster
                continue
            done += 1
    return done
