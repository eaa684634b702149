"""Maintain: tables, objects, old runs, a copy of the tables; a dry run unless told to apply."""

from datetime import UTC, datetime
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.context import open_store
from halocline.model.errors import ContractBroken
from halocline.stores.maintenance import GRACE_DAYS
from halocline.stores.schemas import TABLES
from tasks.maintain import (
    Kept,
    backup,
    find_missing,
    keep_objects,
    keep_raw,
    keep_runs,
    keep_table,
    write_maintenance,
)

RUN_DAYS = 90
"""Prefect keeps finished flow runs so long, as its own vacuum does by default."""


@flow(
    name="maintain",
    flow_run_name="maintain",
    description="Merge and vacuum tables, find or remove unreferenced objects, forget old runs.",
)
def maintain(
    apply: Annotated[bool, Field(description="Remove and merge; otherwise only count.")] = False,
    backup_to: Annotated[
        str | None,
        Field(description="Also copy all tables there: s3://bucket/prefix or file:///folder."),
    ] = None,
    raw_days: Annotated[
        int | None,
        Field(
            ge=GRACE_DAYS,
            description="Remove superseded received files older than this; empty: keep them all.",
        ),
    ] = None,
    run_days: Annotated[
        int, Field(ge=1, description="Forget finished Prefect runs older than this.")
    ] = RUN_DAYS,
) -> list[Kept]:
    """Look after the store and Prefect's database; safe to run again, and beside publishers.

    Args:
        apply: Remove and merge; otherwise only count.
        backup_to: Also copy all tables there: s3://bucket/prefix or file:///folder.
        raw_days: Remove superseded received files older than this; empty: keep them all.
        run_days: Forget finished Prefect runs older than this.

    Raises:
        ContractBroken: objects that the tables name are lost — everything else was done first.
    """
    context, now = open_store(), datetime.now(UTC)
    kept = backup(backup_to, context=context) if backup_to else []
    for name in TABLES:
        kept += keep_table(name, apply=apply, context=context)
    kept.append(keep_objects(now=now, apply=apply, context=context))
    if raw_days is not None:
        kept.append(keep_raw(now=now, days=raw_days, apply=apply, context=context))
    kept.append(keep_runs(now=now, days=run_days, apply=apply))
    lost = find_missing(context=context)
    write_maintenance([*kept, lost], applied=apply)
    if lost.found:
        raise ContractBroken(
            f"{lost.found} objects that the tables name are not in {context.bucket.url}; the log "
            "names them: bring them back from a copy of it, or fetch those below raw/ again "
            "(`pull` with `again`) and make those below products/ again (`halocline reprocess "
            "--platform … --force`)"
        )
    return [*kept, lost]
