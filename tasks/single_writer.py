"""One writer at a time on a store that cannot keep racing writers apart."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectAlreadyExists
from prefect.logging import get_run_logger

from tasks.context import StoreContext

LIMIT: Final = "halocline-single-writer"
"""Prefect's global concurrency limit that is the lock: every worker of one server obeys it."""
NOTICE: Final = (
    "SINGLE-WRITER MODE: this store was found not to keep racing writers apart. One task at a "
    "time writes; never publish to it from a second Prefect server. `halocline doctor` says more."
)


@contextmanager
def writing(context: StoreContext) -> Iterator[None]:
    """Nobody else of this Prefect server writes meanwhile, where the store needs that.

    The lock is a lease that Prefect renews while its holder lives: a killed writer frees it.
    """
    if not context.single_writer:
        yield
        return
    get_run_logger().warning("%s", NOTICE)
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.upsert_global_concurrency_limit_by_name(LIMIT, 1)
    with concurrency(LIMIT, occupy=1, strict=True, raise_on_lease_renewal_failure=True):
        yield
