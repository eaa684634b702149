"""Loaded by every embedded Dask worker as it starts."""

import importlib
import logging
import pkgutil
from typing import Final

from distributed import Worker

ROOMS: Final = ("halocline", "tasks")


def dask_setup(_worker: Worker) -> None:
    """Load all code a call may need, and take its digest.

    A worker that loaded a module later, after an edit, would run new code under the old digest. As
    a gain, the first call does not wait for imports.
    """
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, prefix=f"{room}."):
            _load(module.name)
    digest = importlib.import_module("halocline.pipeline.code_digest").code_digest()
    logging.getLogger("distributed.worker").info("runs code %s", digest)


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError as fault:  # a call that needs it says so, with the platform's name
        logging.getLogger("distributed.worker").warning("cannot load %s: %s", name, fault)
