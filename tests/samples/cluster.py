"""Two Dask workers in processes of their own, quiet."""

import logging

from distributed import LocalCluster


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
