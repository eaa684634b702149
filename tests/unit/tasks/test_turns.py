"""Polls go first on a real Dask cluster: before trainings that wait, beside those that run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import cloudpickle
import pytest
from distributed import Client, LocalCluster, Scheduler, SpecCluster

from infra.dask_preload import EndsWithItsTraining
from tasks.fan_out import fan_out, why_polls_wait
from tasks.turns import TRAIN, Turn, none_left_for_polls, priority_of
from tests.samples.cluster import two_that_train_and_one, two_workers

pytestmark = [
    pytest.mark.xdist_group("dask"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # distributed 2026.8, at exit
]
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test

QUEUED = 6
PATIENCE_S = 60


def learn(number: int, *, folder: Path) -> int:
    """A training: says that it runs, and runs until it is told to end."""
    (folder / f"{number}").write_text(str(os.getpid()))
    while not (folder / "end").exists():
        time.sleep(0.02)
    time.sleep(0.5)
    return number


def take(_number: int, *, folder: Path) -> int:
    """A poll's call: how many trainings have begun."""
    return len(pids(folder))


def train(address: str, folder: Path) -> list[int]:
    """What a flow that learns asks of the cluster, more than it has workers."""
    calls = fan_out(
        learn, range(QUEUED), fixed={"folder": folder}, address=address, weight=float,
        turn=Turn.TRAINING,
    )  # fmt: skip
    return [number for number, _answer in calls]


def poll(address: str, folder: Path) -> list[int]:
    """What each of six calls of a poll saw."""
    calls = fan_out(take, range(6), fixed={"folder": folder}, address=address, weight=float)
    return [answer.result for _number, answer in calls]


def pids(folder: Path) -> dict[str, str]:
    """The worker's process of every training that has begun."""
    return {one.name: one.read_text() for one in folder.glob("[0-9]*")}


def calls_known(dask_scheduler: Scheduler) -> int:
    return len(dask_scheduler.tasks)


def wait_for(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.02)


@contextmanager
def training(address: str, folder: Path) -> Iterator[None]:
    """Two trainings run and the others wait, meanwhile; at the end all are let go."""
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(train, address, folder)
        try:
            wait_for(lambda: len(pids(folder)) == 2)
            yield
        finally:
            (folder / "end").touch()
        assert sorted(asked.result(timeout=PATIENCE_S)) == list(range(QUEUED))


@pytest.fixture(scope="module")
def declared() -> Iterator[SpecCluster]:
    with two_that_train_and_one() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def plain() -> Iterator[LocalCluster]:
    with two_workers() as cluster:
        yield cluster


def test_a_poll_waits_for_no_training_and_both_workers_learn_at_once(declared, tmp_path) -> None:
    with training(declared.scheduler_address, tmp_path):
        assert poll(declared.scheduler_address, tmp_path) == [2] * 6
        assert len(set(pids(tmp_path).values())) == 2


def test_where_no_worker_says_it_trains_a_poll_goes_before_all_that_waits(plain, tmp_path) -> None:
    with training(plain.scheduler_address, tmp_path), ThreadPoolExecutor() as pool:
        asked = pool.submit(poll, plain.scheduler_address, tmp_path)
        with Client(plain.scheduler_address, set_as_default=False) as client:
            wait_for(lambda: client.run_on_scheduler(calls_known) == QUEUED + 6)
        (tmp_path / "end").touch()
        seen = asked.result(timeout=PATIENCE_S)
    assert min(seen) == 2, "a training that waited ran before the poll"
    assert max(seen) <= 3, "the last of its calls has waited for a training that began after it"


def test_a_killed_flow_leaves_neither_queue_nor_training(declared, tmp_path) -> None:
    """The workers are back, with new processes, and nothing else of it has run."""
    address = declared.scheduler_address
    code = f"from {__name__} import train, Path; train({address!r}, Path({str(tmp_path)!r}))"
    with Client(address, set_as_default=False) as client:
        client.register_plugin(EndsWithItsTraining())
        flow = subprocess.Popen([sys.executable, "-c", code])
        try:
            wait_for(lambda: len(pids(tmp_path)) == 2)
            old = set(pids(tmp_path).values())
        finally:
            flow.send_signal(signal.SIGKILL)
            flow.wait()
        assert poll(address, tmp_path) == [2] * 6
        wait_for(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == 3)
        wait_for(lambda: not old & set(map(str, client.run(os.getpid).values())))
        assert len(pids(tmp_path)) == 2


def test_the_last_of_one_turn_goes_before_the_first_of_the_next() -> None:
    ordered = [priority_of(turn, rank) for turn in sorted(Turn) for rank in (0, 1, 10**6)]
    assert ordered == sorted(ordered, reverse=True)
    assert len(set(ordered)) == len(ordered)


def test_what_keeps_polls_waiting_is_said(declared, plain) -> None:
    assert why_polls_wait(declared.scheduler_address) == ""
    assert "none of 2 workers has" in why_polls_wait(plain.scheduler_address)
    trains = {"resources": {TRAIN: 1.0}}
    assert "all 2 workers have it" in none_left_for_polls({"one": trains, "two": trains})
