"""Loaded by every Dask worker as it starts."""

import importlib
import logging
import pkgutil
from typing import Any, Final

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

import halocline
from halocline.pipeline.code_digest import code_digest
from tasks.turns import is_training

log = logging.getLogger("distributed.worker")

ENTRY: Final = "tasks.remote"
"""The one task module that runs on workers; the others bring Prefect along, 100 MB a process."""


class EndsWithItsTraining(WorkerPlugin):
    """A worker whose training nobody waits for any more is started anew by its nanny.

    A thread cannot be stopped: the scheduler would call such a worker free, and send it a poll that
    waits minutes for a result nobody wants.
    """

    name = "ends with its training"

    def setup(self, worker: Worker) -> None:
        """Keep the worker to be looked after."""
        self._worker = worker

    def transition(self, key: object, start: str, finish: str, **_kwargs: Any) -> None:
        """Dask's hook: a call of the worker goes from one state to the next."""
        is_given_up = (start, finish) == ("executing", "released")
        if is_given_up and is_training(key) and self._worker.nanny:
            self._worker.loop.add_callback(_start_anew, self._worker)


async def _start_anew(worker: Worker) -> None:
    """As `Worker.close_gracefully`, which waits 30 s for the thread first."""
    await worker.scheduler.retire_workers(
        workers=[worker.address], close_workers=False, remove=True
    )
    await worker.close(nanny=False, executor_wait=False, reason="nobody waits for its training")


async def dask_setup(worker: Worker) -> None:
    """Load all code a call may need, and take its digest; watch the worker's trainings.

    A worker that loaded a module later, after an edit, would run new code under the old digest. As
    a gain, the first call does not wait for imports.
    """
    for module in pkgutil.walk_packages(halocline.__path__, prefix="halocline."):
        _load(module.name)
    _load(ENTRY)
    log.info("runs code %s", code_digest())
    await worker.plugin_add(plugin=EndsWithItsTraining())


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError as fault:  # a call that needs it says so, with the platform's name
        log.warning("cannot load %s: %s", name, fault)
