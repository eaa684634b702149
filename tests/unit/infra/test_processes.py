"""Processes that outlive their starter, and are stopped by nobody else."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from halocline.model.errors import ContractBroken
from infra import processes
from infra.processes import Running, is_alive, log_of, mark_of, marked, start, stop, tail

SLEEP = ("/bin/sleep", "60")


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    stop(["one", "two"], home=tmp_path, grace_s=0.2)


def begin(home, argv, name="one", **environment):
    return start(name, argv, environment={"PATH": os.environ["PATH"]} | environment, home=home)


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_a_started_process_is_nobodys_child_and_has_its_own_session(home):
    running = begin(home, SLEEP)
    assert is_alive(running)
    assert psutil.Process(running.pid).ppid() != os.getpid()
    assert os.getsid(running.pid) == running.pid


def test_output_goes_to_a_log_only_its_owner_reads(home):
    begin(home, ("/bin/sh", "-c", "echo said; echo wrong >&2; touch made; sleep 60"))
    log = log_of("one", home=home)
    wait_for(lambda: log.is_file() and (home / "made").exists())
    assert log.read_text() == "said\nwrong\n"
    assert log.stat().st_mode & 0o777 == (home / "made").stat().st_mode & 0o777 == 0o600
    assert tail("one", home=home, lines=1) == f"see {log}\n  wrong"


@pytest.mark.parametrize("starter", [signal.default_int_handler, signal.SIG_IGN])
def test_a_started_process_hears_sigint(home, starter):
    """Also when its starter does not: a shell makes whatever it starts with `&` deaf to it."""
    before = signal.signal(signal.SIGINT, starter)
    try:
        running = begin(
            home, ("/bin/sh", "-c", "trap 'echo heard; exit' INT; echo ready; sleep 60 & wait")
        )
    finally:
        signal.signal(signal.SIGINT, before)
    wait_for(lambda: "ready" in log_of("one", home=home).read_text())
    psutil.Process(running.pid).send_signal(signal.SIGINT)  # its child bears the same mark
    wait_for(lambda: "heard" in log_of("one", home=home).read_text())


def test_a_program_that_does_not_exist_is_named_in_the_log(home):
    running = Running(pid=0, created=0)
    with contextlib.suppress(ContractBroken):  # it may end before it is looked at
        running = begin(home, ("/no/such/program",))
    wait_for(lambda: not is_alive(running))
    assert "cannot run /no/such/program" in tail("one", home=home)


def test_a_reused_number_is_another_process(home):
    running = begin(home, SLEEP)
    assert not is_alive(Running(pid=running.pid, created=running.created - 5))


def test_stop_ends_what_a_service_started_wherever_it_went(home):
    script = (
        "import subprocess, time\n"
        "subprocess.Popen(['/bin/sleep', '61'], start_new_session=True); time.sleep(60)"
    )
    begin(home, (sys.executable, "-c", script))
    wait_for(lambda: len(marked([mark_of("one", home=home)])) == 2)
    assert len(stop(["one"], home=home)) == 2
    assert marked([mark_of("one", home=home)]) == []


def test_stop_ends_what_does_not_listen(home):
    begin(home, ("/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"))
    wait_for(lambda: "deaf" in log_of("one", home=home).read_text())
    started = time.monotonic()
    stop(["one"], home=home, grace_s=0.3)
    assert time.monotonic() - started >= 0.3
    assert marked([mark_of("one", home=home)]) == []


def test_stop_touches_no_stranger_and_no_other_home(home, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    stranger = subprocess.Popen(SLEEP)
    try:
        neighbour = begin(elsewhere, SLEEP)
        sibling = begin(home, SLEEP, name="two")
        begin(home, SLEEP)
        stop(["one"], home=home)
        assert stranger.poll() is None
        assert is_alive(neighbour)
        assert is_alive(sibling)
    finally:
        stranger.kill()
        stranger.wait()
        stop(["one"], home=elsewhere, grace_s=0.2)


def test_stopping_nothing_is_fine(home):
    assert stop(["one"], home=home) == []


def test_memory_counts_children_and_nothing_of_the_dead(home):
    script = "import subprocess; subprocess.run(['/bin/sleep', '60'])"
    running = begin(home, (sys.executable, "-S", "-c", script))
    wait_for(lambda: psutil.Process(running.pid).children())  # before, it still grows
    alone = psutil.Process(running.pid).memory_info().rss
    assert processes.memory_bytes(running) > alone
    stop(["one"], home=home)
    assert processes.memory_bytes(running) == 0
