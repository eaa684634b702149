"""A progress artifact on the run's page."""

from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

T = TypeVar("T")
STEP_PERCENT = 5.0
"""An artifact is updated at most every this many percent: each update is a call to the server."""


def with_progress(items: Iterable[T], *, total: int, key: str, what: str) -> Iterator[T]:
    """Yield `items` while the run's page shows how many of `total` are done."""
    artifact = create_progress_artifact(progress=0.0, key=key, description=what)
    assert isinstance(artifact, UUID)  # a coroutine only where the caller is one
    shown = 0.0
    for done, item in enumerate(items, start=1):
        yield item
        percent = 100.0 * done / max(total, 1)
        if percent - shown >= STEP_PERCENT or done == total:
            update_progress_artifact(artifact_id=artifact, progress=min(percent, 100.0))
            shown = percent
