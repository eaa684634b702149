"""A publisher is killed at every request that writes; readers and the next run notice nothing.

Design, decision 4, and orchestration.md §6, promises 1 and 2: SIGKILL before, during and after
objects and commit, the kill placed by a proxy that holds the request or its answer.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from halocline.model.errors import SourceUnavailable
from halocline.stores.bucket import Bucket
from tests.faults.proxy import Action, Proxy
from tests.faults.publishers import (
    assert_no_duplicate,
    history,
    make_and_publish,
    processes,
    start,
    time_of,
    view,
)
from tests.stores_fixtures import S3Server, s3_bucket

pytestmark = pytest.mark.stack

PLATFORMS = ("6903247", "6903248")
LOG_ENTRY = r"PUT .*_delta_log/\d{20}\.json"
WRITES = [
    r"PUT .*/6903247/.*product\.nc",
    r"PUT .*/6903248/.*manifest\.json",
    r"PUT .*tables/products/part-.*\.parquet",
    LOG_ENTRY,
]
"""First and last object, rows, commit; tests/bench/publication.py kills at every request."""


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[Proxy]:
    with Proxy(s3_server.endpoint).running() as running:
        yield running


@pytest.fixture
def straight(s3_server: S3Server, tmp_path: Path) -> Bucket:
    """The store, past the proxy."""
    return s3_bucket(s3_server, tmp_path)


@pytest.fixture
def through(straight: Bucket, proxy: Proxy) -> Bucket:
    """The same store, through the proxy."""
    return Bucket(straight.url, replace(straight.options, endpoint=proxy.endpoint))


class Reader:
    """Looks at the published products again and again; every look is whole and of one run."""

    def __init__(self, bucket: Bucket) -> None:
        self.seen: set[str] = set()
        self.looks = 0
        self.fault: BaseException | None = None
        self._bucket, self._stop = bucket, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self.fault is not None:
            raise self.fault

    def _look(self) -> None:
        try:
            while not self._stop.wait(0.02):
                times = view(self._bucket)
                assert set(times) == set(PLATFORMS), times
                assert len(set(times.values())) == 1, f"a mixture of two runs: {times}"
                self.seen |= set(times.values())
                self.looks += 1
        except BaseException as fault:  # noqa: BLE001  raised again in the test's own thread
            self.fault = fault


def test_killed_at_every_write(straight: Bucket, through: Bucket, proxy: Proxy) -> None:
    make_and_publish(straight, PLATFORMS, 0, run="first")
    context, number = processes(), 0
    with Reader(straight) as reader:
        for write in WRITES:
            for action in ("hold request", "hold answer"):
                number += 1
                kill_at(proxy, through, context, write, action, number)
                expected = {time_of(number - 1), time_of(number)}
                assert set(view(straight).values()) <= expected
                make_and_publish(straight, PLATFORMS, number, run="next")
                assert set(view(straight).values()) == {time_of(number)}
    assert_no_duplicate(straight)
    assert len(history(straight)) == len(PLATFORMS) * (number + 1)
    assert reader.seen >= {time_of(number)}
    assert reader.looks > number


def kill_at(
    proxy: Proxy, through: Bucket, context: object, write: str, action: Action, number: int
) -> None:
    rule = proxy.add(write, action)
    publisher = start(context, make_and_publish, through, PLATFORMS, number, "killed")
    assert rule.reached.wait(20), f"never got to {write}"
    publisher.kill()
    publisher.join()
    if action == "hold answer":
        rule.released.set()
    else:
        rule.times = 0  # the request of the dead is held until the proxy ends


def test_a_dead_publishers_commit_arrives_late(
    straight: Bucket, through: Bucket, proxy: Proxy
) -> None:
    """Its PUT lingers in the network while the next run completes, then reaches the store."""
    make_and_publish(straight, PLATFORMS, 0, run="first")
    held = proxy.add(LOG_ENTRY, "hold request")
    publisher = start(processes(), make_and_publish, through, PLATFORMS, 1, "killed")
    assert held.reached.wait(20)
    publisher.kill()
    publisher.join()
    make_and_publish(straight, PLATFORMS, 1, run="next")
    before = history(straight)
    held.released.set()
    assert held.done.wait(20)
    assert held.status == 412
    assert history(straight) == before
    assert {event["run"] for event in before if event["seq"] == 2} == {"next"}


@pytest.mark.parametrize("action", ["lose answer", "refuse"])
def test_a_commit_whose_answer_is_lost_is_made_once(
    straight: Bucket, through: Bucket, proxy: Proxy, action: Action
) -> None:
    make_and_publish(straight, PLATFORMS, 0, run="first")
    proxy.add(LOG_ENTRY, action)
    make_and_publish(through, PLATFORMS, 1, run="second")
    assert [event["run"] for event in history(straight)] == ["first"] * 2 + ["second"] * 2
    assert set(view(straight).values()) == {time_of(1)}


@pytest.mark.parametrize("action", ["lose answer", "refuse"])
def test_an_object_whose_answer_is_lost_is_there(
    straight: Bucket, through: Bucket, proxy: Proxy, action: Action
) -> None:
    proxy.add("PUT .*/raw/x", action)
    assert through.put_new("raw/x", b"bytes") is (action == "refuse")
    assert straight.get("raw/x") == b"bytes"


def test_a_store_that_refuses_for_long_changes_nothing(
    straight: Bucket, through: Bucket, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halocline.stores._s3.FIRST_PAUSE_S", 0.001)
    make_and_publish(straight, PLATFORMS, 0, run="first")
    rule = proxy.add("PUT .*/6903248/.*product.nc", "refuse", times=1000)
    with pytest.raises(SourceUnavailable, match="does not answer after 5 tries"):
        make_and_publish(through, PLATFORMS, 1, run="second")
    assert set(view(straight).values()) == {time_of(0)}
    rule.times = 0
    make_and_publish(through, PLATFORMS, 1, run="third")
    assert set(view(straight).values()) == {time_of(1)}
    assert_no_duplicate(straight)
