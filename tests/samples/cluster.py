"""Dask workers in processes of their own, quiet."""

import logging

from distributed import LocalCluster, Nanny, Scheduler, SpecCluster

from tasks.turns import TRAIN

SCHEDULER_OPTIONS = ("host", "dashboard_address")


def two_workers() -> LocalCluster:
    """A cluster of one thread a worker; close it, or use it as a context."""
    return LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
        silence_logs=logging.CRITICAL,
    )


def two_that_train_and_one() -> SpecCluster:
    """Two workers that say they train and one that does not, each below a nanny, as deployed."""
    options = {"nthreads": 1, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    trains = options | {"resources": {TRAIN: 1}}
    return SpecCluster(
        scheduler={"cls": Scheduler, "options": {k: options[k] for k in SCHEDULER_OPTIONS}},
        workers={
            "first": {"cls": Nanny, "options": trains},
            "second": {"cls": Nanny, "options": trains},
            "polls": {"cls": Nanny, "options": options},
        },
        silence_logs=logging.CRITICAL,
    )
