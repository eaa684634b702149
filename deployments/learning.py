"""A station's variables learned on every core, with a line for each that is done."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

import typer


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def learn_beside(function: Callable[[Any], Any], jobs: Iterable[Any]) -> list[Any]:
    """What `function` makes of each job, in their order, whatever the cores; jobs have a name.

    Raises:
        Exception: whatever `function` raised; the jobs still waiting are not begun.
    """
    todo = list(jobs)
    count = min(len(todo), cores())
    if not todo:
        return []
    typer.echo(f"learning {len(todo)} variables, {count} at once", err=True)
    if count == 1:
        return [_told(function(job), job, number, todo) for number, job in enumerate(todo, start=1)]
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(function, job): job for job in todo}
        try:
            for number, future in enumerate(as_completed(running), start=1):
                _told(future.result(), running[future], number, todo)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in running]


def _told(made: Any, job: Any, number: int, todo: list[Any]) -> Any:
    typer.echo(f"learned {job.name} ({number} of {len(todo)})", err=True)
    return made
