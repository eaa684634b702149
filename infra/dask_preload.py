"""Loaded by every embedded Dask worker as it starts."""

import importlib
import logging
import pkgutil
from typing import Final

from distributed import Worker

import halocline
from halocline.pipeline.code_digest import code_digest

log = logging.getLogger("distributed.worker")

ENTRY: Final = "tasks.remote"
"""The one task module that runs on workers; the others bring Prefect along, 100 MB a process."""


def dask_setup(_worker: Worker) -> None:
    """Load all code a call may need, and take its digest.

    A worker that loaded a module later, after an edit, would run new code under the old digest. As
    a gain, the first call does not wait for imports.
    """
    for module in pkgutil.walk_packages(halocline.__path__, prefix="halocline."):
        _load(module.name)
    _load(ENTRY)
    log.info("runs code %s", code_digest())


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError as fault:  # a call that needs it says so, with the platform's name
        log.warning("cannot load %s: %s", name, fault)
