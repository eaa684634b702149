"""The embedded stack: start what is not configured, mend what is half dead, stop only our own."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from halocline.settings import Settings
from infra import archive_server, dask_cluster, prefect_server, prefect_worker, processes, seaweed
from infra.launch import Launch
from infra.ports import choose, settle
from infra.starting import PortTaken, Starter, Tell, answers
from infra.state import ServiceRecord, StackState, only_one, read, write

T = TypeVar("T")
Ports = Mapping[str, dict[str, int]]
"""Service → use → port."""
WAVES: Final = (
    (
        *(archive_server.NAME, prefect_worker.NAME),
        *(dask_cluster.WORKERS, dask_cluster.POLL_WORKER),
    ),
    (dask_cluster.SCHEDULER, prefect_server.NAME, seaweed.NAME),
)
"""What is stopped before what: those who work before those they talk to."""

STATUS_PATIENCE_S: Final = 6.0
"""How long `status` waits for a service that runs and is slow to answer."""
RACES: Final = 2
"""How often another program may take a port between our look and our start."""


@dataclass(frozen=True)
class ServiceStatus:
    """One service as it is now."""

    name: str
    title: str
    address: str
    pid: int
    is_alive: bool
    is_healthy: bool
    since: float
    """Seconds since 1970."""
    memory_bytes: int
    """Resident, children included."""


def up(settings: Settings, *, tell: Tell) -> StackState:
    """The parts of the stack that `settings` does not configure run and are well.

    A service that runs, is well and would be started the same way is left alone: twice is fine.
    `settings` are those of `halocline.settings.load(with_stack=False)`.

    Raises:
        ConfigInvalid: no port is free, or a program is missing — the operator's.
        ContractBroken: a service ended or was not well in time — ours; the message ends its log.
    """
    with only_one(settings.home):
        return _despite_races(lambda: _up(settings, tell=tell), tell=tell)


def _despite_races(attempt: Callable[[], T], *, tell: Tell) -> T:
    for _race in range(RACES):
        try:
            return attempt()
        except PortTaken as fault:
            tell(f"{fault}\ntrying again on another port")
    return attempt()


def _serve(home: Path, *, folder: Path, tell: Tell) -> str:
    state = read(home)
    ports = _own_ports(archive_server.NAME, archive_server.PORTS, state, set(), tell)
    launch = archive_server.launch(folder=folder, ports=ports)
    Starter(Settings(home=home), state=state, tell=tell).run([launch])
    return launch.address


def _up(settings: Settings, *, tell: Tell) -> StackState:
    state = read(settings.home)
    ports = _ports(settings, state=state, tell=tell)
    offered = _offered(settings.home, ports)
    state = state.model_copy(update={"settings": offered})
    told = Settings.model_validate(_clear(settings) | offered)
    return Starter(told, state=state, tell=tell).run(_launches(settings.home, ports))


def down(home: Path, *, tell: Tell) -> list[int]:
    """Nothing of the stack in `home` runs; returns the numbers of the stopped processes."""
    if not home.is_dir():
        return []
    stopped: list[int] = []
    with only_one(home):
        titles = {name: one.title for name, one in read(home).services.items()}
        for wave in WAVES:
            running = [
                titles.get(name, name)
                for name in wave
                if processes.marked([processes.mark_of(name, home=home)])
            ]
            if running:
                tell(f"stopping {', '.join(running)}")
            stopped += processes.stop(wave, home=home)
        write(home, StackState())
    return stopped


def status(home: Path, *, patience_s: float = STATUS_PATIENCE_S) -> list[ServiceStatus]:
    """Every service that was started and not stopped, as it is now; all are asked at once."""
    records = list(read(home).services.values())
    with ThreadPoolExecutor(max_workers=max(len(records), 1)) as pool:
        return list(
            pool.map(lambda one: _status_of(one, home=home, patience_s=patience_s), records)
        )


def serve_archive(home: Path, *, folder: Path, tell: Tell) -> str:
    """Address at which `folder` is offered by HTTP until `down` or `stop_archive`; twice is fine.

    Raises:
        ConfigInvalid: no port is free — the operator's.
        ContractBroken: the server ended as it started — ours.
    """
    with only_one(home):
        return _despite_races(lambda: _serve(home, folder=folder, tell=tell), tell=tell)


def stop_archive(home: Path) -> None:
    """The archive server of `home` does not run."""
    with only_one(home):
        processes.stop([archive_server.NAME], home=home)
        write(home, read(home).without({archive_server.NAME}))


def _wishes(settings: Settings) -> dict[str, dict[str, int]]:
    """Ports of each service to run here: a part with a configured address is not started."""
    wishes: dict[str, dict[str, int]] = {}
    if settings.store is None:
        wishes[seaweed.NAME] = seaweed.PORTS
    if settings.prefect_api_url is None:
        wishes[prefect_server.NAME] = prefect_server.PORTS
        wishes[prefect_worker.NAME] = prefect_worker.PORTS
    if settings.dask_address is None:
        wishes[dask_cluster.SCHEDULER] = dask_cluster.PORTS
    return wishes


def _ports(settings: Settings, *, state: StackState, tell: Tell) -> dict[str, dict[str, int]]:
    chosen: dict[str, dict[str, int]] = {}
    for name, wishes in _wishes(settings).items():
        used = {port for ports in chosen.values() for port in ports.values()}
        chosen[name] = _own_ports(name, wishes, state, used, tell)
    return chosen


def _own_ports(
    name: str, wishes: dict[str, int], state: StackState, used: set[int], tell: Tell
) -> dict[str, int]:
    """Ports of one service: those it runs on, else those it had, else those it wishes."""
    record = state.services.get(name)
    if record is not None and processes.is_alive(record.running):
        return record.ports
    others = {
        port for one in state.services.values() if one.name != name for port in one.ports.values()
    }
    before = record.ports if record else {}
    settle(before.values())
    return choose(wishes | before, avoid=used | others, tell=tell)


def _launches(home: Path, ports: Ports) -> list[Launch]:
    """The services that have ports, each before those that live with it."""
    found: list[Launch] = []
    if seaweed.NAME in ports:
        found.append(seaweed.launch(home=home, ports=ports[seaweed.NAME]))
    if dask_cluster.SCHEDULER in ports:
        dask_ports = ports[dask_cluster.SCHEDULER]
        found.append(dask_cluster.scheduler(home=home, ports=dask_ports))
        found.append(dask_cluster.workers(home=home, ports=dask_ports))
        found.append(dask_cluster.poll_worker(home=home, ports=dask_ports))
    if prefect_server.NAME in ports:
        found.append(prefect_server.launch(home=home, ports=ports[prefect_server.NAME]))
        found.append(prefect_worker.launch(home=home, ports=ports[prefect_worker.NAME]))
    return found


def _offered(home: Path, ports: Ports) -> dict[str, str]:
    """Fields of `Settings` that the stack provides, keys included."""
    offered: dict[str, str] = {}
    for launch in _launches(home, ports):
        if launch.name == seaweed.NAME:
            key = seaweed.keys(home)
            offered |= {"store": f"s3://{seaweed.BUCKET}", "s3_endpoint": launch.address}
            offered |= {"s3_key": key["key"], "s3_secret": key["secret"]}
            offered |= {"s3_region": seaweed.REGION}
        elif launch.name == prefect_server.NAME:
            offered["prefect_api_url"] = launch.address
        elif launch.name == dask_cluster.SCHEDULER:
            offered["dask_address"] = launch.address
    return offered


def _clear(settings: Settings) -> dict[str, object]:
    """Fields of the settings as they are, for building others from them."""
    return {name: value for name, value in dict(settings).items() if value is not None}


def _status_of(record: ServiceRecord, *, home: Path, patience_s: float) -> ServiceStatus:
    alive = processes.is_alive(record.running)
    return ServiceStatus(
        name=record.name,
        title=record.title,
        address=record.address,
        pid=record.pid,
        is_alive=alive,
        is_healthy=alive and answers(record, home=home, patience_s=patience_s),
        since=record.created,
        memory_bytes=processes.memory_bytes(record.running),
    )
