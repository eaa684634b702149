"""Tell operators what has begun and what is over, once: Prefect's automations carry the message."""

from collections.abc import Sequence
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event
from prefect.logging import get_run_logger

from halocline.pipeline.incidents import KINDS, Changes, Incident, changes_of, record_changes
from tasks.context import StoreContext
from tasks.single_writer import writing

OPENED: Final = "halocline.incident.opened"
CLOSED: Final = "halocline.incident.closed"


@task(name="tell", task_run_name="tell", cache_policy=NO_CACHE)
def tell_operators(
    now: Sequence[Incident], *, networks: Sequence[str], at: str, context: StoreContext
) -> Changes:
    """Each new incident has been sent as an event and noted in `alerts`, each ended one too.

    Sent before it is noted: a kill between the two sends it twice, never not at all.

    Raises:
        SourceUnavailable: the store does not answer; the next validation tells it.
    """
    changes = changes_of(context.bucket, now, networks=networks)
    log = get_run_logger()
    for name, incidents in ((OPENED, changes.opened), (CLOSED, changes.closed)):
        for one in incidents:
            _emit(name, one)
            log.warning("%s: %s, %s", name.rsplit(".", 1)[-1], one.name, one.detail)
    with writing(context):
        record_changes(context.bucket, changes, at=at, run=context.run)
    return changes


def _emit(event: str, one: Incident) -> None:
    kind = KINDS[one.kind]
    emit_event(
        event=event,
        resource={
            "prefect.resource.id": f"halocline.incident.{one.network}.{one.kind}",
            "prefect.resource.name": one.name,
            "halocline.kind": one.kind,
            "halocline.urgency": kind.urgency,
        },
        payload={"detail": one.detail, "meaning": kind.meaning, "network": one.network},
    )
