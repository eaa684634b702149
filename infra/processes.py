"""Keep processes that outlive the command that started them, and stop only those.

A process is ours when its environment carries our mark, which whatever it starts inherits. A
number in a file proves nothing: the system reuses it, and a stranger must never be stopped.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from halocline.model.errors import ContractBroken

MARK: Final = "HALOCLINE_SERVICE"
LOG_LIMIT_BYTES: Final = 20_000_000
"""A longer log is put aside as `.old` when its service starts anew."""
DETACH: Final = Path(__file__).with_name("detach.py")
POLL_S: Final = 0.05


@dataclass(frozen=True)
class Running:
    """A process as the system knows it; the time it was created tells it from a reused number."""

    pid: int
    created: float


def mark_of(name: str, *, home: Path) -> str:
    """What our processes of this service carry in their environment."""
    return f"{name}@{home}"


def start(name: str, argv: Sequence[str], *, environment: Mapping[str, str], home: Path) -> Running:
    """Process running `argv` in `home`, detached, its output in `home/logs/<name>.log`.

    Raises:
        ContractBroken: it ended at once; the message ends with what it said — ours.
    """
    log = log_of(name, home=home)
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > LOG_LIMIT_BYTES:
        shutil.move(log, log.with_suffix(".log.old"))
    starter = subprocess.run(  # noqa: S603  the words come from infra, none is interpreted
        [sys.executable, "-I", "-S", str(DETACH), str(log), *argv],
        env={**environment, MARK: mark_of(name, home=home)},
        cwd=home,
        stdout=subprocess.PIPE,
        check=True,
    )
    pid = int(starter.stdout)
    try:
        return Running(pid=pid, created=psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        raise ContractBroken(f"{name} ended as it started: {tail(name, home=home)}") from None


def log_of(name: str, *, home: Path) -> Path:
    """Where the output of a service goes."""
    return home / "logs" / f"{name}.log"


def tail(name: str, *, home: Path, lines: int = 15) -> str:
    """Where the log is, and its last lines."""
    log = log_of(name, home=home)
    text = log.read_text(errors="replace").splitlines()[-lines:] if log.is_file() else []
    return "\n".join([f"see {log}", *(f"  {line}" for line in text)])


def is_alive(running: Running) -> bool:
    """Whether that very process still runs; a zombie does not."""
    try:
        process = psutil.Process(running.pid)
        return process.create_time() == running.created and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def marked(marks: Iterable[str]) -> list[psutil.Process]:
    """Every live process of this user that carries one of the marks, oldest first."""
    wanted = set(marks)
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) in wanted and process.status() != psutil.STATUS_ZOMBIE:
                found.append((process.create_time(), process))
        except psutil.Error:
            continue  # it ended meanwhile, or is another user's: not ours either way
    return [process for _created, process in sorted(found, key=lambda pair: pair[0])]


def stop(names: Iterable[str], *, home: Path, grace_s: float = 8.0) -> list[int]:
    """Stop the named services and all they started: asked first, killed after `grace_s`.

    Returns the process numbers that were stopped.
    """
    marks = [mark_of(name, home=home) for name in names]
    stopped = [process.pid for process in marked(marks)]
    deadline = time.monotonic() + grace_s
    asked: set[psutil.Process] = set()
    while (left := marked(marks)) and time.monotonic() < deadline:
        for process in set(_leaders(left)) - asked:
            _signal(process, signal.SIGTERM)
            _signal(process, signal.SIGCONT)  # one that was halted hears nothing else
            asked.add(process)
        time.sleep(POLL_S)
    while left := marked(marks):  # again, because one of them may just have started another
        for process in left:
            _signal(process, signal.SIGKILL)
        time.sleep(POLL_S)
    return stopped


def _leaders(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Processes whose parent is not among them: asked first, they end their children in order."""
    pids = {process.pid for process in processes}
    return [process for process in processes if _parent(process) not in pids]


def _parent(process: psutil.Process) -> int:
    try:
        return process.ppid()
    except psutil.NoSuchProcess:
        return 0


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)  # psutil refuses when the number now belongs to another process
    except psutil.NoSuchProcess:
        return


def memory_bytes(running: Running) -> int:
    """Resident memory of a process and all below it; 0 when it has ended."""
    if not is_alive(running):
        return 0
    try:
        process = psutil.Process(running.pid)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.NoSuchProcess:
        return 0


def usable_cores() -> int:
    """Cores this process may use (a container or batch job may have fewer than the machine)."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
