"""Fan plain functions out to one long-lived Dask cluster, polls first, longest first.

Why not Prefect tasks: a Prefect task on Dask costs 80-145 ms, a plain Dask call 1-3 ms (design,
decision 2). Why not `Client.map` alone: one poisoned item that kills its worker must not take the
items beside it, nor the run.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from distributed import Client, Future, as_completed
from distributed.scheduler import KilledWorker

from halocline.model.errors import ContractBroken, SourceUnavailable
from halocline.pipeline.code_digest import code_digest
from tasks.remote import Answer, answer
from tasks.turns import Turn, key_of, none_left_for_polls, priority_of, wanted_of

CONNECT_S: Final = 20
"""How long a scheduler that does not answer, or workers being started anew, are waited for."""


@dataclass(frozen=True)
class Lost:
    """An item whose worker died every time it was tried, the last time alone."""

    item: Any
    detail: str


def fan_out(
    function: Callable[..., Any],
    items: Sequence[Any],
    *,
    fixed: dict[str, Any],
    address: str,
    weight: Callable[[Any], float],
    turn: Turn = Turn.POLL,
) -> Iterator[tuple[Any, Answer | Lost]]:
    """Yield (item, Answer) as calls finish; an item that keeps killing its worker yields Lost.

    Calls of an earlier turn go before these wherever both wait. Whatever ends this process, its
    calls that wait do not run.

    Raises:
        SourceUnavailable: the scheduler does not answer, or has no workers — retry.
        ContractBroken: a worker runs other code than this process — restart the workers.
        Exception: whatever `function` raised; the calls still waiting are cancelled.
    """
    with _connect(address) as client:
        ordered = sorted(items, key=weight, reverse=True)
        suspects = yield from _run(client, function, ordered, fixed=fixed, turn=turn)
        for item in suspects:  # alone: a neighbour's crash must not be held against it
            again = yield from _run(client, function, [item], fixed=fixed, turn=turn)
            for guilty in again:
                yield guilty, Lost(item=guilty, detail="its worker process died each time")


def count_workers(address: str) -> int:
    """Workers of the cluster now; 0 when it does not answer."""
    try:
        with Client(address, timeout=CONNECT_S, set_as_default=False) as client:
            return len(_workers(client))
    except (OSError, TimeoutError):
        return 0


def why_polls_wait(address: str) -> str:
    """Why a poll may have to wait for a training on this cluster; '' where it never has to.

    Raises:
        SourceUnavailable: the scheduler does not answer, or has no workers — retry.
    """
    with _connect(address) as client:
        return none_left_for_polls(_workers(client))


def _workers(client: Client) -> dict[str, dict[str, Any]]:
    """What the scheduler knows of each worker, by address."""
    known: dict[str, dict[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
    return known


def _connect(address: str) -> Client:
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False, heartbeat_interval="5s")
    except (OSError, TimeoutError) as fault:
        raise SourceUnavailable(
            f"Dask scheduler {address} does not answer: {fault}; is it up? halocline status"
        ) from fault
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError as fault:
        client.close()
        raise SourceUnavailable(
            f"Dask scheduler {address} has no workers; see halocline status"
        ) from fault
    return client


def _run(
    client: Client,
    function: Callable[..., Any],
    items: Sequence[Any],
    *,
    fixed: dict[str, Any],
    turn: Turn,
) -> Generator[tuple[Any, Answer], None, list[Any]]:
    wanted = wanted_of(turn, _workers(client))
    futures: dict[Future[Any], Any] = {
        client.submit(
            answer,
            *(function, item, fixed),
            key=key_of(turn, function.__name__),
            pure=False,
            priority=priority_of(turn, rank),
            resources=wanted or None,
        ): item
        for rank, item in enumerate(items)
    }
    suspects = []
    try:
        for future in as_completed(list(futures), loop=client.loop):
            item = futures.pop(future)
            if future.status == "error" and isinstance(future.exception(), KilledWorker):
                suspects.append(item)
                continue
            yield item, _same_code(_result(future, item))
    finally:
        client.cancel(list(futures), force=True)
    return suspects


def _result(future: Future[Any], item: Any) -> Answer:
    """What a call returned; an error of ours says which platform it came from."""
    try:
        done: Answer = future.result()
    except Exception as fault:
        fault.add_note(f"on a Dask worker, at work on {getattr(item, 'name', item)}")
        raise
    return done


def _same_code(done: Answer) -> Answer:
    if done.code != code_digest():
        raise ContractBroken(
            f"a Dask worker runs code {done.code[:12]}, this process {code_digest()[:12]}: "
            "restart the workers (halocline up does), nothing was published"
        )
    return done
