"""A station's variables learned on every core, with a line for each that is done."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    asked = list(jobs)
    count = min(len(asked), cores())
    if not asked:
        return []
    typer.echo(f"learning {len(asked)} variables, {count} at once", err=True)
    made: dict[int, Any] = {}
    for number, answer in _answers(function, asked, count):
        made[number] = answer
        typer.echo(f"learned {asked[number].name} ({len(made)} of {len(asked)})", err=True)
    return [made[number] for number in range(len(asked))]


def _answers(
    function: Callable[[Any], Any], jobs: Sequence[Any], count: int
) -> Iterator[tuple[int, Any]]:
    """(place among the jobs, answer) as calls end; in this process where one runs at a time."""
    if count == 1:
        yield from ((number, function(job)) for number, job in enumerate(jobs))
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(function, job): number for number, job in enumerate(jobs)}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
