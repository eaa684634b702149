"""What handing out one unit of work costs: to Prefect as a task, to Dask as a call, to nobody.

The measurement behind decision 2 (docs/why/ten-decisions.md): tasks are what an operator looks at,
calls are what the machine does. A real Prefect server on SQLite, a real Dask cluster of two
processes with one thread, an item that does nothing.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from distributed import Client, LocalCluster
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.testing.utilities import prefect_test_harness

from tests.bench._shared import say

ITEMS: Final = 200
REPEATS: Final = 3


def nothing(item: int) -> int:
    """The item: the work whose handing out is measured."""
    return item


@task(cache_policy=NO_CACHE)
def nothing_as_a_task(item: int) -> int:
    """The item, as a Prefect task."""
    return nothing(item)


@flow
def in_the_flow_s_threads() -> None:
    """Every item as a task of its own."""
    for one in [nothing_as_a_task.submit(item) for item in range(ITEMS)]:
        one.result()


def main() -> None:
    """Print the cost of one item by way of handing it out, as a ratio to a Dask call."""
    logging.disable(logging.CRITICAL)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        by_dask = _best(lambda: client.gather(client.map(nothing, range(ITEMS), pure=False)))
    with prefect_test_harness(server_startup_timeout=120):
        by_prefect = _best(in_the_flow_s_threads)
    alone = _best(lambda: [nothing(item) for item in range(ITEMS)])
    logging.disable(logging.NOTSET)
    say(f"{ITEMS} items, best of {REPEATS}: a Dask call takes {by_dask / ITEMS * 1e3:.1f} ms")
    say(f"a Prefect task in the flow's threads takes {by_prefect / by_dask:.1f} times that, "
        f"a plain call {alone / by_dask:.1e} times")  # fmt: skip


def _best(call: Callable[[], object]) -> float:
    seconds = []
    for _repeat in range(REPEATS):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
