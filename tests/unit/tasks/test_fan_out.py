"""Fanning out to a real Dask cluster of processes: order, errors, killed workers, other code."""

import logging
import os
import signal
import sys
from collections.abc import Iterator

import cloudpickle
import pytest

from halocline.model.errors import BadUpstreamData, ContractBroken, SourceUnavailable
from halocline.model.quarantine import Reason
from tasks.fan_out import Lost, fan_out
from tasks.remote import Answer
from tests.samples.cluster import two_workers

pytestmark = [
    pytest.mark.xdist_group("dask"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # distributed 2026.8, at exit
]


cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_workers() as cluster:
        yield cluster.scheduler_address


def double(item: int, *, add: int) -> int:
    logging.getLogger("halocline.test").info("doubling %d", item)
    return 2 * item + add


def kill_on_13(item: int) -> int:
    if item == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def refuse(item: int) -> int:
    raise BadUpstreamData(Reason.EMPTY, f"item {item}")


def run(function, items, address, **fixed):
    return dict(fan_out(function, items, fixed=fixed, address=address, weight=float))


def test_each_item_is_answered_with_its_logs_and_busy_time(address: str) -> None:
    answers = run(double, [1, 2, 3], address, add=1)
    assert {item: answer.result for item, answer in answers.items()} == {1: 3, 2: 5, 3: 7}
    assert [line.message for line in answers[2].logs] == ["doubling 2"]
    assert all(answer.busy_s > 0 for answer in answers.values())


def test_an_item_that_kills_its_worker_is_lost_and_takes_no_other(address: str) -> None:
    answers = run(kill_on_13, [11, 12, 13, 14, 15, 16], address)
    assert isinstance(answers.pop(13), Lost)
    assert all(isinstance(one, Answer) for one in answers.values())
    assert sorted(answers) == [11, 12, 14, 15, 16]


def test_an_error_of_the_function_arrives_as_itself(address: str) -> None:
    with pytest.raises(BadUpstreamData, match="empty: item 1") as found:
        run(refuse, [1], address)
    assert found.value.reason is Reason.EMPTY
    assert found.value.__notes__ == ["on a Dask worker, at work on 1"]


def test_a_worker_with_other_code_is_refused(address: str, monkeypatch) -> None:
    monkeypatch.setattr("tasks.fan_out.code_digest", lambda: "f" * 64)
    with pytest.raises(ContractBroken, match="restart the workers"):
        run(double, [1], address, add=0)


def test_a_scheduler_that_is_not_there_is_named(monkeypatch) -> None:
    monkeypatch.setattr("tasks.fan_out.CONNECT_S", 0.5)
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1:9 does not answer"):
        run(double, [1], "tcp://127.0.0.1:9", add=0)
