"""Start services side by side and wait until each is well; leave alone what already is."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from halocline.model.errors import ContractBroken
from halocline.settings import Settings, child_environment
from infra import archive_server, dask_cluster, prefect_server, prefect_worker, processes, seaweed
from infra.launch import Launch
from infra.ports import is_free, listeners
from infra.processes import mark_of
from infra.state import ServiceRecord, StackState, write

Tell = Callable[[str], None]
"""Takes one line about what is going on."""
POLL_S: Final = 0.1
STALL_S: Final = 45.0
"""A running service silent for so long is half dead: it is restarted. Shorter silence is a busy
machine: the Prefect server was seen to stall 8 s while Dask's workers loaded beside it."""


class PortTaken(ContractBroken):
    """A service ended because another program took its port meanwhile: other ports may do."""


class HealthCheck(Protocol):
    """Whether the service that listens on these ports is well."""

    def __call__(self, *, home: Path, ports: dict[str, int]) -> bool:
        """Ask it."""


HEALTH: Final[Mapping[str, HealthCheck]] = {
    seaweed.NAME: seaweed.is_healthy,
    prefect_server.NAME: prefect_server.is_healthy,
    dask_cluster.SCHEDULER: dask_cluster.scheduler_is_healthy,
    dask_cluster.WORKERS: dask_cluster.workers_are_healthy,
    dask_cluster.POLL_WORKER: dask_cluster.poll_worker_is_healthy,
    prefect_worker.NAME: prefect_worker.is_healthy,
    archive_server.NAME: archive_server.is_healthy,
}


def answers(record: ServiceRecord, *, home: Path, patience_s: float) -> bool:
    """Whether a service is well, now or within `patience_s`; one that has ended is not."""
    deadline = time.monotonic() + patience_s
    while not HEALTH[record.name](home=home, ports=record.ports):
        if time.monotonic() > deadline or not processes.is_alive(record.running):
            return False
        time.sleep(POLL_S)
    return True


@dataclass(frozen=True)
class _Waiting:
    """A service that was started and is not yet well."""

    launch: Launch
    record: ServiceRecord
    started: float


class Starter:
    """Brings launches up in one home folder, and writes down what runs as it goes."""

    def __init__(self, settings: Settings, *, state: StackState, tell: Tell) -> None:
        self._settings = settings
        self._home = settings.home
        self._tell = tell
        self._state = state

    def run(self, launches: Sequence[Launch]) -> StackState:
        """Every launch is well.

        Raises:
            ContractBroken: one ended, or was not well in time; its log's end is in the message.
        """
        pending = self._not_well(launches)
        waiting: list[_Waiting] = []
        while pending or waiting:
            blocked = {one.name for one in pending} | {one.launch.name for one in waiting}
            ready = [one for one in pending if one.after not in blocked]
            waiting += [self._begin(one) for one in ready]
            pending = [one for one in pending if one not in ready]
            waiting = [one for one in waiting if not self._is_well(one)]
            time.sleep(POLL_S if waiting else 0)
        write(self._home, self._state)
        return self._state

    def _not_well(self, launches: Sequence[Launch]) -> list[Launch]:
        """Launches that must be started, or started anew."""
        pending: list[Launch] = []
        for launch in launches:
            restarted = {one.name for one in pending}
            if launch.lives_with in restarted or not self._can_stay(launch):
                pending.append(launch)
        return pending

    def _can_stay(self, launch: Launch) -> bool:
        record = self._state.services.get(launch.name)
        if record is None or not processes.is_alive(record.running):
            return False
        if record.digest != self._digest(launch):
            why = "its code or its settings changed"
        elif answers(record, home=self._home, patience_s=0):
            return True
        else:
            self._tell(f"{launch.title}: silent, waiting up to {STALL_S:.0f} s")
            if answers(record, home=self._home, patience_s=STALL_S):
                return True
            why = "it does not answer"
        self._tell(f"{launch.title}: {why}, starting it anew")
        return False

    def _begin(self, launch: Launch) -> _Waiting:
        processes.stop([launch.name], home=self._home)  # also what a dead one left behind
        if launch.slow:
            self._tell(f"{launch.title}: {launch.slow}")
        own = self._settings if launch.knows_addresses else Settings(home=self._home)
        running = processes.start(
            launch.name,
            launch.argv,
            environment=child_environment(own, extra=launch.environment),
            home=self._home,
        )
        record = ServiceRecord(
            name=launch.name,
            title=launch.title,
            pid=running.pid,
            created=running.created,
            address=launch.address,
            ports=dict(launch.ports),
            digest=self._digest(launch),
        )
        self._remember(record)
        return _Waiting(launch=launch, record=record, started=time.monotonic())

    def _is_well(self, one: _Waiting) -> bool:
        took_s = time.monotonic() - one.started
        title, name = one.launch.title, one.launch.name
        if not processes.is_alive(one.record.running):
            raced = not all(is_free(port) for port in one.record.ports.values())
            raise (PortTaken if raced else ContractBroken)(
                f"{title} ended while starting: {processes.tail(name, home=self._home)}"
            )
        if HEALTH[name](home=self._home, ports=one.record.ports):
            self._require_own_ports(one)
            self._tell(f"{title} is up at {one.record.address} ({took_s:.1f} s)")
            return True
        if took_s > one.launch.patience_s:
            raise ContractBroken(
                f"{title} is not well after {took_s:.0f} s: {processes.tail(name, home=self._home)}"
            )
        return False

    def _require_own_ports(self, one: _Waiting) -> None:
        """What answered is ours: of two stacks that start at once, one may hear the other's server.

        Raises:
            PortTaken: a stranger listens there; other ports may do.
        """
        ours = {mark_of(record, home=self._home) for record in self._state.services}
        pids = {process.pid for process in processes.marked(ours)}
        if strangers := listeners(one.record.ports.values()) - pids:
            processes.stop([one.launch.name], home=self._home)
            raise PortTaken(
                f"{one.launch.title}: another program (pid {strangers.pop() or 'hidden'}) took one "
                f"of the ports {', '.join(map(str, one.record.ports.values()))} meanwhile"
            )

    def _digest(self, launch: Launch) -> str:
        return launch.digest(self._settings.variables())

    def _remember(self, record: ServiceRecord) -> None:
        self._state = self._state.with_service(record)
        write(self._home, self._state)
