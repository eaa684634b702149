"""The one place that decides which failures are worth another try, and logs what workers said."""

from typing import Any

from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging import get_run_logger

from halocline.model.errors import SourceUnavailable
from tasks.remote import Answer


def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry only what the provider or the store may have mended meanwhile."""
    try:
        state.result()
    except SourceUnavailable:
        return True
    except Exception:  # noqa: BLE001  the question is only whether to retry; the state keeps the error
        return False
    return False


RETRY: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [2, 10, 60],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_pass,
}
"""How every task that talks to a provider or the store is retried."""


def replay(done: Answer, *, name: str) -> None:
    """Log inside the run what a worker logged, with the item's name in front."""
    logger = get_run_logger()
    for line in done.logs:
        logger.log(line.level, "%s · %s", name, line.message)
